// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! One step of a command: says on standard error what it does and how long it took; keeps what its program printed, and
//! shows it with the command and the cure when it fails.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn, JoinHandle};
use std::time::{Duration, Instant};

/// How long a step may take unless it says otherwise. Nothing here takes a third of it on two cores.
const LIMIT: Duration = Duration::from_secs(10 * 60);
/// How much of a failing program's output is shown: its end.
const SHOWN: usize = 24_000;

/// What a program did.
#[derive(Debug)]
pub(crate) struct Done {
    /// It exited 0 within its time.
    pub(crate) ok: bool,
    /// Its exit status, absent if it was killed.
    code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// The command as one would type it.
    line: String,
    /// Why it did not end by itself.
    note: String,
}

impl Done {
    /// What it printed on both streams, as text.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", String::from_utf8_lossy(&self.stdout), String::from_utf8_lossy(&self.stderr))
    }

    /// The command, its output and the cure, for a reader of standard error.
    pub(crate) fn story(&self, cure: &str) -> String {
        let text = self.text();
        let mut from = text.len().saturating_sub(SHOWN);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let cut = if from > 0 { "[…]" } else { "" };
        let status = self.code.map_or_else(|| "no exit status".to_owned(), |code| format!("exit status {code}"));
        let mut story = format!("{} ({status})\n{cut}{}", self.line, text[from..].trim_end());
        for line in [self.note.as_str(), cure] {
            if !line.is_empty() {
                story.push_str("\n--> ");
                story.push_str(line);
            }
        }
        story
    }
}

/// Runs `command` and waits. Fails only if it could not be started or waited for.
pub(crate) fn attempt(what: &str, command: &mut Command) -> Result<Done, String> {
    attempt_within(LIMIT, what, command)
}

/// `attempt` with a limit of its own. A program that runs on is killed, and its `Done` says so.
pub(crate) fn attempt_within(limit: Duration, what: &str, command: &mut Command) -> Result<Done, String> {
    eprint!("{what} … ");
    let started = Instant::now();
    let line = line(command);
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|e| {
        eprintln!("failed");
        format!("{line}: could not be started: {e}")
    })?;
    let (stdout, out) = drain(child.stdout.take());
    let (stderr, err) = drain(child.stderr.take());
    let (code, note) = wait(&mut child, started, limit)?;
    // A grandchild may hold the pipe for longer; what it says then is nobody's.
    let grace = Instant::now();
    while !(out.is_finished() && err.is_finished()) && grace.elapsed() < Duration::from_secs(5) {
        sleep(Duration::from_millis(5));
    }
    let took = started.elapsed();
    let ok = code == Some(0) && note.is_empty();
    eprintln!("{}{:.1} s", if ok { "" } else { "failed after " }, took.as_secs_f64());
    Ok(Done { ok, code, stdout: take(&stdout), stderr: take(&stderr), line, note })
}

/// Runs `command`; anything but success is an error that tells the story and the cure.
pub(crate) fn must(what: &str, command: &mut Command, cure: &str) -> Result<Done, String> {
    must_within(LIMIT, what, command, cure)
}

/// `must` with a limit of its own.
pub(crate) fn must_within(limit: Duration, what: &str, command: &mut Command, cure: &str) -> Result<Done, String> {
    let done = attempt_within(limit, what, command)?;
    if done.ok {
        Ok(done)
    } else {
        Err(done.story(cure))
    }
}

/// Runs `command` unseen, for a question about the machine. `None` unless it exits 0.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let out = command.stdin(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

/// Runs `command` unseen, whatever it exits with: its exit status, absent if it was killed, and what it printed.
pub(crate) fn unseen(command: &mut Command) -> Result<(Option<i32>, String), String> {
    let out =
        command.stdin(Stdio::null()).output().map_err(|e| format!("{}: could not be started: {e}", line(command)))?;
    let text = [out.stdout, out.stderr].concat();
    Ok((out.status.code(), String::from_utf8_lossy(&text).into_owned()))
}

/// The command as one would type it, with the variables that it sets.
pub(crate) fn line(command: &Command) -> String {
    let mut words = Vec::new();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            words.push(format!("{}={}", name.to_string_lossy(), quote(&value.to_string_lossy())));
        }
    }
    words.push(quote(&command.get_program().to_string_lossy()));
    words.extend(command.get_args().map(|word| quote(&word.to_string_lossy())));
    words.join(" ")
}

fn quote(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn wait(child: &mut Child, started: Instant, limit: Duration) -> Result<(Option<i32>, String), String> {
    loop {
        if let Some(status) = child.try_wait().map_err(|e| format!("waiting for a program failed: {e}"))? {
            let note = if status.code().is_none() { format!("it was ended by {status}") } else { String::new() };
            return Ok((status.code(), note));
        }
        if started.elapsed() > limit {
            // What it started goes first, a hanging test of a test runner above all: it would run on for ever.
            kill_below(child.id());
            // It may have ended in this moment: then there is nothing left to kill, and wait tells.
            let _ = child.kill();
            let _ = child.wait();
            return Ok((None, format!("it ran for {} s, which is its limit, and was killed", limit.as_secs())));
        }
        sleep(Duration::from_millis(10));
    }
}

/// Kills every program that this process started, and those that they did, as far as the system tells.
fn kill_below(id: u32) {
    let table = ask(Command::new("ps").args(["-A", "-o", "pid=,ppid="])).unwrap_or_default();
    let pairs = table.lines().filter_map(|line| {
        let (pid, parent) = line.trim().split_once(char::is_whitespace)?;
        Some((pid.parse().ok()?, parent.trim().parse().ok()?))
    });
    let below = descendants(id, &pairs.collect::<Vec<(u32, u32)>>());
    if !below.is_empty() {
        let ids = below.iter().map(u32::to_string);
        ask(Command::new("kill").arg("-KILL").args(ids));
    }
}

/// Who stems from `id`, by pairs of a process and its parent.
fn descendants(id: u32, pairs: &[(u32, u32)]) -> Vec<u32> {
    let mut all = vec![id];
    let mut next = 0;
    while next < all.len() {
        let parent = all[next];
        all.extend(pairs.iter().filter(|pair| pair.1 == parent && pair.0 != parent).map(|pair| pair.0));
        next += 1;
    }
    all.split_off(1)
}

type Shared = Arc<Mutex<Vec<u8>>>;

fn drain(pipe: Option<impl Read + Send + 'static>) -> (Shared, JoinHandle<()>) {
    let shared = Shared::default();
    let into = Arc::clone(&shared);
    let reader = spawn(move || {
        let Some(mut pipe) = pipe else { return };
        let mut chunk = [0; 8192];
        while let Ok(n) = pipe.read(&mut chunk) {
            if n == 0 {
                return;
            }
            if let Ok(mut all) = into.lock() {
                all.extend_from_slice(&chunk[..n]);
            }
        }
    });
    (shared, reader)
}

fn take(shared: &Shared) -> Vec<u8> {
    shared.lock().map(|mut all| std::mem::take(&mut *all)).unwrap_or_default()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failing_step_shows_the_command_its_output_and_the_cure() {
        let why = must("test", shell("echo out; echo err >&2; exit 3").env("A", "b c"), "do this").unwrap_err();
        assert_eq!(why, "A='b c' sh -c 'echo out; echo err >&2; exit 3' (exit status 3)\nout\nerr\n--> do this");
    }

    #[test]
    fn a_program_that_hangs_is_killed_and_the_story_says_so() {
        let done = attempt_within(Duration::from_millis(50), "test", shell("exec sleep 60").env("A", "")).unwrap();
        assert!(!done.ok && done.code.is_none());
        assert!(done.story("").contains("which is its limit, and was killed"), "{}", done.story(""));
    }

    #[test]
    fn what_a_killed_program_started_is_killed_too() {
        assert_eq!(descendants(2, &[(1, 0), (2, 1), (3, 2), (4, 3), (5, 2), (6, 1)]), [3, 5, 4]);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let script = format!("sleep 60 & echo $! > {}; wait", file.display());
        attempt_within(Duration::from_millis(300), "test", &mut shell(&script)).unwrap();
        let pid = std::fs::read_to_string(file).unwrap();
        // A zombie until its new parent waits for it, if at all.
        let state = ask(Command::new("ps").args(["-o", "stat=", "-p", pid.trim()])).unwrap_or_default();
        assert!(state.is_empty() || state.starts_with('Z'), "{pid} is still there: {state}");
    }

    #[test]
    fn more_output_than_a_pipe_holds_is_kept_whole() {
        let done = attempt("test", &mut shell("yes | head -c 1000000")).unwrap();
        assert!(done.ok && done.stdout.len() == 1_000_000);
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let why = must("test", &mut Command::new("no-such-program-here"), "").unwrap_err();
        assert!(why.starts_with("no-such-program-here: could not be started"), "{why}");
    }
}

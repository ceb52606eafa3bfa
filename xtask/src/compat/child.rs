// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A client's run: one of hundreds, so that nothing is said of it unless it fails. It may crash; the harness goes on.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread::{sleep, spawn, JoinHandle};
use std::time::{Duration, Instant};

use crate::step;

/// No client takes a hundredth of it.
const LIMIT: Duration = Duration::from_secs(30);

/// What a client did.
pub(super) struct Ran {
    /// Its exit status, absent if a signal ended it.
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
    line: String,
}

impl Ran {
    /// The command and what it printed, for a failure.
    pub(super) fn story(&self) -> String {
        let status = self.code.map_or_else(|| "ended by a signal".to_owned(), |code| format!("exit status {code}"));
        format!("{} ({status})\n{}{}", self.line, self.stdout, self.stderr)
    }

    /// What it printed, if it exited 0.
    pub(super) fn output(self) -> Result<String, String> {
        if self.code == Some(0) {
            Ok(self.stdout)
        } else {
            Err(self.story())
        }
    }
}

/// The environment without what would lead a search elsewhere, or print more than is compared.
pub(super) fn plain(command: &mut Command) -> &mut Command {
    for name in ["CMETRICS_LIBRARY", "CMETRICS_DISABLE", "LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONPATH"] {
        command.env_remove(name);
    }
    command.env("RUST_BACKTRACE", "0")
}

/// Runs a command. Fails only if it cannot be started, or does not end.
pub(super) fn run(command: &mut Command) -> Result<Ran, String> {
    let line = step::line(command);
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|e| format!("{line}: could not be started: {e}"))?;
    let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|e| format!("{line}: waiting failed: {e}"))? {
            break status;
        }
        if started.elapsed() > LIMIT {
            // It may have ended in this moment; then there is nothing to kill.
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("{line}\n--> it ran for {} s, which is its limit, and was killed", LIMIT.as_secs()));
        }
        sleep(Duration::from_millis(1));
    };
    let text = |pipe: JoinHandle<Vec<u8>>| String::from_utf8_lossy(&pipe.join().unwrap_or_default()).into_owned();
    Ok(Ran { code: status.code(), stdout: text(stdout), stderr: text(stderr), line })
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    spawn(move || {
        let mut all = Vec::new();
        // What was read before an error counts.
        let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut all));
        all
    })
}

/// Runs a tool that must succeed.
pub(super) fn must(command: &mut Command) -> Result<String, String> {
    run(command)?.output()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_crash_is_told_and_survived() {
        let ran = run(Command::new("sh").args(["-c", "echo before; kill -ABRT $$"])).unwrap();
        assert_eq!((ran.code, ran.stdout.as_str()), (None, "before\n"));
        assert!(ran.story().contains("ended by a signal"), "{}", ran.story());
        assert!(run(&mut Command::new("no-such-program-here")).is_err());
        assert_eq!(must(Command::new("sh").args(["-c", "echo all"])).unwrap(), "all\n");
        assert!(must(Command::new("sh").args(["-c", "exit 3"])).unwrap_err().contains("exit status 3"));
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Leaks of the library as it is released, which needs nothing built for it; and what remains where everything was released:
//! it must be the same after one thread's life and after many, and it is named.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use super::ledger::Verdict;
use super::valgrind::memcheck;
use super::watched::{one, Watch};
use super::Bench;
use crate::{soak, step, tools};

const LIMIT: Duration = Duration::from_secs(20 * 60);
/// Lives of threads in the short run and in the long one. As many metrics are alive at once in both: tables keep the room
/// that they once had.
const LIVES: [&str; 2] = ["6", "60"];
/// Tables that grow and do not shrink may be larger after more: by less than this.
const MOST_MORE: u64 = 4096;

pub(super) fn run(bench: &mut Bench<'_>) -> Result<(), String> {
    let library = soak::release(bench.tree)?;
    // LeakSanitizer by AddressSanitizer's runtime: gcc 12's own loses its list of threads where they come and go.
    let program = soak::compile(bench.tree, &bench.folder.join("soak-leak"), &["-O1", "-fsanitize=address"])?;
    let mut command = bench.tree.command(program);
    command.args(["--seconds", "30", "--lanes", "3"]).env("CMETRICS_LIBRARY", &library);
    bench.watch("C++: everything comes and goes, 30 s", &mut command, &Watch::all("detect_leaks=1"), one);

    let what = "C++: what remains when all was released";
    let Some(valgrind) = tools::on_path("valgrind") else {
        bench.ledger.not_run(what, &format!("valgrind is not on PATH: {}", tools::VALGRIND.cure()));
        return Ok(());
    };
    let started = Instant::now();
    let remains = LIVES.map(|lives| remaining(bench, &valgrind, &library, lives));
    let [short, long] = remains;
    let (short, long) = (short?, long?);
    let (verdict, note) = judge(&short, &long);
    bench.ledger.add(what, 2, started.elapsed(), verdict, &note);
    Ok(())
}

/// What memcheck says of a program that has ended.
#[derive(Debug, Default, PartialEq, Eq)]
struct Remains {
    /// Bytes that nothing leads to.
    lost: u64,
    reachable: u64,
    /// The modules that asked for what is still reachable.
    modules: BTreeSet<String>,
    text: String,
}

fn remaining(bench: &Bench<'_>, valgrind: &Path, library: &Path, lives: &str) -> Result<Remains, String> {
    let program = soak::compile(bench.tree, &bench.folder.join("soak-plain"), &["-O1"])?;
    let what = format!("what remains after {lives} lives");
    let folder = bench.reports(&what)?;
    let mut command = memcheck(bench, valgrind, &folder);
    command.arg("--show-leak-kinds=all").arg(program);
    command
        .args(["--stints", lives, "--lanes", "1", "--every", "1000", "--population", "20"])
        .env("CMETRICS_LIBRARY", library);
    let done = step::attempt_within(LIMIT, &what, &mut command)?;
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let text: String = entries.filter_map(|entry| std::fs::read_to_string(entry.path()).ok()).collect();
    if done.ok {
        Ok(read(&text))
    } else {
        Err(done.story(&text))
    }
}

/// Reads the records `N bytes in M blocks are still reachable in loss record …`, each with its frames.
fn read(text: &str) -> Remains {
    let mut remains = Remains { text: text.to_owned(), ..Remains::default() };
    let mut open = false;
    for line in text.lines() {
        let line = line.split_once("== ").map_or(line, |(_, rest)| rest).trim();
        if let Some((head, _)) = line.split_once(" in loss record ") {
            let digits: String = head.chars().take_while(|c| *c != ' ').filter(char::is_ascii_digit).collect();
            let bytes = digits.parse().unwrap_or(0);
            // Hash maps lead into the middle of their memory, which makes it and all below it "possibly lost".
            open = head.ends_with("still reachable") || head.ends_with("possibly lost");
            *(if open { &mut remains.reachable } else { &mut remains.lost }) += bytes;
        } else if let Some((_, frame)) = line.split_once(": ").filter(|_| open && line.starts_with("by 0x")) {
            // The innermost function that is ours, not of what it is made of.
            if frame.contains("cmetrics") {
                remains.modules.insert(module(frame).to_owned());
                open = false;
            }
        }
    }
    remains
}

/// The first module of ours in a frame, two names deep; a function of C where there is none.
fn module(frame: &str) -> &str {
    let Some((_, path)) = frame.split_once("cmetrics::") else {
        return frame.split(" (").next().unwrap_or(frame);
    };
    let end = path.find(|c: char| !c.is_ascii_lowercase() && !matches!(c, '_' | ':')).unwrap_or(path.len());
    let path = path[..end].trim_end_matches(':');
    path.match_indices("::").nth(1).map_or(path, |(second, _)| &path[..second])
}

fn judge(short: &Remains, long: &Remains) -> (Verdict, String) {
    let modules: Vec<&str> = long.modules.iter().map(String::as_str).collect();
    let note = format!(
        "{} bytes after {} lives, {} after {}, of {}",
        short.reachable,
        LIVES[0],
        long.reachable,
        LIVES[1],
        modules.join(", ")
    );
    let mut why = String::new();
    if short.lost + long.lost > 0 {
        why.push_str(&format!("{} bytes are lost\n", short.lost + long.lost));
    }
    if long.reachable > short.reachable + MOST_MORE {
        why.push_str(&format!("what remains grows with what was done: {note}\n"));
    }
    if why.is_empty() {
        (Verdict::Clean, note)
    } else {
        (Verdict::Found(why + &long.text), note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = "\
==7== 1,048 bytes in 1 blocks are still reachable in loss record 1 of 2
==7==    at 0x48: malloc (vg_replace_malloc.c:381)
==7==    by 0x49: alloc (alloc.rs:95)
==7==    by 0x50: cmetrics::registry::root::make (root.rs:7)
==7==    by 0x51: cmetrics::abi::registry::root (registry.rs:9)
";

    #[test]
    fn what_remains_is_summed_and_named() {
        let remains = read(TOLD);
        assert_eq!((remains.lost, remains.reachable), (0, 1048));
        assert_eq!(remains.modules.iter().collect::<Vec<_>>(), ["registry::root"]);
        let lost = read(&TOLD.replace("still reachable", "definitely lost"));
        assert_eq!((lost.lost, lost.modules.len()), (1048, 0));
        let indirectly =
            "==7== 40 (8 direct, 32 indirect) bytes in 1 blocks are definitely lost in loss record 2 of 2\n";
        assert_eq!(read(indirectly).lost, 40);
        assert_eq!(read(""), Remains::default());
    }

    #[test]
    fn frames_are_told_by_their_modules() {
        for (frame, its) in [
            ("cmetrics_open (cmetrics.h:9)", "cmetrics_open"),
            ("cmetrics::registry::members::MemberSets::keep (members.rs:7)", "registry::members"),
            ("new<alloc::sync::ArcInner<cmetrics::client::Client>> (sync.rs:4)", "client"),
            (
                "cmetrics::registry::create::<impl cmetrics::registry::state::State>::keys_of (a.rs:1)",
                "registry::create",
            ),
        ] {
            assert_eq!(module(frame), its);
        }
    }

    #[test]
    fn what_grows_or_is_lost_is_found() {
        let remains = |lost, reachable| Remains { lost, reachable, ..Remains::default() };
        assert_eq!(judge(&remains(0, 5000), &remains(0, 6000)).0, Verdict::Clean);
        assert!(matches!(judge(&remains(0, 5000), &remains(0, 9097)).0, Verdict::Found(_)));
        assert!(matches!(judge(&remains(1, 5000), &remains(0, 5000)).0, Verdict::Found(_)));
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the runtimes write: a file for each process that had something to tell. Pure, but for reading them.

use std::path::Path;

/// One thing that a runtime tells of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// Its first line.
    pub(super) title: String,
    pub(super) text: String,
}

/// How a thing begins, and what begins in a place of its own below it.
const BEGINS: [&str; 5] =
    ["ERROR: AddressSanitizer", "WARNING: ThreadSanitizer", "FATAL: ", "Direct leak of", "Indirect leak of"];
/// Frames of the runtimes themselves.
const RUNTIMES: [&str; 6] = ["libasan", "liblsan", "libtsan", "__interceptor_", "operator new", "compiler-rt"];
/// Modules that are made here.
const OURS: [&str; 5] = ["cmetrics", "worker", "soak", "/target/sanitize/", "quickstart"];

/// All that is told in a folder.
pub(super) fn read(folder: &Path) -> Vec<Told> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.sort();
    let texts = files.iter().filter_map(|file| std::fs::read(file).ok());
    texts.flat_map(|text| split(&String::from_utf8_lossy(&text))).collect()
}

/// The things in one file. A file that has none of them and is not empty is one thing: nothing is passed over.
fn split(text: &str) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    for line in text.lines() {
        if BEGINS.iter().any(|begin| line.contains(begin)) {
            all.push(Told { title: line.trim_start_matches('=').to_owned(), text: String::new() });
        }
        if let Some(told) = all.last_mut() {
            told.text.push_str(line);
            told.text.push('\n');
        }
    }
    if all.is_empty() && !text.trim().is_empty() {
        all.push(Told { title: text.lines().next().unwrap_or_default().to_owned(), text: text.to_owned() });
    }
    all
}

/// Whether a leak is of code that is made here: the function that asked for the memory is. Anything that is no leak is.
pub(super) fn is_our_leak(told: &Told) -> bool {
    if !told.title.contains(" leak of ") {
        return true;
    }
    let frames = told.text.lines().filter(|line| line.trim_start().starts_with('#'));
    let mut callers = frames.filter(|frame| !RUNTIMES.iter().any(|runtime| frame.contains(runtime)));
    callers.next().is_none_or(|frame| OURS.iter().any(|module| frame.contains(module)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAKS: &str = "\
=================================================================
==7==ERROR: LeakSanitizer: detected memory leaks

Direct leak of 8 byte(s) in 1 object(s) allocated from:
    #0 [/usr/lib/libasan.so.8] in __interceptor_malloc src/asan.cpp:69
    #1 [/usr/lib/libpython3.11.so.1.0] in PyMem_Malloc Objects/obmalloc.c:1
    #2 [/site/cmetrics/_cmetrics.abi3.so] in make src/make.rs:1

Direct leak of 9 byte(s) in 1 object(s) allocated from:
    #0 [/usr/lib/libasan.so.8] in __interceptor_malloc src/asan.cpp:69
    #1 [/site/cmetrics/libcmetrics.so.1] in make impl/src/make.rs:1
    #2 [/usr/lib/libpython3.11.so.1.0] in PyObject_Call call.c:1

SUMMARY: AddressSanitizer: 17 byte(s) leaked in 2 allocation(s).
";

    #[test]
    fn each_leak_is_told_and_is_of_who_asked_for_the_memory() {
        let told = split(LEAKS);
        let ours: Vec<bool> = told.iter().map(is_our_leak).collect();
        assert_eq!(ours, [false, true], "{told:?}");
        assert!(told[1].text.contains("impl/src/make.rs:1"));
    }

    #[test]
    fn an_error_and_a_race_and_what_nobody_knows_are_findings() {
        for text in [
            "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\n    #0 [a] in b c:1\n",
            "WARNING: ThreadSanitizer: data race (pid=1)\n  Write of size 8\n",
            "something that was never seen before\n",
        ] {
            let told = split(text);
            assert_eq!(told.len(), 1, "{text}");
            assert!(is_our_leak(&told[0]) && told[0].text.contains(text.lines().last().unwrap()));
        }
        assert!(split("").is_empty() && split("\n").is_empty());
    }

    #[test]
    fn reports_are_read_from_every_file() {
        let folder = tempfile::tempdir().unwrap();
        for process in ["report.1", "report.2"] {
            std::fs::write(folder.path().join(process), LEAKS).unwrap();
        }
        assert_eq!(read(folder.path()).len(), 4);
        assert!(read(&folder.path().join("none")).is_empty());
    }
}

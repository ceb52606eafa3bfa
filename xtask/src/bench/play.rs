// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Runs the programs, one after the other: nothing else of ours is under way meanwhile.

use std::path::PathBuf;
use std::process::Command;

use super::ready::Ready;
use super::record::{parse, Record};
use crate::step;
use crate::tree::Tree;

/// How much is measured.
pub(super) struct Scale {
    rounds: u32,
    batch_us: u32,
    threads: Vec<usize>,
    sizes: Vec<u64>,
}

impl Scale {
    pub(super) fn new(quick: bool, processors: usize) -> Scale {
        let threads = [1, 2, 4, 8, 16, 32, 64].into_iter().filter(|n| *n <= processors.max(1)).collect();
        if quick {
            Scale { rounds: 21, batch_us: 500, threads, sizes: vec![1000, 10_000, 100_000] }
        } else {
            Scale { rounds: 51, batch_us: 1000, threads, sizes: vec![1000, 10_000, 100_000, 1_000_000] }
        }
    }

    /// Rounds, microseconds of a batch, numbers of threads.
    fn game(&self) -> [String; 3] {
        [self.rounds.to_string(), self.batch_us.to_string(), list(&self.threads)]
    }

    /// The numbers of threads, as the programs are given them.
    pub(super) fn all_threads(&self) -> String {
        list(&self.threads)
    }

    /// Reports of few series are short: more of them make a steady median.
    fn reports(&self, series: u64) -> u32 {
        if series >= 1_000_000 {
            7
        } else {
            self.rounds.min(21)
        }
    }
}

/// Runs everything. A program that fails is left out, and the reason is added to `left_out`.
pub(super) fn all(tree: &Tree, ready: &Ready, scale: &Scale, left_out: &mut Vec<String>) -> Vec<Record> {
    let mut records = Vec::new();
    let mut run = |program: &str, command: &mut Command| {
        command.env("CMETRICS_LIBRARY", &ready.library).env_remove("CMETRICS_DISABLE");
        match step::must(program, command, "") {
            Ok(done) => {
                for line in String::from_utf8_lossy(&done.stderr).lines().filter(|line| line.starts_with("left out")) {
                    left_out.push(format!("{program}: {}", line.trim_start_matches("left out: ")));
                }
                match parse(program, &String::from_utf8_lossy(&done.stdout)) {
                    Ok(found) => records.extend(found),
                    Err(why) => left_out.push(why),
                }
            }
            Err(why) => left_out.push(format!("{program}: it failed: {}", why.lines().last().unwrap_or_default())),
        }
    };
    let game = scale.game();
    for ask in updates(ready, scale) {
        run(&ask.program, tree.command(&ask.file).args(&ask.args));
    }
    let few: Vec<u64> = scale.sizes.iter().copied().filter(|size| *size <= 100_000).collect();
    if let Some(scripts) = &ready.python {
        let mut python = scripts.command(tree, "benchmarks/python/updates.py");
        run("python", python.args([&game[0], &game[1], &list(&few)]));
    }
    if let Some(program) = &ready.go {
        run("go", tree.command(program).args(&game).arg(list(&scale.sizes)));
    }
    for ask in series(tree, ready, scale) {
        run(&ask.program, tree.command(&ask.file).args(&ask.args));
    }
    records
}

/// One run of a program: under which name its figures are kept, the file, and its arguments.
pub(super) struct Ask {
    pub(super) program: String,
    pub(super) file: PathBuf,
    pub(super) args: Vec<String>,
}

/// Updates from Rust, C and C++.
pub(super) fn updates(ready: &Ready, scale: &Scale) -> Vec<Ask> {
    let native = ready.native.iter().map(|(language, file)| (*language, file));
    std::iter::once(("rust", &ready.updates))
        .chain(native)
        .map(|(language, file)| Ask { program: language.to_owned(), file: file.clone(), args: scale.game().to_vec() })
        .collect()
}

/// What the program `series` is asked, each time in a process of its own.
pub(super) fn series(tree: &Tree, ready: &Ready, scale: &Scale) -> Vec<Ask> {
    let listed = step::ask(tree.command(&ready.series).arg("list")).unwrap_or_default();
    let everyone: Vec<(&str, &str)> = listed.lines().filter_map(|line| line.split_once(": ")).collect();
    let mut all = Vec::new();
    let mut ask = |who: &str, program: String, words: [&str; 2], series: u64, families: u64, end: &[&str]| {
        let rounds = scale.reports(series).to_string();
        let [kind, paths] = words;
        let mut args = vec![who.to_owned(), kind.to_owned(), series.to_string(), families.to_string()];
        args.extend([paths.to_owned(), rounds]);
        args.extend(end.iter().map(|word| (*word).to_owned()));
        all.push(Ask { program, file: ready.series.clone(), args });
    };
    for &size in &scale.sizes {
        for (who, _) in &everyone {
            ask(who, format!("series {who}"), ["counter", "shared"], size, (size / 1000).max(1), &[]);
        }
    }
    let most = scale.sizes.last().copied().unwrap_or(1000);
    let ours = || "series cmetrics".to_owned();
    for (who, _) in everyone.iter().filter(|(_, kinds)| kinds.contains("Float")) {
        ask(who, format!("series {who}"), ["float", "shared"], most, (most / 1000).max(1), &[]);
    }
    for words in [["counter", "unique"], ["pair", "shared"]] {
        ask("cmetrics", ours(), words, most, (most / 1000).max(1), &[]);
    }
    for per_family in [100, 10, 1] {
        ask("cmetrics", ours(), ["counter", "shared"], most, most / per_family, &[]);
    }
    ask("cmetrics", ours() + " tail", ["counter", "shared"], most, (most / 1000).max(1), &["tail"]);
    all
}

fn list<T: ToString>(numbers: &[T]) -> String {
    numbers.iter().map(T::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_threads_than_processors_and_a_million_series_only_when_there_is_time() {
        let quick = Scale::new(true, 2);
        assert_eq!((list(&quick.threads), list(&quick.sizes)), ("1,2".to_owned(), "1000,10000,100000".to_owned()));
        let whole = Scale::new(false, 12);
        assert_eq!((list(&whole.threads), whole.sizes.last()), ("1,2,4,8".to_owned(), Some(&1_000_000)));
        assert!(whole.reports(1_000_000) < whole.reports(1000));
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! One target's run, and what its output says.

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Instant;

use serde::Serialize;

use super::kit::{count, make, Kit};
use crate::step;

/// An input that takes longer is a finding.
const SLOW: &str = "-timeout=60";
/// Long enough for programs of some dozen calls; longer ones only run slower.
const LONGEST: &str = "-max_len=768";
/// How much of a log tells what was found: its end, before the notes on how to reproduce it.
const SHOWN: usize = 60;

/// What came of one run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Session {
    pub(crate) target: String,
    pub(crate) minutes: f64,
    pub(crate) executions: u64,
    /// Edges of the program that inputs have reached.
    pub(crate) edges: u64,
    /// Inputs that are kept, each for something that no other reaches.
    pub(crate) corpus: u64,
    /// What broke a rule: files below target/fuzz.
    pub(crate) found: Vec<String>,
    /// It ended as it should, after its time.
    pub(crate) ended: bool,
    log: PathBuf,
}

impl Session {
    pub(crate) fn run(kit: &Kit<'_>, target: &str, minutes: u32) -> Result<Session, String> {
        let (learnt, committed) = (kit.learnt(target), kit.committed(target));
        let artifacts = kit.folder.join("artifacts").join(target);
        make(&learnt)?;
        make(&artifacts)?;
        if count(&committed) == 0 && minutes == 0 {
            return Err(format!("{} holds no input, so that nothing would be tried", committed.display()));
        }
        let log = kit.folder.join(format!("{target}.log"));
        let output = File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let errors = output.try_clone().map_err(|e| format!("{}: {e}", log.display()))?;
        let mut command = kit.command(target);
        command.args([SLOW, LONGEST, "-len_control=0", "-print_final_stats=1", "-rss_limit_mb=4096"]);
        command.arg(format!("-artifact_prefix={}/", kit.shown(&artifacts).display()));
        if minutes == 0 {
            command.arg("-runs=0").arg(kit.shown(&committed));
        } else {
            command.arg(format!("-max_total_time={}", 60 * minutes)).arg(kit.shown(&learnt));
            if committed.is_dir() {
                command.arg(kit.shown(&committed));
            }
        }
        let before = files(&artifacts);
        eprintln!("{target}: {}", step::line(&command));
        let started = Instant::now();
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let status = command.status().map_err(|e| format!("{}: could not be started: {e}", step::line(&command)))?;
        let taken = started.elapsed().as_secs_f64() / 60.0;
        let text = std::fs::read(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let told = Told::read(&String::from_utf8_lossy(&text));
        let found = files(&artifacts).into_iter().filter(|file| !before.contains(file));
        let found = found.map(|file| kit.shown(&file).display().to_string()).collect();
        eprintln!("{target}: {:.1} minutes, {} executions", taken, told.executions);
        let Told { executions, edges, corpus } = told;
        let (target, ended) = (target.to_owned(), status.success());
        Ok(Session { target, minutes: taken, executions, edges, corpus, found, ended, log })
    }

    /// What went wrong, with the command that tries it again; nothing if all is well.
    pub(crate) fn story(&self, kit: &Kit<'_>) -> Option<String> {
        if self.ended && self.found.is_empty() && self.executions > 0 {
            return None;
        }
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let from = lines.iter().position(|line| line.contains("panicked at") || line.contains("ERROR:"));
        let shown: Vec<&str> = lines.iter().skip(from.unwrap_or(0)).take(SHOWN).copied().collect();
        let mut story = format!(
            "{} found something (the whole log is {}):\n{}",
            self.target,
            kit.shown(&self.log).display(),
            shown.join("\n")
        );
        for file in &self.found {
            story += &format!("\n--> {}", step::line(kit.command(&self.target).arg(file)));
        }
        if self.found.is_empty() {
            story += "\n--> it ended early and left no input behind: read the log";
        }
        Some(story)
    }
}

fn files(folder: &std::path::Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut all: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    all.sort_unstable();
    all
}

/// The figures of a log.
#[derive(Debug, Default, PartialEq)]
struct Told {
    executions: u64,
    edges: u64,
    corpus: u64,
}

impl Told {
    /// The last line of the form `#123 DONE cov: 45 ft: 67 corp: 8/9Kb …`.
    fn read(log: &str) -> Told {
        let mut told = Told::default();
        for line in log.lines().filter(|line| line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let Some(n) = words.next().and_then(|word| word[1..].parse().ok()) else { continue };
            told.executions = n;
            while let Some(word) = words.next() {
                let field = match word {
                    "cov:" => &mut told.edges,
                    "corp:" => &mut told.corpus,
                    _ => continue,
                };
                if let Some(n) = words.next().and_then(|n| n.split('/').next()).and_then(|n| n.parse().ok()) {
                    *field = n;
                }
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_a_log_tells() {
        let log = "INFO: Seed: 1\n#2\tINITED cov: 12 ft: 13 corp: 1/1b exec/s: 0 rss: 30Mb\n\
            #77\tNEW    cov: 20 ft: 30 corp: 5/600b lim: 4 exec/s: 9 rss: 31Mb L: 4/4 MS: 1 CopyPart-\n\
            #100\tDONE   cov: 21 ft: 33 corp: 6/2Kb lim: 4 exec/s: 9 rss: 31Mb\n###### Recommended dictionary. ######\n\
            Done 100 runs in 2 second(s)\n";
        assert_eq!(Told::read(log), Told { executions: 100, edges: 21, corpus: 6 });
        assert_eq!(Told::read(""), Told::default());
    }

    #[test]
    fn a_line_without_figures_keeps_those_before() {
        let log = "#9\tNEW    cov: 4 ft: 5 corp: 3/3b\n#10\tpulse  \n";
        assert_eq!(Told::read(log), Told { executions: 10, edges: 4, corpus: 3 });
    }
}

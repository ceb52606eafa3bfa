// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the programs of benchmarks/ print, one JSON object per line, and the result that is kept of a run.

use serde::{Deserialize, Serialize};

use super::stats::{ratio, summary, Summary};

/// What one program measured of one contestant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The program: figures of one program's n-th round belong together.
    #[serde(default)]
    pub(super) program: String,
    pub(super) case: String,
    pub(super) who: String,
    /// With how many threads, or on how many series.
    pub(super) at: u64,
    pub(super) unit: String,
    pub(super) rounds: Vec<f64>,
}

/// A run: where, what was left out and why, and every figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) machine: Vec<(String, String)>,
    pub(super) quick: bool,
    pub(super) left_out: Vec<String>,
    pub(super) records: Vec<Record>,
}

/// Which record: the program, the case, who, and at how many.
pub(super) type Key<'a> = (&'a str, &'a str, &'a str, u64);

/// The records in a program's output. A line that is none is an error that shows it.
pub(super) fn parse(program: &str, output: &str) -> Result<Vec<Record>, String> {
    let lines = output.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let mut record: Record = serde_json::from_str(line)
                .map_err(|e| format!("{program} printed a line that is no record: {line}: {e}"))?;
            record.program = program.to_owned();
            if record.rounds.is_empty() {
                return Err(format!("{program} measured nothing: {line}"));
            }
            Ok(record)
        })
        .collect()
}

impl Run {
    pub(super) fn find(&self, key: Key<'_>) -> Option<&Record> {
        self.records.iter().find(|one| (one.program.as_str(), one.case.as_str(), one.who.as_str(), one.at) == key)
    }

    /// The median of one.
    pub(super) fn median(&self, key: Key<'_>) -> Option<f64> {
        Some(summary(&self.find(key)?.rounds)?.median)
    }

    /// The one over the other.
    pub(super) fn ratio(&self, over: Key<'_>, under: Key<'_>) -> Option<Summary> {
        let (a, b) = (self.find(over)?, self.find(under)?);
        // The turns of one number of threads are a game of their own.
        ratio(&a.rounds, &b.rounds, a.program == b.program && a.at == b.at)
    }

    /// The numbers of series of our reports, in order.
    pub(super) fn sizes(&self) -> Vec<u64> {
        let ours = self.records.iter().filter(|one| one.program == "series cmetrics" && one.case == "report");
        let mut sizes: Vec<u64> = ours.filter(|one| one.who == "cmetrics").map(|one| one.at).collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"case":"counter inc","who":"cmetrics","at":1,"unit":"ns","rounds":[2.0,4.0,2.0]}"#;
    const LIMIT: &str = r#"{"case":"limit","who":"empty","at":1,"unit":"ns","rounds":[1.0,2.0,1.0]}"#;

    fn run(records: Vec<Record>) -> Run {
        Run { machine: vec![("CPU".into(), "one".into())], quick: true, left_out: vec!["Go: none".into()], records }
    }

    #[test]
    fn lines_become_records_of_their_program() {
        let run = run(parse("rust", &format!("{LINE}\n\n{LIMIT}\n")).unwrap());
        assert_eq!(run.median(("rust", "counter inc", "cmetrics", 1)), Some(2.0));
        let ratio = run.ratio(("rust", "counter inc", "cmetrics", 1), ("rust", "limit", "empty", 1)).unwrap();
        assert_eq!((ratio.first, ratio.median, ratio.third), (2.0, 2.0, 2.0));
        assert_eq!(run.median(("c", "counter inc", "cmetrics", 1)), None);
    }

    #[test]
    fn what_is_no_record_is_shown() {
        for bad in ["warning: x", r#"{"case":"a","who":"b","at":1,"unit":"ns","rounds":[]}"#] {
            assert!(parse("rust", bad).unwrap_err().contains(bad), "{bad}");
        }
    }

    #[test]
    fn a_run_is_read_as_it_was_written() {
        let run = run(parse("rust", LINE).unwrap());
        let text = serde_json::to_string(&run).unwrap();
        assert_eq!(serde_json::from_str::<Run>(&text).unwrap(), run);
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the program tells: a JSON object a line.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The process at one moment.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Sample {
    /// `begin`, `sample` or `end`.
    pub(super) kind: String,
    pub(super) seconds: f64,
    pub(super) resident_kib: f64,
    /// The same when the C library has given back what nobody uses.
    pub(super) trimmed_kib: f64,
    /// What is allocated and not freed.
    pub(super) allocated_kib: f64,
    pub(super) threads: i64,
    pub(super) descriptors: i64,
    /// Series in the root, as the library counts them.
    pub(super) series: u64,
    /// What was done until then.
    pub(super) counts: BTreeMap<String, u64>,
    /// At the end alone.
    #[serde(default)]
    pub(super) sums: Vec<Sum>,
}

/// One line of the last report.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Sum {
    pub(super) line: String,
    /// What all threads say that they added.
    pub(super) added: u64,
    /// What the metric holds, and what the report says.
    pub(super) held: u64,
    pub(super) reported: u64,
}

/// All of it.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) text: String,
    pub(super) begin: Sample,
    pub(super) samples: Vec<Sample>,
    pub(super) end: Sample,
}

impl Told {
    pub(super) fn read(text: &str) -> Result<Told, String> {
        let mut samples: Vec<Sample> = Vec::new();
        for line in text.lines() {
            samples.push(serde_json::from_str(line).map_err(|e| format!("it told what is no sample: {line}: {e}"))?);
        }
        let kinds: Vec<&str> = samples.iter().map(|sample| sample.kind.as_str()).collect();
        if kinds.first() != Some(&"begin") || kinds.last() != Some(&"end") || kinds.len() < 3 {
            return Err(format!("it did not come to its end: it told {} lines", kinds.len()));
        }
        let (end, begin) = (samples.pop().unwrap_or_default(), samples.remove(0));
        Ok(Told { text: text.to_owned(), begin, samples, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(kind: &str, more: &str) -> String {
        format!(
            "{{\"kind\": \"{kind}\", \"seconds\": 1.5, \"resident_kib\": 4096, \"trimmed_kib\": 1, \"allocated_kib\": 1, \"threads\": 1, \
             \"descriptors\": 3, \"series\": 5, \"counts\": {{\"forks\": 2}}{more}}}\n"
        )
    }

    #[test]
    fn what_came_to_its_end_is_read_and_what_did_not_is_refused() {
        let sums = ", \"sums\": [{\"line\": \"a\", \"added\": 1, \"held\": 1, \"reported\": 2}]";
        let whole = [line("begin", ""), line("sample", ""), line("end", sums)].concat();
        let told = Told::read(&whole).unwrap();
        assert_eq!((told.samples.len(), told.end.sums[0].reported, told.end.counts["forks"]), (1, 2, 2));
        assert!(Told::read(&[line("begin", ""), line("sample", "")].concat()).unwrap_err().contains("its end"));
        assert!(Told::read("soak: killed\n").unwrap_err().contains("no sample"));
        assert!(Told::read("").is_err());
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! One line of output.

/// What was measured of one contestant.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What was done, for instance `counter inc`.
    pub case: String,
    /// Who did it.
    pub who: String,
    /// With how many threads, or on how many series.
    pub at: u64,
    /// `ns`, `ns/series`, `B/series` or `B`.
    pub unit: &'static str,
    /// One figure per round, in order: the figures of one program's n-th round belong together.
    pub rounds: Vec<f64>,
}

impl Record {
    /// The line, without its end.
    pub fn line(&self) -> String {
        let rounds: Vec<String> = self.rounds.iter().map(|figure| format!("{figure:.4}")).collect();
        format!(
            r#"{{"case":{:?},"who":{:?},"at":{},"unit":{:?},"rounds":[{}]}}"#,
            self.case,
            self.who,
            self.at,
            self.unit,
            rounds.join(",")
        )
    }

    /// Prints the line.
    pub fn print(&self) {
        println!("{}", self.line());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_one_line_of_json() {
        let record = Record { case: "inc".into(), who: "us".into(), at: 2, unit: "ns", rounds: vec![1.0, 2.25, 1e6] };
        assert_eq!(
            record.line(),
            r#"{"case":"inc","who":"us","at":2,"unit":"ns","rounds":[1.0000,2.2500,1000000.0000]}"#
        );
    }
}

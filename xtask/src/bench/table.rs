// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A run as text: aligned for a terminal, or as Markdown.

use super::budget::{Bar, Row};
use super::record::{Record, Run};
use super::stats::summary;

/// Rows of cells under a head.
pub(super) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn new(head: &[&str]) -> Table {
        Table { head: head.iter().map(|cell| (*cell).to_owned()).collect(), rows: Vec::new() }
    }

    /// Columns padded to their widest cell; all but the first are aligned to the right.
    pub(super) fn plain(&self) -> String {
        let all = || std::iter::once(&self.head).chain(&self.rows);
        let widths: Vec<usize> = (0..self.head.len())
            .map(|column| all().map(|row| row[column].chars().count()).max().unwrap_or_default())
            .collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).enumerate();
            let cells: Vec<String> = cells
                .map(|(at, (cell, width))| if at == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") })
                .collect();
            cells.join("  ").trim_end().to_owned() + "\n"
        };
        all().map(line).collect()
    }

    pub(super) fn markdown(&self) -> String {
        let line = |row: &Vec<String>| format!("| {} |\n", row.join(" | "));
        let rule = format!("|---|{}\n", "---:|".repeat(self.head.len() - 1));
        line(&self.head) + &rule + &self.rows.iter().map(line).collect::<String>()
    }
}

/// The budget: the bar, what was found, and whether it is met.
pub(super) fn budget(rows: &[Row]) -> Table {
    let mut table = Table::new(&["budget", "bar", "found", ""]);
    for row in rows {
        let bar = match row.bar {
            Bar::AtMost(most) => format!("≤ {}", figure(most)),
            Bar::AtLeast(least) => format!("≥ {}", figure(least)),
        };
        let unit = if row.unit.is_empty() { String::new() } else { format!(" {}", row.unit) };
        let found = row.found.map_or_else(|| "–".to_owned(), figure);
        table.rows.push(vec![row.what.clone(), bar + &unit, found, row.verdict().to_owned()]);
    }
    table
}

/// Every figure: median, quartiles, the least, and the ratio to ours of the same program, case and number.
pub(super) fn figures(run: &Run) -> Table {
    let mut table = Table::new(&["program: case, who", "at", "unit", "median", "quartiles", "least", "/ ours"]);
    for record in &run.records {
        let Some(found) = summary(&record.rounds) else { continue };
        let quartiles = format!("{} {}", figure(found.first), figure(found.third));
        let (program, at) = (&record.program, record.at.to_string());
        table.rows.push(vec![
            format!("{program}: {}, {}", record.case, record.who),
            at,
            record.unit.clone(),
            figure(found.median),
            quartiles,
            figure(found.least),
            beside(run, record).map_or_else(String::new, figure),
        ]);
    }
    table
}

/// The record of ours that another is held against: of the same program, or of our own program for series.
fn beside(run: &Run, record: &Record) -> Option<f64> {
    if record.who == "cmetrics" {
        return None;
    }
    let case = record.case.as_str();
    let key = (record.program.as_str(), case, record.who.as_str(), record.at);
    let at_home = run.ratio(key, (&record.program, case, "cmetrics", record.at));
    let elsewhere = || {
        let home = if record.program.starts_with("series") { "series cmetrics" } else { "rust" };
        run.ratio(key, (home, case, "cmetrics", record.at))
    };
    at_home.or_else(elsewhere).map(|ratio| ratio.median)
}

/// A table with a row for each case or size and a column for each contestant, in medians.
pub(super) fn grid(run: &Run, program: &str, case: Option<&str>, unit: &str) -> Table {
    let chosen: Vec<&Record> = run
        .records
        .iter()
        .filter(|one| is_of(one, program) && one.unit == unit)
        .filter(|one| case.is_none_or(|case| one.case == case))
        .collect();
    let mut columns: Vec<&str> = Vec::new();
    let mut lines: Vec<(&str, u64)> = Vec::new();
    for one in &chosen {
        if !columns.contains(&one.who.as_str()) {
            columns.push(&one.who);
        }
        if !lines.contains(&(one.case.as_str(), one.at)) {
            lines.push((&one.case, one.at));
        }
    }
    lines.sort_by_key(|(case, at)| (chosen.iter().position(|one| one.case == *case), *at));
    let mut head = vec![if case.is_some() { "series" } else { "case, at" }];
    head.extend(&columns);
    let mut table = Table::new(&head);
    for (line, at) in lines {
        let mut row = vec![if case.is_some() { at.to_string() } else { format!("{line}, {at}") }];
        row.extend(columns.iter().map(|who| {
            let found = chosen.iter().find(|one| one.case == line && one.at == at && one.who == *who);
            let median = found.and_then(|one| summary(&one.rounds)).map(|all| all.median);
            median.map_or_else(String::new, figure)
        }));
        table.rows.push(row);
    }
    table
}

/// Whether a program, or one of a family of them (`series` and the contestant's name), measured it.
fn is_of(record: &Record, program: &str) -> bool {
    let rest = record.program.strip_prefix(program);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Three digits that count, and no more.
fn figure(number: f64) -> String {
    match number.abs() {
        big if big >= 100.0 => format!("{number:.0}"),
        middle if middle >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::parse;
    use super::*;

    fn run() -> Run {
        let lines = r#"{"case":"inc","who":"cmetrics","at":1,"unit":"ns","rounds":[2.0,2.0,4.0]}
            {"case":"inc","who":"peer","at":1,"unit":"ns","rounds":[6.0,6.0,12.0]}
            {"case":"inc","who":"peer","at":2,"unit":"ns","rounds":[123.4]}"#;
        Run { machine: Vec::new(), quick: true, left_out: Vec::new(), records: parse("rust", lines).unwrap() }
    }

    #[test]
    fn figures_have_medians_quartiles_and_ratios() {
        assert_eq!(
            figures(&run()).plain(),
            "program: case, who   at  unit  median  quartiles  least  / ours\n\
             rust: inc, cmetrics   1    ns    2.00  2.00 3.00   2.00\n\
             rust: inc, peer       1    ns    6.00  6.00 9.00   6.00    3.00\n\
             rust: inc, peer       2    ns     123    123 123    123\n"
        );
    }

    #[test]
    fn a_grid_has_a_row_for_each_case_and_a_column_for_each_contestant() {
        let markdown = grid(&run(), "rust", None, "ns").markdown();
        assert_eq!(
            markdown,
            "| case, at | cmetrics | peer |\n|---|---:|---:|\n| inc, 1 | 2.00 | 6.00 |\n| inc, 2 |  | 123 |\n"
        );
    }

    #[test]
    fn a_grid_of_c_has_nothing_of_cpp() {
        let mut run = run();
        run.records[0].program = "c".to_owned();
        run.records[1].program = "cpp".to_owned();
        run.records[2].program = "c peer".to_owned();
        assert!(is_of(&run.records[0], "c") && !is_of(&run.records[1], "c") && is_of(&run.records[2], "c"));
        assert_eq!(grid(&run, "c", None, "ns").rows.len(), 2);
    }

    #[test]
    fn the_budget_says_what_is_missed() {
        let row = |found| Row { what: "a / b".into(), bar: Bar::AtMost(1.2), unit: "", found };
        let text = budget(&[row(Some(1.0)), row(Some(2.0)), row(None)]).markdown();
        for line in ["| ≤ 1.20 | 1.00 | met |", "| ≤ 1.20 | 2.00 | not met yet |", "| ≤ 1.20 | – | not measured |"]
        {
            assert!(text.contains(line), "{text}");
        }
    }
}

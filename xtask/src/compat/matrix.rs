// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The matrix: how rows become text, how the text is read back, and where the two differ.
//!
//! The text is a section for each part, `== part`, with tables in it: a line `-- table`, a line of columns, and a line
//! for each row. Cells are parted by two blanks or more, so no cell holds two; `.` is a cell that nobody ran.

use std::collections::BTreeMap;

use super::Outcome;

/// What was run, on what, and what came of it: one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Which table of the part it is in.
    pub(crate) table: String,
    /// What was run: the name of a line.
    pub(crate) what: String,
    /// On what: the name of a column.
    pub(crate) on: String,
    /// What came of it, in a word or two that do not change from run to run.
    pub(crate) outcome: String,
    /// What is wrong about it whatever the expectation says: a fact that a message lacks, for instance.
    pub(crate) wrong: Option<String>,
    /// It was not run here, and is not compared; the outcome says why.
    pub(crate) left_out: bool,
}

impl Row {
    /// A cell that was run.
    pub(crate) fn new(table: &str, what: &str, on: &str, outcome: &str) -> Row {
        let owned = str::to_owned;
        let (table, what, on, outcome) = (owned(table), owned(what), owned(on), owned(outcome));
        Row { table, what, on, outcome, wrong: None, left_out: false }
    }

    /// A cell that cannot be run here, and why.
    pub(crate) fn left_out(table: &str, what: &str, on: &str, why: &str) -> Row {
        Row { left_out: true, ..Row::new(table, what, on, &format!("left out: {why}")) }
    }

    /// The same, wrong for a reason.
    pub(crate) fn wrong(self, why: impl Into<String>) -> Row {
        Row { wrong: Some(why.into()), ..self }
    }

    fn key(&self) -> Key {
        (self.table.clone(), self.what.clone(), self.on.clone())
    }
}

type Key = (String, String, String);

/// The first lines of the file.
const HEAD: &str = "# What comes of each client on each library. Written by: cargo xtask compat --bless\n\
                    # How to read it: compat-tests/README.md\n";

/// The whole text of these parts.
pub(super) fn text(outcomes: &[Outcome]) -> String {
    let mut text = HEAD.to_owned();
    for outcome in outcomes {
        text.push_str(&section(&outcome.part, outcome.rows.as_deref().unwrap_or_default()));
    }
    text
}

/// `old` with the sections of these parts written anew.
pub(super) fn blessed(old: &str, outcomes: &[Outcome]) -> String {
    let mut text = HEAD.to_owned();
    let mut kept: Vec<(String, String)> = Vec::new();
    for block in old.split("\n== ").skip(1) {
        let name = block.lines().next().unwrap_or_default().to_owned();
        kept.push((name, format!("\n== {}\n", block.trim_end())));
    }
    for outcome in outcomes.iter().filter(|outcome| outcome.rows.is_ok()) {
        let new = section(&outcome.part, outcome.rows.as_deref().unwrap_or_default());
        match kept.iter_mut().find(|(name, _)| *name == outcome.part) {
            Some((_, block)) => *block = new,
            None => kept.push((outcome.part.clone(), new)),
        }
    }
    for (_, block) in &kept {
        text.push_str(block);
    }
    text
}

fn section(part: &str, rows: &[Row]) -> String {
    let mut text = format!("\n== {part}\n");
    for name in distinct(rows.iter().map(|row| &row.table)) {
        let of_table: Vec<&Row> = rows.iter().filter(|row| row.table == *name).collect();
        text.push_str(&table(name, &of_table));
    }
    text
}

fn table(name: &str, rows: &[&Row]) -> String {
    let columns = distinct(rows.iter().map(|row| &row.on));
    let mut lines = vec![std::iter::once(".").chain(columns.iter().map(|column| column.as_str())).collect::<Vec<_>>()];
    for what in distinct(rows.iter().map(|row| &row.what)) {
        let mut line = vec![what.as_str()];
        for column in &columns {
            let cell = rows.iter().find(|row| row.what == *what && row.on == **column);
            line.push(cell.map_or(".", |row| row.outcome.as_str()));
        }
        lines.push(line);
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..=columns.len()).map(width).collect();
    let mut text = format!("-- {name}\n");
    for line in &lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn distinct<'a>(names: impl Iterator<Item = &'a String>) -> Vec<&'a String> {
    let mut all: Vec<&String> = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// The cells of one part, as its section tells of them.
fn parse(part: &str, text: &str) -> BTreeMap<Key, String> {
    let mut cells = BTreeMap::new();
    let (mut here, mut table, mut columns) = (false, String::new(), None::<Vec<String>>);
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("== ") {
            here = name == part;
        } else if let Some(name) = line.strip_prefix("-- ") {
            (table, columns) = (name.to_owned(), None);
        } else if here && !line.is_empty() {
            let fields: Vec<String> =
                line.split("  ").map(|cell| cell.trim().to_owned()).filter(|cell| !cell.is_empty()).collect();
            match &columns {
                None => columns = Some(fields),
                Some(columns) => {
                    for (column, cell) in columns.iter().zip(&fields).skip(1).filter(|(_, cell)| *cell != ".") {
                        cells.insert((table.clone(), fields[0].clone(), column.clone()), cell.clone());
                    }
                }
            }
        }
    }
    cells
}

/// Each cell of a part, and each expected cell that nobody ran, by name, with what is wrong about it.
pub(super) fn verdicts(part: &str, rows: &[Row], expected: &str) -> Vec<(String, Result<(), String>)> {
    let mut expected = parse(part, expected);
    // What a part leaves out is not missed, whatever the columns are called.
    let left_out: Vec<&String> = rows.iter().filter(|row| row.left_out).map(|row| &row.table).collect();
    let mut verdicts = Vec::new();
    for row in rows {
        let promised = expected.remove(&row.key());
        if row.left_out {
            continue;
        }
        let verdict = match (&row.wrong, promised) {
            (Some(why), _) => Err(why.clone()),
            (None, Some(promised)) if promised == row.outcome => Ok(()),
            (None, Some(promised)) => Err(format!("is \"{}\", expected \"{promised}\"", row.outcome)),
            (None, None) => Err(format!("is \"{}\", and matrix.txt expects nothing of it", row.outcome)),
        };
        verdicts.push((format!("{part}, {}: {} on {}", row.table, row.what, row.on), verdict));
    }
    for ((table, what, on), promised) in expected {
        if !left_out.contains(&&table) {
            let why = format!("was not run, expected \"{promised}\"");
            verdicts.push((format!("{part}, {table}: {what} on {on}"), Err(why)));
        }
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        vec![
            Row::new("C loader", "asks 1", "serves 1", "v1"),
            Row::new("C loader", "asks 1", "serves 2 to 3", "too new"),
            Row::new("C loader", "asks 2", "serves 2 to 3", "v2"),
        ]
    }

    fn outcomes(rows: Vec<Row>) -> [Outcome; 1] {
        [Outcome { part: "ranges".to_owned(), rows: Ok(rows) }]
    }

    fn failures(rows: &[Row], expected: &str) -> Vec<String> {
        let verdicts = verdicts("ranges", rows, expected).into_iter();
        verdicts.filter_map(|(what, verdict)| Some(format!("{what}: {}", verdict.err()?))).collect()
    }

    #[test]
    fn what_is_printed_is_read_back() {
        let printed = text(&outcomes(rows()));
        assert!(printed.contains("\n== ranges\n-- C loader\n.       serves 1  serves 2 to 3\n"), "{printed}");
        assert!(printed.contains("\nasks 2  .         v2\n"), "{printed}");
        assert_eq!(failures(&rows(), &printed), [""; 0]);
        assert_eq!(verdicts("ranges", &rows(), &printed).len(), 3);
    }

    #[test]
    fn a_cell_that_differs_is_new_or_is_gone_is_named() {
        let printed = text(&outcomes(rows()));
        let mut changed = rows();
        changed[0].outcome = "v2".to_owned();
        changed[2].what = "asks 3".to_owned();
        let told = failures(&changed, &printed);
        assert_eq!(
            told,
            [
                "ranges, C loader: asks 1 on serves 1: is \"v2\", expected \"v1\"",
                "ranges, C loader: asks 3 on serves 2 to 3: is \"v2\", and matrix.txt expects nothing of it",
                "ranges, C loader: asks 2 on serves 2 to 3: was not run, expected \"v2\"",
            ]
        );
    }

    #[test]
    fn what_is_wrong_by_itself_fails_as_expected_too() {
        let printed = text(&outcomes(rows()));
        let mut changed = rows();
        changed[1] = changed[1].clone().wrong("the message does not name the file");
        assert_eq!(failures(&changed, &printed).len(), 1);
    }

    #[test]
    fn what_is_left_out_is_neither_compared_nor_missed() {
        let printed = text(&outcomes(rows()));
        let one = [Row::left_out("C loader", "all", "history", "commit abc is not in this clone")];
        assert_eq!(failures(&one, &printed), [""; 0]);
    }

    #[test]
    fn blessing_one_part_keeps_the_others() {
        let old = format!("{HEAD}\n== ranges\n-- x\n.  a\nb  c\n\n== election\n-- y\n.  a\nb  c\n");
        let new = blessed(&old, &outcomes(rows()));
        assert!(new.contains("\n== election\n-- y\n.  a\nb  c\n") && !new.contains("-- x"), "{new}");
        assert!(new.contains("-- C loader"), "{new}");
        assert_eq!(blessed(&new, &outcomes(rows())), new);
    }
}

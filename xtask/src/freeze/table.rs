// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The table of proofs.

use super::Lack;

/// How one proof stands.
pub(super) struct Row {
    pub(super) what: &'static str,
    pub(super) state: Result<(), Lack>,
    pub(super) cure: &'static str,
}

/// A line for each proof; those that hold need no cure. Why one does not hold has been told on standard error.
pub(super) fn write(version: u32, rows: &[Row]) -> String {
    let head = format!("proofs of ABI version {version}");
    let width = rows.iter().map(|row| row.what.len()).chain([head.len()]).max().unwrap_or(0);
    let mut text = format!("{head:<width$} | state   | cure\n");
    for Row { what, state, cure } in rows {
        let (state, cure) = match state {
            Ok(()) => ("holds", ""),
            Err(Lack::Missing(_)) => ("missing", "try it where its tools are"),
            Err(Lack::Fails(_)) => ("fails", *cure),
        };
        text.push_str(format!("{what:<width$} | {state:<7} | {cure}").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_that_does_not_hold_has_a_cure() {
        let row = |what, state| Row { what, state, cure: "put it back" };
        let rows = [
            row("first", Ok(())),
            row("second", Err(Lack::Fails("why".to_owned()))),
            row("third", Err(Lack::Missing("why".to_owned()))),
        ];
        let want = "proofs of ABI version 1 | state   | cure\n\
                    first                   | holds   |\n\
                    second                  | fails   | put it back\n\
                    third                   | missing | try it where its tools are\n";
        assert_eq!(write(1, &rows), want);
    }
}

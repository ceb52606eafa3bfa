// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What was run, and for how long.

use super::session::Session;

const HEAD: [&str; 6] = ["target", "minutes", "executions", "edges", "corpus", "crashes"];

/// A table for a reader of the terminal.
pub(crate) fn plain(sessions: &[Session]) -> String {
    let row = |session: &Session| {
        let crashes = session.found.len().max(usize::from(!session.ended));
        [
            session.target.clone(),
            format!("{:.1}", session.minutes),
            session.executions.to_string(),
            session.edges.to_string(),
            session.corpus.to_string(),
            crashes.to_string(),
        ]
    };
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(sessions.iter().map(row));
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
    let line = |row: &[String; 6]| {
        let numbers = row[1..].iter().zip(&widths[1..]).map(|(cell, width)| format!("  {cell:>width$}"));
        format!("{:<first$}{}\n", row[0], numbers.collect::<String>(), first = widths[0])
    };
    rows.iter().map(line).collect()
}

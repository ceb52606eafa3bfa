// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A client of a later time, which knows version 2, on libraries that may not.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::child::Ran;
use super::{child, compile, Lab, Row};

/// What a client of later asks for, and what that is called.
const ASKED: [(&str, [&str; 2], &str); 2] =
    [("can use 1 and 2", ["1", "2"], "ABI versions 1 to 2"), ("needs 2", ["2", "2"], "ABI version 2")];

/// In C it completes its table, in Rust it asks `provides()`.
pub(super) fn rows(lab: &Lab<'_>, table: &str, libraries: &[(&str, &PathBuf)]) -> Result<Vec<Row>, String> {
    let c = lab.folder("today")?.join("newer_c");
    let c = compile::c(lab, "clients/next/newer.c", &c, &lab.include(), &[])?;
    let rust = compile::program(&lab.rust_clients()?, "newer");
    let mut rows = Vec::new();
    for (language, program) in [("C", c), ("Rust", rust)] {
        for (what, range, told) in ASKED {
            for (name, library) in libraries {
                let mut command = Command::new(&program);
                child::plain(&mut command).args(range).env("CMETRICS_LIBRARY", library);
                let ran = child::run(&mut command)?;
                let row = Row::new(table, &format!("{language}, {what}"), name, &outcome(&ran));
                let asker = format!("asker 9.9 ({})", language.to_lowercase());
                rows.push(match lacks(&ran, &asker, told, library) {
                    Some(lacks) => row.wrong(format!("the message does not tell {lacks}\n{}", ran.story())),
                    None => row,
                });
            }
        }
    }
    Ok(rows)
}

fn outcome(ran: &Ran) -> String {
    let lines: Vec<&str> = ran.stdout.lines().take(4).collect();
    match lines[..] {
        // The slot that version 2 added adds two; where a stub stands in, it adds nothing.
        ["status 0", "version 2", "provides 1", "twice 3"] => "v2".to_owned(),
        ["status 0", "version 1", "provides 0", "twice 1"] => "v1, completed".to_owned(),
        ["status 7", ..] if ran.stdout.contains(": too old for ABI version 2\n") => "too old".to_owned(),
        _ => format!("failed: {}", lines.join(", ")),
    }
}

/// The facts that a message of failure lacks.
fn lacks(ran: &Ran, asker: &str, asked: &str, library: &Path) -> Option<String> {
    if ran.stdout.starts_with("status 0\n") {
        return None;
    }
    let line = format!("CMETRICS_LIBRARY: {}: is cmetrics ", library.display());
    let owed = [
        ("who asked, and for which versions", format!("for {asker}, which can use {asked}\n")),
        ("which file answered, and how it was found", line),
        ("what it serves", "which serves ABI version 1: ".to_owned()),
        ("what to do", "\nhint: replace ".to_owned()),
    ];
    let lacks: Vec<&str> = owed.iter().filter(|(_, text)| !ran.stdout.contains(text)).map(|(fact, _)| *fact).collect();
    (!lacks.is_empty()).then(|| lacks.join(", "))
}

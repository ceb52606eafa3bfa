// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Every range that a client asks for, on every range that a library serves, and on strangers.
//!
//! What is promised comes of a rule of a few lines (`rule`), not of a list. A message of a failure owes facts
//! (`facts`), which are looked for in every failing cell, whichever way the library was found.

mod facts;
mod mocks;
mod rule;

use std::path::PathBuf;
use std::process::Command;

use super::{child, compile, Lab, Row};
use facts::{Heard, Origin};
use mocks::Mock;
use rule::Range;

/// A client, and what it can do.
struct Client {
    name: &'static str,
    /// As reports name it.
    asker: &'static str,
    /// The start of its command.
    command: Vec<PathBuf>,
    /// It takes a range and a module; otherwise it asks for version 1, beside itself.
    takes_range: bool,
    /// It fills what a table lacks with stubs.
    completes: bool,
    origins: &'static [Origin],
}

pub(super) fn run(lab: &Lab<'_>, _quick: bool) -> Result<Vec<Row>, String> {
    if !cfg!(target_os = "linux") {
        return Ok(vec![Row::left_out("all", "all", "all", "the mocks are for Linux")]);
    }
    let mocks = mocks::build(lab)?;
    let mut rows = Vec::new();
    for client in clients(lab)? {
        let asked = if client.takes_range { rule::ranges() } else { vec![Range { oldest: 1, newest: 1 }] };
        for asked in asked {
            for mock in &mocks {
                rows.push(cell(&client, asked, mock)?);
            }
        }
    }
    Ok(rows)
}

fn clients(lab: &Lab<'_>) -> Result<Vec<Client>, String> {
    let folder = lab.folder("ranges")?;
    let include = lab.include();
    let c = compile::c(lab, "ranges/ask.c", &folder.join("ask_c"), &include, &[])?;
    let cpp = compile::c(lab, "ranges/ask.cpp", &folder.join("ask_cpp"), &include, &[])?;
    let rust = compile::program(&lab.rust_clients()?, "ask");
    let python = lab.ground()?.venv.python.executable.clone();
    let script = lab.tree.root.join("compat-tests/ranges/ask.py");
    let all: &'static [Origin] = &[Origin::Forced, Origin::Loaded, Origin::Beside, Origin::System];
    // The C++ SDK looks beside its own program, the Python SDK into its own package, where there is a library.
    let not_beside: &'static [Origin] = &[Origin::Forced, Origin::Loaded, Origin::System];
    let forced: &'static [Origin] = &[Origin::Forced];
    let client = |name, asker, command, takes_range, completes, origins| Client {
        name,
        asker,
        command,
        takes_range,
        completes,
        origins,
    };
    Ok(vec![
        client("C loader", "asker 9.9 (c)", vec![c], true, false, all),
        client("Rust loader", "asker 9.9 (rust)", vec![rust], true, true, all),
        client("C++ SDK", "ask_cpp (c++)", vec![cpp], false, false, not_beside),
        client("Python SDK", "ask (python, ", vec![python, script], false, true, forced),
    ])
}

/// One client on one library, found in every way. The outcome is one word if all ways agree.
fn cell(client: &Client, asked: Range, mock: &Mock) -> Result<Row, String> {
    let promised = rule::promised(asked, &mock.shape, client.completes);
    let mut outcomes: Vec<String> = Vec::new();
    let mut wrong = Vec::new();
    for origin in client.origins {
        let mut command = Command::new(&client.command[0]);
        child::plain(&mut command).args(&client.command[1..]);
        if client.takes_range {
            command.arg(asked.oldest.to_string()).arg(asked.newest.to_string());
        }
        origin.lead(&mut command, mock);
        let ran = child::run(&mut command)?;
        let heard = Heard::of(&ran, *origin, mock);
        if let Err(why) = heard.check(&ran, &promised, *origin, client.asker, asked, mock) {
            wrong.push(format!("found by \"{}\": {why}\n{}", origin.name(), ran.story()));
        }
        if !outcomes.contains(&heard.outcome) {
            outcomes.push(heard.outcome);
        }
    }
    let table = format!("{}: asks for, on what serves", client.name);
    let row = Row::new(&table, &asked.to_string(), &mock.name, &outcomes.join(" or "));
    Ok(if wrong.is_empty() { row } else { row.wrong(wrong.join("\n")) })
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is said of Windows, tried under Wine: the election, planted sections, the search of the C header and of the Rust
//! crates, and the headers' own tests. `cargo xtask test` does not run it. Where a tool is missing, its rows are left out.

mod clients;
mod ground;
mod hostile;
mod orders;

use super::{Lab, Row};
use ground::Ground;

const ONE_ROOT: &str = "one root, nothing lost";

pub(super) fn run(lab: &Lab<'_>, quick: bool) -> Result<Vec<Row>, String> {
    if let Some(why) = ground::missing(lab.tree) {
        let tables = [RACES, orders::TABLE, hostile::TABLE, clients::TABLE, CONFORMANCE];
        return Ok(tables.map(|table| Row::left_out(table, "all", "result", &why)).into());
    }
    let ground = Ground::ready(lab)?;
    let mut rows = races(&ground, if quick { 40 } else { 400 })?;
    rows.extend(orders::run(&ground)?);
    rows.extend(hostile::run(&ground)?);
    rows.extend(clients::run(&ground)?);
    rows.extend(conformance(&ground)?);
    Ok(rows)
}

const RACES: &str = "eight threads at once";

fn races(ground: &Ground<'_>, processes: u32) -> Result<Vec<Row>, String> {
    let race = ground.compile("election/race.c", "race.exe", &["-static", "-lpthread"])?;
    let copies = ground.copies("race", &ground.now, 4)?;
    let plugin = ground::dos(&ground.plugin);
    let (noted, sdk) = (format!("note:{plugin}"), format!("sdk:{plugin}"));
    let later = ground::dos(&ground.later);
    let forms = [
        ("four DLLs", copies.clone()),
        ("two DLLs and a plugin", vec![copies[0].clone(), noted.clone(), copies[1].clone()]),
        ("two through the Rust SDK", vec![sdk, copies[0].clone(), copies[1].clone()]),
        ("of every form and age", vec![copies[0].clone(), noted, later, copies[1].clone()]),
    ];
    let counts = ["8".to_owned(), processes.to_string()];
    forms
        .into_iter()
        .map(|(what, specs)| ground.hold((RACES, what, ONE_ROOT), &race, &[&counts[..], &specs].concat()))
        .collect()
}

const CONFORMANCE: &str = "the headers' tests";

/// Those of `headers/tests/c` that ask nothing of POSIX but dlfcn.h.
const PORTABLE: [&str; 10] = [
    "bad_input",
    "bad_texts",
    "collectors",
    "fake_counter",
    "histogram_collector",
    "kinds",
    "lifetime",
    "locating",
    "names",
    "report",
];

fn conformance(ground: &Ground<'_>) -> Result<Vec<Row>, String> {
    let (library, cases) = (ground::dos(&ground.now), ground::dos(&ground.lab_file("locating")));
    let environment = [("CMETRICS_LIBRARY", library.as_str()), ("CMETRICS_CASES", cases.as_str())];
    let row = |name: &str| {
        let program = ground.compile(&format!("../headers/tests/c/{name}.c"), &format!("{name}.exe"), &[])?;
        ground.hold_with(&environment, (CONFORMANCE, name, "passed"), &program, &[])
    };
    PORTABLE.into_iter().map(row).collect()
}

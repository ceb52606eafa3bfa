// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The SDKs of today on the libraries of earlier releases, and the layout of version 1 beside each release's.

use super::{clients, history, layout, newer, sdk, Lab, Row};

const TODAY: &str = "clients of version 1, SDKs of today";
const LATER: &str = "client of later";
const LAYOUT: &str = "layout of version 1";

pub(super) fn run(lab: &Lab<'_>, _quick: bool) -> Result<Vec<Row>, String> {
    if !cfg!(target_os = "linux") {
        return Ok(vec![Row::left_out("all", "all", "all", "releases are rebuilt on Linux")]);
    }
    let mut rows = Vec::new();
    for release in history::releases(lab)? {
        let on = format!("library of {}", release.version);
        if let Some(why) = history::absent(lab, &release) {
            rows.extend([TODAY, LATER, LAYOUT].map(|table| Row::left_out(table, "all", &on, &why)));
            continue;
        }
        // First what needs no building: it names a slot that moved, where the compiler may stumble over it later.
        let include = history::export(lab, &release)?.join("headers/include");
        rows.extend(layout::rows(lab, LAYOUT, &release.version, &include)?);
        match on_its_library(lab, &release, &on) {
            Ok(more) => rows.extend(more),
            Err(why) => rows.push(Row::new(TODAY, "all", &on, "cannot be built").wrong(why)),
        }
    }
    Ok(rows)
}

fn on_its_library(lab: &Lab<'_>, release: &history::Release, on: &str) -> Result<Vec<Row>, String> {
    let built = history::build(lab, release)?;
    let mut rows = Vec::new();
    for client in sdk::today(lab)? {
        let differs = client.on(lab, &built.library, None)?;
        rows.push(clients::row(TODAY, &client, on, differs));
    }
    rows.extend(newer::rows(lab, LATER, &[(on, &built.library)])?);
    Ok(rows)
}

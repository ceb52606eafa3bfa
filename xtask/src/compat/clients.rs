// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The frozen clients of version 1 on the libraries of today and of later; a host of later with a plugin of version 1;
//! a client of later on the library of today.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{child, compile, history, newer, sdk, Lab, Row};

pub(super) fn run(lab: &Lab<'_>, _quick: bool) -> Result<Vec<Row>, String> {
    if !cfg!(target_os = "linux") {
        return Ok(vec![Row::left_out("all", "all", "all", "the mocks are for Linux")]);
    }
    let today = lab.library()?;
    let later = lab.draft()?;
    let longer = longer(lab)?;
    let libraries =
        [("today", &today, None), ("later", &later, None), ("longer tables", &longer, Some(today.as_path()))];
    let mut rows = frozen(lab, "today", &sdk::today(lab)?, &libraries)?;
    let mut plugins = vec![("today".to_owned(), lab.include())];
    for release in history::releases(lab)? {
        let table = table(&release.version);
        if let Some(why) = history::absent(lab, &release) {
            rows.push(Row::left_out(&table, "all", "all", &why));
            rows.push(Row::left_out(TOGETHER, "all", &plugin_of(&release.version), &why));
            continue;
        }
        let built = history::build(lab, &release)?;
        rows.extend(frozen(lab, &release.version, &built.clients, &libraries)?);
        plugins.push((release.version, built.include));
    }
    for (of, include) in plugins {
        rows.extend(together(lab, &of, &include, &later)?);
    }
    rows.extend(newer::rows(lab, NEWER, &[("today", &today), ("later", &later)])?);
    Ok(rows)
}

const TOGETHER: &str = "host of later, plugin of version 1, one process";
const NEWER: &str = "client of later";

fn table(sdk: &str) -> String {
    format!("clients of version 1, SDKs of {sdk}")
}

fn plugin_of(of: &str) -> String {
    format!("plugin of {of}")
}

/// A library whose tables go on after version 1's, with slots that end the process; what they lead to is today's.
fn longer(lab: &Lab<'_>) -> Result<PathBuf, String> {
    let file = lab.folder("mocks/over")?.join("libcmetrics.so.1");
    compile::c(lab, "mock/mock.c", &file, &lab.include(), &["-DNEWEST=3", "-DLONGER", "-DOVER"])
}

type Library<'a> = (&'a str, &'a PathBuf, Option<&'a Path>);

/// Every client on every library.
fn frozen(lab: &Lab<'_>, sdk: &str, clients: &[sdk::Client], libraries: &[Library<'_>]) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for client in clients {
        for (name, library, over) in libraries {
            rows.push(row(&table(sdk), client, name, client.on(lab, library, *over)?));
        }
    }
    Ok(rows)
}

/// One client's cell.
pub(super) fn row(table: &str, client: &sdk::Client, library: &str, differs: Option<String>) -> Row {
    match differs {
        None => Row::new(table, client.language, library, "as ever"),
        Some(why) => Row::new(table, client.language, library, "differs").wrong(why),
    }
}

/// The host says what came of each thing that it shares with the plugin.
fn together(lab: &Lab<'_>, of: &str, include: &Path, later: &Path) -> Result<Vec<Row>, String> {
    let folder = lab.folder(&format!("plugins/{of}"))?;
    let plugin = compile::c(lab, "clients/v1/plugin.c", &folder.join("plugin.so"), include, &[])?;
    let host = compile::c(lab, "clients/next/host.c", &folder.join("host"), &lab.include(), &[])?;
    let mut command = Command::new(host);
    let told = child::must(child::plain(&mut command).arg(plugin).env("CMETRICS_LIBRARY", later))?;
    let lines = told.lines().filter_map(|line| line.rsplit_once(": "));
    Ok(lines.map(|(what, outcome)| Row::new(TOGETHER, what, &plugin_of(of), outcome)).collect())
}

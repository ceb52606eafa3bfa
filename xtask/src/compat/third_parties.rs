// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A plugin that uses no SDK, and a test double in place of one slot.

use std::path::PathBuf;
use std::process::Command;

use super::{child, compile, Lab, Row};

pub(super) fn run(lab: &Lab<'_>, _quick: bool) -> Result<Vec<Row>, String> {
    if !cfg!(target_os = "linux") {
        return Ok(vec![Row::left_out("all", "all", "all", "the programs are for Linux")]);
    }
    let folder = lab.folder("third-parties")?;
    let include = lab.include();
    let build = |source: &str, out: &str, more: &[&str]| {
        compile::c(lab, &format!("third-parties/{source}"), &folder.join(out), &include, more)
    };
    let host = build("host.c", "host", &[])?;
    let declares = build("plain.c", "declares.so", &["-DEXTERN"])?;
    let asks = build("plain.c", "asks.so", &[])?;
    let (in_c, in_cpp) = (build("double.c", "double_c", &[])?, build("double.cpp", "double_cpp", &[])?);

    let mut rows = Vec::new();
    for (name, library) in [("today", lab.library()?), ("later", lab.draft()?)] {
        let outcome = |program: &PathBuf, plugin: Option<&PathBuf>| {
            let mut command = Command::new(program);
            child::must(child::plain(&mut command).arg(&library).args(plugin))
        };
        let plain = "plugin in plain C, with cmetrics.h alone";
        for (what, plugin) in [("declares the entry", &declares), ("asks dlsym for the entry", &asks)] {
            rows.push(Row::new(plain, what, name, outcome(&host, Some(plugin))?.trim()));
        }
        let double = "a slot exchanged for a test's own";
        for (what, program) in [("code in C that takes a table", &in_c), ("the C++ SDK, linked", &in_cpp)] {
            rows.push(Row::new(double, what, name, outcome(program, None)?.trim()));
        }
    }
    Ok(rows)
}

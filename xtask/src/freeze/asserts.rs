// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The header's own assertions, in C and in C++, for 64 and for 32 bits: they hold, they are all there, and they fail on
//! a header in which two slots changed places.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::header::{self, Mutation};
use super::Lack;
use crate::codegen::golden::Golden;
use crate::tree::Tree;
use crate::{step, tools};

/// The size of a pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    Wide,
    Narrow,
}

/// Language, and the first of its standards that has assertions.
const LANGUAGES: [(&str, &str); 2] = [("c", "-std=c11"), ("c++", "-std=c++11")];

pub(super) fn prove(tree: &Tree, width: Width) -> Result<(), Lack> {
    tools::compilers().map_err(Lack::Missing)?;
    let headers = tree.root.join("headers/include");
    let header = headers.join("cmetrics-1/cmetrics.h");
    let text =
        fs::read_to_string(&header).map_err(|e| Lack::Fails(format!("cannot read {}: {e}", header.display())))?;
    complete(tree, &text).map_err(Lack::Fails)?;
    let folder = tree.target.join("freeze");
    let mutated = header::write(&header, Mutation::Reorder, &folder).map_err(Lack::Fails)?;
    for (language, standard) in LANGUAGES {
        if width == Width::Narrow && step::ask(&mut compiler(tree, language, standard, width, None)).is_none() {
            let variable = if language == "c" { "CC" } else { "CXX" };
            return Err(Lack::Missing(format!(
                "the {language} compiler makes nothing for 32 bits (-m32 -ffreestanding)\n--> name one in {variable} that does"
            )));
        }
        let bits = if width == Width::Wide { 64 } else { 32 };
        let what = format!("asserting the layout in {language}, {bits} bits");
        let mut good = compiler(tree, language, standard, width, Some(&headers));
        step::must(&what, &mut good, "an assertion of cmetrics.h fails: it names the field").map_err(Lack::Fails)?;
        let mut bad = compiler(tree, language, standard, width, Some(&mutated));
        let (code, said) = step::unseen(&mut bad).map_err(Lack::Fails)?;
        if code == Some(0) || !said.contains("offsetof(cmetrics_counter_v1, add)") {
            let why = "two slots of a copy changed places, and the header's assertions do not name one";
            return Err(Lack::Fails(format!("{}\n{said}\n--> {why}", step::line(&bad))));
        }
    }
    Ok(())
}

/// Every struct and field of the golden texts has its assertion.
fn complete(tree: &Tree, header: &str) -> Result<(), String> {
    let mut count = 0;
    for version in 0.. {
        let Some(golden) = Golden::read(&tree.root, version)? else { break };
        for (name, what) in golden.now() {
            let wanted = match name.split_once('.') {
                Some((holder, field)) => format!("(offsetof({holder}, {field}) == "),
                None if what.starts_with("struct, ") => format!("(sizeof({name}) == "),
                None => continue,
            };
            if !header.contains(&wanted) {
                return Err(format!("cmetrics.h does not assert {wanted}…)\n--> run: cargo xtask codegen"));
            }
            count += 1;
        }
    }
    if count == 0 {
        return Err("the golden texts hold no struct\n--> run: cargo xtask codegen".to_owned());
    }
    Ok(())
}

/// The compiler on a file that includes the header from that folder, or, to see what it can do, a header of its own.
/// Free-standing, so that 32 bits need no C library of that width.
fn compiler(tree: &Tree, language: &str, standard: &str, width: Width, include: Option<&Path>) -> Command {
    let (variable, usual) = if language == "c" { ("CC", "cc") } else { ("CXX", "c++") };
    let mut command = tree.command(std::env::var_os(variable).unwrap_or_else(|| usual.into()));
    command.args([standard, "-ffreestanding", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only"]);
    if width == Width::Narrow {
        command.arg("-m32");
    }
    match include {
        Some(include) => command.arg("-I").arg(include).args(["-include", "cmetrics-1/cmetrics.h"]),
        None => command.args(["-include", "stdint.h"]),
    };
    command.args(["-x", language, "/dev/null"]);
    command
}

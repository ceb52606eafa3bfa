// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `abidiff` on two libraries with debug information, one compiled from the header as it was kept for the version, one from
//! the header as it is. Structs may have grown at their ends, and nothing else may differ.
//!
//! Its suppression `has_data_member_inserted_at = end` says that too, but takes a struct's every other change with it: a
//! slot of another type passes (libabigail 2.2). So its report is read instead, and only what is known to be harmless
//! passes. Each time it is tried on mutated copies. See docs/decisions/0004-frozen-by-text.md.

use std::fs;
use std::path::{Path, PathBuf};

use super::header::{self, Mutation};
use super::Lack;
use crate::codegen::golden::{self, Golden};
use crate::tree::Tree;
use crate::{step, tools};

const PROBE: &str = "compat-tests/freeze/probe.c";

pub(super) fn prove(tree: &Tree, version: u32) -> Result<(), Lack> {
    tools::compilers().map_err(Lack::Missing)?;
    for tool in ["abidiff", "abidw"] {
        if tools::on_path(tool).is_none() {
            return Err(Lack::Missing(format!("{tool} is not on PATH\n--> {}", tools::ABIGAIL.cure())));
        }
    }
    compare(tree, version).map_err(Lack::Fails)
}

fn compare(tree: &Tree, version: u32) -> Result<(), String> {
    let folder = tree.target.join("freeze");
    fs::create_dir_all(&folder).map_err(|e| format!("cannot create {}: {e}", folder.display()))?;
    let headers = tree.root.join("headers/include");
    let kept = golden::header(version);
    let includes = tree.root.join(format!("abi/v{version}"));
    let was = probe(tree, &includes, &folder.join("kept.so"))?;
    everything_is_seen(tree, &was, version)?;
    let is = probe(tree, &headers, &folder.join("now.so"))?;
    judge(tree, &was, &is).map_err(|why| format!("cmetrics.h differs from {kept}:\n{why}"))?;

    for mutation in [Mutation::Append, Mutation::Insert, Mutation::Reorder, Mutation::Retype] {
        let include = header::write(&includes.join("cmetrics-1/cmetrics.h"), mutation, &folder)?;
        let mutated = probe(tree, &include, &folder.join(format!("{mutation:?}.so").to_lowercase()))?;
        match (mutation, judge(tree, &was, &mutated)) {
            (Mutation::Append, Ok(())) => {}
            (Mutation::Append, Err(why)) => return Err(format!("a slot at the end is refused:\n{why}")),
            (_, Ok(())) => return Err(format!("abidiff does not see a mutated header: {mutation:?} passes")),
            (_, Err(why)) if !why.contains(mutation.slot()) => {
                return Err(format!("{mutation:?}: the slot {} is not named:\n{why}", mutation.slot()));
            }
            (_, Err(_)) => {}
        }
    }
    Ok(())
}

fn probe(tree: &Tree, include: &Path, out: &Path) -> Result<PathBuf, String> {
    let mut cc = tree.command(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
    cc.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-g", "-fPIC", "-shared", "-I"]);
    cc.arg(include).arg(PROBE).arg("-o").arg(out);
    step::must("compiling a probe", &mut cc, "")?;
    Ok(out.to_owned())
}

/// What no function of the probe leads to would not be compared.
fn everything_is_seen(tree: &Tree, probe: &Path, newest: u32) -> Result<(), String> {
    let done = step::must("reading the probe's types", tree.command("abidw").arg(probe), &tools::ABIGAIL.cure())?;
    let types = String::from_utf8_lossy(&done.stdout).into_owned();
    let mut known = 0;
    for version in 0..=newest {
        let Some(golden) = Golden::read(&tree.root, version)? else { break };
        // What joined later is in no header that was kept.
        for (name, _) in golden.lines.iter().filter(|(name, what)| what.starts_with("struct, ") && !name.contains('.'))
        {
            let seen = types.contains(&format!("name='{name}' size-in-bits="));
            if !seen {
                return Err(format!("no function of {PROBE} leads to {name}\n--> add one that returns it"));
            }
            known += 1;
        }
    }
    if known == 0 {
        return Err("the golden texts hold no struct\n--> run: cargo xtask codegen".to_owned());
    }
    Ok(())
}

fn judge(tree: &Tree, was: &Path, is: &Path) -> Result<(), String> {
    let mut abidiff = tree.command("abidiff");
    abidiff.args(["--leaf-changes-only", "--no-show-locs"]).arg(was).arg(is);
    let (code, said) = step::unseen(&mut abidiff)?;
    match code {
        Some(0) => Ok(()),
        // Bit 2: something changed; bit 3: in a way that it calls incompatible. Bits 0 and 1: it could not compare.
        Some(code) if code & 3 == 0 => read(&said),
        _ => Err(format!("{} could not compare:\n{said}", step::line(&abidiff))),
    }
}

/// Passes if the report tells of nothing but members at the ends of structs.
fn read(report: &str) -> Result<(), String> {
    let (mut end, mut changed, mut bad) = (None, false, Vec::new());
    for line in report.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let summary =
            line.contains(" summary: ") && (!line.starts_with("Removed/") || line.contains(": 0 Removed, 0 Changed"));
        let inserting = line.ends_with("data member insertion:") || line.ends_with("data member insertions:");
        let opening = line.starts_with("'struct cmetrics_") && line.ends_with(" changed:");
        if opening {
            (end, changed) = (None, true);
        } else if let Some((from, to)) = size(line) {
            end = (to > from).then_some(from);
        } else if let Some(at) = line.strip_suffix(" (in bits)").and_then(|line| line.rsplit_once(", at offset ")) {
            let at: Option<u64> = at.1.parse().ok();
            if end.is_none() || at < end {
                bad.push(line);
            }
        } else if !summary && !inserting {
            bad.push(line);
        }
    }
    if bad.is_empty() && changed {
        return Ok(());
    }
    Err(if bad.is_empty() { report.trim().to_owned() } else { bad.join("\n") })
}

/// `type size changed from 256 to 320 (in bits)`
fn size(line: &str) -> Option<(u64, u64)> {
    let (from, to) = line.strip_prefix("type size changed from ")?.strip_suffix(" (in bits)")?.split_once(" to ")?;
    Some((from.parse().ok()?, to.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::read;

    fn report(body: &str) -> String {
        format!(
            "Leaf changes summary: 1 artifact changed\nChanged leaf types summary: 1 leaf type changed\n\
             Removed/Changed/Added functions summary: 0 Removed, 0 Changed, 0 Added function\n\n\
             'struct cmetrics_counter_v1' changed:\n{body}"
        )
    }

    #[test]
    fn members_at_the_end_pass() {
        let grown = "  type size changed from 256 to 320 (in bits)\n";
        let end = "  1 data member insertion:\n    'void (cmetrics_counter*)* more', at offset 256 (in bits)\n";
        assert_eq!(read(&report(&format!("{grown}{end}"))), Ok(()));
        let middle = end.replace("256", "192");
        assert!(read(&report(&format!("{grown}{middle}"))).is_err_and(|why| why.contains("more")));
        assert!(read(&report(end)).is_err(), "a member that lay where there was room");
    }

    #[test]
    fn whatever_else_it_says_is_told() {
        let moved = "  type size hasn't changed\n  there are data member changes:\n    'void (x*)* inc' offset changed from 64 to 128 (in bits) (by +64 bits)\n";
        assert!(read(&report(moved)).is_err_and(|why| why.contains("inc")));
        let gone = report("").replace("functions summary: 0 Removed", "functions summary: 1 Removed");
        assert!(read(&gone).is_err_and(|why| why.contains("1 Removed")));
        assert!(read("it says nothing that is known").is_err());
        assert!(read("").is_err());
    }
}

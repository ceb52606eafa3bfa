// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask freeze N`: declares ABI version N frozen, if every proof of it holds.
//!
//! A proof is asked for here, whoever gives it; those that compare are tried on mutated copies too, each time, so that a
//! proof that sees nothing is no proof. After the declaration `cargo xtask codegen` refuses to change what was declared.

mod abidiff;
mod asserts;
mod header;
mod table;
#[cfg(all(test, unix))]
mod tests;

use std::process::Command;

use crate::codegen::golden::{self, Golden};
use crate::tree::Tree;
use crate::{codegen, compat, step, tidy};
use table::Row;

/// Declare a version of the binary interface frozen for ever, if every proof of it holds
///
/// Prints the proofs on standard output, each with its state and cure, and what fails on standard error. Exits 1 while one is missing or fails. After the declaration `cargo xtask codegen` refuses to change the version.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The version
    version: u32,
    /// Only say how the proofs stand; declare nothing
    #[arg(long)]
    check: bool,
}

/// Why a proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lack {
    /// It could not be tried here.
    Missing(String),
    /// It was tried.
    Fails(String),
}

/// What somebody else says, as a proof.
fn told(verdict: Result<(), String>) -> Result<(), Lack> {
    verdict.map_err(Lack::Fails)
}

/// One proof: what it shows, who is asked, and what mends it.
struct Proof {
    what: &'static str,
    ask: fn(&Tree, u32) -> Result<(), Lack>,
    cure: &'static str,
}

/// Those that no other command runs.
const OWN: [Proof; 6] = [
    Proof {
        what: "golden texts and kept header, with their hashes",
        ask: |tree, _| told(codegen::run(&tree.root, true)),
        cure: "cargo xtask codegen, or put the slot back",
    },
    Proof {
        what: "one slot moved or retyped is found and named",
        ask: |tree, version| told(codegen::proven::prove(&tree.root, version)),
        cure: "mend xtask/src/codegen: it no longer sees a change",
    },
    Proof {
        what: "abidiff: only ends have grown",
        ask: abidiff::prove,
        cure: "put the slot back; add the next version",
    },
    Proof {
        what: "the header's assertions, 64 bits, C and C++",
        ask: |tree, _| asserts::prove(tree, asserts::Width::Wide),
        cure: "cargo xtask codegen; if it stays, mend xtask/src/codegen/layout.rs",
    },
    Proof {
        what: "the header's assertions, 32 bits, C and C++",
        ask: |tree, _| asserts::prove(tree, asserts::Width::Narrow),
        cure: "cargo xtask codegen; if it stays, mend xtask/src/codegen/layout.rs",
    },
    Proof {
        what: "every slot has its comment, tags and article",
        ask: |tree, _| told(tidy::interface(tree)),
        cure: "complete its comment in interface/src",
    },
];

/// Those that `cargo xtask test` runs in other parts.
const OTHERS: [Proof; 3] = [
    Proof {
        what: "the compiler: every offset, size, type and number",
        ask: |tree, _| told(run(tree, &mut snapshot_test(tree))),
        cure: "cargo xtask codegen, or put the slot back",
    },
    Proof {
        what: "abi_stable: the next version begins with this one",
        ask: |tree, _| told(run(tree, &mut prefix_test(tree))),
        cure: "put the new slot at the end",
    },
    Proof {
        what: "old clients on new libraries, and the other way",
        ask: |tree, _| told(compatible(tree)),
        cure: "cargo xtask compat shows the cell",
    },
];

pub(crate) fn run_command(tree: &Tree, args: &Args) -> Result<(), String> {
    let version = args.version;
    if version == 0 {
        return Err("what all versions share is frozen with version 1: cargo xtask freeze 1".to_owned());
    }
    let Some(golden) = Golden::read(&tree.root, version)? else {
        return Err(format!(
            "there is no version {version}: {} is not there\n--> docs/abi/policy.md says how one is added",
            golden::file(version)
        ));
    };
    let rows: Vec<Row> = OWN.iter().chain(&OTHERS).map(|proof| ask(proof, tree, version)).collect();
    print!("{}", table::write(version, &rows));
    let lacking = rows.iter().filter(|row| row.state.is_err()).count();
    if lacking > 0 {
        return Err(format!("version {version} cannot be frozen: {lacking} of {} proofs do not hold", rows.len()));
    }
    if golden.frozen {
        println!("version {version} is frozen, and nothing has changed it");
    } else if args.check {
        println!("version {version} is a draft that could be frozen: cargo xtask freeze {version}");
    } else {
        let files = codegen::freeze(&tree.root, version)?;
        println!("version {version} is frozen. Commit, with a line in CHANGELOG.md: {}", files.join(" "));
    }
    Ok(())
}

/// The proofs that no other part of the tests runs, of every version, each with its verdict. One that cannot be tried on
/// this machine is told and left out, unless it is the machine on which all can.
pub(crate) fn verdicts(tree: &Tree) -> Vec<(String, Result<(), String>)> {
    let everywhere = cfg!(all(target_os = "linux", target_arch = "x86_64"));
    let versions = (1..).take_while(|version| *version == 1 || tree.root.join(golden::file(*version)).exists());
    let mut all = Vec::new();
    for (version, proof) in versions.flat_map(|version| OWN.iter().map(move |proof| (version, proof))) {
        let what = format!("ABI version {version}: {}", proof.what);
        let verdict = match (proof.ask)(tree, version) {
            Err(Lack::Missing(why)) if !everywhere => {
                eprintln!("left out: {what}: {why}");
                continue;
            }
            Err(Lack::Missing(why)) => Err(why),
            Err(Lack::Fails(why)) => Err(format!("{why}\n--> {}", proof.cure)),
            Ok(()) => Ok(()),
        };
        all.push((what, verdict));
    }
    all
}

fn ask(proof: &Proof, tree: &Tree, version: u32) -> Row {
    let state = (proof.ask)(tree, version);
    if let Err(Lack::Missing(why) | Lack::Fails(why)) = &state {
        eprintln!("\n{}:\n{why}\n", proof.what);
    }
    Row { what: proof.what, state, cure: proof.cure }
}

fn run(tree: &Tree, test: &mut Command) -> Result<(), String> {
    test.current_dir(&tree.root);
    let done = step::must("asking the compiler", test, "")?;
    let ran = done
        .text()
        .lines()
        .any(|line| line.starts_with("test result: ok. ") && !line.starts_with("test result: ok. 0 "));
    ran.then_some(()).ok_or_else(|| done.story("it ran no test, which proves nothing"))
}

/// The whole matrix of clients and libraries, with fewer runs of what is run many times.
fn compatible(tree: &Tree) -> Result<(), String> {
    let expected = compat::expected(&tree.root)?;
    let outcomes = compat::outcomes(tree, &compat::here(), true);
    let cells: Vec<_> = outcomes.iter().flat_map(|outcome| compat::verdicts(outcome, &expected)).collect();
    let wrong: Vec<String> =
        cells.iter().filter_map(|(what, verdict)| Some(format!("{what}: {}", verdict.as_ref().err()?))).collect();
    match (cells.len(), wrong.len()) {
        (0, _) => Err("the matrix has no cell, which proves nothing".to_owned()),
        (_, 0) => Ok(()),
        _ => Err(wrong.join("\n")),
    }
}

fn snapshot_test(tree: &Tree) -> Command {
    let mut test = tree.cargo();
    test.args(["test", "--locked", "-p", "cmetrics-interface", "--test", "abi_snapshot", "--test", "abi_hash"]);
    test
}

/// The test by `abi_stable`, which needs a later version to compare with.
pub(crate) fn prefix_test(tree: &Tree) -> Command {
    let mut test = tree.cargo();
    test.args(["test", "--locked", "-p", "cmetrics-interface", "--features", "draft", "--test", "abi_prefix"]);
    test
}

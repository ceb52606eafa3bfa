// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The project's own commands, run as `cargo xtask COMMAND`.
//!
//! One file per command; what several of them need (steps, tools, the Python environment, the library, the wheel, the
//! worker example) has a file each as well. `cargo xtask help COMMAND` tells what a command takes.

mod bench;
mod cli;
mod codegen;
mod compat;
mod demo;
mod dist;
mod docs;
mod freeze;
mod fuzz;
mod library;
mod python;
mod sanitize;
mod soak;
mod step;
mod supply;
mod test;
mod tidy;
mod tools;
mod tree;
mod wheel;
mod wine;
mod worker;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let tree = match tree::Tree::find() {
        Ok(tree) => tree,
        Err(why) => return fail(&why),
    };
    let done = match cli::Cli::parse().command {
        cli::Command::Demo(args) => demo::run(&tree, &args),
        cli::Command::Test(args) => test::run(&tree, &args),
        cli::Command::Bench(args) => bench::run(&tree, &args),
        cli::Command::Codegen { check } => codegen::run(&tree.root, check),
        cli::Command::Compat(args) => compat::run(&tree, &args),
        cli::Command::Dist(args) => dist::run(&tree, &args),
        cli::Command::Docs(args) => docs::run(&tree, &args),
        cli::Command::Freeze(args) => freeze::run_command(&tree, &args),
        cli::Command::Fuzz(args) => fuzz::run(&tree, &args),
        cli::Command::Sanitize(args) => sanitize::run(&tree, &args),
        cli::Command::Soak(args) => soak::run(&tree, &args),
        cli::Command::Tidy => tidy::run(&tree),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => fail(&why),
    }
}

/// Says why on standard error. An empty reason has been told already.
fn fail(why: &str) -> ExitCode {
    if !why.is_empty() {
        eprintln!("\nxtask: {why}");
    }
    ExitCode::FAILURE
}

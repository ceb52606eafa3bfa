// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A Rust program that embeds Python and loads a C++ plugin: one process, three languages, one report.
//!
//! Replays a case: each metric is made and updated by its own language. Progress goes to standard error, the report to
//! standard output. Exit 2 for bad arguments or a bad case, 1 for any other failure.

mod arguments;
mod drive;
mod python;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use cmetrics::ReportOptions;
use worker_rust_plugin::abi;
use worker_rust_plugin::load::Loaded;
use worker_rust_plugin::replay::Failure;

use crate::arguments::Arguments;
use crate::python::Python;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::BadCase(why)) => {
            drive::say(&why);
            ExitCode::from(2)
        }
        Err(Failure::Failed(why)) => {
            drive::say(&why);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let own = Loaded::from_table(abi::part()).map_err(Failure::Failed)?;
    let cpp = Loaded::load(&arguments.cpp_plugin).map_err(Failure::Failed)?;
    let mut python = Python::start().map_err(Failure::Failed)?;
    let parts = [own, cpp, Loaded::from_table(python.part()).map_err(Failure::Failed)?];

    drive::replay(&parts, &arguments.case, arguments.threads.get())?;

    let mut options = ReportOptions::new().verbosity(arguments.verbosity);
    if !arguments.own {
        options = options.no_self();
    }
    let mut out = io::stdout().lock();
    cmetrics::root().render_to(&mut out, &options)?;
    out.flush().map_err(|why| Failure::Failed(format!("cannot write the report: {why}")))?;
    drop(out);
    if let Some(address) = &arguments.serve {
        python.serve(address, arguments.verbosity, arguments.own).map_err(Failure::Failed)?;
    }
    Ok(())
}

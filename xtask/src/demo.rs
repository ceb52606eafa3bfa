// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask demo`: from a bare checkout to one process in three languages and its one report.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::step;
use crate::tree::Tree;
use crate::worker::{Host, Worker, FOLDER};

/// How much a report holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Verbosity {
    Critical,
    High,
    Normal,
    Low,
    Debug,
}

/// Build everything from nothing and print the report of one worker process in three languages
///
/// Builds the library, the wheel, the plugins and the host, replays a worker's updates, and prints the report. Needs Rust, a C++ compiler and Python 3.9 or newer, and the package registries through cargo and pip. The hosts that
/// embed Python also need a shared libpython and Python.h. What has been built stays in `target` and `.venv`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask demo > report.txt                 the worker's report, in a file
  cargo xtask demo --host cpp --verbosity high  from a C++ program, and less of it
  cargo xtask demo --serve 127.0.0.1:9400       for a Prometheus to scrape")]
pub(crate) struct Args {
    /// The program that the process begins as
    #[arg(long, value_enum, default_value_t = Host::Python)]
    host: Host,
    /// A folder with `metrics.json` and `trace.csv` [default: the worker's, in examples/worker/acceptance]
    #[arg(long, value_name = "DIR")]
    case: Option<PathBuf>,
    /// Keep the report on http://ADDR/metrics until Ctrl-C
    #[arg(long, value_name = "ADDR")]
    serve: Option<String>,
    /// The least important families that the report holds
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = Verbosity::Debug)]
    verbosity: Verbosity,
    /// Report the library's own families too
    #[arg(long = "self")]
    own: bool,
}

pub(crate) fn run(tree: &Tree, args: &Args) -> Result<(), String> {
    // Before anything is built: a case that is not there is the user's most likely mistake.
    let case = match &args.case {
        Some(folder) => folder.canonicalize().map_err(|e| format!("--case {}: {e}", folder.display()))?,
        None => tree.root.join(FOLDER).join("acceptance/worker"),
    };
    for file in ["metrics.json", "trace.csv"] {
        if !case.join(file).is_file() {
            return Err(format!("the case {} has no {file}\n--> a case is a folder with both", case.display()));
        }
    }
    let worker = Worker::ready(tree, &[args.host])?;
    let level = args.verbosity.to_possible_value().ok_or("a verbosity without a name")?;
    let mut command = worker.command(tree, args.host, &case, level.get_name())?;
    if args.own {
        command.arg("--self");
    }
    if let Some(address) = &args.serve {
        command.args(["--serve", address]);
    }
    eprintln!("running the {} host on {}", args.host.name(), case.display());
    let status = command.status().map_err(|e| format!("{}: could not be started: {e}", step::line(&command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} ended with {status}; what it said is above", step::line(&command)))
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask bench`: ours beside the peers, against the budget. docs/guides/performance.md says how to read it.

mod budget;
mod elsewhere;
mod guide;
pub(crate) mod instructions;
mod machine;
mod play;
mod ready;
mod record;
mod stats;
mod table;

use std::path::{Path, PathBuf};

use record::Run;

use crate::python::Venv;
use crate::step;
use crate::tree::Tree;

/// Measure updates, look-ups, reports and memory, ours beside the peers, and compare with the budget
///
/// Builds the library as it is released and the programs of benchmarks/, which fetch the peers from their registries; what is not there is left out, and why is said. Prints the budget and every figure; writes result.json, updates.svg, updates.png, reports.svg and reports.png to target/bench. Exits 0 whatever the figures are, unless --check is given.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask bench --quick             up to 100,000 series, a few minutes
  cargo xtask bench --again --write     the figures of the last run, into docs/guides/performance.md
  cargo xtask bench --pack FOLDER       all to measure with, for a machine of many processors that has no compilers
  cargo xtask bench --unpack FOLDER     what FOLDER/run.sh measured there, as --again does; with --write, into the guide")]
pub(crate) struct Args {
    /// Fewer rounds, and at most 100,000 series
    #[arg(long)]
    quick: bool,
    /// Ours and the limits alone: nothing is fetched for peers
    #[arg(long)]
    no_peers: bool,
    /// Measure nothing: take the figures of the last run
    #[arg(long, conflicts_with_all = ["quick", "no_peers"])]
    again: bool,
    /// Measure nothing: put the library, the programs in C, C++ and Rust and a script run.sh, which needs nothing but a shell, into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["again", "write", "check"])]
    pack: Option<PathBuf>,
    /// Measure nothing: take the figures that run.sh left in this folder
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["quick", "no_peers", "again", "pack"])]
    unpack: Option<PathBuf>,
    /// Put the figures into docs/guides/performance.md
    #[arg(long)]
    write: bool,
    /// Fail unless every row of the budget is met
    #[arg(long)]
    check: bool,
    /// Only count the instructions of one operation, under valgrind, beside benchmarks/instructions/budget.md
    #[arg(long, conflicts_with_all = ["quick", "no_peers", "again", "write", "check", "pack", "unpack"])]
    instructions: bool,
    /// Make what was counted the budget
    #[arg(long, requires = "instructions")]
    bless: bool,
}

pub(crate) fn run(tree: &Tree, args: &Args) -> Result<(), String> {
    if args.instructions {
        return instructions::run(tree, args.bless);
    }
    if let Some(to) = &args.pack {
        let ready = ready::build(tree, !args.no_peers)?;
        return elsewhere::pack(tree, &ready, args.quick, to);
    }
    if let Some(from) = &args.unpack {
        return elsewhere::unpack(tree, from, args);
    }
    let folder = ready::folder(tree);
    let file = folder.join("result.json");
    let run = if args.again { last(&file)? } else { measure(tree, args)? };
    let text = serde_json::to_string_pretty(&run).map_err(|e| e.to_string())?;
    std::fs::write(&file, text + "\n").map_err(|e| format!("{}: {e}", file.display()))?;

    let rows = budget::rows(&run);
    print!("{}\n{}", table::figures(&run).plain(), table::budget(&rows).plain());
    for left in &run.left_out {
        println!("left out: {left}");
    }
    let met = rows.iter().filter(|row| row.met() == Some(true)).count();
    println!("{met} of {} rows of the budget are met; figures and pictures are in {}", rows.len(), folder.display());
    if let Err(why) = draw(tree, &folder, &file) {
        println!("left out: the pictures: {why}");
    }
    if args.write {
        guide::write(&tree.root, &run, &rows)?;
    }
    let missed = rows.len() - met;
    if args.check && missed > 0 {
        return Err(format!("{missed} of {} rows of the budget are not met or not measured", rows.len()));
    }
    Ok(())
}

fn measure(tree: &Tree, args: &Args) -> Result<Run, String> {
    let ready = ready::build(tree, !args.no_peers)?;
    let mut left_out = ready.left_out.clone();
    // After the builds, which are a load of their own.
    let python = ready.python.as_ref().map(|scripts| scripts.command(tree, "-I"));
    let machine = machine::describe(tree, python);
    let scale = play::Scale::new(args.quick, machine::processors());
    let records = play::all(tree, &ready, &scale, &mut left_out);
    Ok(Run { machine, quick: args.quick, left_out, records })
}

fn last(file: &Path) -> Result<Run, String> {
    let cure = "run cargo xtask bench without --again first";
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}\n--> {cure}", file.display()))?;
    serde_json::from_str(&text).map_err(|e| format!("{}: {e}\n--> {cure}", file.display()))
}

/// The pictures, by matplotlib in a folder of its own.
fn draw(tree: &Tree, folder: &Path, result: &Path) -> Result<(), String> {
    const PINS: &str = "benchmarks/picture/requirements.txt";
    let venv = Venv::ready(tree)?;
    let (site, stamp) = (folder.join("matplotlib"), folder.join("matplotlib.stamp"));
    let pins = std::fs::read_to_string(tree.root.join(PINS)).map_err(|e| format!("{PINS}: {e}"))?;
    if !std::fs::read_to_string(&stamp).is_ok_and(|was| was == pins) {
        let mut install = venv.pip(tree, &["install", "--quiet", "--upgrade", "--target"]);
        step::must("installing matplotlib", install.arg(&site).args(["-r", PINS]), "pip needs the network")?;
        std::fs::write(&stamp, pins).map_err(|e| format!("{}: {e}", stamp.display()))?;
    }
    let mut python = venv.command(tree, "python");
    python.env("PYTHONPATH", &site).env("MPLCONFIGDIR", &site).arg("benchmarks/picture/draw.py");
    step::must("drawing", python.arg(result).arg(folder), "").map(drop)
}

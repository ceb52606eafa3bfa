// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask fuzz`: the library under inputs that nobody would write. `fuzz/README.md` says what each target tries.

mod corpus;
mod kit;
mod session;
mod table;

use std::sync::Mutex;
use std::thread;

use clap::ValueEnum;

use crate::tree::Tree;
use kit::Kit;
pub(crate) use kit::BUILDS_HERE;
use session::Session;

/// What is fuzzed: a program of `fuzz/targets`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// Names, prefixes, help and units of any bytes
    Names,
    /// Names and values of labels of any bytes, of metrics and registries
    Labels,
    /// Structs as bytes that lie of their size, with texts, arrays and places that are none
    Descriptors,
    /// Programs of calls, whose reports are read back and compared with a model
    Report,
    /// Files and modules that may be the library, or hostile, as the loader and the election read them
    Images,
}

impl Target {
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Run the fuzz targets, each for some minutes, from the corpus that is committed
///
/// Builds cargo-fuzz and the targets with AddressSanitizer, below the target folder. Prints how long each ran, how many inputs it tried, how many edges of the program they reached, and what was found; writes report.json, logs and what was found to target/fuzz. Exits 1 if an input broke a rule, with the command that tries it again. Needs a C++ compiler, and the registry for what is not yet built. Linux on x86-64 alone. Not part of cargo xtask test.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask fuzz --minutes 10                  what a release is held against
  cargo xtask fuzz --only report --minutes 60    one target, for longer
  cargo xtask fuzz --minutes 0                   the committed corpus alone, in seconds once it is built
  cargo xtask fuzz --minutes 10 --keep           and make what was learnt the committed corpus")]
pub(crate) struct Args {
    /// How long each target runs; 0 tries the committed corpus and makes up nothing
    #[arg(long, value_name = "N", default_value_t = 10)]
    minutes: u32,
    /// Only these targets, with commas between them
    #[arg(long, value_enum, value_delimiter = ',', value_name = "TARGET")]
    only: Vec<Target>,
    /// How many targets run at once
    #[arg(long, value_name = "N", default_value_t = 1)]
    jobs: usize,
    /// Afterwards, make fuzz/corpus the fewest inputs that reach all that is reached
    #[arg(long)]
    keep: bool,
}

pub(crate) fn run(tree: &Tree, args: &Args) -> Result<(), String> {
    let targets = if args.only.is_empty() { Target::value_variants().to_vec() } else { args.only.clone() };
    let kit = Kit::ready(tree)?;
    let queue = Mutex::new(targets.iter().copied());
    let done = Mutex::new(Vec::new());
    let next = || queue.lock().ok().and_then(|mut queue| queue.next());
    thread::scope(|scope| {
        for _ in 0..args.jobs.clamp(1, targets.len().max(1)) {
            scope.spawn(|| {
                while let Some(target) = next() {
                    let session = Session::run(&kit, &target.name(), args.minutes);
                    if let Ok(mut done) = done.lock() {
                        done.push((target, session));
                    }
                }
            });
        }
    });
    let done = done.into_inner().map_err(|_| "a target's thread panicked".to_owned())?;
    let mut sessions = Vec::new();
    for target in targets {
        let place = done.iter().position(|(other, _)| *other == target);
        let session = place.map(|place| &done[place].1).ok_or_else(|| format!("{} did not run", target.name()))?;
        sessions.push(session.clone()?);
    }
    print!("{}", table::plain(&sessions));
    let text = serde_json::to_string_pretty(&sessions).map_err(|e| e.to_string())?;
    let file = kit.folder.join("report.json");
    std::fs::write(&file, text + "\n").map_err(|e| format!("{}: {e}", file.display()))?;

    let found: Vec<String> = sessions.iter().filter_map(|session| session.story(&kit)).collect();
    if !found.is_empty() {
        return Err(found.join("\n\n"));
    }
    if args.keep {
        for session in &sessions {
            corpus::keep(&kit, &session.target)?;
        }
    }
    Ok(())
}

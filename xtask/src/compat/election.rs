// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Several copies of the library in one process: whatever their order, age and form, and whatever else is loaded, there is
//! one root. The programs are in `compat-tests/election/`; each runs its tries in processes of their own, under a clock.

pub(super) mod cases;
mod forks;
mod ground;
mod hostile;
mod orders;
mod places;
mod plugins;
mod races;

use std::path::Path;
use std::time::Duration;

use super::{child, Lab, Row};
use crate::step;
use ground::Ground;

/// How often what is done many times is done.
pub(super) struct Scale {
    processes: u32,
    forks: u32,
    reloads: u32,
}

const FULL: Scale = Scale { processes: 1000, forks: 500, reloads: 1000 };
const QUICK: Scale = Scale { processes: 100, forks: 100, reloads: 200 };

/// The longest that one program may take: the slowest takes half a minute on two cores.
const LIMIT: Duration = Duration::from_secs(290);

pub(super) fn run(lab: &Lab<'_>, quick: bool) -> Result<Vec<Row>, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(vec![Row::left_out("all", "all", "all", "the programs are for Linux on x86-64")]);
    }
    let scale = if quick { QUICK } else { FULL };
    let ground = Ground::ready(lab)?;
    let mut rows = races::run(&ground, &scale)?;
    rows.extend(orders::run(&ground)?);
    rows.extend(places::run(&ground)?);
    rows.extend(hostile::run(&ground)?);
    rows.extend(forks::run(&ground, &scale)?);
    rows.extend(plugins::run(&ground, &scale)?);
    Ok(rows)
}

/// Runs a program that must exit 0. The row says `promise` if it does, and what it printed if not.
fn hold(table: &str, what: &str, promise: &str, program: &Path, args: &[String]) -> Result<Row, String> {
    hold_with(&[], (table, what, promise), program, args)
}

/// The same, with more in its environment.
fn hold_with(
    environment: &[(&str, &str)],
    (table, what, promise): (&str, &str, &str),
    program: &Path,
    args: &[String],
) -> Result<Row, String> {
    let mut command = std::process::Command::new(program);
    child::plain(&mut command).args(args).envs(environment.iter().copied());
    let done = step::attempt_within(LIMIT, &format!("{table}: {what}"), &mut command)?;
    let row = |outcome: &str| Row::new(table, what, "result", outcome);
    Ok(if done.ok { row(promise) } else { row("broken").wrong(done.story("")) })
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the artifacts are made of: licences, doubles, sources and known flaws, by cargo-deny; and whether each library's
//! bill of materials names what Cargo says it is made of.

use super::report::passed;
use super::{Outcome, Row, Trial};
use crate::{step, supply};

const ALL: &str = "dependencies";

pub(super) fn run(trial: &Trial<'_>) -> Vec<Row> {
    let mut rows = match trial.kit.cargo_tool(supply::DENY.0, supply::DENY.1) {
        Err(why) => vec![Row::of(ALL, "cargo-deny", || Err(why))],
        Ok(tool) => supply::deny(trial.tree, &tool)
            .into_iter()
            .map(|(check, outcome)| {
                Row::of(ALL, check, || {
                    outcome.map(|outcome| match outcome {
                        supply::Outcome::Passed(seen) => Outcome::Passed(seen),
                        supply::Outcome::NotRun(why) => Outcome::NotRun(why),
                    })
                })
            })
            .collect(),
    };
    for platform in trial.platforms() {
        let file = format!("cmetrics-{}-{}.cdx.json", trial.manifest.version, platform.name());
        rows.push(Row::of(&file, "names what Cargo says it is made of", || bill(trial, &file, platform.triple())));
    }
    rows
}

/// The components of a bill of materials must be the packages of `cargo tree`.
fn bill(trial: &Trial<'_>, file: &str, triple: &str) -> Result<Outcome, String> {
    let path = trial.artifact(file).ok_or_else(|| format!("{file} was not made"))?;
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{file}: {e}"))?;
    let bill: serde_json::Value = serde_json::from_str(&text).map_err(|e| format!("{file}: {e}"))?;
    let components = bill["components"].as_array().ok_or("it has no components")?;
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut told: Vec<String> =
        components.iter().map(|one| format!("{} v{}", word(&one["name"]), word(&one["version"]))).collect();
    let mut tree = trial.tree.cargo();
    tree.args(["tree", "--locked", "-p", "cmetrics-impl", "-e", "normal", "--target", triple, "--prefix", "none"]);
    let said = step::ask(tree.args(["--format", "{p}"])).ok_or("cargo tree failed")?;
    let mut there: Vec<String> =
        said.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    there.retain(|one| !one.starts_with("cmetrics-impl "));
    for list in [&mut told, &mut there] {
        list.sort();
        list.dedup();
    }
    if told == there && !told.is_empty() {
        passed(told.join(", "))
    } else {
        Err(format!("it names {}, and Cargo {}", told.join(", "), there.join(", ")))
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The crates, as crates.io would have them: packed by Cargo, which builds each from its own package.

use super::kit::Kit;
use super::source::Place;
use crate::step;

/// What is published, in the order in which each finds what it depends on.
pub(crate) const CRATES: [&str; 4] = ["cmetrics-interface", "cmetrics-loader", "cmetrics-impl", "cmetrics"];

pub(crate) fn make(kit: &Kit<'_>, place: &Place, version: &str, verify: bool) -> Result<(), String> {
    let mut cargo = kit.cargo(&place.source);
    cargo.env("CARGO_TARGET_DIR", &place.target).args(["package", "--locked"]);
    if !verify {
        cargo.arg("--no-verify");
    }
    for name in CRATES {
        cargo.args(["-p", name]);
    }
    step::must_within(super::LIMIT, "packing the crates", &mut cargo, "")?;
    for name in CRATES {
        let file = format!("{name}-{version}.crate");
        let from = place.target.join("package").join(&file);
        std::fs::copy(&from, place.out.join(&file)).map_err(|e| format!("{}: {e}", from.display()))?;
    }
    Ok(())
}

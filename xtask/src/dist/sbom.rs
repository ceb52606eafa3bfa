// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the library is made of, as CycloneDX has it (<https://cyclonedx.org/docs/1.5/json/>), by cargo-cyclonedx. The
//! wheels hold one of their own, by maturin (PEP 770).

use super::library::Build;
use crate::step;

const TOOL: (&str, &str) = ("cargo-cyclonedx", "0.5.9");

pub(crate) fn make(build: &Build<'_>, version: &str) -> Result<(), String> {
    let tool = build.kit.cargo_tool(TOOL.0, TOOL.1)?;
    let name = format!("cmetrics-{version}-{}.cdx", build.platform.name());
    let mut command = std::process::Command::new(tool);
    command.current_dir(&build.place.source);
    command.args(["cyclonedx", "--manifest-path", "impl/Cargo.toml", "--format", "json", "--spec-version", "1.5"]);
    command.args(["--target", build.platform.triple(), "--override-filename", &name]);
    command.env("SOURCE_DATE_EPOCH", build.place.seconds.to_string());
    step::must(&format!("{}: listing what it is made of", build.platform.name()), &mut command, "")?;
    let file = format!("{name}.json");
    let from = build.place.source.join("impl").join(&file);
    std::fs::copy(&from, build.place.out.join(&file)).map_err(|e| format!("{}: {e}", from.display()))?;
    std::fs::remove_file(&from).map_err(|e| format!("{}: {e}", from.display()))
}

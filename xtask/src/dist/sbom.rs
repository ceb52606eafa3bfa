// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the library and the wheel's module are made of, as CycloneDX has it (<https://cyclonedx.org/docs/1.5/json/>), by
//! cargo-cyclonedx. That of the wheel lies in it (PEP 770).

use std::path::PathBuf;

use super::library::Build;
use crate::step;

const TOOL: (&str, &str) = ("cargo-cyclonedx", "0.5.9");

/// That of the library, among the artifacts.
pub(crate) fn make(build: &Build<'_>, version: &str) -> Result<(), String> {
    let name = format!("cmetrics-{version}-{}.cdx", build.platform.name());
    let file = of(build, "impl", &name)?;
    let to = build.place.out.join(format!("{name}.json"));
    std::fs::rename(&file, &to).map_err(|e| format!("{}: {e}", file.display()))
}

/// Lists what the package in `folder` is made of: a file beside its manifest, of this name and `.json`. It names the
/// packages of the tree by folders, which are those of no machine afterwards.
pub(super) fn of(build: &Build<'_>, folder: &str, name: &str) -> Result<PathBuf, String> {
    let tool = build.kit.cargo_tool(TOOL.0, TOOL.1)?;
    let mut command = std::process::Command::new(tool);
    command.current_dir(&build.place.source);
    command.args(["cyclonedx", "--manifest-path", &format!("{folder}/Cargo.toml"), "--format", "json"]);
    command.args(["--spec-version", "1.5", "--target", build.platform.triple(), "--override-filename", name]);
    command.env("SOURCE_DATE_EPOCH", build.place.seconds.to_string());
    step::must(&format!("{}: listing what {folder} is made of", build.platform.name()), &mut command, "")?;
    let file = build.place.source.join(folder).join(format!("{name}.json"));
    let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let text = text.replace(&build.place.source.display().to_string(), "/cmetrics");
    std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(file)
}

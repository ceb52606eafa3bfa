// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The wheel of one platform: the library lies in it as a file of its own, the very bytes of the archive's.

use std::path::Path;

use super::library::{Build, Made};
use super::tarball::copy;
use super::{sbom, unwinder};
use crate::step;

pub(crate) fn make(build: &Build<'_>, made: &Made) -> Result<(), String> {
    let Some(tag) = build.platform.wheel_tag() else { return Ok(()) };
    let binding = build.place.source.join("python-binding");
    for name in ["libcmetrics.so.1", "libcmetrics.1.dylib", "cmetrics.dll"] {
        let old = binding.join("python/cmetrics").join(name);
        if old.exists() {
            std::fs::remove_file(&old).map_err(|e| format!("{}: {e}", old.display()))?;
        }
    }
    copy(&made.stripped, &binding.join("python/cmetrics"))?;
    // maturin takes licences from beside pyproject.toml.
    for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&build.place.source.join(file), &binding)?;
    }
    bill(build, &binding)?;
    let mut maturin = build.kit.command("maturin", &build.place.source);
    maturin.args(["build", "--release", "--locked", "--manifest-path", "python-binding/Cargo.toml"]);
    maturin.args(["--target", build.platform.triple(), "--out"]).arg(&build.place.out);
    if build.platform.is_windows() {
        // Nothing of CPython's is linked: its names are taken from python3.dll when the module is loaded.
        maturin.args(["--interpreter", "python3.9"]);
    } else {
        maturin.args(["--zig", "--compatibility", tag.split_once("_").map_or(tag, |(policy, _)| policy)]);
    }
    build.environment_with(&mut maturin, unwinder::flags(build)?);
    step::must_within(super::LIMIT, &format!("{}: building the wheel", build.platform.name()), &mut maturin, "")
        .map(|_| ())
}

/// Lists what the module is made of, and names the list where maturin looks.
fn bill(build: &Build<'_>, binding: &Path) -> Result<(), String> {
    const OFF: &str = "rust = false\n";
    let name = "cmetrics-python.cdx";
    sbom::of(build, "python-binding", name)?;
    let file = binding.join("pyproject.toml");
    let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let include = format!("{OFF}include = [\"{name}.json\"]\n");
    if text.contains(&include) {
        return Ok(());
    }
    if !text.contains(OFF) {
        return Err(format!("{}: its [tool.maturin.sbom] has no {}", file.display(), OFF.trim_end()));
    }
    std::fs::write(&file, text.replace(OFF, &include)).map_err(|e| format!("{}: {e}", file.display()))
}

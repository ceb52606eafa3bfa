// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The frozen clients of version 1, built with the SDKs of one tree: today's, or a release's.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{child, compile, Lab};
use crate::step;

/// The frozen clients print this, whatever SDK and library they are of.
const TRANSCRIPT: &str = "compat-tests/clients/v1/transcript.txt";

/// A client, ready to run.
pub(super) struct Client {
    /// `C`, for instance.
    pub(super) language: &'static str,
    command: Vec<PathBuf>,
    /// For Python: where the SDK of another time is.
    packages: Option<PathBuf>,
}

impl Client {
    /// What the client does on a library: nothing if it is as it was, otherwise the first line that differs, or how it
    /// failed.
    pub(super) fn on(&self, lab: &Lab<'_>, library: &Path, over: Option<&Path>) -> Result<Option<String>, String> {
        let file = lab.tree.root.join(TRANSCRIPT);
        let expected = std::fs::read_to_string(&file).map_err(|e| format!("{TRANSCRIPT}: {e}"))?;
        let mut command = Command::new(&self.command[0]);
        child::plain(&mut command).args(&self.command[1..]).env("CMETRICS_LIBRARY", library);
        if let Some(packages) = &self.packages {
            command.env("PYTHONPATH", packages);
        }
        if let Some(over) = over {
            command.env("MOCK_OVER", over);
        }
        let ran = child::run(&mut command)?;
        if ran.code != Some(0) {
            return Ok(Some(ran.story()));
        }
        Ok(difference(&ran.stdout, &expected))
    }
}

/// The first line in which two texts differ.
fn difference(found: &str, expected: &str) -> Option<String> {
    if found == expected {
        return None;
    }
    let (mut found, mut expected, mut number) = (found.lines(), expected.lines(), 0);
    loop {
        number += 1;
        let pair = (found.next(), expected.next());
        if pair == (None, None) {
            return Some("they differ in how lines end".to_owned());
        }
        if pair.0 != pair.1 {
            let show = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
            return Some(format!(
                "line {number} of its transcript is \"{}\", and was \"{}\" in {TRANSCRIPT}",
                show(pair.0),
                show(pair.1)
            ));
        }
    }
}

/// The clients of today's SDKs.
pub(super) fn today(lab: &Lab<'_>) -> Result<Vec<Client>, String> {
    let folder = lab.folder("today")?;
    let python = vec![lab.ground()?.venv.python.executable.clone(), script(lab)];
    let rust = compile::program(&lab.rust_clients()?, "client");
    compiled(lab, &lab.include(), &folder, rust, Client { language: "Python", command: python, packages: None })
}

/// The clients of the SDKs below `root`, built in `folder`.
pub(super) fn of(lab: &Lab<'_>, root: &Path, folder: &Path, library: &Path) -> Result<Vec<Client>, String> {
    let rust = compile::rust(lab.tree, root, folder, &[("client", "clients/v1/client.rs")])?;
    let rust = compile::program(&rust, "client");
    let python = vec![lab.ground()?.venv.python.executable.clone(), script(lab)];
    let packages = Some(wheel(lab, root, folder, library)?);
    let python = Client { language: "Python", command: python, packages };
    compiled(lab, &root.join("headers/include"), folder, rust, python)
}

fn compiled(
    lab: &Lab<'_>,
    include: &Path,
    folder: &Path,
    rust: PathBuf,
    python: Client,
) -> Result<Vec<Client>, String> {
    let c = compile::c(lab, "clients/v1/client.c", &folder.join("client_c"), include, &[])?;
    let cpp = compile::c(lab, "clients/v1/client.cpp", &folder.join("client_cpp"), include, &[])?;
    let client = |language, file| Client { language, command: vec![file], packages: None };
    Ok(vec![client("C", c), client("C++", cpp), client("Rust", rust), python])
}

fn script(lab: &Lab<'_>) -> PathBuf {
    lab.tree.root.join("compat-tests/clients/v1/client.py")
}

/// Builds the wheel of the tree below `root`, and unpacks it into a folder for PYTHONPATH.
fn wheel(lab: &Lab<'_>, root: &Path, folder: &Path, library: &Path) -> Result<PathBuf, String> {
    let packages = folder.join("python");
    if packages.join("cmetrics").is_dir() {
        return Ok(packages);
    }
    let venv = &lab.ground()?.venv;
    venv.install_builder(lab.tree)?;
    let beside = root.join("python-binding/python/cmetrics/libcmetrics.so.1");
    std::fs::copy(library, &beside).map_err(|e| format!("{}: {e}", beside.display()))?;
    let wheels = folder.join("wheels");
    let mut build = venv.command(lab.tree, "maturin");
    build.args(["build", "--locked", "--manifest-path"]).arg(root.join("python-binding/Cargo.toml"));
    build.arg("--interpreter").arg(&venv.python.executable).arg("--out").arg(&wheels);
    build.env("CARGO_TARGET_DIR", folder.join("target"));
    step::must("building its wheel", &mut build, "")?;
    let entries = std::fs::read_dir(&wheels).map_err(|e| format!("{}: {e}", wheels.display()))?;
    let wheel = entries.flatten().map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "whl"));
    let wheel = wheel.ok_or_else(|| format!("maturin left no wheel in {}", wheels.display()))?;
    // Unpacked elsewhere first: what is half unpacked must not count as done.
    let fresh = folder.join("python.new");
    let mut pip = venv.pip(lab.tree, &["install", "--quiet", "--no-deps", "--no-index", "--upgrade", "--target"]);
    step::must("unpacking its wheel", pip.arg(&fresh).arg(&wheel), "")?;
    std::fs::rename(&fresh, &packages).map_err(|e| format!("{}: {e}", packages.display()))?;
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        let told = difference("a\nc\n", "a\nb\n").unwrap();
        assert!(told.starts_with("line 2 of its transcript is \"c\", and was \"b\""), "{told}");
        assert!(difference("a\n", "a\nb\n").unwrap().contains("\"(the end)\", and was \"b\""));
        assert!(difference("a\nb", "a\nb\n").is_some());
    }
}

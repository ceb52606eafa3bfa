// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The Python environment `.venv`: which Python it is made from, and what is installed in it.
//!
//! One environment serves all three hosts, so that they run the same wheel. Two hosts embed Python and need a shared
//! libpython and its headers; the default host needs neither. So the environment is made from the first Python on the
//! machine that could also be embedded, and, if there is none, from the first that can run the default host.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::step;
use crate::tools::{self, every_on_path};
use crate::tree::{executable, Tree};

/// The wheel's own minimum.
const OLDEST: (u32, u32) = (3, 9);
/// What builds the wheel, and what tests it, pinned.
const BUILDER: &str = "python-binding/requirements-build.txt";
const DISTRIBUTOR: &str = "python-binding/requirements-dist.txt";
const REQUIREMENTS: &str = "python-binding/requirements-dev.txt";
/// Asks a Python what it is. Prints one JSON object.
const PROBE: &str = include_str!("probe.py");

/// What a Python says of itself.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Python {
    pub(crate) executable: PathBuf,
    version: (u32, u32, u32),
    /// It has both `venv` and `ensurepip`.
    can_venv: bool,
    /// The shared libpython, if there is one.
    pub(crate) library: Option<PathBuf>,
    /// The folder of Python.h, if it is there.
    pub(crate) include: Option<PathBuf>,
    pub(crate) site_packages: PathBuf,
    /// The Python beneath a virtual environment, or itself.
    base: PathBuf,
}

impl Python {
    fn ask(program: &Path) -> Option<Python> {
        let answer = step::ask(Command::new(program).args(["-I", "-c", PROBE]))?;
        serde_json::from_str(&answer).ok()
    }

    fn new_enough(&self) -> bool {
        (self.version.0, self.version.1) >= OLDEST
    }

    /// Fails, naming what is missing and the package that has it, unless programs can embed this Python.
    pub(crate) fn embeddable(&self) -> Result<&Path, String> {
        let missing = match (&self.library, &self.include) {
            (Some(library), Some(_)) => return Ok(library),
            (None, Some(_)) => "a shared libpython",
            (Some(_), None) => "Python.h",
            (None, None) => "a shared libpython and Python.h",
        };
        Err(format!(
            "this host embeds Python, and the Python that .venv is made from ({} {}.{}) has no {missing}\n--> {}; then \
             remove .venv, so that it is made anew. Or take the default host, which needs neither",
            self.base.display(),
            self.version.0,
            self.version.1,
            tools::PYTHON_DEVELOPMENT.cure()
        ))
    }
}

/// The environment, made and kept.
pub(crate) struct Venv {
    folder: PathBuf,
    pub(crate) python: Python,
}

impl Venv {
    /// Takes `.venv`, or makes it.
    pub(crate) fn ready(tree: &Tree) -> Result<Venv, String> {
        let folder = tree.root.join(".venv");
        let inside = bin(&folder).join(executable("python"));
        if let Some(python) = Python::ask(&inside).filter(Python::new_enough) {
            return Ok(Venv { folder, python });
        }
        let base = choose()?;
        let mut make = tree.command(&base.executable);
        // Clears what is there: an environment whose Python is gone or too old.
        make.args(["-m", "venv", "--clear"]).arg(&folder);
        let what = format!("making .venv from {}", base.executable.display());
        step::must(&what, &mut make, &tools::PYTHON.cure())?;
        let python = Python::ask(&inside).ok_or_else(|| format!("{} does not run", inside.display()))?;
        Ok(Venv { folder, python })
    }

    /// A program of the environment, in the root.
    pub(crate) fn command(&self, tree: &Tree, program: &str) -> Command {
        tree.command(bin(&self.folder).join(executable(program)))
    }

    /// Installs what builds the wheel, unless this has been done.
    pub(crate) fn install_builder(&self, tree: &Tree) -> Result<(), String> {
        let state = read(tree, BUILDER)?;
        self.install(tree, "builder", &state, &["-r", BUILDER])
    }

    /// Installs what makes and checks the artifacts of a release, unless this has been done.
    pub(crate) fn install_distributor(&self, tree: &Tree) -> Result<(), String> {
        let state = read(tree, BUILDER)? + &read(tree, DISTRIBUTOR)?;
        self.install(tree, "distributor", &state, &["-r", DISTRIBUTOR])
    }

    /// Installs all that the tests use, unless this has been done.
    pub(crate) fn install_requirements(&self, tree: &Tree) -> Result<(), String> {
        // The one includes the other.
        let state = read(tree, BUILDER)? + &read(tree, REQUIREMENTS)?;
        self.install(tree, "requirements", &state, &["-r", REQUIREMENTS])
    }

    /// Installs a package into a folder of its own, for a run in which it comes first. The folder, for PYTHONPATH.
    pub(crate) fn install_aside(&self, tree: &Tree, pin: &str) -> Result<PathBuf, String> {
        let folder = self.folder.join("aside").join(pin);
        let target = folder.display().to_string();
        self.install(tree, pin, pin, &["--upgrade", "--target", &target, pin])?;
        Ok(folder)
    }

    fn install(&self, tree: &Tree, stamp: &str, state: &str, args: &[&str]) -> Result<(), String> {
        let stamp = self.stamp(stamp);
        if std::fs::read_to_string(&stamp).is_ok_and(|was| was == state) {
            return Ok(());
        }
        let what = format!("installing {} into .venv", args.last().unwrap_or(&"nothing"));
        step::must(
            &what,
            self.pip(tree, &["install", "--quiet"]).args(args),
            "pip needs the network, or an index that its configuration names",
        )?;
        std::fs::write(&stamp, state).map_err(|e| format!("{}: {e}", stamp.display()))
    }

    /// Pip, in this environment.
    pub(crate) fn pip(&self, tree: &Tree, args: &[&str]) -> Command {
        let mut pip = self.command(tree, "python");
        pip.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]).args(args);
        pip
    }

    /// A file that remembers what is installed here, and goes when the environment goes.
    pub(crate) fn stamp(&self, name: &str) -> PathBuf {
        self.folder.join(format!("xtask-{name}.stamp"))
    }

    /// A build tool: the machine's own if it is there and runs, or else the pinned one from PyPI.
    ///
    /// The machine's own comes first because a developer's CMake is the one that users of the CMake package have.
    pub(crate) fn build_tool(&self, tree: &Tree, name: &str, pin: &str) -> Result<PathBuf, String> {
        let works = |file: &Path| step::ask(Command::new(file).arg("--version")).is_some();
        if let Some(found) = every_on_path(name).into_iter().find(|file| works(file)) {
            return Ok(found);
        }
        self.install(tree, name, pin, &[pin])?;
        let file = bin(&self.folder).join(executable(name));
        if works(&file) {
            Ok(file)
        } else {
            Err(format!("{} was installed and does not run", file.display()))
        }
    }
}

fn read(tree: &Tree, file: &str) -> Result<String, String> {
    std::fs::read_to_string(tree.root.join(file)).map_err(|e| format!("{file}: {e}"))
}

fn bin(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "Scripts" } else { "bin" })
}

fn choose() -> Result<Python, String> {
    let mut programs = every_on_path("python3");
    programs.extend(every_on_path("python"));
    let found: Vec<Python> = programs.iter().filter_map(|program| Python::ask(program)).collect();
    pick(&found).cloned()
}

/// The first that could also be embedded; else the first that will do.
fn pick(found: &[Python]) -> Result<&Python, String> {
    let fit: Vec<&Python> = found.iter().filter(|python| python.new_enough() && python.can_venv).collect();
    if let Some(python) = fit.iter().find(|python| python.embeddable().is_ok()).or(fit.first()) {
        return Ok(python);
    }
    let mut why = format!("no Python ≥ {}.{} with venv and ensurepip is on PATH", OLDEST.0, OLDEST.1);
    for python in found {
        let (major, minor, patch) = python.version;
        let flaw = if python.new_enough() { "lacks venv or ensurepip" } else { "is too old" };
        why.push_str(&format!("\n    {} {major}.{minor}.{patch} {flaw}", python.executable.display()));
    }
    Err(format!("{why}\n--> {}", tools::PYTHON.cure()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python(name: &str, minor: u32, can_venv: bool, embeddable: bool) -> Python {
        let some = embeddable.then(|| PathBuf::from("there"));
        Python {
            executable: name.into(),
            version: (3, minor, 1),
            can_venv,
            library: some.clone(),
            include: some,
            site_packages: PathBuf::new(),
            base: name.into(),
        }
    }

    #[test]
    fn the_first_python_that_can_be_embedded_is_taken() {
        let found = [python("a", 8, true, true), python("b", 12, true, false), python("c", 11, true, true)];
        assert_eq!(pick(&found).unwrap().executable, Path::new("c"));
        assert_eq!(pick(&found[..2]).unwrap().executable, Path::new("b"));
    }

    #[test]
    fn without_a_fit_python_each_one_found_is_told_with_its_flaw() {
        let why = pick(&[python("a", 8, true, true), python("b", 12, false, true)]).unwrap_err();
        assert!(why.contains("a 3.8.1 is too old") && why.contains("b 3.12.1 lacks venv or ensurepip"), "{why}");
        assert!(why.contains("--> install it: "), "{why}");
    }

    #[test]
    fn a_python_that_cannot_be_embedded_says_what_it_lacks() {
        let mut it = python("a", 12, true, true);
        assert!(it.embeddable().is_ok());
        it.include = None;
        let why = it.embeddable().unwrap_err();
        assert!(why.contains("has no Python.h") && why.contains("(a 3.12)"), "{why}");
    }

    #[test]
    fn the_probe_tells_all_that_is_asked() {
        let program = every_on_path("python3").into_iter().find_map(|program| Python::ask(&program));
        let python = program.expect("a python3 on PATH answers the probe");
        assert!(python.executable.is_absolute() && python.site_packages.is_absolute());
    }
}

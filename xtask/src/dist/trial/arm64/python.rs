// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The wheel for arm64 in Debian's CPython for arm64, which is unpacked into the target folder: nothing of the machine is
//! changed, and no root is needed.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::super::debian_rust::Apt;
use super::super::report::passed;
use super::super::{wheels, Outcome, Row, Trial};
use super::{Ground, PLATFORM};
use crate::tools;

/// What tests the wheel, pinned.
const REQUIREMENTS: &str = "python-binding/requirements-dev.txt";
/// What of it the tests below need; pip adds what these need.
const NEEDED: [&str; 3] = ["pytest", "prometheus_client", "hypothesis"];
/// The wheel's tests that need no compiler for arm64 and no server beside them.
const TESTS: [&str; 21] = [
    "calls",
    "client",
    "collector",
    "counter",
    "duration",
    "error",
    "family",
    "fork",
    "gauge",
    "gauge_function",
    "library",
    "metric",
    "parser",
    "registry",
    "render",
    "scope",
    "subinterpreter",
    "threads",
    "timer",
    "tracking",
    "value_counter",
];

pub(super) fn run(ground: &Ground<'_>) -> Vec<Row> {
    let Some(wheel) = wheels::file(ground.trial, PLATFORM) else { return Vec::new() };
    let artifact = super::super::base(&wheel);
    if let Some(lacks) = lacks() {
        return vec![Row::of(&artifact, "CPython for arm64, under qemu", || Ok(Outcome::NotRun(lacks)))];
    }
    let python = match Python::ready(ground, &wheel) {
        Ok(python) => python,
        Err(why) => return vec![Row::of(&artifact, "CPython for arm64, under qemu", || Err(why))],
    };
    vec![
        Row::of(&artifact, "the Python quick start and the doctor, under qemu", || {
            let source = ground.trial.tree.root.join("examples/python/quickstart.py");
            let done = ground.trial.must("the quick start of Python, under qemu", python.command(&[]).arg(source))?;
            wheels::quick_start(&String::from_utf8_lossy(&done.stdout))?;
            let mut doctor = python.command(&[]);
            let asked =
                ground.trial.must("the doctor, under qemu", doctor.args(["-m", "cmetrics", "doctor", "--json"]))?;
            wheels::doctor(&asked.stdout, &python.site)?;
            passed(format!("Debian's {}", python.name))
        }),
        Row::of(&artifact, "the wheel's own tests, under qemu", || tests(ground, &python)),
    ]
}

/// What this machine lacks, if it lacks something.
fn lacks() -> Option<String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Some("Debian's CPython for arm64 is fetched on amd64 alone".to_owned());
    }
    let missing = ["apt-get", "apt-cache", "dpkg-deb"].into_iter().find(|name| tools::on_path(name).is_none())?;
    Some(format!("there is no {missing}, which fetches Debian's CPython for arm64"))
}

/// A CPython for arm64, and the wheel.
struct Python {
    /// Such as `python3.11`.
    name: String,
    /// Debian's files, which are a root for qemu.
    root: PathBuf,
    /// A program of this machine that runs it, and is what it takes itself for: what it starts is run by qemu too.
    program: PathBuf,
    /// Where the wheel is.
    site: PathBuf,
}

impl Python {
    fn ready(ground: &Ground<'_>, wheel: &Path) -> Result<Python, String> {
        let (root, name) = debians(ground.trial)?;
        let program = root.join("usr/bin/python-under-qemu");
        let script = format!(
            "#!/bin/sh\nexec qemu-aarch64 -L '{root}' -0 \"$0\" '{root}/usr/bin/{name}' \"$@\"\n",
            root = root.display()
        );
        std::fs::write(&program, script).map_err(|e| format!("{}: {e}", program.display()))?;
        ground.trial.must("making a program of it", Command::new("chmod").arg("+x").arg(&program))?;
        let site = ground.trial.folder("arm64/site")?;
        let mut pip = pip(ground.trial, &site, &name);
        pip.args(["--platform", PLATFORM.wheel_tag().unwrap_or_default(), "--no-deps", "--no-index"]);
        ground.trial.must("installing the wheel for arm64", pip.arg(wheel))?;
        Ok(Python { name, root, program, site })
    }

    /// It, with the wheel and these folders to import from.
    fn command(&self, more: &[&Path]) -> Command {
        let mut command = Command::new(&self.program);
        let all = std::iter::once(self.site.as_path()).chain(more.iter().copied());
        // No folder of ours has a colon in its name; if one had, Python would say what it does not find.
        command.env("PYTHONPATH", std::env::join_paths(all).unwrap_or_default());
        command.env("PYTHONHOME", self.root.join("usr")).env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

/// This machine's pip, that installs for another.
fn pip(trial: &Trial<'_>, target: &Path, name: &str) -> Command {
    let mut pip = trial.kit.command("python", target);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"]);
    pip.args(["--root-user-action", "ignore", "--only-binary=:all:", "--implementation", "cp", "--python-version"]);
    pip.arg(name.trim_start_matches("python")).arg("--target").arg(target);
    pip
}

/// Takes Debian's CPython, or fetches it. Gives the folder and its name.
fn debians(trial: &Trial<'_>) -> Result<(PathBuf, String), String> {
    let folder = trial.tree.target.join("dist/debian-arm64");
    let (root, stamp) = (folder.join("root"), folder.join("python"));
    if let Ok(name) = std::fs::read_to_string(&stamp) {
        if root.join("usr/bin").join(&name).is_file() {
            return Ok((root, name));
        }
    }
    let apt = Apt::ready(&folder)?;
    let name = apt.depends("python3-minimal", "python3.")?.trim_end_matches("-minimal").to_owned();
    let own = [format!("{name}-minimal"), format!("lib{name}-minimal"), format!("lib{name}-stdlib")];
    let needed = own.iter().flat_map(|package| apt.all_depends(package)).filter(|name| name.starts_with("lib"));
    let mut all: Vec<String> = own.iter().cloned().chain(needed).collect();
    // What ends a thread unwinds its frames by it; Python needs it by name alone.
    all.extend(["zlib1g".to_owned(), "libgcc-s1".to_owned()]);
    all.sort();
    all.dedup();
    let all: Vec<String> = all.iter().map(|package| format!("{package}:arm64")).collect();
    let files = apt.download(&all.iter().map(String::as_str).collect::<Vec<_>>())?;
    for file in &files {
        let mut dpkg = Command::new("dpkg-deb");
        trial.must(&format!("unpacking {}", super::super::base(file)), dpkg.arg("-x").arg(file).arg(&root))?;
    }
    std::fs::write(&stamp, &name).map_err(|e| format!("{}: {e}", stamp.display()))?;
    Ok((root, name))
}

fn tests(ground: &Ground<'_>, python: &Python) -> Result<Outcome, String> {
    let trial = ground.trial;
    let folder = trial.folder("arm64/tests")?;
    // Where the tests look for what they share with others.
    for part in ["python-binding/tests", "python-binding/pyproject.toml"] {
        trial.copy(part, &folder)?;
    }
    let kit = trial.folder("arm64/pytest")?;
    let pins =
        std::fs::read_to_string(trial.tree.root.join(REQUIREMENTS)).map_err(|e| format!("{REQUIREMENTS}: {e}"))?;
    let mut pip = pip(trial, &kit, &python.name);
    pip.args(["--platform", PLATFORM.wheel_tag().unwrap_or_default()]).args(pinned(&pins));
    trial.must("installing pytest for arm64", &mut pip)?;
    let mut pytest = python.command(&[&kit]);
    pytest.current_dir(&folder).args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]);
    pytest.args(TESTS.map(|name| format!("tests/test_{name}.py")));
    let text = trial.must("the wheel's tests, under qemu", &mut pytest)?.text();
    let last = text.lines().rev().find(|line| line.contains(" passed")).unwrap_or_default();
    passed(last.split(" in ").next().unwrap_or_default().trim_matches(['=', ' ']))
}

/// The pins of what is needed: the first of each name, which is that of the newer Pythons.
fn pinned(requirements: &str) -> Vec<&str> {
    let of = |name: &&str| {
        let begin = format!("{name}==");
        let line = requirements.lines().find(|line| line.starts_with(&begin))?;
        line.split(';').next()
    };
    NEEDED.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests_of_pins {
    use super::pinned;

    #[test]
    fn the_first_pin_of_each_name_is_taken() {
        let text =
            "# pytest\npytest==9.2.0; python_version >= \"3.10\"\npytest==8.4.2; python_version < \"3.10\"\nx==1\n";
        assert_eq!(pinned(text), ["pytest==9.2.0"]);
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The wheel, installed by pip into a fresh environment of every CPython at hand, used, and removed without a trace; and
//! beside the system's library, in one process with a plugin that links that.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::super::platform::Platform;
use super::report::passed;
use super::{Outcome, Row, Trial};
use crate::{step, tools};

/// The oldest minor version that the wheel is for, and the newest that there is.
const MINORS: std::ops::RangeInclusive<u32> = 9..=14;
/// Newer ones than that are tried too, where they are found.
const NEWEST: u32 = 19;

/// Asks a Python what it is. A free-threaded one has another binary interface, which the wheel is not for.
const PROBE: &str = "\
import json, platform, sys, sysconfig, ensurepip, venv
print(json.dumps({'name': platform.python_implementation(), 'version': sys.version_info[:3],
                  'free': bool(sysconfig.get_config_var('Py_GIL_DISABLED'))}))";

/// A Python of this machine.
#[derive(Debug, Clone, Deserialize)]
struct Interpreter {
    #[serde(skip)]
    program: PathBuf,
    name: String,
    version: (u32, u32, u32),
    free: bool,
}

pub(super) fn run(trial: &Trial<'_>) -> Vec<Row> {
    let platform = if cfg!(target_arch = "aarch64") { Platform::LinuxArm64 } else { Platform::LinuxX64 };
    let Some(wheel) = file(trial, platform) else { return Vec::new() };
    let artifact = super::base(&wheel);
    let found = interpreters();
    let plugin = plugin(trial, platform);
    let mut rows = Vec::new();
    for it in &found {
        let row = |check: &str, run: &dyn Fn(&Environment<'_>) -> Result<Outcome, String>, place: &Place<'_>| {
            let check = format!("CPython {}.{}.{}: {check}", it.version.0, it.version.1, it.version.2);
            Row::of(&artifact, &check, || run(place.as_ref()?))
        };
        let place = Environment::with(trial, it, &wheel, "used");
        rows.push(row("quick start, doctor, command", &used, &place));
        rows.push(row("one root with the system's library", &|place| one_root(place, plugin.as_ref()?), &place));
        rows.push(row("it ends while a thread reports", &ends, &place));
        rows.push(row("removed without a trace", &removed, &place));
    }
    let check = "a fresh venv with only the wheel: the Python quick start";
    rows.push(Row::of(&artifact, check, || match found.first() {
        Some(oldest) => alone(trial, oldest, &wheel),
        None => Ok(Outcome::NotRun("no CPython 3.9 or newer with venv is here (apt-get install python3-venv)".into())),
    }));
    let absent: Vec<String> = MINORS
        .filter(|minor| !found.iter().any(|it| it.version.1 == *minor))
        .map(|minor| format!("3.{minor}"))
        .collect();
    if !absent.is_empty() {
        let check = format!("CPython {}", absent.join(", "));
        let cure = "not on PATH, nor one of pyenv's (pyenv install VERSION)".to_owned();
        rows.push(Row::of(&artifact, &check, || Ok(Outcome::NotRun(cure))));
    }
    rows
}

/// The wheel of a platform, if it was made.
pub(super) fn file(trial: &Trial<'_>, platform: Platform) -> Option<PathBuf> {
    let tag = platform.wheel_tag()?;
    let is = |name: &str| name.ends_with(".whl") && name.contains(tag);
    let found = trial.manifest.artifacts.iter().find(|one| is(&one.file))?;
    Some(trial.artifacts.join(&found.file))
}

/// Every CPython that the wheel is for: on PATH, and those that pyenv keeps. One for each minor version, oldest first.
fn interpreters() -> Vec<Interpreter> {
    let on_path = (*MINORS.start()..=NEWEST).flat_map(|minor| tools::every_on_path(&format!("python3.{minor}")));
    let home = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let home = home.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".pyenv")));
    let versions = home.and_then(|home| std::fs::read_dir(home.join("versions")).ok());
    let mut kept: Vec<PathBuf> =
        versions.into_iter().flatten().flatten().map(|entry| entry.path().join("bin/python3")).collect();
    kept.sort();
    // pyenv's programs on PATH run what the folder asks for, or nothing: those that do not run are left out here.
    first_of_each(on_path.chain(kept).filter_map(|program| ask(&program)).collect())
}

fn ask(program: &Path) -> Option<Interpreter> {
    let answer = step::ask(Command::new(program).args(["-I", "-c", PROBE]))?;
    let it: Interpreter = serde_json::from_str(&answer).ok()?;
    Some(Interpreter { program: program.to_path_buf(), ..it })
}

fn first_of_each(mut found: Vec<Interpreter>) -> Vec<Interpreter> {
    found.retain(|it| it.name == "CPython" && !it.free && (it.version.0, it.version.1) >= (3, *MINORS.start()));
    found.sort_by_key(|it| it.version.1);
    found.dedup_by_key(|it| it.version.1);
    found
}

/// An environment with nothing in it but pip and the wheel, and a folder, a home and a search path that are empty.
struct Environment<'a> {
    trial: &'a Trial<'a>,
    /// Where nothing lies.
    empty: PathBuf,
    venv: PathBuf,
    /// What was in it before the wheel.
    before: Vec<PathBuf>,
}

/// One, or why there is none.
type Place<'a> = Result<Environment<'a>, String>;

impl<'a> Environment<'a> {
    fn with(trial: &'a Trial<'a>, it: &Interpreter, wheel: &Path, name: &str) -> Place<'a> {
        let folder = trial.folder(&format!("wheels/{name}-3.{}", it.version.1))?;
        let (empty, venv) = (folder.join("empty"), folder.join("venv"));
        std::fs::create_dir_all(&empty).map_err(|e| format!("{}: {e}", empty.display()))?;
        let mut make = Command::new(&it.program);
        trial.must("making an environment", make.args(["-I", "-m", "venv"]).arg(&venv))?;
        let mut made = Environment { trial, empty, venv, before: Vec::new() };
        made.before = made.files()?;
        // Without an index: it needs nothing else.
        trial.must("installing the wheel", made.pip(&["install", "--quiet", "--no-index"]).arg(wheel))?;
        Ok(made)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.venv.join("bin").join(name));
        command.current_dir(&self.empty).env_clear().env("HOME", &self.empty).env("PATH", &self.empty);
        command
    }

    /// Its Python, with nothing else on `sys.path`.
    fn python(&self) -> Command {
        let mut python = self.program("python");
        // No compiled files: they would not be told from what the wheel leaves behind.
        python.arg("-IB");
        python
    }

    fn pip(&self, arguments: &[&str]) -> Command {
        let mut pip = self.python();
        pip.args(["-m", "pip", "--disable-pip-version-check", "--no-input", "--no-cache-dir"]).args(arguments);
        pip
    }

    fn quick_start(&self) -> Result<(), String> {
        let source = self.trial.tree.root.join("examples/python/quickstart.py");
        let text = std::fs::read_to_string(&source).map_err(|e| format!("{}: {e}", source.display()))?;
        let done = self.trial.must("the quick start of Python", self.python().args(["-c", &text]))?;
        quick_start(&String::from_utf8_lossy(&done.stdout))
    }

    /// Every file and folder in it.
    fn files(&self) -> Result<Vec<PathBuf>, String> {
        let (mut files, mut folders) = (Vec::new(), vec![self.venv.clone()]);
        while let Some(folder) = folders.pop() {
            let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
            for path in entries.flatten().map(|entry| entry.path()) {
                if path.is_dir() && !path.is_symlink() {
                    folders.push(path.clone());
                }
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

/// What the quick starts of Python and C++ print. Times differ from run to run.
pub(super) fn quick_start(report: &str) -> Result<(), String> {
    let owed = [
        "shop_errors_total{error_type=\"zero_tokens\",zone=\"eu\"} 1",
        "shop_inflight_requests{zone=\"eu\"} 0",
        "shop_request_duration_seconds_count{zone=\"eu\"} 3",
        "shop_requests_total{endpoint=\"generate\",zone=\"eu\"} 3",
    ];
    let samples: Vec<&str> = report.lines().filter(|line| !line.starts_with('#')).collect();
    let spent =
        samples.iter().filter(|line| line.starts_with("shop_request_duration_seconds_sum{zone=\"eu\"} ")).count();
    match owed.iter().find(|line| !samples.contains(line)) {
        Some(line) => Err(format!("the quick start owes {line}, and printed\n{report}")),
        None if spent != 1 || samples.len() != owed.len() + 1 => Err(format!("the quick start printed\n{report}")),
        None => Ok(()),
    }
}

/// What the doctor says as JSON: the only library is the one in this folder.
pub(super) fn doctor(told: &[u8], folder: &Path) -> Result<(), String> {
    let text = String::from_utf8_lossy(told);
    let told: serde_json::Value = serde_json::from_str(&text).map_err(|e| format!("the doctor's JSON: {e}\n{text}"))?;
    let path = told["library"]["path"].as_str().unwrap_or_default();
    let copies = told["copies"].as_array().map_or(0, Vec::len);
    if told["exit"] == 0 && Path::new(path).starts_with(folder) && told["library"]["origin"] == "beside" && copies == 1
    {
        Ok(())
    } else {
        Err(format!("the doctor says\n{text}"))
    }
}

/// What a user does first.
fn used(place: &Environment<'_>) -> Result<Outcome, String> {
    let trial = place.trial;
    place.quick_start()?;
    let asked = trial.must("the doctor", place.python().args(["-m", "cmetrics", "doctor", "--json"]))?;
    doctor(&asked.stdout, &place.venv)?;
    let said = trial.must("the command", place.program("cmetrics").arg("--version"))?.text();
    if said.trim() != format!("cmetrics {}", trial.manifest.version) {
        return Err(format!("cmetrics --version says {said}"));
    }
    passed("nothing else on sys.path")
}

/// What happens at a program's end is a matter of time: it is tried more than once.
const ENDS: usize = 12;

fn ends(place: &Environment<'_>) -> Result<Outcome, String> {
    let mut stories = Vec::new();
    for _ in 0..ENDS {
        let mut python = place.python();
        python.arg(place.trial.source("ends_amid_reports.py"));
        let done = place.trial.attempt("a program that ends while a thread reports", &mut python)?;
        stories.extend((!done.ok).then(|| done.story("")));
    }
    match stories.first() {
        Some(first) => Err(format!("{} of {ENDS} programs did not end well\n{first}", stories.len())),
        None => passed(format!("{ENDS} programs")),
    }
}

fn removed(place: &Environment<'_>) -> Result<Outcome, String> {
    let installed = place.files()?.len() - place.before.len();
    place.trial.must("removing the wheel", &mut place.pip(&["uninstall", "--quiet", "--yes", "cmetrics"]))?;
    match place.files()?.iter().find(|file| !place.before.contains(file)) {
        Some(left) => Err(format!("pip uninstall left {}", left.display())),
        None => passed(format!("{installed} files and folders")),
    }
}

/// No compiler, no other package, no file of ours: the environment has what the wheel brings, and that will do.
fn alone(trial: &Trial<'_>, it: &Interpreter, wheel: &Path) -> Result<Outcome, String> {
    let place = Environment::with(trial, it, wheel, "alone")?;
    let look = "import importlib.metadata as m, shutil, sys\n\
                assert not any(map(shutil.which, ('cc', 'gcc', 'cargo', 'rustc'))), 'there is a compiler'\n\
                print(*sorted({d.metadata['Name'].lower() for d in m.distributions()} - {'pip', 'setuptools'}))\n\
                print(*(p for p in sys.path if 'site-packages' in p), sep='\\n')";
    let seen = trial.must("looking at the environment", place.python().args(["-c", look]))?.text();
    let mut lines = seen.lines();
    let (packages, paths) = (lines.next().unwrap_or_default(), lines.collect::<Vec<_>>());
    if packages != "cmetrics" || paths.len() != 1 || !Path::new(paths[0]).starts_with(&place.venv) {
        return Err(format!("the environment is not alone:\n{seen}"));
    }
    place.quick_start()?;
    passed(format!("CPython 3.{}, no compiler, no other package", it.version.1))
}

/// The system's library, and a plugin that links it.
struct Plugin {
    file: PathBuf,
    library: PathBuf,
}

fn plugin(trial: &Trial<'_>, platform: Platform) -> Result<Plugin, String> {
    let prefix = trial.unpacked(platform, "wheels/system")?;
    let (lib, file) = (prefix.join("lib"), trial.kept("wheels/system")?.join("plugin.so"));
    let mut cc = Command::new("cc");
    cc.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I"]).arg(prefix.join("include"));
    cc.arg("-o").arg(&file).arg(trial.source("plugin.c")).arg("-L").arg(&lib).arg("-lcmetrics");
    trial.must("building a plugin", cc.arg(format!("-Wl,-rpath,{}", lib.display())))?;
    Ok(Plugin { file, library: lib.join("libcmetrics.so.1") })
}

fn one_root(place: &Environment<'_>, plugin: &Plugin) -> Result<Outcome, String> {
    let mut seen = Vec::new();
    for order in ["plugin-first", "wheel-first", "both-copies"] {
        let mut python = place.python();
        python.arg(place.trial.source("one_root.py")).arg(order).arg(&plugin.file).arg(&plugin.library);
        let done = place.trial.must(&format!("one root, {order}"), &mut python)?;
        seen.push(String::from_utf8_lossy(&done.stdout).trim().to_owned());
    }
    passed(seen.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interpreter(program: &str, name: &str, minor: u32, free: bool) -> Interpreter {
        Interpreter { program: program.into(), name: name.into(), version: (3, minor, 1), free }
    }

    #[test]
    fn one_cpython_of_each_version_is_taken_and_no_other() {
        let found = first_of_each(vec![
            interpreter("a", "CPython", 12, false),
            interpreter("b", "PyPy", 10, false),
            interpreter("c", "CPython", 8, false),
            interpreter("d", "CPython", 13, true),
            interpreter("e", "CPython", 9, false),
            interpreter("f", "CPython", 12, false),
        ]);
        let programs: Vec<_> = found.iter().map(|it| it.program.display().to_string()).collect();
        assert_eq!(programs, ["e", "a"]);
    }

    #[test]
    fn a_report_with_a_line_too_many_or_too_few_is_refused() {
        let good =
            "# x\nshop_errors_total{error_type=\"zero_tokens\",zone=\"eu\"} 1\nshop_inflight_requests{zone=\"eu\"} 0\n\
                    shop_request_duration_seconds_sum{zone=\"eu\"} 0.1\n\
                    shop_request_duration_seconds_count{zone=\"eu\"} 3\n\
                    shop_requests_total{endpoint=\"generate\",zone=\"eu\"} 3\n";
        assert_eq!(quick_start(good), Ok(()));
        assert!(quick_start(&good.replace("count{zone=\"eu\"} 3", "count{zone=\"eu\"} 2")).is_err());
        assert!(quick_start(&format!("{good}another 1\n")).is_err());
        assert!(quick_start("").is_err());
    }

    #[test]
    fn the_doctor_must_name_the_one_library_of_the_folder() {
        let told = |path: &str, copies: &str| {
            format!("{{\"exit\":0,\"library\":{{\"path\":\"{path}\",\"origin\":\"beside\"}},\"copies\":{copies}}}")
        };
        assert_eq!(doctor(told("/venv/a", "[1]").as_bytes(), Path::new("/venv")), Ok(()));
        assert!(doctor(told("/usr/a", "[1]").as_bytes(), Path::new("/venv")).is_err());
        assert!(doctor(told("/venv/a", "[1,2]").as_bytes(), Path::new("/venv")).is_err());
        assert!(doctor(b"nothing", Path::new("/venv")).is_err());
    }
}

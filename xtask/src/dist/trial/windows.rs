// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The archive and the wheel for Windows, under Wine: programs in C and C++ built with CMake, several copies in one
//! process, clients in Rust, and a CPython for Windows that imports the wheel.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::platform::Platform;
use super::report::passed;
use super::{same, Outcome, Row, Trial, QUICK_START};
use crate::compat;
use crate::wine::{self, dos, Wine};

/// A CPython for Windows that a registry of packages has.
const PYTHON: &str = "org.bytedeco:cpython:3.11.3-1.5.9:jar:windows-x86_64";

pub(super) fn run(trial: &Trial<'_>) -> Vec<Row> {
    let platform = Platform::WindowsX64;
    if !trial.platforms().contains(&platform) {
        return Vec::new();
    }
    let archive = trial.archive_name(platform);
    let wheel = format!("cmetrics-{}-cp39-abi3-win_amd64.whl", trial.manifest.version);
    let on_windows = || Outcome::NotRun("neither Windows nor Microsoft's compiler is here".to_owned());
    let wine = match wine::missing() {
        Some(why) => Err(Outcome::NotRun(why)),
        None => begin(trial).map_err(Outcome::Failed),
    };
    let on = |run: &dyn Fn(&Wine<'_>) -> Result<Outcome, String>| match &wine {
        Ok(wine) => run(wine),
        Err(outcome) => Ok(outcome.clone()),
    };
    vec![
        Row::of(&archive, "C and C++ by CMake, under Wine", || on(&|wine| programs(trial, wine))),
        Row::of(&archive, "election, clients in C and Rust", || on(&|_| several(trial))),
        Row::of(&archive, "the same on Windows itself", || Ok(on_windows())),
        Row::of(&wheel, "the quick start, under Wine", || on(&|wine| python(trial, wine, &wheel))),
        Row::of(&wheel, "the same on Windows itself", || Ok(on_windows())),
    ]
}

fn begin<'a>(trial: &Trial<'a>) -> Result<Wine<'a>, String> {
    let dlls = trial.kept("windows/dlls")?;
    Wine::complete(trial.tree, &dlls)?;
    Wine::begin(trial.tree, trial.kept("windows/prefix")?, dlls)
}

/// Linked through the import library, and found beside the program.
fn programs(trial: &Trial<'_>, wine: &Wine<'_>) -> Result<Outcome, String> {
    // That of POSIX threads: the other has no std::mutex.
    let cpp = "x86_64-w64-mingw32-g++-posix";
    if let Some(lacks) = trial.lacks(&[(cpp, "g++-mingw-w64-x86-64-posix")]) {
        return Ok(lacks);
    }
    let prefix = trial.unpacked(Platform::WindowsX64, "windows/archive größe (2)")?;
    let source = trial.folder("windows/cmake")?;
    for file in ["compat-tests/installed/CMakeLists.txt", "examples/c/quickstart.c", "examples/cpp/quickstart.cpp"] {
        trial.copy(file, &source)?;
    }
    let build = source.join("build");
    let mut configure = trial.kit.cmake(&source);
    configure.arg("-S").arg(&source).arg("-B").arg(&build).args([
        "-G",
        "Unix Makefiles",
        "-DCMAKE_SYSTEM_NAME=Windows",
    ]);
    configure.arg(format!("-DCMAKE_C_COMPILER={}", wine::COMPILER)).arg(format!("-DCMAKE_CXX_COMPILER={cpp}"));
    configure.arg("-DCMAKE_EXE_LINKER_FLAGS=-static").arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display()));
    trial.must("configuring for Windows", &mut configure)?;
    trial.must("building for Windows", trial.kit.cmake(&source).arg("--build").arg(&build))?;
    let dll = prefix.join("bin/cmetrics.dll");
    std::fs::copy(&dll, build.join("cmetrics.dll")).map_err(|e| format!("{}: {e}", dll.display()))?;
    for name in ["linked-c.exe", "found-c.exe", "linked-cpp.exe", "found-cpp.exe"] {
        let done = wine.run(&format!("windows: {name}"), &build.join(name), &[], &[])?;
        if !done.ok {
            return Err(done.story(""));
        }
        if name.ends_with("-c.exe") {
            same(&done.stdout, QUICK_START)?;
        } else if !done.text().contains("shop_requests_total{endpoint=\"generate\",zone=\"eu\"} 3") {
            return Err(done.story("it owes shop_requests_total … 3"));
        }
    }
    passed("four programs of mingw's compilers")
}

/// What `cargo xtask compat` says of this DLL, and of others beside it.
fn several(trial: &Trial<'_>) -> Result<Outcome, String> {
    let expected = compat::expected(&trial.tree.root)?;
    let mut cells = 0;
    let dll = trial.unpacked(Platform::WindowsX64, "windows/several")?.join("bin/cmetrics.dll");
    for outcome in compat::of_windows(trial.tree, &dll) {
        for (what, done) in compat::verdicts(&outcome, &expected) {
            done.map_err(|why| format!("{what}: {why}"))?;
            cells += 1;
        }
    }
    passed(format!("{cells} cells of the matrix"))
}

fn python(trial: &Trial<'_>, wine: &Wine<'_>, wheel: &str) -> Result<Outcome, String> {
    let Some(python) = windows_python(trial)? else {
        return Ok(Outcome::NotRun(
            "there is no CPython for Windows here, nor Maven, which has one (apt-get install maven)".into(),
        ));
    };
    let site = trial.folder("windows/site")?;
    let wheel = trial.artifact(wheel).ok_or_else(|| format!("{wheel} was not made"))?;
    trial.unpack(&wheel, &site)?;
    stable_abi(trial, &site.join("cmetrics/_cmetrics.pyd"), &python)?;
    let executable = python.join("python.exe");
    let script = trial.tree.root.join("examples/python/quickstart.py");
    let (site, script) = (dos(&site), dos(&script));
    let with = [("PYTHONPATH", site.as_str()), ("PYTHONDONTWRITEBYTECODE", "1")];
    let done = wine.run("windows: the quick start of Python", &executable, &[script], &with)?;
    if !done.ok || !done.text().contains("shop_requests_total{endpoint=\"generate\",zone=\"eu\"} 3") {
        return Err(done.story("it owes shop_requests_total … 3"));
    }
    let doctor = ["-m", "cmetrics", "doctor"].map(str::to_owned);
    let doctor = wine.run("windows: doctor", &executable, &doctor, &with)?;
    if !doctor.ok || !doctor.text().contains("cmetrics.dll") {
        return Err(doctor.story("it should have told of cmetrics.dll"));
    }
    passed("CPython 3.11.3 for Windows; doctor")
}

/// The folder of a CPython for Windows.
fn windows_python(trial: &Trial<'_>) -> Result<Option<PathBuf>, String> {
    let folder = trial.kept("windows/python")?;
    let inside = folder.join("org/bytedeco/cpython/windows-x86_64");
    if inside.join("python.exe").is_file() {
        return Ok(Some(inside));
    }
    if crate::tools::on_path("mvn").is_none() {
        return Ok(None);
    }
    let mut maven = Command::new("mvn");
    maven.args(["-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"]);
    maven.arg(format!("-Dartifact={PYTHON}")).arg(format!("-DoutputDirectory={}", folder.display()));
    trial.must("fetching a CPython for Windows", maven.current_dir(&folder))?;
    let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let jar = entries.flatten().map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "jar"));
    trial.unpack(&jar.ok_or("Maven left no file")?, &folder)?;
    Ok(Some(inside))
}

/// That CPython comes without python3.dll, which hands the stable interface on to python311.dll (PEP 384): one is made
/// for the names that the module asks for.
fn stable_abi(trial: &Trial<'_>, module: &Path, python: &Path) -> Result<(), String> {
    let objdump = trial
        .must("reading what the module asks for", Command::new("x86_64-w64-mingw32-objdump").arg("-p").arg(module))?;
    let text = objdump.text();
    let table = text.split("DLL Name: python3.dll").nth(1).ok_or("the module asks nothing of python3.dll")?;
    let names: Vec<&str> = table
        .lines()
        .skip(1)
        .take_while(|line| !line.contains("DLL Name"))
        .filter_map(|line| line.split_whitespace().last())
        .filter(|name| name.starts_with("Py") || name.starts_with("_Py"))
        .collect();
    let lines: Vec<String> = names.iter().map(|name| format!("    {name} = python311.{name}\n")).collect();
    let (definition, empty) = (python.join("python3.def"), python.join("python3.c"));
    let write = |file: &Path, text: String| std::fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()));
    write(&definition, format!("LIBRARY python3.dll\nEXPORTS\n{}", lines.concat()))?;
    write(&empty, "int cmetrics_nothing = 0;\n".to_owned())?;
    let mut compiler = Command::new(wine::COMPILER);
    compiler.arg("-shared").arg("-o").arg(python.join("python3.dll")).arg(&empty).arg(&definition);
    trial.must("making python3.dll", &mut compiler).map(|_| ())
}

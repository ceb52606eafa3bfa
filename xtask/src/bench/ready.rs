// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Builds what is measured: the library as it is released, and the programs of benchmarks/. What cannot be built is left
//! out, with the reason; only the library and the Rust program must be there.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::python::Venv;
use crate::step;
use crate::tools;
use crate::tree::{shared_library, Tree};

/// What is ready to run.
pub(super) struct Ready {
    pub(super) library: PathBuf,
    pub(super) updates: PathBuf,
    pub(super) series: PathBuf,
    /// In C and in C++.
    pub(super) native: Vec<(&'static str, PathBuf)>,
    pub(super) python: Option<Scripts>,
    pub(super) go: Option<PathBuf>,
    pub(super) left_out: Vec<String>,
}

/// How Python programs run: with the wheel that was made for this, not the one of the tests.
pub(super) struct Scripts {
    venv: Venv,
    path: std::ffi::OsString,
}

impl Scripts {
    pub(super) fn command(&self, tree: &Tree, script: &str) -> Command {
        let mut python = self.venv.command(tree, "python");
        python.arg(script).env("PYTHONPATH", &self.path);
        python
    }
}

/// Where everything of `cargo xtask bench` lies.
pub(super) fn folder(tree: &Tree) -> PathBuf {
    tree.target.join("bench")
}

/// Builds all, with peers or without.
pub(super) fn build(tree: &Tree, peers: bool) -> Result<Ready, String> {
    tools::compilers()?;
    let bin = folder(tree).join("bin");
    std::fs::create_dir_all(&bin).map_err(|e| format!("{}: {e}", bin.display()))?;
    let library = library(tree)?;
    let mut left_out = Vec::new();
    let rust = rust(tree, peers, &mut left_out)?;
    let native = native(tree, &bin, peers, &mut left_out);
    let python = python(tree, &bin).map_err(|why| left_out.push(format!("Python: {}", first(&why)))).ok();
    let go = if peers { go(tree, &bin) } else { Err("peers were not asked for".to_owned()) };
    let go = go.map_err(|why| left_out.push(format!("client_golang: {why}"))).ok();
    let program = |name: &str| rust.join(crate::tree::executable(name));
    Ok(Ready { library, updates: program("updates"), series: program("series"), native, python, go, left_out })
}

/// The library as it is released.
pub(super) fn library(tree: &Tree) -> Result<PathBuf, String> {
    let mut build = tree.cargo();
    build.args(["build", "--release", "--locked", "-p", "cmetrics-impl"]);
    step::must("building the library, as released", &mut build, "")?;
    Ok(tree.target.join("release").join(shared_library("cmetrics")))
}

/// The folder of the Rust programs.
fn rust(tree: &Tree, peers: bool, left_out: &mut Vec<String>) -> Result<PathBuf, String> {
    let target = folder(tree).join("build");
    let cargo = |with: bool| {
        let mut cargo = tree.cargo();
        cargo.current_dir(tree.root.join("benchmarks"));
        cargo.args(["build", "--release", "--locked", "-p", "cmetrics-benchmarks"]).arg("--target-dir").arg(&target);
        if !with {
            cargo.arg("--no-default-features");
        }
        cargo
    };
    if peers {
        let done = step::attempt("building the Rust programs with the peers", &mut cargo(true))?;
        if done.ok {
            return Ok(target.join("release"));
        }
        left_out.push(format!("the peers in Rust: {}", first(&done.text())));
    } else {
        left_out.push("the peers in Rust: not asked for".to_owned());
    }
    step::must("building the Rust programs without peers", &mut cargo(false), "")?;
    Ok(target.join("release"))
}

/// The programs in C and C++, with prometheus-cpp if the compiler finds its headers.
fn native(tree: &Tree, bin: &Path, peers: bool, left_out: &mut Vec<String>) -> Vec<(&'static str, PathBuf)> {
    let compiler = |variable: &str, usual: &str| std::env::var(variable).unwrap_or_else(|_| usual.to_owned());
    let (cc, cxx) = (compiler("CC", "cc"), compiler("CXX", "c++"));
    let limits = bin.join("liblimits.so");
    let mut shared = tree.command(&cc);
    shared.args(["-O2", "-fPIC", "-shared", "benchmarks/limits/limits.c", "-o"]).arg(&limits);
    if let Err(why) = step::must("building the limits", &mut shared, "") {
        left_out.push(format!("C and C++: {}", first(&why)));
        return Vec::new();
    }
    let program = |compiler: &str, standard: &str, source: &str, name: &str, more: &[&str]| {
        let file = bin.join(name);
        let mut build = tree.command(compiler);
        // As benchmarks/.cargo/config.toml has it for Rust.
        build
            .args([standard, "-O2", "-falign-loops=64", "-I", "headers/include", source, "-o"])
            .arg(&file)
            .arg("-L")
            .arg(bin);
        build.args(["-llimits", "-Wl,-rpath,$ORIGIN"]).args(more).args(["-lpthread", "-ldl"]);
        step::must(&format!("building {name}"), &mut build, "").map(|_| file)
    };
    let mut built = Vec::new();
    let mut add = |name, language: &str, done: Result<PathBuf, String>| match done {
        Ok(file) => built.push((name, file)),
        Err(why) => left_out.push(format!("{language}: {}", first(&why))),
    };
    add("c", "C", program(&cc, "-std=c11", "benchmarks/c/updates.c", "c-updates", &[]));
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        add("loops", "loops in C++", program(&cxx, "-std=c++17", "benchmarks/inline/loops.cpp", "loops", &[]));
    }
    let cpp = |more: &[&str]| program(&cxx, "-std=c++17", "benchmarks/cpp/updates.cpp", "cpp-updates", more);
    let header = tree.root.join("benchmarks/cpp/has_prometheus_cpp.cpp");
    let peer = peers && step::ask(Command::new(&cxx).args(["-std=c++17", "-fsyntax-only"]).arg(header)).is_some();
    let mut done = cpp(if peer { &["-lprometheus-cpp-core"] } else { &["-DWITHOUT_PROMETHEUS_CPP"] });
    if !peer {
        let why = if peers { "its headers are not there (Debian: prometheus-cpp-dev)" } else { "not asked for" };
        left_out.push(format!("prometheus-cpp: {why}"));
    } else if let Err(why) = &done {
        left_out.push(format!("prometheus-cpp: {}", first(why)));
        done = cpp(&["-DWITHOUT_PROMETHEUS_CPP"]);
    }
    match done {
        Ok(file) => built.push(("cpp", file)),
        Err(why) => left_out.push(format!("C++: {}", first(&why))),
    }
    built
}

/// A wheel built as it is released, beside the one that the tests have installed.
fn python(tree: &Tree, bin: &Path) -> Result<Scripts, String> {
    let venv = Venv::ready(tree)?;
    venv.install_builder(tree)?;
    venv.install_requirements(tree)?;
    let (wheels, site) = (folder(tree).join("wheels"), folder(tree).join("python"));
    for stale in [&wheels, &site] {
        if stale.exists() {
            std::fs::remove_dir_all(stale).map_err(|e| format!("{}: {e}", stale.display()))?;
        }
    }
    let mut build = venv.command(tree, "maturin");
    build.args(["build", "--release", "--locked", "--manifest-path", "python-binding/Cargo.toml", "--interpreter"]);
    build.arg(&venv.python.executable).arg("--out").arg(&wheels);
    step::must("building the wheel, as released", &mut build, "")?;
    let wheel = std::fs::read_dir(&wheels).ok().and_then(|all| all.flatten().next()).ok_or("maturin left no wheel")?;
    let mut install = venv.pip(tree, &["install", "--quiet", "--no-deps", "--no-index", "--target"]);
    step::must("unpacking the wheel", install.arg(&site).arg(wheel.path()), "")?;
    // The program does without: it says then that the limit is left out.
    if let Some(include) = &venv.python.include {
        let mut empty = tree.command(std::env::var("CC").unwrap_or_else(|_| "cc".to_owned()));
        empty.args(["-O2", "-fPIC", "-shared", "-I"]).arg(include);
        empty.args(["benchmarks/python/empty.c", "-o"]).arg(bin.join("empty.so"));
        step::attempt("building the empty method", &mut empty)?;
    }
    let path = std::env::join_paths([&site, &bin.to_path_buf()]).map_err(|e| e.to_string())?;
    Ok(Scripts { venv, path })
}

fn go(tree: &Tree, bin: &Path) -> Result<PathBuf, String> {
    let go = tools::on_path("go").ok_or("there is no Go here")?;
    let file = bin.join("go-updates");
    let mut build = tree.command(go);
    build.current_dir(tree.root.join("benchmarks/go")).args(["build", "-mod=readonly", "-o"]).arg(&file).arg(".");
    step::must("building the Go program", &mut build, "").map_err(|why| first(&why))?;
    Ok(file)
}

/// The line that says what went wrong.
fn first(story: &str) -> String {
    let telling = |line: &&str| ["error", "fatal", "go: "].iter().any(|word| line.contains(word));
    let line = story.lines().find(telling).or_else(|| story.lines().next());
    line.unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn of_a_long_story_the_line_with_the_error_is_told() {
        assert_eq!(first("cc -O2 (exit status 1)\nnote: x\nx.c:1: error: no\nmore"), "x.c:1: error: no");
        assert_eq!(first("there is no Python\n--> install it"), "there is no Python");
    }
}

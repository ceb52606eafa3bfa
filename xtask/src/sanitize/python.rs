// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Hosts with Python in them: a Python whose first library is a sanitizer's runtime, and a C++ program that embeds Python.
//! The package, the library and the worker's plugins are built for the sanitizer, Python is not.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::build::Instrumented;
use super::reports::is_our_leak;
use super::watched::{one, Watch};
use super::Bench;
use crate::step;
use crate::test::pytest;
use crate::worker::{Ground, FOLDER};

/// The tests in which objects are made, kept, shared, let go and ended with the interpreter. Others are of servers and of
/// the command, which are Python; or they compile C, and the compiler's own leaks would end it.
const TESTS: [&str; 20] = [
    "tests/test_bridge_collector.py",
    "tests/test_calls.py",
    "tests/test_client.py",
    "tests/test_collector.py",
    "tests/test_counter.py",
    "tests/test_duration.py",
    "tests/test_error.py",
    "tests/test_family.py",
    "tests/test_gauge.py",
    "tests/test_gauge_function.py",
    "tests/test_metric.py",
    "tests/test_prometheus_client.py",
    "tests/test_registry.py",
    "tests/test_render.py",
    "tests/test_scope.py",
    "tests/test_textfile.py",
    "tests/test_threads.py",
    "tests/test_timer.py",
    "tests/test_tracking.py",
    "tests/test_value_counter.py",
];

pub(super) struct Python {
    ground: Ground,
    /// The folder of the package.
    site: PathBuf,
    /// What the dynamic linker loads first.
    preload: String,
    rust_plugin: PathBuf,
    cpp_plugin: PathBuf,
    cpp_host: PathBuf,
    watch: Watch,
}

impl Python {
    pub(super) fn ready(bench: &Bench<'_>, rust: &Instrumented, options: &str) -> Result<Python, String> {
        let ground = Ground::ready(bench.tree)?;
        ground.venv.install_requirements(bench.tree)?;
        let library = rust.library(bench.tree)?;
        let sanitizer = rust.name();
        let mut cargo = rust.cargo(bench.tree, "build");
        cargo.args(["-p", "cmetrics-python"]).env("PYO3_PYTHON", &ground.venv.python.executable);
        rust.make("building the Python package's native part", &mut cargo)?;
        let built = rust.build(bench.tree, &["worker-rust-plugin"])?;

        let site = bench.folder.join(sanitizer).join("site");
        copy(&bench.tree.root.join("python-binding/python"), &site)?;
        for (from, to) in [(built.join("lib_cmetrics.so"), "_cmetrics.abi3.so"), (library, "libcmetrics.so.1")] {
            let to = site.join("cmetrics").join(to);
            std::fs::copy(&from, &to).map_err(|e| format!("{} to {}: {e}", from.display(), to.display()))?;
        }

        let cpp = bench.folder.join(sanitizer).join("worker-cpp");
        let mut configure = ground.configure(bench.tree, &format!("{FOLDER}/cpp"), &cpp)?;
        // gcc takes an empty std::optional for an uninitialized one where it instruments.
        let flags = format!("-fsanitize={sanitizer} -fno-omit-frame-pointer -O1 -Wno-maybe-uninitialized");
        configure.arg(format!("-DCMAKE_CXX_FLAGS={flags}"));
        step::must("configuring the worker's C++ part", &mut configure, "")?;
        step::must("building the worker's C++ part", ground.cmake(bench.tree)?.arg("--build").arg(&cpp), "")?;

        // A plugin in C++ throws, and the runtime has to find what it stands before.
        let preload = format!("{}:{}", file_of("libasan.so")?.display(), file_of("libstdc++.so.6")?.display());
        let watch = Watch { is_ours: is_our_leak, others: "leaks of Python's own accepted", ..Watch::all(options) };
        Ok(Python {
            site,
            preload,
            rust_plugin: built.join("libworker_rust_plugin.so"),
            cpp_plugin: cpp.join("libworker_cpp_plugin.so"),
            cpp_host: cpp.join("worker_cpp_host"),
            watch,
            ground,
        })
    }

    /// This environment's Python with the runtime in it.
    fn command(&self, bench: &Bench<'_>) -> Command {
        let mut python = self.ground.venv.command(bench.tree, "python");
        python.env("LD_PRELOAD", &self.preload).env("PYTHONPATH", &self.site);
        // Python's own pools would hide from the runtime what is used after it was freed.
        python.env("PYTHONMALLOC", "malloc").env_remove("CMETRICS_LIBRARY");
        python.env("WORKER_RUST_PLUGIN", &self.rust_plugin).env("WORKER_CPP_PLUGIN", &self.cpp_plugin);
        python
    }
}

/// A runtime's file, as the compiler tells.
fn file_of(library: &str) -> Result<PathBuf, String> {
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let told = step::ask(Command::new(compiler).arg(format!("-print-file-name={library}"))).unwrap_or_default();
    // It answers with the bare name where it has none.
    std::fs::canonicalize(&told).ok().filter(|_| told.contains('/')).ok_or_else(|| {
        format!(
            "the C compiler has no {library}\n--> gcc has it (Debian: libasan and libtsan come with gcc); set CC=gcc"
        )
    })
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{} to {}: {e}", from.display(), to.display());
    std::fs::create_dir_all(to).map_err(failed)?;
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            std::fs::copy(&source, &target).map_err(failed)?;
        }
    }
    Ok(())
}

/// The worker's case, once begun by C++ and once by Python, with the other languages as plugins; each report is compared.
pub(super) fn hosts(bench: &mut Bench<'_>, python: &Python) -> Result<(), String> {
    let folder = bench.tree.root.join(FOLDER);
    let case = folder.join("acceptance/worker");
    let mut cpp = bench.tree.command(&python.cpp_host);
    python.ground.lend_python(&mut cpp)?;
    cpp.env("WORKER_SITE_PACKAGES", &python.site).env("PYTHONMALLOC", "malloc");
    cpp.env("CMETRICS_LIBRARY", python.site.join("cmetrics/libcmetrics.so.1"));
    let mut begun_by_python = python.command(bench);
    begun_by_python.arg(folder.join("python_host.py"));
    for (what, mut host) in [("C++: the worker's host", cpp), ("Python: the worker's host", begun_by_python)] {
        host.arg("--case").arg(&case).arg("--rust-plugin").arg(&python.rust_plugin);
        host.arg("--cpp-plugin").arg(&python.cpp_plugin).args(["--verbosity", "debug", "--threads", "3"]);
        bench.watch(what, &mut host, &python.watch, one);
    }
    Ok(())
}

/// The package's own tests.
pub(super) fn tests(bench: &mut Bench<'_>, python: &Python) {
    let mut tests = python.command(bench);
    tests.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]).current_dir(bench.tree.root.join("python-binding"));
    tests.args(TESTS);
    bench.watch("Python: the package's tests", &mut tests, &python.watch, pytest);
}

/// The package's tests with threads, on the library that is watched. The package's native part is as it is installed.
pub(super) fn threads(bench: &mut Bench<'_>, library: &Path, shim: &Path, watch: &Watch) -> Result<(), String> {
    let ground = Ground::ready(bench.tree)?;
    ground.venv.install_requirements(bench.tree)?;
    let preload = [file_of("libtsan.so")?, shim.to_path_buf(), file_of("libstdc++.so.6")?];
    let preload = preload.map(|file| file.display().to_string()).join(":");
    let mut tests = ground.venv.command(bench.tree, "python");
    tests.args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_threads.py", "tests/test_fork.py"]);
    tests.env("LD_PRELOAD", preload).env("CMETRICS_LIBRARY", library);
    tests.current_dir(bench.tree.root.join("python-binding"));
    bench.watch("Python: the package's tests with threads", &mut tests, watch, pytest);
    Ok(())
}

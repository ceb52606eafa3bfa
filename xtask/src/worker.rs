// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The worker example: builds its plugins and hosts, and starts a host.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;

use crate::library::{self, Library};
use crate::python::Venv;
use crate::tree::{executable, shared_library, Tree};
use crate::{step, tools, wheel};

/// Where the example lies.
pub(crate) const FOLDER: &str = "examples/worker";
/// From PyPI, where the machine has none of its own.
pub(crate) const CMAKE: &str = "cmake==4.4.4";
const NINJA: &str = "ninja==1.13.2";

/// The program that the process begins as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Host {
    /// A Python program that loads a Rust and a C++ plugin
    Python,
    /// A C++ program that loads the Rust plugin and embeds Python
    Cpp,
    /// A Rust program that loads the C++ plugin and embeds Python
    Rust,
}

impl Host {
    /// All three, the default first.
    pub(crate) const ALL: [Host; 3] = [Host::Python, Host::Cpp, Host::Rust];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Host::Python => "python",
            Host::Cpp => "cpp",
            Host::Rust => "rust",
        }
    }
}

/// The environment in which everything is built: nothing in it depends on a host.
pub(crate) struct Ground {
    pub(crate) library: Library,
    pub(crate) venv: Venv,
}

impl Ground {
    /// The library, and `.venv` with the wheel.
    pub(crate) fn ready(tree: &Tree) -> Result<Ground, String> {
        tools::compilers()?;
        let venv = Venv::ready(tree)?;
        let library = library::build(tree)?;
        wheel::install(tree, &venv, &library)?;
        Ok(Ground { library, venv })
    }

    /// CMake, told to take Ninja and this environment's Python.
    pub(crate) fn configure(&self, tree: &Tree, source: &str, build: &Path) -> Result<Command, String> {
        let ninja = self.venv.build_tool(tree, "ninja", NINJA)?;
        let mut cmake = self.cmake(tree)?;
        cmake.args(["-S", source, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-B"]).arg(build);
        cmake.arg(setting("CMAKE_MAKE_PROGRAM", &ninja));
        cmake.arg(setting("Python3_EXECUTABLE", &self.venv.python.executable));
        Ok(cmake)
    }

    /// CMake, in the root.
    pub(crate) fn cmake(&self, tree: &Tree) -> Result<Command, String> {
        Ok(tree.command(self.venv.build_tool(tree, "cmake", CMAKE)?))
    }

    /// What a program needs to embed this environment's Python: where its libpython and its packages are, and the
    /// dynamic linker's path to it and to the library.
    pub(crate) fn lend_python(&self, command: &mut Command) -> Result<(), String> {
        let libpython = self.venv.python.embeddable()?;
        let folders = [Some(self.library.folder.as_path()), libpython.parent()];
        let folders: Vec<&Path> = folders.into_iter().flatten().collect();
        let (name, value) = tools::linker_path(&folders);
        command.env(name, value).env("WORKER_LIBPYTHON", libpython);
        command.env("WORKER_PYTHON", &self.venv.python.executable);
        command.env("WORKER_SITE_PACKAGES", &self.venv.python.site_packages);
        Ok(())
    }
}

fn setting(name: &str, value: &Path) -> String {
    format!("-D{name}={}", value.display())
}

/// The example, built.
pub(crate) struct Worker {
    pub(crate) ground: Ground,
    pub(crate) rust_plugin: PathBuf,
    pub(crate) cpp_plugin: PathBuf,
    cpp_build: PathBuf,
    debug: PathBuf,
}

impl Worker {
    /// Builds both plugins, and those hosts that are programs of their own.
    pub(crate) fn ready(tree: &Tree, hosts: &[Host]) -> Result<Worker, String> {
        let ground = Ground::ready(tree)?;
        if hosts.iter().any(|host| *host != Host::Python) {
            ground.venv.python.embeddable()?;
        }
        let debug = tree.target.join("debug");
        let cpp_build = tree.target.join("worker-cpp");
        let mut cargo = tree.cargo();
        cargo.args(["build", "--locked", "-p", "worker-rust-plugin"]);
        step::must("building the Rust plugin", &mut cargo, "")?;
        if hosts.contains(&Host::Rust) {
            let mut cargo = tree.cargo();
            cargo.args(["build", "--locked", "-p", "worker-rust-host"]);
            ground.lend_python(&mut cargo)?;
            step::must("building the Rust host", &mut cargo, "")?;
        }

        let mut configure = ground.configure(tree, &format!("{FOLDER}/cpp"), &cpp_build)?;
        let host = if hosts.contains(&Host::Cpp) { "ON" } else { "OFF" };
        configure.arg(format!("-DWORKER_BUILD_HOST={host}"));
        let stale = format!("if its cache is of another checkout or compiler, remove {}", cpp_build.display());
        step::must("configuring the C++ part", &mut configure, &stale)?;
        let mut build = ground.cmake(tree)?;
        build.arg("--build").arg(&cpp_build);
        step::must("building the C++ part", &mut build, "")?;
        Ok(Worker {
            ground,
            rust_plugin: debug.join(shared_library("worker_rust_plugin")),
            cpp_plugin: cpp_build.join(shared_library("worker_cpp_plugin")),
            cpp_build,
            debug,
        })
    }

    /// Starts a host on a case, at a verbosity.
    pub(crate) fn command(&self, tree: &Tree, host: Host, case: &Path, verbosity: &str) -> Result<Command, String> {
        let mut command = match host {
            Host::Python => {
                let mut python = self.ground.venv.command(tree, "python");
                python.arg(tree.root.join(FOLDER).join("python_host.py"));
                python
            }
            Host::Cpp => tree.command(self.cpp_build.join(executable("worker_cpp_host"))),
            Host::Rust => tree.command(self.debug.join(executable("worker-rust-host"))),
        };
        if host != Host::Python {
            self.ground.lend_python(&mut command)?;
        }
        let pairs: [(&str, &OsStr); 4] = [
            ("--case", case.as_os_str()),
            ("--rust-plugin", self.rust_plugin.as_os_str()),
            ("--cpp-plugin", self.cpp_plugin.as_os_str()),
            ("--verbosity", verbosity.as_ref()),
        ];
        for (name, value) in pairs {
            command.arg(name).arg(value);
        }
        Ok(command)
    }
}

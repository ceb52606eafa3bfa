// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The programs that dist stands on: some are the machine's, some come from PyPI into `.venv`, some are built by Cargo
//! into the target folder.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::platform::Platform;
use crate::python::Venv;
use crate::step;
use crate::tools;
use crate::tree::Tree;

/// Packs archives.
const ARCHIVE: &str = include_str!("archive.py");

/// Fails with one command that installs all that is missing, before anything is built.
pub(crate) fn check(platforms: &[Platform]) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err("dist runs on Linux: the other systems' files are made from there".to_owned());
    }
    let mut needs = vec![("cc", "build-essential"), ("git", "git"), ("readelf", "binutils")];
    for platform in platforms {
        needs.push(platform.objcopy());
        if platform.is_windows() {
            needs.push(("x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64"));
        }
        if platform.debian().is_some() {
            needs.push(("dpkg-deb", "dpkg"));
        }
    }
    let mut packages: Vec<&str> = needs
        .into_iter()
        .filter(|(program, _)| tools::on_path(program).is_none())
        .map(|(_, package)| package)
        .collect();
    packages.sort_unstable();
    packages.dedup();
    if packages.is_empty() {
        return Ok(());
    }
    Err(format!(
        "what makes the artifacts is not all here\n--> apt-get install {} (or what your system calls them), or name the \
         platforms that you want: --target linux-x86_64",
        packages.join(" ")
    ))
}

/// What comes from PyPI, and CMake.
pub(crate) struct Kit<'a> {
    tree: &'a Tree,
    pub(crate) venv: Venv,
    cmake: PathBuf,
}

impl<'a> Kit<'a> {
    pub(crate) fn ready(tree: &'a Tree) -> Result<Kit<'a>, String> {
        let venv = Venv::ready(tree)?;
        venv.install_distributor(tree)?;
        let cmake = venv.build_tool(tree, "cmake", crate::worker::CMAKE)?;
        Ok(Kit { tree, venv, cmake })
    }

    /// A program of `.venv` that runs elsewhere, and finds the others there.
    pub(crate) fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = self.venv.command(self.tree, program);
        let bin = PathBuf::from(command.get_program()).parent().map(Path::to_path_buf).unwrap_or_default();
        command.current_dir(folder).env("PATH", before_path(&bin));
        // cargo-zigbuild and maturin ask a Python for Zig.
        command.env("CARGO_ZIGBUILD_PYTHON_PATH", bin.join("python"));
        command
    }

    /// CMake, in another folder.
    pub(crate) fn cmake(&self, folder: &Path) -> Command {
        let mut cmake = Command::new(&self.cmake);
        cmake.current_dir(folder);
        cmake
    }

    /// Cargo, in another folder.
    pub(crate) fn cargo(&self, folder: &Path) -> Command {
        let mut cargo = self.tree.cargo();
        cargo.current_dir(folder);
        cargo
    }

    /// Packs a folder under a name into `file`, a .tar.gz or a .zip, the same whenever and wherever it is done.
    pub(crate) fn pack(&self, folder: &Path, name: &str, file: &Path, seconds: u64) -> Result<(), String> {
        let mut python = self.venv.command(self.tree, "python");
        python.args(["-I", "-c", ARCHIVE]).arg(folder).arg(name).arg(file).arg(seconds.to_string());
        let what = format!("packing {}", file.file_name().unwrap_or_default().to_string_lossy());
        step::must(&what, &mut python, "").map(|_| ())
    }

    /// A program that Cargo builds from crates.io: the machine's own of that very version, or else one below the target
    /// folder.
    pub(crate) fn cargo_tool(&self, name: &str, version: &str) -> Result<PathBuf, String> {
        let folder = self.tree.target.join("dist/tools").join(format!("{name}-{version}"));
        let file = folder.join("bin").join(name);
        if !file.is_file() {
            let mut install = self.tree.cargo();
            install.args(["install", "--locked", "--quiet", "--root"]).arg(&folder).arg(format!("{name}@{version}"));
            step::must_within(
                super::LIMIT,
                &format!("building {name} {version}"),
                &mut install,
                "cargo needs the network, or a mirror",
            )?;
        }
        Ok(file)
    }
}

/// PATH, with one folder before it.
fn before_path(folder: &Path) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&path));
    std::env::join_paths(all).unwrap_or(path.clone())
}

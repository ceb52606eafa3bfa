// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The archives for musl: programs in C and C++ by Zig, in a root that holds musl, the library and them, and nothing
//! else; that of arm64 under qemu.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::platform::Platform;
use super::report::passed;
use super::{same, Outcome, Row, Trial, QUICK_START};
use crate::step;

pub(super) fn run(trial: &Trial<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for platform in trial.platforms().into_iter().filter(|platform| platform.is_musl()) {
        let check = "C, in a root with musl alone";
        rows.push(Row::of(&trial.archive_name(platform), check, || quick_start(trial, platform)));
    }
    rows
}

fn quick_start(trial: &Trial<'_>, platform: Platform) -> Result<Outcome, String> {
    let native = platform == Platform::MuslX64;
    if !native {
        if let Some(lacks) = trial.lacks(&[("qemu-aarch64", "qemu-user")]) {
            return Ok(lacks);
        }
    }
    let prefix = trial.unpacked(platform, &format!("musl/{}", platform.name()))?;
    let Some(linker) = dynamic_linker(trial, platform)? else {
        return Ok(Outcome::NotRun("there is no musl here (apt-get install musl)".to_owned()));
    };
    let root = trial.folder(&format!("musl/{}-root", platform.name()))?;
    let lib = root.join("lib");
    std::fs::create_dir_all(&lib).map_err(|e| format!("{}: {e}", lib.display()))?;
    let put = |from: &Path, name: &str| {
        std::fs::copy(from, lib.join(name)).map(|_| ()).map_err(|e| format!("{}: {e}", from.display()))
    };
    let loader = if native { "ld-musl-x86_64.so.1" } else { "ld-musl-aarch64.so.1" };
    put(&linker, loader)?;
    // With musl the linker is the C library.
    put(&linker, "libc.so")?;
    put(&prefix.join("lib/libcmetrics.so.1"), "libcmetrics.so.1")?;
    for (name, more) in [("linked", true), ("found", false)] {
        let mut zig = trial.kit.command("python", &root);
        zig.args(["-m", "ziglang", "cc", "-target", if native { "x86_64-linux-musl" } else { "aarch64-linux-musl" }]);
        // Zig links musl statically unless it is told otherwise, and then nothing can be loaded.
        zig.args(["-dynamic", "-std=c11", "-O1", "-I"]).arg(prefix.join("include")).arg("-o").arg(root.join(name));
        zig.arg(trial.tree.root.join("examples/c/quickstart.c"));
        if more {
            zig.arg("-DCMETRICS_LINK").arg(prefix.join("lib/libcmetrics.so.1"));
        }
        trial.must(&format!("{}: compiling", platform.name()), &mut zig)?;
        let done = trial.must(&format!("{}: running", platform.name()), &mut inside(platform, &root, loader, name))?;
        same(&done.stdout, QUICK_START)?;
    }
    let chroot = if native && is_root() { "in a chroot" } else { "by its own dynamic linker" };
    passed(format!("linked and found at run time, {chroot}{}", if native { "" } else { ", under qemu" }))
}

/// The program, where it can see nothing but the root if that is possible.
fn inside(platform: Platform, root: &Path, loader: &str, name: &str) -> Command {
    if platform == Platform::MuslX64 && is_root() {
        let mut chroot = Command::new("chroot");
        chroot.arg(root).arg(format!("/{name}"));
        return chroot;
    }
    let mut command = if platform == Platform::MuslX64 {
        Command::new(root.join("lib").join(loader))
    } else {
        let mut qemu = Command::new("qemu-aarch64");
        qemu.arg("-L").arg(root).arg(root.join("lib").join(loader));
        qemu
    };
    command.arg("--library-path").arg(root.join("lib")).arg(root.join(name));
    command
}

fn is_root() -> bool {
    step::ask(Command::new("id").arg("-u")).is_some_and(|id| id == "0")
}

/// musl's dynamic linker for a platform: the machine's, or Debian's package unpacked.
fn dynamic_linker(trial: &Trial<'_>, platform: Platform) -> Result<Option<PathBuf>, String> {
    let folder = trial.kept("musl/packages")?;
    let (architecture, triple) = if platform == Platform::MuslX64 { ("amd64", "x86_64") } else { ("arm64", "aarch64") };
    let unpacked = folder.join(architecture).join(format!("lib/{triple}-linux-musl/libc.so"));
    if unpacked.is_file() {
        return Ok(Some(unpacked));
    }
    if crate::tools::on_path("apt-get").is_none() {
        let installed = PathBuf::from(format!("/lib/ld-musl-{triple}.so.1"));
        return Ok(installed.is_file().then_some(installed));
    }
    let apt = super::super::debian_rust::Apt::ready(&folder)?;
    for file in apt.download(&[&format!("musl:{architecture}")])? {
        if super::base(&file).contains(architecture) {
            let mut dpkg = Command::new("dpkg-deb");
            trial.must("unpacking musl", dpkg.arg("-x").arg(&file).arg(folder.join(architecture)))?;
        }
    }
    Ok(unpacked.is_file().then_some(unpacked))
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Debian's compiler, unpacked into the target folder: nothing of the machine is changed, and no root is needed. apt is
//! given a state of its own, in which the packages of arm64 are known too.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step;
use crate::tools;
use crate::tree::Tree;

/// Where it is.
pub(crate) struct Debians {
    pub(crate) rustc: PathBuf,
    pub(crate) folder: PathBuf,
}

/// The compiler and the standard libraries of amd64 and arm64, which share files, and the sources of the latter.
const PACKAGES: [&str; 5] = ["rustc-web", "libstd-rust-web-dev", "libstd-rust-web-dev:arm64", "rust-web-src", "LIBSTD"];

/// Takes it, or fetches it.
pub(crate) fn compiler(tree: &Tree) -> Result<Debians, String> {
    let folder = tree.target.join("dist/debian-rust");
    let done = Debians { rustc: folder.join("rustc"), folder: folder.clone() };
    if done.rustc.is_file() {
        return Ok(done);
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("it is taken on amd64 alone".to_owned());
    }
    for program in ["apt-get", "apt-cache", "dpkg-deb"] {
        if tools::on_path(program).is_none() {
            return Err(format!("there is no {program}"));
        }
    }
    let apt = Apt::ready(&folder)?;
    let libstd = apt.depends("libstd-rust-web-dev", "libstd-rust-web-")?;
    let llvm = apt.depends(&libstd, "libllvm")?;
    let mut packages: Vec<&str> = PACKAGES.to_vec();
    packages[4] = &libstd;
    packages.push(&llvm);
    let files = apt.download(&packages)?;
    let root = folder.join("root");
    for file in &files {
        step::must(&format!("unpacking {}", name(file)), Command::new("dpkg-deb").arg("-x").arg(file).arg(&root), "")?;
    }
    wrapper(&folder, &root)?;
    Ok(done)
}

/// rustc finds its libraries, and its own files beside them.
fn wrapper(folder: &Path, root: &Path) -> Result<(), String> {
    sources(root)?;
    let script = format!(
        "#!/bin/sh\n# Debian's rustc, where it was unpacked.\nLD_LIBRARY_PATH=\"{lib}:$LD_LIBRARY_PATH\" exec \"{bin}\" \
         --sysroot \"{usr}\" \"$@\"\n",
        lib = root.join("usr/lib/x86_64-linux-gnu").display(),
        bin = root.join("usr/bin/rustc").display(),
        usr = root.join("usr").display(),
    );
    let file = folder.join("rustc");
    std::fs::write(&file, script).map_err(|e| format!("{}: {e}", file.display()))?;
    let done = step::ask(Command::new("chmod").arg("+x").arg(&file));
    done.map(|_| ()).ok_or_else(|| format!("{}: cannot be made executable", file.display()))
}

/// Cargo looks for the sources of the standard library where rustup puts them.
fn sources(root: &Path) -> Result<(), String> {
    let at = root.join("usr/lib/rustlib/src/rust");
    if at.join("library/std/Cargo.toml").is_file() {
        return Ok(());
    }
    let entries = std::fs::read_dir(root.join("usr/src")).map_err(|e| format!("usr/src of rust-web-src: {e}"))?;
    let found = entries.flatten().map(|entry| entry.path()).find(|path| path.join("library/std/Cargo.toml").is_file());
    let from = found.ok_or("rust-web-src holds no library/std/Cargo.toml")?;
    if at.symlink_metadata().is_ok() {
        std::fs::remove_file(&at).map_err(|e| format!("{}: {e}", at.display()))?;
    }
    std::fs::create_dir_all(at.parent().unwrap_or(root)).map_err(|e| format!("{}: {e}", at.display()))?;
    step::ask(Command::new("ln").arg("-s").arg(&from).arg(&at))
        .map(|_| ())
        .ok_or_else(|| format!("{}: cannot be made", at.display()))
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// apt, with a state of its own.
pub(crate) struct Apt {
    folder: PathBuf,
}

impl Apt {
    /// Reads the lists of packages.
    pub(crate) fn ready(folder: &Path) -> Result<Apt, String> {
        for part in ["apt/lists/partial", "apt/cache/archives/partial", "packages"] {
            let part = folder.join(part);
            std::fs::create_dir_all(&part).map_err(|e| format!("{}: {e}", part.display()))?;
        }
        let status = folder.join("apt/status");
        std::fs::write(&status, "").map_err(|e| format!("{}: {e}", status.display()))?;
        let apt = Apt { folder: folder.to_path_buf() };
        let cure = "apt-get needs the network, or sources that its configuration names";
        step::must("reading Debian's lists of packages", apt.command("apt-get").args(["update", "-qq"]), cure)?;
        Ok(apt)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let at = |part: &str| self.folder.join("apt").join(part).display().to_string();
        for option in [
            format!("Dir::State={}", at("")),
            format!("Dir::State::Lists={}", at("lists")),
            format!("Dir::State::status={}", at("status")),
            format!("Dir::Cache={}", at("cache")),
            "APT::Architecture=amd64".to_owned(),
            "APT::Architectures::=amd64".to_owned(),
            "APT::Architectures::=arm64".to_owned(),
            // Root would hand downloads to another user, who may not write here.
            "APT::Sandbox::User=root".to_owned(),
        ] {
            command.arg("-o").arg(option);
        }
        command
    }

    /// The dependency of `package` whose name begins so.
    pub(crate) fn depends(&self, package: &str, begins: &str) -> Result<String, String> {
        let found = self.all_depends(package).into_iter().find(|name| name.starts_with(begins));
        found.ok_or_else(|| format!("Debian's {package} depends on no {begins}…: is this suite too old for it?"))
    }

    /// What a package depends on directly, without versions; of alternatives the first.
    pub(crate) fn all_depends(&self, package: &str) -> Vec<String> {
        let said =
            step::ask(self.command("apt-cache").args(["show", "--no-all-versions", package])).unwrap_or_default();
        let lines = said
            .lines()
            .filter_map(|line| line.strip_prefix("Depends: ").or_else(|| line.strip_prefix("Pre-Depends: ")));
        let names = lines.flat_map(|line| line.split(',')).filter_map(|one| one.split_whitespace().next());
        names.map(str::to_owned).collect()
    }

    /// Downloads packages without what they depend on.
    pub(crate) fn download(&self, packages: &[&str]) -> Result<Vec<PathBuf>, String> {
        let folder = self.folder.join("packages");
        let what = format!("downloading {}", packages.join(", "));
        let mut get = self.command("apt-get");
        get.current_dir(&folder).args(["download", "-qq"]).args(packages);
        step::must(&what, &mut get, "apt-get needs the network, or sources that its configuration names")?;
        let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|e| e == "deb"));
        files.sort();
        Ok(files)
    }
}

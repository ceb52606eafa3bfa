// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The library of one platform: built, and parted from its debug symbols.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::kit::Kit;
use super::platform::Platform;
use super::source::Place;
use super::toolchain::Toolchain;
use crate::step;

/// What is built for one platform in one place.
pub(crate) struct Build<'a> {
    pub(crate) kit: &'a Kit<'a>,
    pub(crate) place: &'a Place,
    pub(crate) platform: Platform,
    pub(crate) toolchain: &'a Toolchain,
}

/// A library, ready to be packed.
pub(crate) struct Made {
    /// Without symbols, under the name that it is installed as.
    pub(crate) stripped: PathBuf,
    /// Its debug symbols, which `stripped` names by its build's number or by their file's name.
    pub(crate) symbols: PathBuf,
}

impl Build<'_> {
    /// Gives a Cargo, or what runs one, the compiler, the flags and the folders.
    ///
    /// No variable of the caller's may change what is built: a linker that the environment names would win over Zig.
    pub(crate) fn environment(&self, command: &mut Command) {
        self.environment_with(command, Vec::new());
    }

    /// The same, with more flags for rustc.
    pub(crate) fn environment_with(&self, command: &mut Command, more: Vec<String>) {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["CARGO_TARGET_", "CARGO_BUILD_", "CARGO_PROFILE_"].iter().any(|begin| text.starts_with(begin)) {
                command.env_remove(&name);
            }
        }
        for name in ["CARGO_ENCODED_RUSTFLAGS", "CFLAGS", "CXXFLAGS", "LDFLAGS", "CC", "CXX", "AR"] {
            command.env_remove(name);
        }
        command.env("CARGO_TARGET_DIR", &self.place.target).env("CARGO_INCREMENTAL", "0");
        command.env("SOURCE_DATE_EPOCH", self.place.seconds.to_string());
        // Cargo parts encoded flags by this character, so that a folder's name may have blanks.
        command.env("CARGO_ENCODED_RUSTFLAGS", [self.flags(), more].concat().join("\u{1f}"));
        let maps = self.renamed().map(|(from, to)| format!("-ffile-prefix-map={}={to}", from.display()));
        command.env(format!("CFLAGS_{}", self.platform.triple().replace('-', "_")), maps.join(" "));
        self.toolchain.apply(command);
    }

    fn flags(&self) -> Vec<String> {
        let mut flags: Vec<String> = self
            .renamed()
            .into_iter()
            .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
            .collect();
        if self.platform.is_musl() {
            flags.push("-Ctarget-feature=-crt-static".to_owned());
        }
        flags.push(if self.platform.is_windows() {
            "-Clink-arg=-Wl,--no-insert-timestamp".to_owned()
        } else {
            // By it a debugger finds the symbols that belong to a file.
            "-Clink-arg=-Wl,--build-id=sha1".to_owned()
        });
        flags
    }

    /// The folders whose names may end up in what is built, and what they are called there.
    fn renamed(&self) -> [(PathBuf, &'static str); 4] {
        let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cargo")));
        [
            (self.place.source.clone(), "/cmetrics"),
            (self.place.target.clone(), "/target"),
            (home.unwrap_or_else(|| "/none".into()), "/cargo"),
            (self.toolchain.folder.clone().unwrap_or_else(|| "/none".into()), "/rust"),
        ]
    }

    /// Builds the library.
    pub(crate) fn library(&self) -> Result<Made, String> {
        let mut cargo = if self.platform.is_windows() {
            let mut cargo = self.kit.cargo(&self.place.source);
            // Without the crate for Rust beside it Cargo optimizes across crates, standard library included: mingw's linker
            // keeps all of it otherwise, and the DLL is twice as large.
            cargo.args(["rustc", "--crate-type", "cdylib", "--target", self.platform.triple()]);
            cargo
        } else {
            let mut cargo = self.kit.command("cargo-zigbuild", &self.place.source);
            cargo.args(["zigbuild", "--target", &self.platform.zig_triple()]);
            cargo
        };
        cargo.args(["--locked", "--release", "-p", "cmetrics-impl"]);
        self.environment(&mut cargo);
        step::must_within(super::LIMIT, &format!("{}: building the library", self.platform.name()), &mut cargo, "")?;
        let folder = self.place.target.join(self.platform.triple()).join("release");
        self.part(&folder.join(self.platform.built()))
    }

    /// Parts it from its symbols.
    fn part(&self, built: &Path) -> Result<Made, String> {
        let folder = self.place.staged(&format!("{}/library", self.platform.name()))?;
        let stripped = folder.join(self.platform.library());
        let symbols = folder.join(format!("{}.debug", self.platform.library()));
        let what = format!("{}: parting it from its symbols", self.platform.name());
        let objcopy = |args: &[&str], files: &[&Path]| {
            let mut command = Command::new(self.platform.objcopy().0);
            // The link to the symbols is by a file's name in the working folder. A DLL has the time in it, this one.
            command.current_dir(&folder).args(args).args(files);
            command.env("SOURCE_DATE_EPOCH", self.place.seconds.to_string());
            step::must(&what, &mut command, "").map(|_| ())
        };
        // Import libraries that rustc makes have symbols after the temporary folder that they lie in.
        let nameless = ["--wildcard", "--strip-symbol=*_imports_lib", "--strip-symbol=*_imports_lib_iname"];
        let mut keep = vec!["--only-keep-debug"];
        if self.platform.is_windows() {
            keep.extend(nameless);
        }
        objcopy(&keep, &[built, &symbols])?;
        let link = format!("--add-gnu-debuglink={}", symbols.file_name().unwrap_or_default().to_string_lossy());
        objcopy(&["--strip-all", &link], &[built, &stripped])?;
        Ok(Made { stripped, symbols })
    }
}

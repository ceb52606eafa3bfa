// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The programs and the DLLs, built for Windows, and how they are run.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::election::cases::Case;
use super::super::{child, Lab, Row};
use crate::dist::{Platform, Toolchain};
use crate::step::{self, Done};
use crate::tree::Tree;
pub(super) use crate::wine::dos;
use crate::wine::{self, Wine, COMPILER};

const TARGET: &str = "x86_64-pc-windows-gnu";
/// `format(printf)` means Microsoft's there, whichever printf is used.
const FLAGS: [&str; 8] =
    ["-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-Wno-format", "-D__USE_MINGW_ANSI_STDIO=1", "-O1"];

/// What this machine lacks, if it lacks something.
pub(super) fn missing(tree: &Tree) -> Option<String> {
    wine::missing().or_else(|| Toolchain::of(tree, Platform::WindowsX64).err())
}

/// Everything that the tests stand on, built.
pub(super) struct Ground<'a> {
    lab: &'a Lab<'a>,
    wine: Wine<'a>,
    pub(super) folder: PathBuf,
    /// This tree's library.
    pub(super) now: PathBuf,
    /// The same, one higher in rank, which serves one version more.
    pub(super) later: PathBuf,
    /// A plugin with a copy in it.
    pub(super) plugin: PathBuf,
    /// The client in Rust, and the same with a copy in it.
    pub(super) rust: [PathBuf; 2],
    /// What Wine lacks.
    pub(super) prng: PathBuf,
}

impl<'a> Ground<'a> {
    pub(super) fn ready(lab: &'a Lab<'a>) -> Result<Ground<'a>, String> {
        let folder = lab.folder("windows")?;
        let build =
            |package: &str, into: &str, more: &[&str], file: &str| cargo(lab, package, &folder.join(into), more, file);
        let now = match &lab.dll {
            Some(dll) => dll.clone(),
            None => build("Cargo.toml", "now", &["-p", "cmetrics-impl"], "cmetrics.dll")?,
        };
        let draft = ["-p", "cmetrics-impl", "--features", "draft"];
        let later = build("Cargo.toml", "later", &draft, "cmetrics.dll")?;
        let plugin = "compat-tests/election/embedded/Cargo.toml";
        let plugin = build(plugin, "plugin", &[], "election_embedded.dll")?;
        let client = "compat-tests/windows/client/Cargo.toml";
        let plain = build(client, "client", &[], "windows-client.exe")?;
        let whole = build(client, "client-embedded", &["--features", "embedded"], "windows-client.exe")?;
        let bin = folder.join("bin");
        let prng = Wine::complete(lab.tree, &bin)?;
        let wine = Wine::begin(lab.tree, folder.join("prefix"), bin)?;
        let ground = Ground { lab, wine, folder, now, later, plugin, rust: [plain, whole], prng };
        ground.compile("election/steps.c", "steps.exe", &["-static", "-lpthread"])?;
        Ok(ground)
    }

    /// Compiles one source of `compat-tests` to a program or a DLL.
    pub(super) fn compile(&self, source: &str, name: &str, more: &[&str]) -> Result<PathBuf, String> {
        let out = self.folder.join("bin").join(name);
        make_folder(&out)?;
        let tests = self.lab.tree.root.join("compat-tests");
        let mut command = Command::new(COMPILER);
        command.args(FLAGS).arg("-I").arg(self.lab.include()).arg("-I").arg(tests.join("windows/posix"));
        command.arg("-o").arg(&out).arg(tests.join(source)).args(more);
        child::must(&mut command).map(|_| out)
    }

    /// A file of `compat-tests`.
    pub(super) fn lab_file(&self, name: &str) -> PathBuf {
        self.lab.tree.root.join("compat-tests").join(name)
    }

    /// `n` copies of a file in folders of their own, as Windows writes their paths.
    pub(super) fn copies(&self, kind: &str, file: &Path, n: usize) -> Result<Vec<String>, String> {
        let name = file.file_name().map(Path::new).ok_or("a file without a name")?;
        let copy = |i| self.put(file, Path::new(&format!("copies/{kind}/{i}")).join(name));
        (1..=n).map(|i| copy(i).map(|path| dos(&path))).collect()
    }

    /// Copies a file to a path in this part's folder.
    pub(super) fn put(&self, file: &Path, to: impl AsRef<Path>) -> Result<PathBuf, String> {
        let to = self.folder.join(to);
        make_folder(&to)?;
        std::fs::copy(file, &to).map_err(|e| format!("{}: {e}", file.display()))?;
        Ok(to)
    }

    /// Runs a program under Wine.
    pub(super) fn run(&self, program: &Path, args: &[String], environment: &[(&str, &str)]) -> Result<Done, String> {
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.wine.run(&format!("windows: {name}"), program, args, environment)
    }

    /// Runs a program that must exit 0. The row says `promise` if it does.
    pub(super) fn hold(
        &self,
        (table, what, promise): (&str, &str, &str),
        program: &Path,
        args: &[String],
    ) -> Result<Row, String> {
        self.hold_with(&[], (table, what, promise), program, args)
    }

    /// The same, with more in its environment.
    pub(super) fn hold_with(
        &self,
        environment: &[(&str, &str)],
        (table, what, promise): (&str, &str, &str),
        program: &Path,
        args: &[String],
    ) -> Result<Row, String> {
        let done = self.run(program, args, environment)?;
        let row = |outcome: &str| Row::new(table, what, "result", outcome);
        Ok(if done.ok { row(promise) } else { row("broken").wrong(done.story("")) })
    }

    /// Runs cases of `steps.c`.
    pub(super) fn steps(&self, row: (&str, &str, &str), cases: &[Case]) -> Result<Row, String> {
        let program = self.folder.join("bin/steps.exe");
        let file = self.folder.join("cases").join(format!("{} {}.txt", row.0, row.1).replace([' ', ','], "-"));
        make_folder(&file)?;
        let lines: Vec<String> = cases.iter().map(Case::line).collect();
        std::fs::write(&file, lines.concat()).map_err(|e| format!("{}: {e}", file.display()))?;
        self.hold(row, &program, &[dos(&file)])
    }
}

fn make_folder(file: &Path) -> Result<(), String> {
    let folder = file.parent().unwrap_or(file);
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))
}

/// Builds a package for Windows. One of its own workspace gets this tree's lock file.
fn cargo(lab: &Lab<'_>, manifest: &str, target: &Path, more: &[&str], file: &str) -> Result<PathBuf, String> {
    let root = &lab.tree.root;
    let lock = root.join(manifest).with_file_name("Cargo.lock");
    if lock != root.join("Cargo.lock") {
        std::fs::copy(root.join("Cargo.lock"), &lock).map_err(|e| format!("{}: {e}", lock.display()))?;
    }
    let mut cargo = lab.tree.cargo();
    Toolchain::of(lab.tree, Platform::WindowsX64)?.apply(&mut cargo);
    cargo.args(["build", "--quiet", "--target", TARGET, "--manifest-path", manifest]).args(more);
    cargo.arg("--target-dir").arg(target);
    step::must(&format!("building {file} for Windows"), &mut cargo, "")?;
    Ok(target.join(TARGET).join("debug").join(file))
}

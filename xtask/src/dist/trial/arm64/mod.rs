// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is made for arm64 glibc, run on another machine by qemu: programs in C and C++ that Zig compiles, the library's
//! own tests and the Rust SDK, a CPython of Debian's with the wheel; and Debian's pair, unpacked.

mod python;
mod rust;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::platform::Platform;
use super::report::passed;
use super::{same, wheels, Outcome, Row, Trial, QUICK_START};

const PLATFORM: Platform = Platform::LinuxArm64;
/// The C library for programs that are compiled here, as Debian's packages for cross-compiling lay it out.
const SYSROOT: &str = "/usr/aarch64-linux-gnu";
/// What is compiled here runs on the glibc that the library is for.
const TARGET: &str = "aarch64-linux-gnu.2.17";

pub(super) fn run(trial: &Trial<'_>) -> Vec<Row> {
    let artifact = trial.archive_name(PLATFORM);
    if trial.artifact(&artifact).is_none() {
        return Vec::new();
    }
    let mut rows = Vec::new();
    match Ground::ready(trial) {
        Ok(Ok(ground)) => {
            rows.push(Row::of(&artifact, "C and C++ quick starts, under qemu", || quick_starts(&ground)));
            rows.push(Row::of(&artifact, "the headers' tests in C, under qemu", || headers(&ground)));
            rows.extend(rust::run(&ground, &artifact));
            rows.extend(python::run(&ground));
        }
        Ok(Err(lacks)) => rows.push(Row::of(&artifact, "all, under qemu", || Ok(lacks))),
        Err(why) => rows.push(Row::of(&artifact, "unpacking", || Err(why))),
    }
    rows.extend(packages(trial));
    rows
}

/// The archive, unpacked, and how programs are compiled and run.
struct Ground<'a> {
    trial: &'a Trial<'a>,
    folder: PathBuf,
    prefix: PathBuf,
}

impl<'a> Ground<'a> {
    /// The inner error says what this machine lacks.
    fn ready(trial: &'a Trial<'a>) -> Result<Result<Ground<'a>, Outcome>, String> {
        if let Some(lacks) = trial.lacks(&[("qemu-aarch64", "qemu-user")]) {
            return Ok(Err(lacks));
        }
        if !Path::new(SYSROOT).join("lib/ld-linux-aarch64.so.1").is_file() {
            let why = "there is no C library for arm64 (apt-get install libc6-arm64-cross libgcc-s1-arm64-cross)";
            return Ok(Err(Outcome::NotRun(why.to_owned())));
        }
        let prefix = trial.unpacked(PLATFORM, "arm64/prefix")?;
        Ok(Ok(Ground { trial, folder: trial.kept("arm64")?, prefix }))
    }

    fn library(&self) -> PathBuf {
        self.prefix.join("lib").join(PLATFORM.library())
    }

    /// Compiles one source of the tree against the unpacked headers.
    fn compile(&self, compiler: &str, standard: &str, source: &str) -> Result<PathBuf, String> {
        let source = self.trial.tree.root.join(source);
        let program = self.trial.kept("arm64/bin")?.join(super::base(&source));
        let mut zig = self.trial.kit.command("python", &self.folder);
        zig.args(["-m", "ziglang", compiler, "-target", TARGET, standard, "-O1", "-I"]);
        zig.arg(self.prefix.join("include")).arg("-o").arg(&program).arg(&source).args(["-ldl", "-pthread"]);
        self.trial.must(&format!("compiling {} for arm64", super::base(&source)), &mut zig)?;
        Ok(program)
    }

    fn qemu(&self, program: &Path) -> Command {
        let mut qemu = Command::new("qemu-aarch64");
        qemu.current_dir(&self.folder).arg("-L").arg(SYSROOT).arg(program);
        qemu
    }

    /// What runs a program, as Cargo takes it.
    fn runner(&self) -> OsString {
        format!("qemu-aarch64 -L {SYSROOT}").into()
    }
}

fn quick_starts(ground: &Ground<'_>) -> Result<Outcome, String> {
    let trial = ground.trial;
    let run = |program: &Path| {
        // Found beside the program, as an application ships it. (A search path is qemu's own as well.)
        let beside = program.with_file_name(PLATFORM.library());
        std::fs::copy(ground.library(), &beside).map_err(|e| format!("{}: {e}", beside.display()))?;
        trial.must(&format!("{}, under qemu", super::base(program)), &mut ground.qemu(program))
    };
    let c = run(&ground.compile("cc", "-std=c99", "examples/c/quickstart.c")?)?;
    same(&c.stdout, QUICK_START)?;
    let cpp = run(&ground.compile("c++", "-std=c++17", "examples/cpp/quickstart.cpp")?)?;
    wheels::quick_start(&String::from_utf8_lossy(&cpp.stdout))?;
    passed("compiled by Zig for glibc 2.17, the library beside them")
}

/// Every program of `headers/tests/c`, as the tests run it here.
fn headers(ground: &Ground<'_>) -> Result<Outcome, String> {
    let (trial, root) = (ground.trial, &ground.trial.tree.root);
    let folder = root.join("headers/tests/c");
    let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".c")).collect();
    names.sort();
    for name in &names {
        let program = ground.compile("cc", "-std=c99", &format!("headers/tests/c/{name}"))?;
        let mut qemu = ground.qemu(&program);
        qemu.env("CMETRICS_LIBRARY", ground.library()).env("CMETRICS_CASES", root.join("compat-tests/locating"));
        qemu.env("CMETRICS_MESSAGES", root.join("compat-tests/testkit/messages.txt"));
        trial.must(&format!("{name}, under qemu"), &mut qemu)?;
    }
    if names.is_empty() {
        return Err(format!("{} has no tests", folder.display()));
    }
    passed(format!("{} programs", names.len()))
}

/// Debian's pair, if it was made: the library that it installs is the archive's.
fn packages(trial: &Trial<'_>) -> Vec<Row> {
    let Some(architecture) = PLATFORM.debian() else { return Vec::new() };
    let ending = format!("_{architecture}.deb");
    let of = |package: &str| {
        let found = trial
            .manifest
            .artifacts
            .iter()
            .find(|one| one.file.starts_with(&format!("{package}_")) && one.file.ends_with(&ending));
        found.map(|one| trial.artifacts.join(&one.file))
    };
    let (Some(runtime), Some(development)) = (of("libcmetrics1"), of("libcmetrics-dev")) else { return Vec::new() };
    vec![
        Row::of(&super::base(&runtime), "its library is the archive's", || {
            let root = unpack(trial, &runtime)?;
            let read = |file: PathBuf| std::fs::read(&file).map_err(|e| format!("{}: {e}", file.display()));
            let prefix = trial.unpacked(PLATFORM, "arm64/compared")?;
            let archive = read(prefix.join("lib/libcmetrics.so.1"))?;
            if read(root.join("usr/lib/aarch64-linux-gnu/libcmetrics.so.1"))? == archive {
                passed(format!("{} bytes, the same", archive.len()))
            } else {
                Err("its libcmetrics.so.1 differs from the archive's".to_owned())
            }
        }),
        Row::of(&super::base(&development), "its headers are the archive's", || {
            let root = unpack(trial, &development)?;
            let prefix = trial.unpacked(PLATFORM, "arm64/compared")?;
            let mut diff = Command::new("diff");
            diff.arg("-r").arg(prefix.join("include")).arg(root.join("usr/include"));
            trial.must("comparing the headers", &mut diff)?;
            let link = root.join("usr/lib/aarch64-linux-gnu/libcmetrics.so");
            match std::fs::read_link(&link) {
                Ok(to) if to == Path::new("libcmetrics.so.1") => passed("the headers, and the link to the library"),
                other => Err(format!("{} leads to {other:?}", link.display())),
            }
        }),
    ]
}

fn unpack(trial: &Trial<'_>, package: &Path) -> Result<PathBuf, String> {
    let name = super::base(package);
    let root = trial.folder(&format!("arm64/deb/{}", name.split('_').next().unwrap_or_default()))?;
    let mut dpkg = Command::new("dpkg-deb");
    trial.must(&format!("unpacking {name}"), dpkg.arg("-x").arg(package).arg(&root))?;
    Ok(root)
}

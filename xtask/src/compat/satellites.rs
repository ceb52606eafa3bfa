// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A client under a provider of another age, which was used first: its own copy becomes a satellite, and its metrics are
//! in the one report; or the error names both files, their versions and the cure, in every language alike.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::child::{self, Ran};
use super::{compile, Lab, Row};

const TABLE: &str = "a client with a copy of its own, another copy provides";

/// Who provides already.
struct First {
    /// The column.
    name: &'static str,
    library: PathBuf,
    /// The version at which it was used first, which is the only one that it serves.
    version: &'static str,
    /// Words that the error owes, beside the two files.
    owed: &'static [&'static str],
}

pub(super) fn run(lab: &Lab<'_>, _quick: bool) -> Result<Vec<Row>, String> {
    if !cfg!(target_os = "linux") {
        return Ok(vec![Row::left_out("all", "all", "all", "LD_PRELOAD is of Linux")]);
    }
    let folder = lab.folder("satellites")?;
    let first = compile::c(lab, "satellites/first.c", &folder.join("first.so"), &lab.include(), &[])?;
    let mock = |name: &str, defines: &[&str]| {
        compile::c(lab, "mock/mock.c", &folder.join(name).join("libcmetrics.so.1"), &lab.include(), defines)
    };
    let older = [
        First { name: "an older one", library: lab.library()?, version: "1", owed: &[] },
        First {
            name: "an older one that takes none",
            library: mock("takes-none", &["-DNO_COLLECTORS"])?,
            version: "1",
            owed: &["serves ABI version 1: too old", "serves 1 to 2", "ABI version 2", "0.0.7", "CMETRICS_LIBRARY to "],
        },
    ];
    let newer = First {
        name: "one that left version 1 behind",
        library: mock("left-behind", &["-DOLDEST=2", "-DNEWEST=2", "-DRANK=1000"])?,
        version: "2",
        owed: &["serves ABI version 2: too new", "ABI version 1", "0.0.7", "update "],
    };

    let mut rows = Vec::new();
    let (needs_2, own) = clients_that_need_2(lab, &folder.join("needs-2"))?;
    for (language, command) in &needs_2 {
        for provider in &older {
            rows.push(cell(&first, &format!("{language}, needs 2"), command, &own, provider)?);
        }
    }
    let (need_1, own) = clients_that_need_1(lab, &folder.join("needs-1"))?;
    for (language, command) in &need_1 {
        // The Python SDK's own copy is in its wheel.
        let wheels = lab.ground()?.venv.python.site_packages.join("cmetrics/libcmetrics.so.1");
        let own = if *language == "Python" { &wheels } else { &own };
        rows.push(cell(&first, &format!("{language}, needs 1"), command, own, &newer)?);
    }
    Ok(rows)
}

type Clients = (Vec<(&'static str, Vec<PathBuf>)>, PathBuf);

/// Clients of later, with the library of later beside them. (No SDK of Python is of later: it asks for version 1.)
fn clients_that_need_2(lab: &Lab<'_>, folder: &Path) -> Result<Clients, String> {
    let own = beside(&lab.draft()?, folder)?;
    let two = || ["2".into(), "2".into()];
    let c = compile::c(lab, "clients/next/newer.c", &folder.join("newer_c"), &lab.include(), &[])?;
    let cpp = compile::c(lab, "clients/next/newer.cpp", &folder.join("newer_cpp"), &lab.include(), &[])?;
    let rust = beside(&compile::program(&lab.rust_clients()?, "newer"), folder)?;
    let [c, rust] = [c, rust].map(|program| std::iter::once(program).chain(two()).collect());
    Ok((vec![("C", c), ("C++", vec![cpp]), ("Rust", rust)], own))
}

/// Clients of today, with the library of today beside them.
fn clients_that_need_1(lab: &Lab<'_>, folder: &Path) -> Result<Clients, String> {
    let own = beside(&lab.library()?, folder)?;
    let one = || ["1".into(), "1".into()];
    let c = compile::c(lab, "ranges/ask.c", &folder.join("ask_c"), &lab.include(), &[])?;
    let cpp = compile::c(lab, "ranges/ask.cpp", &folder.join("ask_cpp"), &lab.include(), &[])?;
    let rust = beside(&compile::program(&lab.rust_clients()?, "ask"), folder)?;
    let python = vec![lab.ground()?.venv.python.executable.clone(), lab.tree.root.join("compat-tests/ranges/ask.py")];
    let [c, rust] = [c, rust].map(|program| std::iter::once(program).chain(one()).collect());
    Ok((vec![("C", c), ("C++", vec![cpp]), ("Rust", rust), ("Python", python)], own))
}

fn beside(file: &Path, folder: &Path) -> Result<PathBuf, String> {
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let to = folder.join(file.file_name().ok_or_else(|| format!("{} has no name", file.display()))?);
    std::fs::copy(file, &to).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(to)
}

fn cell(first: &Path, what: &str, command: &[PathBuf], own: &Path, provider: &First) -> Result<Row, String> {
    let mut run = Command::new(&command[0]);
    child::plain(&mut run).args(&command[1..]).env("LD_PRELOAD", first);
    let ran = child::run(run.env("FIRST_LIBRARY", &provider.library).env("FIRST_VERSION", provider.version))?;
    let row = Row::new(TABLE, what, provider.name, outcome(&ran));
    Ok(match lacks(&ran, own, provider) {
        Some(lacks) => row.wrong(format!("the message does not tell {lacks}\n{}", ran.story())),
        None => row,
    })
}

fn outcome(ran: &Ran) -> &'static str {
    let lines: Vec<&str> = ran.stdout.lines().take(4).collect();
    let both = ran.stderr.contains("the one report: both\n");
    match lines[..] {
        ["status 0", "version 2", "provides 1", "twice 3"] if both => "satellite, in the one report",
        ["status 0", ..] => "served, and not in the one report",
        ["status 7", ..] if ran.code == Some(0) => "error names both",
        _ => "failed",
    }
}

/// What a message of failure lacks of the files, versions and cure.
fn lacks(ran: &Ran, own: &Path, provider: &First) -> Option<String> {
    if !ran.stdout.starts_with("status 7\n") {
        return None;
    }
    let files = [own, &provider.library].map(|file| file.display().to_string());
    let owed = files.iter().map(String::as_str).chain(provider.owed.iter().copied()).chain(["hint: "]);
    let lacks: Vec<&str> = owed.filter(|text| !ran.stdout.contains(text)).collect();
    (!lacks.is_empty()).then(|| lacks.join(", "))
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Memcheck: the examples in C and C++ and the headers' C tests, with nothing built for it. Cells stay cold there, since
//! valgrind has no restartable sequences.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::headers::{self, Headers, Test};
use super::ledger::Verdict;
use super::reports;
use super::Bench;
use crate::worker::Ground;
use crate::{step, tools};

/// What is lost is an error. What is "possibly lost" is in a hash map of the root, which lives as long as the process: such
/// maps lead into the middle of their memory. The leak suite counts it with what is still reachable.
const ERRORS: [&str; 4] =
    ["--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect", "--num-callers=40"];
const SHOWN: &str = "--show-leak-kinds=definite,indirect";
/// In its children nobody knows any more what the parent's other threads held at the moment of the fork: that is lost there,
/// by what a fork is. Accesses are watched in parent and children alike.
const FORKS: &str = "c fork";
const LIMIT: Duration = Duration::from_secs(20 * 60);
/// Each is a program of one file.
const EXAMPLES: [&str; 3] = ["c/quickstart.c", "cpp/quickstart.cpp", "cpp/fetchcontent/app.cpp"];

pub(super) fn run(bench: &mut Bench<'_>) -> Result<(), String> {
    let Some(valgrind) = tools::on_path("valgrind") else {
        bench.ledger.not_run("everything", &format!("valgrind is not on PATH: {}", tools::VALGRIND.cure()));
        return Ok(());
    };
    let ground = Ground::ready(bench.tree)?;
    let mut examples = Vec::new();
    for source in EXAMPLES {
        examples.push(compile(bench, source, &ground.library.file)?);
    }
    let plain = Headers { sanitizer: None, library: &ground.library.file, targets: &[], tests: "", preload: None };
    let build = plain.configure(bench, &ground)?;
    // Before they are built, tests have a name and no command.
    let listed = headers::listed(bench, &ground, &build)?;
    let targets: Vec<String> = listed.iter().filter_map(|test| target(&test.name)).collect();
    headers::make(bench, &ground, &build, &targets.iter().map(String::as_str).collect::<Vec<_>>())?;
    let built = headers::listed(bench, &ground, &build)?.into_iter().filter(|test| target(&test.name).is_some());
    let (in_c, others): (Vec<Test>, Vec<Test>) = built.partition(|test| test.name.starts_with("c "));
    examples.extend(others);
    under(bench, &valgrind, "C and C++: the examples", &examples);
    under(bench, &valgrind, "C: the headers' tests", &in_c);
    Ok(())
}

/// The target of a test that runs here: those in C, and the examples that need a framework, where it is.
fn target(test: &str) -> Option<String> {
    match test {
        "frameworks GoogleTest, the example" => Some("example_gtest".to_owned()),
        "frameworks Catch2, the example" => Some("example_catch2".to_owned()),
        _ => test.strip_prefix("c ").filter(|name| !name.contains("watched")).map(|name| format!("c_{name}")),
    }
}

/// Compiles an example as its head says that a user would.
fn compile(bench: &Bench<'_>, source: &str, library: &Path) -> Result<Test, String> {
    let (variable, plain, standard) =
        if source.ends_with(".c") { ("CC", "cc", "-std=c99") } else { ("CXX", "c++", "-std=c++17") };
    let program = bench.folder.join(format!("valgrind-{}", source.replace(['/', '.'], "-")));
    let mut compiler = bench.tree.command(std::env::var_os(variable).unwrap_or_else(|| plain.into()));
    compiler.args([standard, "-g", "-O1", "-I", "headers/include"]).arg(format!("examples/{source}"));
    compiler.arg("-o").arg(&program).args(["-pthread", "-ldl"]);
    step::must(&format!("compiling examples/{source}"), &mut compiler, "")?;
    Ok(Test {
        name: source.to_owned(),
        command: vec![program.display().to_string()],
        environment: vec![("CMETRICS_LIBRARY".to_owned(), library.display().to_string())],
    })
}

/// Runs programs under memcheck, as one row.
fn under(bench: &mut Bench<'_>, valgrind: &Path, what: &str, tests: &[Test]) {
    let started = Instant::now();
    let mut why = String::new();
    for test in tests {
        let name = format!("valgrind {}", test.name);
        let folder = match bench.reports(&name) {
            Ok(folder) => folder,
            Err(why) => return bench.ledger.failed(what, &why),
        };
        let mut command = memcheck(bench, valgrind, &folder);
        command.arg(SHOWN);
        if test.name == FORKS {
            command.arg("--leak-check=no");
        }
        command.args(&test.command);
        command.env_remove("CMETRICS_LIBRARY").envs(test.environment.iter().map(|(k, v)| (k, v)));
        match step::attempt_within(LIMIT, &name, &mut command) {
            Ok(done) if done.ok => {}
            Ok(done) => why.push_str(&done.story("")),
            Err(failed) => why.push_str(&failed),
        }
        for told in reports::read(&folder) {
            why.push_str(&told.text);
        }
    }
    if tests.is_empty() {
        why.push_str("there is nothing to run, which proves nothing");
    }
    let verdict = if why.is_empty() { Verdict::Clean } else { Verdict::Found(why) };
    bench.ledger.add(what, tests.len() as u64, started.elapsed(), verdict, "");
}

/// Valgrind that writes what it tells into a folder. It runs one thread at a time, and they take turns: left to chance, one
/// that only looks whether its child has ended waits for minutes behind those that work.
pub(super) fn memcheck(bench: &Bench<'_>, valgrind: &Path, folder: &Path) -> Command {
    let mut command = bench.tree.command(PathBuf::from(valgrind));
    command.args(["-q", "--fair-sched=try"]).args(ERRORS).arg(format!("--log-file={}/report.%p", folder.display()));
    command
}

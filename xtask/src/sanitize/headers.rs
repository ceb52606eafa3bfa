// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The headers' tests in C and C++, built for a sanitizer or plain.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::watched::Watch;
use super::Bench;
use crate::step;
use crate::test::ctest;
use crate::tree::executable;
use crate::worker::{Ground, CMAKE};

/// What compiles and does not run, or looks at sources: nothing to watch.
const NOTHING_RUNS: &str = "^(compile|tidy|exposer)";

/// Which tests, and for what they are built.
pub(super) struct Headers<'a> {
    /// What `-fsanitize=` is given.
    pub(super) sanitizer: Option<&'a str>,
    pub(super) library: &'a Path,
    /// The targets to build; none is all.
    pub(super) targets: &'a [&'a str],
    /// Which tests run, as a regular expression; empty is all that run code.
    pub(super) tests: &'a str,
    /// What the dynamic linker loads first.
    pub(super) preload: Option<&'a Path>,
}

impl Headers<'_> {
    /// Configures. The folder.
    pub(super) fn configure(&self, bench: &Bench<'_>, ground: &Ground) -> Result<PathBuf, String> {
        let build = bench.folder.join(self.sanitizer.unwrap_or("plain")).join("headers");
        let mut configure = ground.configure(bench.tree, "headers", &build)?;
        // What is installed is linked by compilers without the runtime.
        configure.arg(format!("-DCMETRICS_LIBRARY_FILE={}", self.library.display())).arg("-DCMETRICS_INSTALL=OFF");
        if let Some(sanitizer) = self.sanitizer {
            for language in ["C", "CXX"] {
                configure.arg(format!("-DCMAKE_{language}_FLAGS=-fsanitize={sanitizer} -fno-omit-frame-pointer"));
            }
        }
        let stale = format!("if its cache is of another checkout or compiler, remove {}", build.display());
        step::must("configuring the headers' tests", &mut configure, &stale)?;
        Ok(build)
    }
}

/// Builds some targets; none is all.
pub(super) fn make(bench: &Bench<'_>, ground: &Ground, build: &Path, targets: &[&str]) -> Result<(), String> {
    let mut make = ground.cmake(bench.tree)?;
    make.arg("--build").arg(build);
    if !targets.is_empty() {
        make.arg("--target").args(targets);
    }
    let limit = std::time::Duration::from_secs(40 * 60);
    let done = step::attempt_within(limit, "building the headers' tests", &mut make)?;
    if done.ok {
        Ok(())
    } else {
        Err(done.story(""))
    }
}

/// Builds and runs.
pub(super) fn run(bench: &mut Bench<'_>, what: &str, headers: &Headers<'_>, watch: &Watch) -> Result<(), String> {
    let ground = Ground::ready(bench.tree)?;
    let build = headers.configure(bench, &ground)?;
    make(bench, &ground, &build, headers.targets)?;
    let mut tests = program(bench, &ground)?;
    tests.args(["--output-on-failure", "--no-tests=error", "--test-dir"]).arg(&build);
    if headers.tests.is_empty() {
        tests.args(["-E", NOTHING_RUNS]);
    } else {
        tests.args(["-R", headers.tests]);
    }
    tests.env_remove("CMETRICS_LIBRARY");
    if let Some(preload) = headers.preload {
        tests.env("LD_PRELOAD", preload);
    }
    bench.watch(what, &mut tests, watch, ctest);
    Ok(())
}

fn program(bench: &Bench<'_>, ground: &Ground) -> Result<std::process::Command, String> {
    let cmake = ground.venv.build_tool(bench.tree, "cmake", CMAKE)?;
    Ok(bench.tree.command(cmake.with_file_name(executable("ctest"))))
}

/// A test as CTest would run it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) name: String,
    pub(super) command: Vec<String>,
    pub(super) environment: Vec<(String, String)>,
}

/// Every test of a build folder, for runs that put something before the command.
pub(super) fn listed(bench: &Bench<'_>, ground: &Ground, build: &Path) -> Result<Vec<Test>, String> {
    let mut list = program(bench, ground)?;
    list.args(["--show-only=json-v1", "--test-dir"]).arg(build);
    let done = step::must("listing the headers' tests", &mut list, "")?;
    let told: Value = serde_json::from_slice(&done.stdout).map_err(|e| format!("ctest listed no JSON: {e}"))?;
    Ok(tests(&told))
}

fn tests(told: &Value) -> Vec<Test> {
    let texts = |value: &Value| -> Vec<String> {
        let all = value.as_array().into_iter().flatten();
        all.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let one = |test: &Value| {
        let properties = test["properties"].as_array().into_iter().flatten();
        let environment = properties.filter(|property| property["name"] == "ENVIRONMENT");
        let pairs = environment.flat_map(|property| texts(&property["value"]));
        Some(Test {
            name: test["name"].as_str()?.to_owned(),
            command: texts(&test["command"]),
            environment: pairs.filter_map(|pair| pair.split_once('=').map(|(k, v)| (k.into(), v.into()))).collect(),
        })
    };
    told["tests"].as_array().into_iter().flatten().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn what_ctest_lists_is_read() {
        let told = json!({"tests": [
            {"name": "c kinds", "command": ["/b/c_kinds", "x"], "properties": [
                {"name": "ENVIRONMENT", "value": ["CMETRICS_LIBRARY=/l=1", "B=2"]}, {"name": "TIMEOUT", "value": 120}]},
            {"name": "linked"}]});
        let tests = super::tests(&told);
        assert_eq!((tests.len(), tests[0].command.join(" ").as_str()), (2, "/b/c_kinds x"));
        assert_eq!(tests[0].environment, [("CMETRICS_LIBRARY", "/l=1"), ("B", "2")].map(|(k, v)| (k.into(), v.into())));
        assert!(tests[1].command.is_empty());
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! C and C++: the headers in every dialect, their tests, and what the library exports.

use super::ledger::{ctest, Count, Group};
use crate::library::Library;
use crate::tree::Tree;
use crate::worker::Ground;
use crate::{library, step, tools};

pub(super) fn run(tree: &Tree, group: &mut Group) -> Result<(), String> {
    tools::compilers()?;
    let library = library::build(tree)?;
    group.verdict("the library exports cmetrics_get_api alone", exports(tree, &library));

    let ground = Ground::ready(tree)?;
    let build = tree.target.join("headers");
    let mut configure = ground.configure(tree, "headers", &build)?;
    configure.arg(format!("-DCMETRICS_LIBRARY_FILE={}", library.file.display()));
    let stale = format!("if its cache is of another checkout or compiler, remove {}", build.display());
    step::must("configuring the headers' tests", &mut configure, &stale)?;
    step::must("building the headers' tests", ground.cmake(tree)?.arg("--build").arg(&build), "")?;
    // ctest comes with cmake, and from the same place.
    let cmake = ground.venv.build_tool(tree, "cmake", crate::worker::CMAKE)?;
    let mut tests = tree.command(cmake.with_file_name(crate::tree::executable("ctest")));
    tests.args(["--output-on-failure", "--no-tests=error", "-j", "2", "--test-dir"]).arg(&build);
    // Each test sets its own; what the caller has would hide what the search does without.
    tests.env_remove("CMETRICS_LIBRARY");
    group.runner("the headers' tests", &mut tests, any_ctest);
    Ok(())
}

/// The last line of any ctest: from 4.4 on it says nothing of failures where there are none.
fn any_ctest(text: &str) -> Count {
    ctest(&text.replace("tests passed out of", "tests passed, 0 tests failed out of"))
}

/// Asks nm what the library gives the dynamic linker.
fn exports(tree: &Tree, library: &Library) -> Result<(), String> {
    let mut nm = tree.command("nm");
    let dynamic = if cfg!(target_os = "macos") { "-gU" } else { "-D" };
    nm.args([dynamic, "--defined-only"]).arg(&library.file);
    let done = step::must("listing what the library exports", &mut nm, &tools::COMPILERS.cure())?;
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    judge(&text)
}

fn judge(nm: &str) -> Result<(), String> {
    let mut names: Vec<&str> = nm.lines().filter_map(|line| line.split_whitespace().last()).collect();
    // Mach-O puts an underscore before C's names.
    for name in &mut names {
        *name = name.strip_prefix('_').filter(|_| cfg!(target_os = "macos")).unwrap_or(name);
    }
    if names == ["cmetrics_get_api"] {
        Ok(())
    } else {
        Err(format!("it exports {names:?}\n--> nothing but impl/src/abi/entry.rs may export a symbol"))
    }
}

#[cfg(test)]
mod tests {
    use super::{any_ctest, judge};

    #[test]
    fn every_ctest_is_understood() {
        for text in ["100% tests passed out of 43\n", "100% tests passed, 0 tests failed out of 43\n"] {
            let count = any_ctest(text);
            assert_eq!((count.passed, count.failed), (43, 0));
        }
        let count = any_ctest("50% tests passed, 1 tests failed out of 2\n");
        assert_eq!((count.passed, count.failed), (1, 1));
    }

    #[test]
    fn one_export_passes_and_another_is_named() {
        assert_eq!(judge("0000000000012340 T cmetrics_get_api\n"), Ok(()));
        assert!(judge("").is_err());
        let why = judge("0000000000012340 T cmetrics_get_api\n0000000000012350 T stray\n").unwrap_err();
        assert!(why.contains("stray"), "{why}");
    }
}

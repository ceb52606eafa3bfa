// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use super::{unified, Mismatch};
use crate::{Priority, Registry, ReportOptions};

/// Asserts that a report is what a file holds; the macro [`assert_report!`](crate::assert_report) as a function.
///
/// # Panics
///
/// With the text of the [`Mismatch`] that [`check_report`] gives.
///
/// ```
/// # let dir = std::env::temp_dir().join(format!("cmetrics-golden-{}", std::process::id()));
/// # std::fs::create_dir_all(&dir)?;
/// # let golden = dir.join("report.prom");
/// std::fs::write(&golden, "# HELP depth \n# TYPE depth gauge\ndepth 3\n")?;
/// let reg = cmetrics::Registry::isolated();
/// reg.int_gauge("depth").get().set(3);
/// cmetrics::testing::assert_report(&reg, &golden);
/// # std::fs::remove_dir_all(&dir)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[track_caller]
pub fn assert_report(registry: &Registry, golden: impl AsRef<Path>) {
    if let Err(mismatch) = check_report(registry, golden) {
        panic!("{mismatch}");
    }
}

/// Whether the report of a registry (verbosity debug, without the library's own families) is what the file `golden`
/// holds. A path is relative to the current directory, which is the package's in `cargo test`.
///
/// With `CMETRICS_UPDATE_GOLDEN=1` in the environment the file is written instead, folders included.
///
/// # Errors
///
/// If they differ, a unified diff; if the file cannot be read or written, why, and how to make it.
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// let err = cmetrics::testing::check_report(&reg, "no/such/file.prom").unwrap_err();
/// assert!(err.to_string().contains("CMETRICS_UPDATE_GOLDEN=1"), "{err}");
/// ```
pub fn check_report(registry: &Registry, golden: impl AsRef<Path>) -> Result<(), Mismatch> {
    let (golden, failed) = (golden.as_ref(), |what: &str| Mismatch::new(what.to_owned()));
    let everything = ReportOptions::new().verbosity(Priority::Debug).no_self();
    let report = registry.render_with(&everything).map_err(|err| failed(&err.to_string()))?;
    if env::var_os("CMETRICS_UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        let folder = golden.parent().map_or(Ok(()), fs::create_dir_all);
        return folder
            .and_then(|()| fs::write(golden, &report))
            .map_err(|err| failed(&format!("{}: cannot be written: {err}", golden.display())));
    }
    let expected = fs::read_to_string(golden).map_err(|err| {
        let file = golden.display();
        failed(&format!("{file}: cannot be read: {err}; CMETRICS_UPDATE_GOLDEN=1 writes it"))
    })?;
    if expected == report {
        return Ok(());
    }
    let file = golden.display();
    let mut message = format!("the report is not what {file} holds; CMETRICS_UPDATE_GOLDEN=1 writes it anew\n");
    let _infallible = write!(message, "--- {file}\n+++ the report\n{}", unified::diff(&expected, &report));
    Err(Mismatch::new(message))
}

/// Asserts that a report is what a golden file holds: `assert_report!(where, "tests/golden/report.prom")`. A failure
/// shows a unified diff. `CMETRICS_UPDATE_GOLDEN=1` in the environment writes the file instead.
///
/// `where` is a registry, or what derefs to one: a [`ScopedRoot`](crate::testing::ScopedRoot).
///
/// # Panics
///
/// If they differ; see [`check_report`](crate::testing::check_report).
///
/// ```
/// # let dir = std::env::temp_dir().join(format!("cmetrics-golden-macro-{}", std::process::id()));
/// # std::fs::create_dir_all(&dir)?;
/// # let golden = dir.join("report.prom");
/// std::fs::write(&golden, "# HELP depth \n# TYPE depth gauge\ndepth 3\n")?;
/// let reg = cmetrics::Registry::isolated();
/// reg.int_gauge("depth").get().set(3);
/// cmetrics::assert_report!(reg, &golden);
/// # std::fs::remove_dir_all(&dir)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[macro_export]
macro_rules! assert_report {
    ($at:expr, $golden:expr $(,)?) => {
        $crate::testing::assert_report(&$at, $golden)
    };
}

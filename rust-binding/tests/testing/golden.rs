// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reports against files.

use std::path::Path;
use std::process::Command;

use cmetrics::assert_report;
use cmetrics::testing::check_report;

use crate::isolated;

fn report_of_depth(depth: i64) -> cmetrics::Registry {
    let reg = isolated();
    reg.int_gauge("depth").help("Requests that wait").get().set(depth);
    reg.counter("steps").get().add(7);
    reg
}

#[test]
fn a_golden_file_is_compared_to_the_letter() {
    let golden = Path::new("tests/testing/depth.prom");
    assert_report!(report_of_depth(3), golden);
    let message = check_report(&report_of_depth(4), golden).unwrap_err().to_string();
    let diff = "\
the report is not what tests/testing/depth.prom holds; CMETRICS_UPDATE_GOLDEN=1 writes it anew
--- tests/testing/depth.prom
+++ the report
@@ -1,6 +1,6 @@
 # HELP depth Requests that wait
 # TYPE depth gauge
-depth 3
+depth 4
 # HELP steps_total \n # TYPE steps_total counter
 steps_total 7
";
    assert_eq!(message, diff);
}

#[test]
fn a_variable_writes_the_file() {
    // In a process of its own: the environment belongs to all tests of this one.
    if let Some(file) = std::env::var_os("CMETRICS_TEST_GOLDEN") {
        return assert_report!(report_of_depth(5), file);
    }
    let dir = std::env::temp_dir().join(format!("cmetrics-golden-{}", std::process::id()));
    let file = dir.join("deep/report.prom");
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "golden::a_variable_writes_the_file"]).env("CMETRICS_TEST_GOLDEN", &file);
    assert!(!again.output().unwrap().status.success(), "without the variable there is no file");
    assert!(again.env("CMETRICS_UPDATE_GOLDEN", "1").output().unwrap().status.success());
    assert!(std::fs::read_to_string(&file).unwrap().contains("depth 5\n"));
    assert_report!(report_of_depth(5), &file);
    std::fs::remove_dir_all(&dir).unwrap();
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Programs built against the oldest header, which is `abi/v1`, run with this library: one that finds it, one that links
//! it. What they print is written down (`compat-tests/clients/v1/transcript.txt`, and the quick start's report).

use std::process::Command;

use super::super::platform::Platform;
use super::report::passed;
use super::{same, Row, Trial};

pub(super) fn run(trial: &Trial<'_>) -> Vec<Row> {
    let platform = Platform::LinuxX64;
    if !trial.platforms().contains(&platform) {
        return Vec::new();
    }
    let check = "a program built against the header of version 1";
    vec![Row::of(&trial.archive_name(platform), check, || {
        let prefix = trial.unpacked(platform, "oldest")?;
        let folder = trial.kept("oldest")?;
        // The headers of today, but for the binary interface's own.
        let include = trial.copy("headers/include", &folder)?;
        let old = trial.tree.root.join("abi/v1/cmetrics-1/cmetrics.h");
        std::fs::copy(&old, include.join("cmetrics-1/cmetrics.h")).map_err(|e| format!("{}: {e}", old.display()))?;
        let library = prefix.join("lib/libcmetrics.so.1");
        for (name, source) in [("client", "compat-tests/clients/v1/client.c"), ("linked", "examples/c/quickstart.c")] {
            let program = folder.join(name);
            let mut cc = Command::new("cc");
            cc.arg("-std=c11").arg("-I").arg(&include).arg("-o").arg(&program).arg(trial.tree.root.join(source));
            if name == "linked" {
                cc.arg("-DCMETRICS_LINK").arg("-L").arg(prefix.join("lib")).arg("-lcmetrics");
                cc.arg(format!("-Wl,-rpath,{}", prefix.join("lib").display()));
            }
            trial.must(&format!("compiling {name}"), cc.args(["-ldl", "-pthread"]))?;
        }
        let client =
            trial.must("the frozen client", Command::new(folder.join("client")).env("CMETRICS_LIBRARY", &library))?;
        let transcript = trial.tree.root.join("compat-tests/clients/v1/transcript.txt");
        let transcript = std::fs::read_to_string(&transcript).map_err(|e| format!("{}: {e}", transcript.display()))?;
        same(&client.stdout, &transcript)?;
        let linked = trial.must("a linked program", &mut Command::new(folder.join("linked")))?;
        same(&linked.stdout, super::QUICK_START)?;
        passed("two programs print what they ever did")
    })]
}

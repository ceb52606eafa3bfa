// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The worker example: each host as the demo runs it, against the expectation; what promtool makes of a report; and the
//! example's own tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::ledger::{pytest, Group};
use crate::tree::Tree;
use crate::worker::{Host, Worker, FOLDER};
use crate::{step, tools};

/// A host that needs longer has hung.
const LIMIT: Duration = Duration::from_secs(120);

pub(super) fn run(tree: &Tree, group: &mut Group) -> Result<(), String> {
    let (worker, hosts) = match Worker::ready(tree, &Host::ALL) {
        Ok(worker) => (worker, Host::ALL.to_vec()),
        Err(why) => {
            // The default host needs less than the others do.
            group.fail("building the three hosts", &why);
            (Worker::ready(tree, &[Host::Python])?, vec![Host::Python])
        }
    };
    worker.ground.venv.install_requirements(tree)?;
    let bench = Bench { tree, worker: &worker, folder: tree.target.join("reports") };
    std::fs::create_dir_all(&bench.folder).map_err(|e| format!("{}: {e}", bench.folder.display()))?;
    for host in &hosts {
        let what = format!("the {} host's report", host.name());
        match bench.report(*host) {
            Ok(report) => {
                bench.compare(group, &what, &report);
                bench.promtool(group, &report);
            }
            Err(why) => group.fail(&what, &why),
        }
    }
    bench.pytest(group, &hosts);
    Ok(())
}

/// What every check here needs.
struct Bench<'a> {
    tree: &'a Tree,
    worker: &'a Worker,
    /// Where the reports are kept.
    folder: PathBuf,
}

impl Bench<'_> {
    /// Runs a host; its report, in a file.
    fn report(&self, host: Host) -> Result<PathBuf, String> {
        let case = self.tree.root.join(FOLDER).join("acceptance/worker");
        let mut command = self.worker.command(self.tree, host, &case, "debug")?;
        let done = step::attempt_within(LIMIT, &format!("running the {} host", host.name()), &mut command)?;
        if !done.ok {
            return Err(done.story(""));
        }
        let file = self.folder.join(format!("{}.txt", host.name()));
        std::fs::write(&file, &done.stdout).map_err(|e| format!("{}: {e}", file.display()))?;
        Ok(file)
    }

    fn python(&self) -> Command {
        self.worker.ground.venv.command(self.tree, "python")
    }

    fn compare(&self, group: &mut Group, what: &str, report: &Path) {
        let acceptance = self.tree.root.join(FOLDER).join("acceptance");
        let mut python = self.python();
        python.arg(acceptance.join("compare.py")).arg(acceptance.join("worker/expected.json")).arg(report);
        group.check(what, &mut python, "the difference is named above; the report is kept");
    }

    /// Where it is installed: its exit status 1 means a report that no Prometheus takes, 3 that it dislikes a name.
    fn promtool(&self, group: &mut Group, report: &Path) {
        let Some(promtool) = tools::on_path("promtool") else {
            eprintln!("promtool is not on PATH: its check is left out");
            return;
        };
        let mut python = self.python();
        // Through Python, which can hand a file to standard input on every system.
        let script = "import subprocess, sys; \
                      code = subprocess.call([sys.argv[1], 'check', 'metrics'], stdin=open(sys.argv[2], 'rb')); \
                      sys.exit(0 if code == 3 else code)";
        python.args(["-c", script]).arg(promtool).arg(report);
        group.check("promtool check metrics", &mut python, "a Prometheus would not take this report");
    }

    /// The example's own tests: verbosity, identity of the reports, orders of first use, many threads, cases with mistakes.
    /// They set what a host needs for themselves: which library is found where is what they test.
    fn pytest(&self, group: &mut Group, hosts: &[Host]) {
        let names: Vec<&str> = hosts.iter().map(|host| host.name()).collect();
        let mut python = self.python();
        python.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]).arg(format!("{FOLDER}/tests"));
        python.env("WORKER_HOSTS", names.join(" "));
        python.env("WORKER_RUST_PLUGIN", &self.worker.rust_plugin).env("WORKER_CPP_PLUGIN", &self.worker.cpp_plugin);
        group.runner("the example's own tests", &mut python, pytest);
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The worker example: each host's report against the expectation, the three against each other, and what other
//! programs make of them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::ledger::{pytest, Group};
use crate::tree::Tree;
use crate::worker::{Host, Worker, FOLDER};
use crate::{step, tools};

/// A host that needs longer has hung.
const LIMIT: Duration = Duration::from_secs(120);
/// The official parser, held against the report's own lines.
const PARSE: &str = include_str!("parse_report.py");

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

    let mut reports = Vec::new();
    for host in hosts {
        let what = format!("the {} host's report", host.name());
        match bench.report(host, "debug", &[]) {
            Ok(report) => {
                bench.compare(group, &what, &report, "debug");
                reports.push((host, report));
            }
            Err(why) => group.fail(&what, &why),
        }
    }
    let Some((_, first)) = reports.first().cloned() else { return Ok(()) };
    for (host, report) in &reports[1..] {
        let verdict = identical(&first, report);
        group.verdict(&format!("the {} host's report is the default host's, byte for byte", host.name()), verdict);
    }
    let normal = bench.report(Host::Python, "normal", &[])?;
    bench.compare(group, "--verbosity normal drops the low and the debug families", &normal, "normal");
    let own = bench.report(Host::Python, "debug", &["--self"])?;
    group.verdict("--self adds the library's own families and nothing else", own_families(&first, &own));
    bench.parse(group, &first);
    bench.promtool(group, &first);
    bench.pytest(group)
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
    fn report(&self, host: Host, verbosity: &str, more: &[&str]) -> Result<PathBuf, String> {
        let case = self.tree.root.join(FOLDER).join("acceptance/worker");
        let mut command = self.worker.command(self.tree, host, &case, verbosity)?;
        command.args(more);
        let done = step::attempt_within(LIMIT, &format!("running the {} host", host.name()), &mut command)?;
        if !done.ok {
            return Err(done.story(""));
        }
        let file = self.folder.join(format!("{}-{verbosity}{}.txt", host.name(), more.join("")));
        std::fs::write(&file, &done.stdout).map_err(|e| format!("{}: {e}", file.display()))?;
        Ok(file)
    }

    fn python(&self) -> Command {
        self.worker.ground.venv.command(self.tree, "python")
    }

    fn compare(&self, group: &mut Group, what: &str, report: &Path, verbosity: &str) {
        let acceptance = self.tree.root.join(FOLDER).join("acceptance");
        let mut python = self.python();
        python.arg(acceptance.join("compare.py")).arg(acceptance.join("worker/expected.json"));
        python.arg(report).arg(verbosity);
        group.check(what, &mut python, "the difference is named above; the report is kept");
    }

    fn parse(&self, group: &mut Group, report: &Path) {
        let mut python = self.python();
        python.args(["-c", PARSE]).arg(report);
        group.check("prometheus_client.parser reads every sample", &mut python, "");
    }

    /// Where it is installed: its exit status 1 means a report that no Prometheus takes, 3 that it dislikes a name.
    fn promtool(&self, group: &mut Group, report: &Path) {
        let Some(promtool) = tools::on_path("promtool") else {
            eprintln!("promtool is not on PATH: its check is left out");
            return;
        };
        let mut shell = self.python();
        // Through Python, which can hand a file to standard input on every system.
        let script = "import subprocess, sys; sys.exit(subprocess.call([sys.argv[1], 'check', 'metrics'], \
                      stdin=open(sys.argv[2], 'rb')))";
        shell.args(["-c", script]).arg(promtool).arg(report);
        match step::attempt("promtool check metrics", &mut shell) {
            Ok(done) if matches!(done.code, Some(0 | 3)) => group.pass(),
            Ok(done) => group.fail("promtool check metrics", &done.story("")),
            Err(why) => group.fail("promtool check metrics", &why),
        }
    }

    /// The example's own tests: orders of first use, many threads at once, cases with mistakes.
    fn pytest(&self, group: &mut Group) -> Result<(), String> {
        let mut python = self.python();
        python.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]).arg(self.tree.root.join(FOLDER).join("tests"));
        python.env("WORKER_RUST_PLUGIN", &self.worker.rust_plugin).env("WORKER_CPP_PLUGIN", &self.worker.cpp_plugin);
        group.runner("the example's own tests", &mut python, pytest);
        Ok(())
    }
}

fn identical(one: &Path, other: &Path) -> Result<(), String> {
    let (a, b) = (read(one)?, read(other)?);
    if a == b {
        return Ok(());
    }
    let line = a.lines().zip(b.lines()).position(|(a, b)| a != b).unwrap_or(a.lines().count().min(b.lines().count()));
    Err(format!("{} and {} differ from line {} on", one.display(), other.display(), line + 1))
}

/// `own` without the library's families is `plain`, which has none of them.
fn own_families(plain: &Path, own: &Path) -> Result<(), String> {
    let (plain, own) = (read(plain)?, read(own)?);
    let is_own = |line: &str| {
        let name = line.trim_start_matches("# HELP ").trim_start_matches("# TYPE ");
        name.starts_with("cmetrics_")
    };
    if plain.lines().any(is_own) {
        return Err("the report without --self has some of the library's families".to_owned());
    }
    if !own.lines().any(|line| line.starts_with("cmetrics_info{")) {
        return Err("the report with --self has no cmetrics_info".to_owned());
    }
    let rest: Vec<&str> = own.lines().filter(|line| !is_own(line)).collect();
    if rest == plain.lines().collect::<Vec<_>>() {
        Ok(())
    } else {
        Err("the report with --self differs in other families too".to_owned())
    }
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))
}

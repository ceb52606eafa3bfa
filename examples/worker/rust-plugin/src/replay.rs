// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The Rust part of a case: its metrics, and the rows that update them.

use std::collections::HashMap;
use std::path::Path;

use cmetrics::{Client, Error, Metric, Registry};

use crate::case::{self, Case, Flag, Language};
use crate::handle::Handle;
use crate::trace::{Op, Row};

/// A case whose Rust metrics are made.
pub struct Replay {
    case: Case,
    /// By the metric's place in the case; `None` for the other languages' metrics.
    mine: Vec<Option<Mine>>,
    /// Who made them. Its end takes nothing away.
    _client: Client,
}

struct Mine {
    registry: Registry,
    metric: Metric,
    handle: Handle,
}

/// Why a part could not do what the host asked.
#[derive(Debug)]
pub enum Failure {
    /// The case breaks its form.
    BadCase(String),
    /// Anything else.
    Failed(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Failed(error.to_string())
    }
}

impl Replay {
    /// Reads the case in `folder` and creates its Rust metrics.
    ///
    /// # Errors
    ///
    /// `BadCase` with file and line; `Failed` if the library is not there or refuses a metric.
    pub fn open(folder: &Path) -> Result<Replay, Failure> {
        let case = Case::read(folder).map_err(Failure::BadCase)?;
        let client = crate::client()?;
        let root = client.try_root()?;
        let mut registries = HashMap::new();
        for (name, path) in &case.registries {
            let mut registry = root.clone();
            for step in path {
                let labels = step.labels.0.iter().map(|(k, v)| (k.as_str(), v.as_str()));
                registry = registry.child(&step.prefix).labels(labels).try_get()?;
            }
            registries.insert(name.as_str(), registry);
        }
        let mut mine = Vec::with_capacity(case.metrics.len());
        for metric in &case.metrics {
            mine.push(match metric.language {
                Language::Rust => Some(create(&registries[metric.registry.as_str()], metric)?),
                Language::Python | Language::Cpp => None,
            });
        }
        Ok(Replay { case, mine, _client: client })
    }

    /// The case.
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// Replays the Rust rows before the tail on `threads` threads, each taking every `threads`th one. How many.
    pub fn run_body(&self, threads: usize) -> u64 {
        let rows: Vec<(&Mine, &Row)> =
            self.case.rows[..self.case.tail].iter().filter_map(|row| self.mine(row)).collect();
        let rows = rows.as_slice();
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|first| {
                    scope.spawn(move || {
                        let mut replayed = 0;
                        for (mine, row) in rows.iter().skip(first).step_by(threads) {
                            mine.handle.update(row.op, row.amount);
                            replayed += 1;
                        }
                        replayed
                    })
                })
                .collect();
            workers.into_iter().map(|worker| worker.join().expect("an update does not panic")).sum()
        })
    }

    /// Replays row `row` if it is a Rust row; whether it was.
    ///
    /// # Errors
    ///
    /// `Failed` if there is no such row, or the metric cannot be removed.
    pub fn tail_row(&self, row: usize) -> Result<bool, Failure> {
        let all = &self.case.rows;
        let row =
            all.get(row).ok_or_else(|| Failure::Failed(format!("row {row} of a case with {} rows", all.len())))?;
        let Some((mine, row)) = self.mine(row) else { return Ok(false) };
        match row.op {
            Op::Remove => mine.registry.remove_metric(&mine.metric)?,
            op => mine.handle.update(op, row.amount),
        }
        Ok(true)
    }

    fn mine<'a>(&'a self, row: &'a Row) -> Option<(&'a Mine, &'a Row)> {
        self.mine[row.metric].as_ref().map(|mine| (mine, row))
    }
}

fn create(registry: &Registry, wanted: &case::Metric) -> Result<Mine, Failure> {
    let labels = wanted.labels.0.iter().map(|(k, v)| (k.as_str(), v.as_str()));
    let mut builder =
        registry.metric(wanted.kind, &wanted.name).help(&wanted.help).labels(labels).priority(wanted.priority);
    for flag in &wanted.flags {
        builder = match flag {
            Flag::TotalOnly => builder.total_only(),
            Flag::Verbatim => builder.verbatim(),
        };
    }
    let metric = builder.try_get()?;
    let unknown = || Failure::Failed(format!("{} is no kind that this worker updates", wanted.kind));
    let handle = Handle::of(metric.clone()).ok_or_else(unknown)?;
    Ok(Mine { registry: registry.clone(), metric, handle })
}

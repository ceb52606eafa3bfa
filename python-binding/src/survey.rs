// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How the search for the library goes, for the command `cmetrics doctor`.

use cmetrics::{LoadedCopy, Step, Survey, Verdict};
use pyo3::prelude::*;

use crate::client::builder;
use crate::library::word;

/// Return how the search for the library goes, step by step, and which copies this process has loaded.
///
/// It is the search of this package, or that of a client whose module is the file ``module``, an absolute path. What it
/// finds is loaded and stays.
///
/// >>> survey = cmetrics._cmetrics._survey()
/// >>> survey.library.path == cmetrics.library().path
/// True
#[pyfunction]
#[pyo3(signature = (module = None))]
pub(crate) fn _survey<'py>(py: Python<'py>, module: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
    let mut client = builder(py, "cmetrics doctor")?.version(env!("CARGO_PKG_VERSION"));
    if let Some(module) = module {
        client = client.module(module).file(module);
    }
    let client = client.get();
    // Constructors of what it loads may run for long.
    let survey = py.detach(|| client.survey());
    tell(py, &survey)
}

fn tell<'py>(py: Python<'py>, survey: &Survey) -> PyResult<Bound<'py, PyAny>> {
    let model = py.import("cmetrics._survey")?;
    let (steps, copies) = (model.getattr("Step")?, model.getattr("Copy")?);
    let steps: Vec<_> = survey.steps().iter().map(|step| steps.call1(parts(step))).collect::<PyResult<_>>()?;
    let copies: Vec<_> = survey.copies().iter().map(|copy| told(&copies, copy)).collect::<PyResult<_>>()?;
    let library = match survey.result() {
        Ok(found) => {
            let parts = (found.path(), found.semver(), found.version(), word(found.origin()));
            Some(py.import("cmetrics._model")?.getattr("LibraryInfo")?.call1(parts)?)
        }
        Err(_) => None,
    };
    let hint = survey.result().err().map(|err| err.hint().to_owned());
    let (asked, served) = (survey.asked(), survey.served());
    let asked = (*asked.start(), *asked.end());
    let served = served.map(|range| (*range.start(), *range.end()));
    model.getattr("Survey")?.call1((survey.asker(), asked, steps, library, served, copies, hint))
}

fn parts(step: &Step) -> (&'static str, Option<&str>, &'static str, String, String) {
    let verdict = match step.verdict() {
        Verdict::Used => "used",
        Verdict::Refused => "refused",
        Verdict::Nothing => "nothing",
        Verdict::NotTried => "not tried",
        _ => "other",
    };
    (word(step.origin()), step.path(), verdict, step.outcome(), step.to_string())
}

fn told<'py>(copies: &Bound<'py, PyAny>, copy: &LoadedCopy) -> PyResult<Bound<'py, PyAny>> {
    let LoadedCopy { path, semver, build_id, rank, winner, embedded, forced, satellite, .. } = copy;
    let serves = (copy.oldest, copy.newest);
    copies.call1((path, semver, build_id, serves, rank, winner, embedded, forced, satellite))
}

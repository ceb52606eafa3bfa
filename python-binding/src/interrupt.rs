// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Ctrl-C and other exits inside a collector, brought to the Python code that asked for the report.

use std::cell::RefCell;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;

thread_local! {
    /// One entry for each report that Python asked for on this thread and that is being made.
    static REPORTS: RefCell<Vec<Option<PyErr>>> = const { RefCell::new(Vec::new()) };
}

/// Makes a report without the interpreter, and raises what a collector of this report kept with [`keep`].
pub(crate) fn watched<T: Send>(py: Python<'_>, make: impl FnOnce() -> T + Send) -> PyResult<T> {
    REPORTS.with_borrow_mut(|reports| reports.push(None));
    let made = py.detach(make);
    match REPORTS.with_borrow_mut(Vec::pop).flatten() {
        Some(failure) => Err(failure),
        None => Ok(made),
    }
}

/// Keeps what is no ordinary exception, such as `KeyboardInterrupt`, for the report that this thread is making. False if
/// it is ordinary, or if nobody in Python asked for the report.
pub(crate) fn keep(py: Python<'_>, failure: &PyErr) -> bool {
    if failure.is_instance_of::<PyException>(py) {
        return false;
    }
    REPORTS.with_borrow_mut(|reports| match reports.last_mut() {
        Some(report) => {
            report.get_or_insert_with(|| failure.clone_ref(py));
            true
        }
        None => false,
    })
}

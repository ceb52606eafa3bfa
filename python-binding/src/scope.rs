// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A root of one's own for a thread.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

use cmetrics::{Registry, Scope};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::error::raise;
use crate::registry::PyRegistry;

thread_local! {
    /// The scopes that this thread is in, each with the number of the `PyScope` that entered it.
    static ENTERED: RefCell<Vec<(u64, Scope)>> = const { RefCell::new(Vec::new()) };
}

/// While entered, ``cmetrics.root()`` on this thread is another root: for tests of code that uses the process's.
///
/// Made by :meth:`Registry.scope`. Scopes nest, and end in the reverse order on the thread that entered them; otherwise
/// ``RuntimeError``. They belong to threads, not to tasks.
///
/// >>> mine = cmetrics.Registry.isolated()
/// >>> with mine.scope():
/// ...     cmetrics.root().counter("jobs").inc()
/// >>> "jobs_total 1" in mine.render()
/// True
/// >>> "jobs_total" in cmetrics.render()
/// False
#[pyclass(name = "Scope", module = "cmetrics", frozen)]
pub(crate) struct PyScope {
    registry: Registry,
    number: u64,
}

impl PyScope {
    pub(crate) fn new(registry: Registry) -> PyScope {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // Relaxed: the numbers only have to differ.
        PyScope { registry, number: NEXT.fetch_add(1, Ordering::Relaxed) }
    }
}

#[pymethods]
impl PyScope {
    fn __enter__(&self, py: Python<'_>) -> PyResult<PyRegistry> {
        let scope = self.registry.try_enter().map_err(|err| raise(py, &err))?;
        ENTERED.with_borrow_mut(|entered| entered.push((self.number, scope)));
        crate::client::root(py)
    }

    fn __exit__(
        &self,
        _kind: &Bound<'_, PyAny>,
        _error: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let left = ENTERED.with_borrow_mut(|entered| entered.pop_if(|(number, _)| *number == self.number));
        match left {
            Some(_) => Ok(false),
            None => Err(PyRuntimeError::new_err("the scope is not the one that this thread entered last")),
        }
    }
}

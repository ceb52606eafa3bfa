// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What `cmetrics.testing` needs of the compiled part: doubles that are registries.

use cmetrics::testing::{Event, Recorder};
use cmetrics::SampleValue;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict};

use crate::client;
use crate::error::raise;
use crate::registry::PyRegistry;
use crate::value_counter::seconds;

/// The parts of a `cmetrics.testing.Event`, in its order.
type Parts<'py> = (&'static str, String, Bound<'py, PyDict>, Bound<'py, PyAny>, Option<i128>);

/// A root whose handles note every update: what ``cmetrics.testing.Recorder`` holds.
#[pyclass(name = "_Recorder", module = "cmetrics._cmetrics", frozen)]
pub(crate) struct PyRecorder {
    inner: Recorder,
}

#[pymethods]
impl PyRecorder {
    #[new]
    fn new(py: Python<'_>) -> PyResult<PyRecorder> {
        let inner = Recorder::try_for(client::default(py)?).map_err(|err| raise(py, &err))?;
        Ok(PyRecorder { inner })
    }

    /// The root.
    #[getter]
    fn registry(&self, py: Python<'_>) -> PyResult<PyRegistry> {
        Ok(PyRegistry::new(self.inner.registry().clone(), client::default(py)?.clone()))
    }

    /// Return the parts of every update that was not taken.
    fn events<'py>(&self, py: Python<'py>) -> PyResult<Vec<Parts<'py>>> {
        self.inner.events().iter().map(|event| parts(py, event)).collect()
    }

    /// Return the parts of every update that was not taken, and forget them.
    fn take<'py>(&self, py: Python<'py>) -> PyResult<Vec<Parts<'py>>> {
        self.inner.take().iter().map(|event| parts(py, event)).collect()
    }
}

fn parts<'py>(py: Python<'py>, event: &Event) -> PyResult<Parts<'py>> {
    let labels = event.labels().iter().map(|(key, value)| (key, value)).into_py_dict(py)?;
    let ns = match event.amount() {
        SampleValue::U64Nanos(ns) => Some(i128::from(ns)),
        SampleValue::I64Nanos(ns) => Some(i128::from(ns)),
        _ => None,
    };
    let amount = match (event.amount(), ns) {
        (_, Some(ns)) => seconds(ns).into_pyobject(py)?.into_any(),
        (SampleValue::U64(amount), _) => amount.into_pyobject(py)?.into_any(),
        (SampleValue::I64(amount), _) => amount.into_pyobject(py)?.into_any(),
        (amount, _) => amount.as_f64().into_pyobject(py)?.into_any(),
    };
    Ok((event.operation().as_str(), event.name().to_owned(), labels, amount, ns))
}

/// Return a registry that keeps nothing.
#[pyfunction]
pub(crate) fn _noop(py: Python<'_>) -> PyResult<PyRegistry> {
    Ok(PyRegistry::new(cmetrics::testing::noop(), client::default(py)?.clone()))
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Who acts: the program, or a part of it that has a name of its own.

use cmetrics::{Client, ClientBuilder};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::error::raise;
use crate::refresh;
use crate::registry::PyRegistry;
use crate::text::text;

/// A part of the process that acts on metrics, by name: an engine, a plugin.
///
/// Made by :func:`client`. What is created through its ``root()`` and below carries its name, so that a conflict says
/// who made what. As a context manager it is closed at the end.
///
/// >>> engine = cmetrics.client("engine", "1.2")
/// >>> engine
/// <cmetrics.Client engine 1.2>
/// >>> engine.root() == cmetrics.root()
/// True
#[pyclass(name = "Client", module = "cmetrics", frozen)]
pub(crate) struct PyClient {
    inner: Client,
    version: String,
}

#[pymethods]
impl PyClient {
    /// What it is called.
    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    /// Its own version, as it was given.
    #[getter]
    fn version(&self) -> &str {
        &self.version
    }

    /// Return the root registry of this process, to make things in under this client's name.
    fn root(&self) -> PyRegistry {
        PyRegistry::new(self.inner.root(), self.inner.clone())
    }

    /// Return a new root of its own, for tests, under this client's name.
    fn isolated(&self) -> PyRegistry {
        PyRegistry::new(self.inner.isolated(), self.inner.clone())
    }

    /// Remove this client's collectors and wait until none of them runs. Its metrics stay; making more raises
    /// ``GoneError``. Closing twice does nothing.
    fn close(&self, py: Python<'_>) {
        // A collector that runs needs the interpreter to finish.
        refresh::removing(py, || self.inner.close());
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __exit__(
        &self,
        py: Python<'_>,
        _kind: &Bound<'_, PyAny>,
        _error: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> bool {
        self.close(py);
        false
    }

    fn __repr__(&self) -> String {
        let space = if self.version.is_empty() { "" } else { " " };
        format!("<cmetrics.Client {}{space}{}>", self.inner.name(), self.version)
    }
}

/// Return a client of this name: who acts, for a part of a program that wants to be told apart.
///
/// Without one, what a program makes carries the name of its script or of its ``python -m`` package. Raises
/// ``InvalidArgumentError`` (a ``ValueError``) for a name or version that is longer than 256 bytes.
///
/// >>> with cmetrics.client("plugin") as plugin:
/// ...     plugin.root().counter("plugin_calls").inc()
#[pyfunction]
#[pyo3(signature = (name, version = None), text_signature = "(name, version='')")]
pub(crate) fn client(
    py: Python<'_>,
    name: &Bound<'_, PyAny>,
    version: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyClient> {
    let name = text(name, "a client's name")?;
    let version = version.map(|version| text(version, "a client's version")).transpose()?.unwrap_or_default();
    let builder = builder(py, &name)?.version(&*version);
    let inner = match builder.clone().open() {
        // No library: like all else, the client works, and looks again when its root is asked for.
        Err(err) if err.is_unavailable() || err.is_unsupported() => builder.get(),
        opened => opened.map_err(|err| raise(py, &err))?,
    };
    Ok(PyClient { inner, version: version.into_owned() })
}

/// Return the root registry of this process, or of the scope that this thread is in.
///
/// It never fails: where no library is found it is a registry that keeps nothing, which is logged once, and the next
/// call searches again.
///
/// >>> requests = cmetrics.root().counter("requests", "Requests so far")
/// >>> requests.inc()
/// >>> requests.value
/// 1
#[pyfunction]
pub(crate) fn root(py: Python<'_>) -> PyResult<PyRegistry> {
    let client = default(py)?;
    Ok(PyRegistry::new(client.root(), client.clone()))
}

/// Who acts where the program names nobody.
pub(crate) fn default(py: Python<'_>) -> PyResult<&Client> {
    static DEFAULT: PyOnceLock<Client> = PyOnceLock::new();
    DEFAULT.get_or_try_init(py, || {
        let told = py.import("cmetrics._program")?.call_method0("program")?;
        let (name, file): (Bound<'_, PyAny>, Bound<'_, PyAny>) = told.extract()?;
        Ok(builder(py, &text(&name, "the program's name")?)?.file(&*text(&file, "the program's file")?).get())
    })
}

/// A client in Python, which looks for the library beside this module.
pub(crate) fn builder(py: Python<'_>, name: &str) -> PyResult<ClientBuilder> {
    let module = py.import("cmetrics._cmetrics")?.filename()?;
    Ok(Client::builder(name).language("python").module(module.extract::<std::path::PathBuf>()?))
}

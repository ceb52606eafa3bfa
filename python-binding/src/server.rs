// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The server of `cmetrics::http`, which serves without the interpreter; `cmetrics._server` keeps what runs.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use cmetrics::http::{Server, ServerHandle, Tls};
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

use crate::error::{raise, refused};
use crate::exposer::builder;

/// The files of TLS: certificate, key, and the authority of clients.
type Files = (PathBuf, PathBuf, Option<PathBuf>);

/// A server that runs until it is stopped or dropped.
#[pyclass(name = "_Server", module = "cmetrics._cmetrics", frozen)]
pub(crate) struct PyServer {
    port: u16,
    url: String,
    /// None once it was stopped.
    running: Mutex<Option<ServerHandle>>,
}

#[pymethods]
impl PyServer {
    /// Starts it; `addr` is a host and a port.
    #[new]
    #[pyo3(signature = (addr, tls, io_timeout, endpoints, max_verbosity, timeout, max_concurrent, include_self))]
    #[expect(clippy::too_many_arguments, reason = "cmetrics._server gives them names and defaults")]
    fn new(
        addr: &str,
        tls: Option<Files>,
        io_timeout: &Bound<'_, PyAny>,
        endpoints: &Bound<'_, PyAny>,
        max_verbosity: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        max_concurrent: &Bound<'_, PyAny>,
        include_self: bool,
    ) -> PyResult<PyServer> {
        let py = endpoints.py();
        let exposer = builder(endpoints, max_verbosity, timeout, max_concurrent, include_self)?;
        let mut server = Server::builder().addr(addr).exposer(exposer).io_timeout(crate::amount::timeout(io_timeout)?);
        if let Some((certificate, key, client_ca)) = tls {
            let tls = Tls::new(certificate, key);
            server = server.tls(client_ca.into_iter().fold(tls, Tls::client_ca));
        }
        let running = py.detach(|| server.start()).map_err(|why| failed(py, &why))?;
        let (port, url) = (running.local_addr().port(), running.url());
        Ok(PyServer { port, url, running: Mutex::new(Some(running)) })
    }

    #[getter]
    fn port(&self) -> u16 {
        self.port
    }

    #[getter]
    fn url(&self) -> &str {
        &self.url
    }

    /// Stops it; in a child of a fork it closes what was inherited.
    fn stop(&self, py: Python<'_>) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        py.detach(|| drop(running));
    }
}

/// What the SDK refused as `InvalidArgumentError`, what the system refused as the `OSError` of its number.
fn failed(py: Python<'_>, why: &io::Error) -> PyErr {
    let inside = why.get_ref();
    if let Some(err) = inside.and_then(|inside| inside.downcast_ref::<cmetrics::Error>()) {
        return raise(py, err);
    }
    let message = why.to_string();
    let system = inside.and_then(std::error::Error::source).and_then(|source| source.downcast_ref::<io::Error>());
    match system.unwrap_or(why).raw_os_error() {
        Some(number) => PyOSError::new_err((number, message)),
        None if why.kind() == io::ErrorKind::InvalidInput => refused(py, &message),
        None => PyOSError::new_err(message),
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a request for a report is answered. The rules are those of `cmetrics::http`; `cmetrics._wsgi` and `cmetrics._asgi`
//! carry requests here and answers back.

use std::sync::{Mutex, PoisonError};

use cmetrics::http::{Exposer, ExposerBuilder, Plan};
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri};
use pyo3::exceptions::{PyOverflowError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMapping};

use crate::amount::timeout as duration_of;
use crate::client;
use crate::error::{invalid, raise, wrong_type};
use crate::refresh::{self, PyRefresh};
use crate::registry::PyRegistry;
use crate::request::priority;
use crate::text::text;

/// A header's name and value, as they came.
type Header = (Vec<u8>, Vec<u8>);

/// Answers requests for reports.
#[pyclass(name = "_Exposer", module = "cmetrics._cmetrics", frozen)]
pub(crate) struct PyExposer {
    inner: Exposer,
}

/// A report that a request asks for, and that is yet to be made.
#[pyclass(name = "_Plan", module = "cmetrics._cmetrics", frozen)]
pub(crate) struct PyPlan {
    registry: u64,
    too_late: Answer,
    /// None once it was made.
    plan: Mutex<Option<Plan>>,
}

/// What Python sends: a status, headers, and a body.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

#[pymethods]
impl PyExposer {
    #[new]
    #[pyo3(signature = (endpoints, max_verbosity, timeout, max_concurrent, include_self))]
    fn new(
        endpoints: &Bound<'_, PyAny>,
        max_verbosity: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        max_concurrent: &Bound<'_, PyAny>,
        include_self: bool,
    ) -> PyResult<PyExposer> {
        let builder = builder(endpoints, max_verbosity, timeout, max_concurrent, include_self)?;
        let inner = builder.build().map_err(|err| raise(endpoints.py(), &err))?;
        Ok(PyExposer { inner })
    }

    /// The answer, or the plan of a report. `target` is path and query as they stand in a request line.
    fn plan<'py>(
        &self,
        py: Python<'py>,
        method: &str,
        target: &[u8],
        headers: Vec<Header>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Some(request) = request(method, target, headers) else {
            return Answer::bad_request(method).tell(py);
        };
        match self.inner.plan(&request) {
            Ok(plan) => Ok(Bound::new(py, PyPlan::new(plan))?.into_any()),
            Err(answer) => Answer::from(*answer).tell(py),
        }
    }
}

#[pymethods]
impl PyPlan {
    /// How many seconds are left until its deadline.
    #[getter]
    fn left(&self) -> f64 {
        self.locked().as_ref().map_or(0.0, |plan| plan.left().as_secs_f64())
    }

    /// What is to be run before it is made.
    fn runs(&self) -> Vec<PyRefresh> {
        refresh::runs_of(self.registry)
    }

    /// Makes the report, without the interpreter.
    fn make<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let plan = self.locked().take().ok_or_else(|| PyRuntimeError::new_err("this report was made before"))?;
        let answer = refresh::quietly(py, || Answer::from(plan.make()));
        refresh::log_notes_of(py, self.registry);
        answer.tell(py)
    }

    /// The answer to give past its deadline.
    fn too_late<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.too_late.tell(py)
    }
}

impl PyPlan {
    fn new(plan: Plan) -> PyPlan {
        PyPlan { registry: plan.registry().id(), too_late: plan.too_late().into(), plan: Mutex::new(Some(plan)) }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Option<Plan>> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<B: AsRef<[u8]>> From<Response<B>> for Answer {
    fn from(response: Response<B>) -> Answer {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: response.body().as_ref().to_vec(),
        }
    }
}

impl Answer {
    fn bad_request(method: &str) -> Answer {
        let why = "the method, the path or the query holds what none can; escape it as in a URL\n";
        let headers =
            [("content-type", "text/plain; charset=utf-8".to_owned()), ("content-length", why.len().to_string())];
        Answer {
            status: 400,
            headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            body: if method == "HEAD" { Vec::new() } else { why.as_bytes().to_vec() },
        }
    }

    fn tell<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Answer { status, headers, body } = self;
        Ok((status, headers.clone(), PyBytes::new(py, body)).into_pyobject(py)?.into_any())
    }
}

/// None if it is no request at all. A header that is none is left out.
fn request(method: &str, target: &[u8], headers: Vec<Header>) -> Option<Request<()>> {
    let mut request = Request::new(());
    *request.method_mut() = Method::from_bytes(method.as_bytes()).ok()?;
    *request.uri_mut() = Uri::try_from(target).ok()?;
    for (name, value) in headers {
        let read = HeaderName::from_bytes(&name).ok().zip(HeaderValue::try_from(value).ok());
        if let Some((name, value)) = read {
            request.headers_mut().append(name, value);
        }
    }
    Some(request)
}

/// Reads what all servers and apps are told. `endpoints` are paths with their registries; `None` is the root.
pub(crate) fn builder(
    endpoints: &Bound<'_, PyAny>,
    max_verbosity: &Bound<'_, PyAny>,
    timeout: &Bound<'_, PyAny>,
    max_concurrent: &Bound<'_, PyAny>,
    include_self: bool,
) -> PyResult<ExposerBuilder> {
    let py = endpoints.py();
    let mut builder = Exposer::builder()
        .max_verbosity(priority(max_verbosity, "max_verbosity")?)
        .timeout(duration_of(timeout)?)
        .max_concurrent(places(max_concurrent)?);
    if !include_self {
        builder = builder.no_self();
    }
    let Ok(endpoints) = endpoints.cast::<PyMapping>() else {
        return Err(wrong_type(endpoints, "endpoints are a mapping of paths to registries"));
    };
    for endpoint in endpoints.items()?.iter() {
        let (path, registry) = endpoint.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
        let path = text(&path, "the path of an endpoint")?.into_owned();
        let registry = if registry.is_none() {
            client::default(py)?.root()
        } else if let Ok(registry) = registry.cast::<PyRegistry>() {
            registry.get().inner.clone()
        } else {
            return Err(wrong_type(&registry, &format!("what is served at {path} is a Registry or None")));
        };
        builder = builder.endpoint(path, registry);
    }
    Ok(builder)
}

fn places(given: &Bound<'_, PyAny>) -> PyResult<usize> {
    given.extract::<usize>().map_err(|failure| {
        let py = given.py();
        if !failure.is_instance_of::<PyOverflowError>(py) {
            return wrong_type(given, "max_concurrent is a whole number");
        }
        let shown = given.to_string();
        invalid(py, &format!("max_concurrent cannot be {shown}"), &shown, "give 1 or more")
    })
}

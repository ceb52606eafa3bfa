// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Failures as the exceptions of `cmetrics._errors`.

use cmetrics::ErrorCode;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{IntoPyDict, PyDict};

/// The exception that tells of `err`.
pub(crate) fn raise(py: Python<'_>, err: &cmetrics::Error) -> PyErr {
    Failure {
        code: code(err.code()),
        message: err.message(),
        hint: err.hint(),
        subject: err.subject(),
        existing: err.existing(),
        requested: err.requested(),
    }
    .raise(py)
}

/// `InvalidArgumentError`: what is wrong, the offender by itself, and what to do.
pub(crate) fn invalid(py: Python<'_>, message: &str, subject: &str, hint: &str) -> PyErr {
    let (hint, subject) = (Some(hint), Some(subject));
    Failure { code: "INVALID_ARGUMENT", message, hint, subject, existing: None, requested: None }.raise(py)
}

/// `InvalidArgumentError` whose message says everything.
pub(crate) fn refused(py: Python<'_>, message: &str) -> PyErr {
    let code = "INVALID_ARGUMENT";
    Failure { code, message, hint: None, subject: None, existing: None, requested: None }.raise(py)
}

/// `NotFoundError`: there is no `what`.
pub(crate) fn not_found(py: Python<'_>, what: &str) -> PyErr {
    let message = format!("there is no {what}");
    Failure { code: "NOT_FOUND", message: &message, hint: None, subject: Some(what), existing: None, requested: None }
        .raise(py)
}

/// `TypeError`: `what` takes something other than this `value`.
pub(crate) fn wrong_type(value: &Bound<'_, PyAny>, what: &str) -> PyErr {
    let found = value.get_type().name().map_or_else(|_| "that".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{what}, not {found}"))
}

struct Failure<'a> {
    code: &'static str,
    message: &'a str,
    hint: Option<&'a str>,
    subject: Option<&'a str>,
    existing: Option<&'a str>,
    requested: Option<&'a str>,
}

impl Failure<'_> {
    fn raise(&self, py: Python<'_>) -> PyErr {
        self.build(py).map_or_else(|failure| failure, PyErr::from_value)
    }

    fn build<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static BY_CODE: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
        let classes = BY_CODE.get_or_try_init(py, || {
            Ok::<_, PyErr>(py.import("cmetrics._errors")?.getattr("BY_CODE")?.cast_into::<PyDict>()?.unbind())
        })?;
        let class = match classes.bind(py).get_item(self.code)? {
            Some(class) => class,
            None => py.import("cmetrics._errors")?.getattr("Error")?,
        };
        let keywords = [
            ("code", Some(self.code)),
            ("hint", self.hint),
            ("subject", self.subject),
            ("existing", self.existing),
            ("requested", self.requested),
        ];
        class.call((self.message,), Some(&keywords.into_py_dict(py)?))
    }
}

/// A code as the C header spells it, without its prefix.
fn code(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::InvalidArgument => "INVALID_ARGUMENT",
        ErrorCode::Conflict => "CONFLICT",
        ErrorCode::NotFound => "NOT_FOUND",
        ErrorCode::Limit => "LIMIT",
        ErrorCode::Gone => "GONE",
        ErrorCode::Cancelled => "CANCELLED",
        ErrorCode::Unsupported => "UNSUPPORTED",
        ErrorCode::AlreadyElected => "ALREADY_ELECTED",
        ErrorCode::OutOfMemory => "OUT_OF_MEMORY",
        ErrorCode::Unavailable => "UNAVAILABLE",
        ErrorCode::Internal => "INTERNAL",
        _ => "OTHER",
    }
}

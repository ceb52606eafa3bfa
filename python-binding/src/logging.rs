// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is to be warned of, in Python's log `cmetrics`.

use log::{Level, LevelFilter, Log, Metadata, Record};
use pyo3::prelude::*;

/// Takes what the Rust crate `cmetrics` warns of.
struct PythonLog;

impl Log for PythonLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Warn
    }

    fn log(&self, record: &Record<'_>) {
        // All collectors of this module are Python functions, which log their own exceptions, with tracebacks.
        let told_better = record.module_path() == Some("cmetrics::collector");
        if !self.enabled(record.metadata()) || told_better {
            return;
        }
        let message = record.args().to_string();
        // After the interpreter's end there is nobody to tell.
        let _ = Python::try_attach(|py| warn(py, &message));
    }

    fn flush(&self) {}
}

/// Warns. A handler that fails is told of on standard error, as Python does where nobody can catch it.
pub(crate) fn warn(py: Python<'_>, message: &str) {
    let logged = (|| {
        let logger = py.import("logging")?.call_method1("getLogger", ("cmetrics",))?;
        logger.call_method1("warning", ("%s", message))
    })();
    if let Err(failure) = logged {
        failure.write_unraisable(py, None);
    }
}

/// From now on the Rust crate's warnings go to Python. The `log` crate's logger is this module's own: it is linked in.
pub(crate) fn start() {
    static LOG: PythonLog = PythonLog;
    // An error means that the module was initialised before, with the same logger.
    if log::set_logger(&LOG).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The native part of the Python wheel `cmetrics`.
//!
//! Everything here is the crate `cmetrics` in Python's words; the library itself is a file beside this module, found by
//! that crate's search. One concept, one file, named as in the crate. What is not about speed or the library is Python,
//! in `python/cmetrics`.
//!
//! Updates keep the interpreter's lock: they cost less than giving it back. Reports, and whatever waits for collectors,
//! run without it, and never wait for it: `refresh.rs` runs what needs it before a report that Python asks for,
//! `refresher.rs` on a thread of its own for all others.

mod amount;
mod client;
mod collector;
mod counter;
mod error;
mod exposer;
mod family;
mod gauge;
mod gauge_function;
mod home;
mod library;
mod logging;
mod make_family;
mod make_metric;
mod metric;
mod quick;
mod refresh;
mod refresher;
mod registry;
mod report;
mod request;
mod scope;
mod server;
mod snapshot;
mod source;
mod survey;
mod testing;
mod text;
mod timer;
mod told;
mod value_counter;

use pyo3::prelude::*;

/// The compiled part of ``cmetrics``.
#[pymodule(name = "_cmetrics")]
fn python_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    logging::start();
    source::ready();
    refresher::ready();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<client::PyClient>()?;
    module.add_class::<collector::PyCollector>()?;
    module.add_class::<counter::PyCounter>()?;
    module.add_class::<exposer::PyExposer>()?;
    module.add_class::<exposer::PyPlan>()?;
    module.add_class::<family::PyFamily>()?;
    module.add_class::<gauge::PyDurationGauge>()?;
    module.add_class::<gauge::PyFloatGauge>()?;
    module.add_class::<gauge::PyIntGauge>()?;
    module.add_class::<metric::PyMetric>()?;
    module.add_class::<refresh::PyRefresh>()?;
    module.add_class::<registry::PyRegistry>()?;
    module.add_class::<scope::PyScope>()?;
    module.add_class::<server::PyServer>()?;
    module.add_class::<testing::PyRecorder>()?;
    module.add_class::<timer::PyTimer>()?;
    module.add_class::<value_counter::PyDurationCounter>()?;
    module.add_class::<value_counter::PyFloatCounter>()?;
    module.add_class::<value_counter::PyIntCounter>()?;
    let py = module.py();
    counter::quick(py)?;
    family::quick(py)?;
    gauge::quick(py)?;
    timer::quick(py)?;
    value_counter::quick(py)?;
    module.add_function(wrap_pyfunction!(client::client, module)?)?;
    module.add_function(wrap_pyfunction!(client::root, module)?)?;
    module.add_function(wrap_pyfunction!(collector::_remove_collectors, module)?)?;
    module.add_function(wrap_pyfunction!(library::library, module)?)?;
    module.add_function(wrap_pyfunction!(refresher::_after_fork, module)?)?;
    module.add_function(wrap_pyfunction!(refresher::_before_fork, module)?)?;
    module.add_function(wrap_pyfunction!(refresher::_next_refresh, module)?)?;
    module.add_function(wrap_pyfunction!(report::content_type, module)?)?;
    module.add_function(wrap_pyfunction!(report::generate_latest, module)?)?;
    module.add_function(wrap_pyfunction!(report::render, module)?)?;
    module.add_function(wrap_pyfunction!(survey::_survey, module)?)?;
    module.add_function(wrap_pyfunction!(testing::_noop, module)?)?;
    Ok(())
}

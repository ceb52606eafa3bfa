// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A quick way into the methods that programs call all the time.
//!
//! A method that PyO3 makes takes a tuple and a dictionary (the limited API of Python 3.9 knows nothing better), parses
//! them, checks `self` again, and counts that it is attached. For `inc()` that costs three times what the update costs.
//! So such a method is made twice: by PyO3, with the signature, the documentation and every error; and here, as a C
//! function that takes what CPython has at hand (`METH_FASTCALL | METH_KEYWORDS`), does the common cases, and leaves
//! all others to the first. `docs/decisions/0007-python-calls.md` has the numbers.

mod number;
mod raw;

use std::ffi::CString;

use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;
use pyo3::sync::PyOnceLock;
use pyo3::PyClass;

pub(crate) use number::{Duration, Finite, Float, Growing, GrowingDuration, GrowingNanos, Number, Signed, Unsigned};
pub(crate) use raw::{only_owner, Given};

/// The common cases of a method that PyO3 made.
pub(crate) trait Quick: 'static {
    /// Whose method it is.
    type Class: PyClass<Frozen = True> + Sync;
    /// Its name.
    const NAME: &'static str;

    /// Where the method that PyO3 made is kept.
    fn full() -> &'static PyOnceLock<Py<PyAny>>;

    /// Does it, or changes nothing and says why not. Must not panic: there is no Rust around it to tell.
    fn call<'py>(this: Borrowed<'_, 'py, Self::Class>, given: &Given<'_, 'py>) -> Result<Bound<'py, PyAny>, Other>;
}

/// Why a quick method did not do it.
pub(crate) enum Other {
    /// It is no common case: the method that PyO3 made is to be called.
    Full,
    /// Code of the program, which an argument brought along, raised this.
    Raised(PyErr),
}

/// Puts the quick method before the one that PyO3 made. Its documentation and signature stay.
pub(crate) fn install<Q: Quick>(py: Python<'_>) -> PyResult<()> {
    let class = py.get_type::<Q::Class>();
    let full = class.getattr(Q::NAME)?;
    let signature: Option<String> = full.getattr("__text_signature__")?.extract()?;
    let documentation: Option<String> = full.getattr("__doc__")?.extract()?;
    if Q::full().set(py, full.unbind()).is_err() {
        return Ok(()); // The module is initialized a second time, and the class is the same.
    }
    // How C functions tell their signature: CPython takes it off the documentation.
    let signature = signature.map(|signature| format!("{}{signature}\n--\n\n", Q::NAME)).unwrap_or_default();
    let documentation = CString::new(signature + documentation.as_deref().unwrap_or_default())?;
    class.setattr(Q::NAME, raw::method::<Q>(&class, documentation)?)
}

/// Declares a quick method: `quick_method! { Time: PyDurationCounter, "time", |this, given| … }`.
macro_rules! quick_method {
    ($method:ident: $class:ty, $name:expr, |$this:ident, $given:ident| $call:expr) => {
        struct $method;

        impl $crate::quick::Quick for $method {
            type Class = $class;
            const NAME: &'static str = $name;

            fn full() -> &'static pyo3::sync::PyOnceLock<pyo3::Py<pyo3::PyAny>> {
                static FULL: pyo3::sync::PyOnceLock<pyo3::Py<pyo3::PyAny>> = pyo3::sync::PyOnceLock::new();
                &FULL
            }

            #[inline]
            fn call<'py>(
                this: pyo3::Borrowed<'_, 'py, $class>,
                $given: &$crate::quick::Given<'_, 'py>,
            ) -> Result<pyo3::Bound<'py, pyo3::PyAny>, $crate::quick::Other> {
                let $this = this.get();
                $call
            }
        }
    };
}

/// Makes a function that installs quick methods whose one argument is a number.
///
/// `inc(n: Unsigned = a) b;` does `a` when there is no argument and `b` when there is an `Unsigned` number `n`.
macro_rules! quick_methods {
    ($vis:vis fn $quick:ident, $this:ident: $class:ty { $($name:ident($amount:ident: $number:ty $(= $without:expr)?) $with:expr;)* }) => {
        $vis fn $quick(py: pyo3::Python<'_>) -> pyo3::PyResult<()> {
            $({
                $crate::quick::quick_method! { Method: $class, stringify!($name), |$this, given| {
                    $(
                        if given.is_empty() {
                            $without;
                            return Ok(given.nothing());
                        }
                    )?
                    let amount = given.only(concat!(stringify!($amount), "\0")).ok_or($crate::quick::Other::Full)?;
                    let $amount = <$number as $crate::quick::Number>::of(amount)?;
                    $with;
                    Ok(given.nothing())
                }}
                $crate::quick::install::<Method>(py)?;
            })*
            Ok(())
        }
    };
}

pub(crate) use {quick_method, quick_methods};

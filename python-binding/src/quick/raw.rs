// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The C function of a quick method, and what else needs Python's C interface itself.
//!
//! What CPython promises a function of a `PyMethodDef` with `METH_FASTCALL | METH_KEYWORDS`, as the comments below say
//! "the caller": this thread is attached (it holds the interpreter's lock where there is one); `this` is an instance of
//! the class that the method was made for, which the descriptor checks; `args` points to `count` positional arguments
//! and, behind them, to one for each name in the tuple `names`, which is NULL if there is none; all of them live until
//! the function returns.

use std::ffi::{c_int, CStr, CString};
use std::{iter, mem, ptr, slice};

use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};

use super::{Other, Quick};

/// `METH_FASTCALL` of CPython's `methodobject.h`. The limited API has it since 3.10, and PyO3 with it; CPython 3.9 takes
/// it from any module, as all since 3.7, and no other 3.9 will come.
const METH_FASTCALL: c_int = 0x80;

/// What such a method is. PyO3 names it with the flag.
type FastCall = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *const *mut ffi::PyObject,
    ffi::Py_ssize_t,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;

/// What a quick method was called with.
pub(crate) struct Given<'a, 'py> {
    py: Python<'py>,
    this: Borrowed<'a, 'py, PyAny>,
    /// The positional ones, then the named ones.
    all: &'a [*mut ffi::PyObject],
    positional: usize,
    names: Option<Borrowed<'a, 'py, PyTuple>>,
}

impl<'a, 'py> Given<'a, 'py> {
    pub(crate) fn py(&self) -> Python<'py> {
        self.py
    }

    /// What the method was called on.
    #[inline]
    pub(crate) fn this(&self) -> Bound<'py, PyAny> {
        self.this.to_owned()
    }

    /// What a method returns that has nothing to say.
    #[inline]
    pub(crate) fn nothing(&self) -> Bound<'py, PyAny> {
        self.py.None().into_bound(self.py)
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many there are, with a name and without.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// How many come without a name. They are the first.
    #[inline]
    pub(crate) fn positional(&self) -> usize {
        self.positional
    }

    /// One of them.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<Borrowed<'a, 'py, PyAny>> {
        let object = *self.all.get(at)?;
        // SAFETY: the caller lends its arguments, which are objects, until the method returns.
        unsafe { Borrowed::from_ptr_or_opt(self.py, object) }
    }

    /// The only one, if it has no name or this one. `name` is ASCII and ends in NUL.
    #[inline]
    pub(crate) fn only(&self, name: &'static str) -> Option<Borrowed<'a, 'py, PyAny>> {
        let fits = match self.names {
            None => true,
            Some(names) => self.positional == 0 && is_first(names, name),
        };
        self.get(0).filter(|_| fits && self.all.len() == 1)
    }

    /// The positional ones as a tuple. `None` where there is no memory for it.
    #[inline]
    pub(crate) fn tuple(&self) -> Option<Bound<'py, PyTuple>> {
        // SAFETY: as many objects as are counted, which the tuple takes references to; it is a tuple if it is not NULL.
        unsafe {
            let tuple = match self.all[..self.positional] {
                [a] => ffi::PyTuple_Pack(1, a),
                [a, b] => ffi::PyTuple_Pack(2, a, b),
                [a, b, c] => ffi::PyTuple_Pack(3, a, b, c),
                [a, b, c, d] => ffi::PyTuple_Pack(4, a, b, c, d),
                _ => return PyTuple::new(self.py, (0..self.positional).map(|at| self.get(at))).ok(),
            };
            if tuple.is_null() {
                ffi::PyErr_Clear();
            }
            Bound::from_owned_ptr_or_opt(self.py, tuple).map(|tuple| tuple.cast_into_unchecked())
        }
    }

    /// The one whose name is this very object, which callers' names are if both are interned.
    pub(crate) fn named(&self, name: &Bound<'py, PyAny>) -> Option<Borrowed<'a, 'py, PyAny>> {
        let at = self.names?.iter_borrowed().position(|found| found.is(name))?;
        self.get(self.positional + at)
    }
}

/// Whether the first of the names is this one.
#[inline(never)]
fn is_first(names: Borrowed<'_, '_, PyTuple>, name: &'static str) -> bool {
    let (Ok(first), Ok(name)) = (names.get_borrowed_item(0), CStr::from_bytes_with_nul(name.as_bytes())) else {
        return false;
    };
    // SAFETY: names are `str` objects (the caller), the text ends in NUL and is there for the call.
    unsafe { ffi::PyUnicode_CompareWithASCIIString(first.as_ptr(), name.as_ptr()) == 0 }
}

/// The function that CPython calls.
unsafe extern "C" fn enter<Q: Quick>(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: all is as the caller promises.
    let given = unsafe { given(this, args, count, names) };
    // SAFETY: `this` is of this class (the caller).
    match Q::call(unsafe { given.this.cast_unchecked() }, &given) {
        Ok(result) => result.into_ptr(),
        // What it was called with is looked at anew: so the common cases keep it in registers.
        // SAFETY: all is as the caller promises.
        Err(other) => unsafe { finish(other, Q::full(), this, args, count, names) },
    }
}

/// What a method was called with.
///
/// # Safety
///
/// The arguments are those of the function that CPython calls.
#[inline]
unsafe fn given<'a>(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> Given<'a, 'a> {
    // SAFETY: the thread is attached (the caller).
    let py = unsafe { Python::assume_attached() };
    // SAFETY: `this` is an object that lives for the call (the caller).
    let this = unsafe { Borrowed::from_ptr(py, this) };
    // SAFETY: `names` is NULL or a tuple that lives for the call (the caller).
    let names = unsafe { Borrowed::from_ptr_or_opt(py, names).map(|names| names.cast_unchecked::<PyTuple>()) };
    let positional = count.unsigned_abs();
    let all = match positional + names.map_or(0, |names| names.len()) {
        // `args` may be NULL then.
        0 => &[],
        // SAFETY: so many pointers lie there until the function returns (the caller).
        count => unsafe { slice::from_raw_parts(args, count) },
    };
    Given { py, this, all, positional, names }
}

/// Raises, or calls the method that PyO3 made with the same arguments.
///
/// # Safety
///
/// As for `given`.
#[cold]
#[inline(never)]
unsafe fn finish(
    other: Other,
    full: &PyOnceLock<Py<PyAny>>,
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: as the caller promises.
    let given = unsafe { given(this, args, count, names) };
    let done = match other {
        Other::Raised(failure) => Err(failure),
        Other::Full => in_full(full, &given),
    };
    match done {
        Ok(result) => result.into_ptr(),
        Err(failure) => {
            failure.restore(given.py);
            ptr::null_mut()
        }
    }
}

fn in_full<'py>(full: &PyOnceLock<Py<PyAny>>, given: &Given<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
    let py = given.py;
    let full = full.get(py).ok_or_else(|| PyRuntimeError::new_err("the method is not ready"))?;
    let positional = (0..given.positional).filter_map(|at| given.get(at)).map(Borrowed::to_owned);
    let args: Vec<_> = iter::once(given.this()).chain(positional).collect();
    let named = given.names.map(|names| {
        let dict = PyDict::new(py);
        for (at, name) in names.iter_borrowed().enumerate() {
            dict.set_item(name, given.get(given.positional + at))?;
        }
        Ok::<_, PyErr>(dict)
    });
    full.bind(py).call(PyTuple::new(py, args)?, named.transpose()?.as_ref())
}

/// A method of `class`.
pub(super) fn method<'py, Q: Quick>(class: &Bound<'py, PyType>, documentation: CString) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: a pointer to one function is as good as to another, and `ml_flags` says which kind this is.
    let enter: ffi::PyCFunctionWithKeywords = unsafe { mem::transmute(enter::<Q> as FastCall) };
    // Both are kept for ever, as the class is: methods point to them.
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: CString::new(Q::NAME)?.into_raw(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionWithKeywords: enter },
        ml_flags: METH_FASTCALL | ffi::METH_KEYWORDS,
        ml_doc: documentation.into_raw(),
    }));
    // SAFETY: the class is a type; the definition and its texts are there for ever, and its flags are those of `enter`.
    unsafe { Bound::from_owned_ptr_or_err(class.py(), ffi::PyDescr_NewMethod(class.as_type_ptr(), definition)) }
}

/// The value of an `int`, if it fits.
#[inline]
pub(super) fn u64_of_int(given: Borrowed<'_, '_, PyAny>) -> Option<u64> {
    // SAFETY: `given` is an object, and an `int` where it is read.
    let value = unsafe { is_int(given).then(|| ffi::PyLong_AsUnsignedLongLong(given.as_ptr())) }?;
    (value != u64::MAX || succeeded(given.py())).then_some(value)
}

/// The value of an `int`, if it fits.
#[inline]
pub(super) fn i64_of_int(given: Borrowed<'_, '_, PyAny>) -> Option<i64> {
    // SAFETY: `given` is an object, and an `int` where it is read.
    let value = unsafe { is_int(given).then(|| ffi::PyLong_AsLongLong(given.as_ptr())) }?;
    (value != -1 || succeeded(given.py())).then_some(value)
}

/// The float nearest to an `int`. Not of its subclasses, which may say how they become floats.
#[inline]
pub(super) fn f64_of_int(given: Borrowed<'_, '_, PyAny>) -> Option<f64> {
    // SAFETY: `given` is an object, and an `int` where it is read.
    let value = unsafe {
        let plain = ffi::PyLong_CheckExact(given.as_ptr()) != 0;
        plain.then(|| ffi::PyLong_AsDouble(given.as_ptr()))
    }?;
    (value != -1.0 || succeeded(given.py())).then_some(value)
}

/// The value of a `float`, not of a subclass.
#[inline]
pub(super) fn f64_of_float(given: Borrowed<'_, '_, PyAny>) -> Option<f64> {
    // SAFETY: `given` is an object, and a `float` where it is read, which cannot fail.
    unsafe {
        let plain = ffi::PyFloat_CheckExact(given.as_ptr()) != 0;
        plain.then(|| ffi::PyFloat_AsDouble(given.as_ptr()))
    }
}

#[inline]
fn is_int(given: Borrowed<'_, '_, PyAny>) -> bool {
    // SAFETY: `given` is an object.
    unsafe { ffi::PyLong_CheckExact(given.as_ptr()) != 0 || ffi::PyLong_Check(given.as_ptr()) != 0 }
}

/// Whether the number that also tells of failures was a number. A failure is forgotten: the full method tells of it.
#[cold]
fn succeeded(_attached: Python<'_>) -> bool {
    // SAFETY: the thread is attached.
    unsafe {
        let failed = !ffi::PyErr_Occurred().is_null();
        if failed {
            ffi::PyErr_Clear();
        }
        !failed
    }
}

/// Whether nobody else has a reference to the object, so that it can be given out as if it were new.
#[cfg(not(Py_GIL_DISABLED))]
pub(crate) fn only_owner<T>(object: &Py<T>, _attached: Python<'_>) -> bool {
    // SAFETY: the object is live; the interpreter's lock is held, so that its count does not change meanwhile.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) == 1 }
}

/// Without the interpreter's lock others may ask the same at the same moment.
#[cfg(Py_GIL_DISABLED)]
pub(crate) fn only_owner<T>(_object: &Py<T>, _attached: Python<'_>) -> bool {
    false
}

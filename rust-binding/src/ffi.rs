// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The door to the binary interface: the one place that follows the pointers of a table.

use std::ffi::c_void;
use std::{fmt, ptr};

use cmetrics_interface::v1::{
    ApiV1, ClientV1, CollectorV1, CounterV1, DurationCounterV1, DurationGaugeV1, ErrorV1, FloatCounterV1, FloatGaugeV1,
    IntCounterV1, IntGaugeV1, MetricV1, RegistryV1,
};
use cmetrics_interface::{Label, Text};

/// A table of version 1: the library's, or the loader's no-op one.
#[derive(Clone, Copy)]
pub(crate) struct Api(&'static ApiV1);

impl Api {
    pub(crate) fn new(table: &'static ApiV1) -> Api {
        Api(table)
    }

    /// The table whose handles take updates and keep nothing.
    pub(crate) fn noop() -> Api {
        Api(cmetrics_loader::noop())
    }

    pub(crate) fn is_noop(self) -> bool {
        ptr::eq(self.0, cmetrics_loader::noop())
    }

    /// The `self` of slots that take no handle.
    pub(crate) fn raw(self) -> *const ApiV1 {
        self.0
    }

    pub(crate) fn client(self) -> &'static ClientV1 {
        // SAFETY: no pointer in a published table is NULL, and vtables live for ever (interface, `ApiV1`).
        unsafe { &*self.0.client }
    }

    pub(crate) fn registry(self) -> &'static RegistryV1 {
        // SAFETY: no pointer in a published table is NULL, and vtables live for ever (interface, `ApiV1`).
        unsafe { &*self.0.registry }
    }

    pub(crate) fn metric(self) -> &'static MetricV1 {
        // SAFETY: no pointer in a published table is NULL, and vtables live for ever (interface, `ApiV1`).
        unsafe { &*self.0.metric }
    }

    pub(crate) fn counter(self) -> &'static CounterV1 {
        // SAFETY: no pointer in a published table is NULL, and vtables live for ever (interface, `ApiV1`).
        unsafe { &*self.0.counter }
    }

    pub(crate) fn int_counter(self) -> &'static IntCounterV1 {
        // SAFETY: no pointer in a published table is NULL, and vtables live for ever (interface, `ApiV1`).
        unsafe { &*self.0.int_counter }
    }

    pub(crate) fn float_counter(self) -> &'static FloatCounterV1 {
        // SAFETY: no pointer in a published table is NULL, and vtables live for ever (interface, `ApiV1`).
        unsafe { &*self.0.float_counter }
    }

    pub(crate) fn duration_counter(self) -> &'static DurationCounterV1 {
        // SAFETY: no pointer in a published table is NULL, and vtables live for ever (interface, `ApiV1`).
        unsafe { &*self.0.duration_counter }
    }

    pub(crate) fn int_gauge(self) -> &'static IntGaugeV1 {
        // SAFETY: no pointer in a published table is NULL, and vtables live for ever (interface, `ApiV1`).
        unsafe { &*self.0.int_gauge }
    }

    pub(crate) fn float_gauge(self) -> &'static FloatGaugeV1 {
        // SAFETY: no pointer in a published table is NULL, and vtables live for ever (interface, `ApiV1`).
        unsafe { &*self.0.float_gauge }
    }

    pub(crate) fn duration_gauge(self) -> &'static DurationGaugeV1 {
        // SAFETY: no pointer in a published table is NULL, and vtables live for ever (interface, `ApiV1`).
        unsafe { &*self.0.duration_gauge }
    }

    pub(crate) fn collector(self) -> &'static CollectorV1 {
        // SAFETY: no pointer in a published table is NULL, and vtables live for ever (interface, `ApiV1`).
        unsafe { &*self.0.collector }
    }

    pub(crate) fn error(self) -> &'static ErrorV1 {
        // SAFETY: no pointer in a published table is NULL, and vtables live for ever (interface, `ApiV1`).
        unsafe { &*self.0.error }
    }
}

impl PartialEq for Api {
    fn eq(&self, other: &Api) -> bool {
        ptr::eq(self.0, other.0)
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_noop() { "noop" } else { "libcmetrics" })
    }
}

/// The `struct_size` of a struct that this crate passes.
pub(crate) const fn size_of<T>() -> u32 {
    std::mem::size_of::<T>() as u32
}

/// Lends pairs as labels; they borrow from `pairs`.
pub(crate) fn lend_labels(pairs: &[(String, String)]) -> Vec<Label> {
    pairs.iter().map(|(key, value)| Label { key: Text::lend(key), value: Text::lend(value) }).collect()
}

/// Copies a text that the other side lends. What is not UTF-8 is replaced: no promise of the library hangs on it.
///
/// # Safety
///
/// `text` is absent, or points to `len` readable bytes for this call.
pub(crate) unsafe fn copy_text(text: Text) -> String {
    // SAFETY: the caller promises readable bytes, or none.
    String::from_utf8_lossy(unsafe { slice(text.data.cast::<u8>(), text.len) }).into_owned()
}

/// A text without a copy.
///
/// # Safety
///
/// `text` is UTF-8 that lives for `'a`: this crate lent it from a string, or the library lends it for ever.
pub(crate) unsafe fn lent_str<'a>(text: Text) -> &'a str {
    // SAFETY: the caller promises UTF-8 that lives for `'a`.
    unsafe { std::str::from_utf8_unchecked(slice(text.data.cast::<u8>(), text.len)) }
}

/// Copies labels that the other side lends.
///
/// # Safety
///
/// `labels` points to `n` labels with readable texts for this call, or `n` is zero.
pub(crate) unsafe fn copy_labels(labels: *const Label, n: u64) -> Vec<(String, String)> {
    // SAFETY: the caller promises `n` labels and their texts.
    unsafe { slice(labels, n).iter().map(|label| (copy_text(label.key), copy_text(label.value))).collect() }
}

/// A lent array, which may be NULL when it is empty.
///
/// # Safety
///
/// `data` points to `n` values that nobody writes to during `'a`, or `n` is zero.
pub(crate) unsafe fn slice<'a, T>(data: *const T, n: u64) -> &'a [T] {
    if n == 0 || data.is_null() {
        return &[];
    }
    // SAFETY: not NULL; the caller promises the rest.
    unsafe { std::slice::from_raw_parts(data, usize::try_from(n).unwrap_or(0)) }
}

/// `value` as the `user` of a callback that lasts no longer than a call.
pub(crate) fn user_of<T>(value: &mut T) -> *mut c_void {
    ptr::from_mut(value).cast()
}

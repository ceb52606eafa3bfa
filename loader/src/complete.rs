// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Completes the table of a library that has less than this crate knows: a missing vtable or slot gets a stub.

use std::ffi::c_void;

use cmetrics_interface::v1::{
    ApiV1, ClientV1, CollectorV1, CounterV1, DurationCounterV1, DurationGaugeV1, ErrorV1, FloatCounterV1, FloatGaugeV1,
    IntCounterV1, IntGaugeV1, MetricV1, RegistryV1,
};

use crate::{noop, stub};

/// A table or vtable of the library.
///
/// # Safety
/// The type is `repr(C)`, begins with `struct_size` and `version`, and goes on with pointers alone; all that it points
/// to in a library is immutable and lives for ever.
unsafe trait Table: Copy {}

// SAFETY: so they are declared, and promised, in cmetrics-interface; for all of these alike.
unsafe impl Table for ApiV1 {}
// SAFETY: as for ApiV1.
unsafe impl Table for ClientV1 {}
// SAFETY: as for ApiV1.
unsafe impl Table for RegistryV1 {}
// SAFETY: as for ApiV1.
unsafe impl Table for MetricV1 {}
// SAFETY: as for ApiV1.
unsafe impl Table for CounterV1 {}
// SAFETY: as for ApiV1.
unsafe impl Table for IntCounterV1 {}
// SAFETY: as for ApiV1.
unsafe impl Table for FloatCounterV1 {}
// SAFETY: as for ApiV1.
unsafe impl Table for DurationCounterV1 {}
// SAFETY: as for ApiV1.
unsafe impl Table for IntGaugeV1 {}
// SAFETY: as for ApiV1.
unsafe impl Table for FloatGaugeV1 {}
// SAFETY: as for ApiV1.
unsafe impl Table for DurationGaugeV1 {}
// SAFETY: as for ApiV1.
unsafe impl Table for CollectorV1 {}
// SAFETY: as for ApiV1.
unsafe impl Table for ErrorV1 {}

const WORD: usize = size_of::<*const c_void>();
/// Where pointers begin in every table.
pub(crate) const HEAD: usize = 8;

/// A table with no vtable in it.
// SAFETY: numbers and raw pointers may all be zero.
const EMPTY: ApiV1 = unsafe { std::mem::zeroed() };

/// What a library has, and what clients get.
pub(crate) struct Completed {
    /// The library's own vtables; NULL where it has none.
    pub(crate) given: ApiV1,
    /// The library's own table if it has everything, otherwise a copy that has.
    pub(crate) api: &'static ApiV1,
}

/// Completes a table.
///
/// # Safety
/// `table` is one of the library's: not NULL, at least [`HEAD`] bytes, never unloaded.
pub(crate) unsafe fn complete(table: *const ApiV1) -> Completed {
    // SAFETY: promised by the caller.
    let (given, mut whole) = match unsafe { fill(table, &EMPTY) } {
        Some(filled) => (filled, false),
        // SAFETY: it has everything, so that all of it may be read.
        None => (unsafe { *table }, true),
    };
    // SAFETY: vtables of a library's table are the library's.
    let api = unsafe {
        ApiV1 {
            struct_size: size_of::<ApiV1>() as u32,
            version: given.version,
            client: part(given.client, &stub::CLIENT, &mut whole),
            registry: part(given.registry, &stub::REGISTRY, &mut whole),
            metric: part(given.metric, &stub::METRIC, &mut whole),
            counter: part(given.counter, &noop::COUNTER, &mut whole),
            int_counter: part(given.int_counter, &noop::INT_COUNTER, &mut whole),
            float_counter: part(given.float_counter, &noop::FLOAT_COUNTER, &mut whole),
            duration_counter: part(given.duration_counter, &noop::DURATION_COUNTER, &mut whole),
            int_gauge: part(given.int_gauge, &noop::INT_GAUGE, &mut whole),
            float_gauge: part(given.float_gauge, &noop::FLOAT_GAUGE, &mut whole),
            duration_gauge: part(given.duration_gauge, &noop::DURATION_GAUGE, &mut whole),
            collector: part(given.collector, &stub::COLLECTOR, &mut whole),
            error: part(given.error, &stub::ERROR, &mut whole),
        }
    };
    let api = if whole {
        // SAFETY: it has everything, and lives for ever.
        unsafe { &*table }
    } else {
        Box::leak(Box::new(api))
    };
    Completed { given, api }
}

/// The library's vtable, or a copy that is completed with stubs and lives for ever; `whole` becomes false then.
///
/// # Safety
/// `given` is NULL or a vtable of the library.
unsafe fn part<T: Table>(given: *const T, stub: &'static T, whole: &mut bool) -> *const T {
    // SAFETY: promised by the caller.
    match unsafe { fill(given, stub) } {
        None => given,
        Some(filled) => {
            *whole = false;
            if given.is_null() {
                stub
            } else {
                Box::leak(Box::new(filled))
            }
        }
    }
}

/// `stub` with the version and every pointer that `given` has; nothing if `given` has them all.
///
/// # Safety
/// `given` is NULL or a table of the library.
unsafe fn fill<T: Table>(given: *const T, stub: &T) -> Option<T> {
    let mut filled = *stub;
    // SAFETY: promised by the caller: a table begins with its size; its version follows if it has one.
    if !given.is_null() && unsafe { given.cast::<u32>().read() } as usize >= HEAD {
        // SAFETY: as above, for both tables (see Table).
        unsafe { (&raw mut filled).cast::<u32>().add(1).write(given.cast::<u32>().add(1).read()) };
    }
    let mut whole = true;
    for offset in (HEAD..size_of::<T>()).step_by(WORD) {
        // SAFETY: promised by the caller.
        let pointer = unsafe { pointer(given, offset) };
        if pointer.is_null() {
            whole = false;
        } else {
            // SAFETY: `offset` is that of a pointer in T (see Table), and this one is not NULL.
            unsafe { (&raw mut filled).byte_add(offset).cast::<*const c_void>().write(pointer) };
        }
    }
    (!whole).then_some(filled)
}

/// The pointer at `offset` of a table, NULL if the table does not reach that far.
///
/// # Safety
/// `table` is NULL or a table of the library, and `offset` a multiple of [`WORD`], at least [`HEAD`].
pub(crate) unsafe fn pointer<T>(table: *const T, offset: usize) -> *const c_void {
    if table.is_null() {
        return std::ptr::null();
    }
    // SAFETY: every table begins with its size, which is its library's word.
    let size = unsafe { table.cast::<u32>().read() } as usize;
    if offset + WORD > size {
        return std::ptr::null();
    }
    // SAFETY: within the table, and there are pointers alone from HEAD on.
    unsafe { table.byte_add(offset).cast::<*const c_void>().read() }
}

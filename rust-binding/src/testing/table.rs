// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The table of recorders: the library's, but for the slots that update and those that make what is updated.

use std::ptr;
use std::sync::OnceLock;

use cmetrics_interface::v1::{self, ApiV1};

use super::{notes, slots};
use crate::ffi::{self, Api};
use crate::{Error, ErrorCode};

/// The library's table, and the one that records on its way to it.
#[derive(Clone, Copy)]
pub(super) struct Tables {
    pub(super) library: Api,
    pub(super) recording: Api,
}

/// A process has one library; slots have no context, so that this is where they find it.
static TABLES: OnceLock<Tables> = OnceLock::new();

/// What the slots of the recording table pass on to.
pub(super) fn library() -> Api {
    // Before there is a recording table none of its slots can be called.
    TABLES.get().map_or_else(Api::noop, |tables| tables.library)
}

/// The table that records on its way to `library`.
pub(super) fn of(library: Api) -> Result<Api, Error> {
    let tables = TABLES.get_or_init(|| Tables { library, recording: recording(library) });
    if tables.library == library {
        Ok(tables.recording)
    } else {
        let message = "making a recorder: this process has recorders on another copy of the library";
        Err(Error::new(ErrorCode::Unsupported, message))
    }
}

/// The table for a registry that the library's `root` gave: where a scope made a recorder's registry the root of this
/// thread, the recording one.
pub(crate) fn api_of(api: Api, root: *mut v1::Registry) -> Api {
    if notes::nobody_records() {
        return api;
    }
    match TABLES.get() {
        // SAFETY: the caller holds a reference to the root.
        Some(tables) if tables.library == api && notes::is_recorded(unsafe { (api.registry().id)(root) }) => {
            tables.recording
        }
        _ => api,
    }
}

/// Lives for ever, as the contract of tables wants it.
fn leak<T>(vtable: T) -> *const T {
    ptr::from_ref(Box::leak(Box::new(vtable)))
}

fn recording(library: Api) -> Api {
    // A vtable of a later version is longer; what is copied is what this crate knows.
    macro_rules! changed {
        ($vtable:ident: $Vtable:ident { $($slot:ident: $function:expr),* $(,)? }) => {
            leak(v1::$Vtable {
                struct_size: ffi::size_of::<v1::$Vtable>(),
                $($slot: $function,)*
                ..*library.$vtable()
            })
        };
    }
    let registry = changed!(registry: RegistryV1 { child: slots::child, metric: slots::metric, find: slots::find });
    let counter = changed!(counter: CounterV1 { inc: slots::counter_inc, add: slots::counter_add });
    let int_counter = changed!(int_counter: IntCounterV1 { add: slots::int_counter_add });
    let float_counter = changed!(float_counter: FloatCounterV1 { add: slots::float_counter_add });
    let duration_counter = changed!(duration_counter: DurationCounterV1 { add: slots::duration_counter_add });
    let int_gauge = changed!(int_gauge: IntGaugeV1 {
        set: slots::int_gauge_set,
        add: slots::int_gauge_add,
        sub: slots::int_gauge_sub,
        inc: slots::int_gauge_inc,
        dec: slots::int_gauge_dec,
    });
    let float_gauge = changed!(float_gauge: FloatGaugeV1 {
        set: slots::float_gauge_set,
        add: slots::float_gauge_add,
        sub: slots::float_gauge_sub,
        inc: slots::float_gauge_inc,
        dec: slots::float_gauge_dec,
    });
    let duration_gauge = changed!(duration_gauge: DurationGaugeV1 {
        set: slots::duration_gauge_set,
        add: slots::duration_gauge_add,
        sub: slots::duration_gauge_sub,
        inc: slots::duration_gauge_inc,
        dec: slots::duration_gauge_dec,
    });
    Api::new(Box::leak(Box::new(ApiV1 {
        struct_size: ffi::size_of::<ApiV1>(),
        version: 1,
        client: library.client(),
        registry,
        metric: library.metric(),
        counter,
        int_counter,
        float_counter,
        duration_counter,
        int_gauge,
        float_gauge,
        duration_gauge,
        collector: library.collector(),
        error: library.error(),
    })))
}

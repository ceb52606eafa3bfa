// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use cmetrics_interface::v1::{
    ApiV1, Client, ClientDesc, ClientV1, Collector, CollectorDesc, CollectorV1, ErrorV1, Registry,
};
use cmetrics_interface::{Error, ErrorInfo, Status, INVALID_ARGUMENT, OK};

use super::{clear, give, handle, keep};

pub(crate) static CLIENT: ClientV1 = ClientV1 {
    struct_size: size_of::<ClientV1>() as u32,
    version: 1,
    retain: keep,
    release: keep,
    open,
    close: keep,
    noop_handles,
};

unsafe extern "C" fn open(
    _self: *const ApiV1,
    desc: *const ClientDesc,
    client: *mut *mut Client,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe {
        clear(error);
        give(client, handle());
    }
    if desc.is_null() || client.is_null() {
        return INVALID_ARGUMENT;
    }
    OK
}

unsafe extern "C" fn noop_handles(_self: *const ApiV1, _client: *mut Client, _handles: u64) {}

pub(crate) static COLLECTOR: CollectorV1 =
    CollectorV1 { struct_size: size_of::<CollectorV1>() as u32, version: 1, retain: keep, release: keep, add, remove };

/// Adds and removes it at once: `collect` would never be called.
unsafe extern "C" fn add(
    registry: *mut Registry,
    desc: *const CollectorDesc,
    collector: *mut *mut Collector,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the caller lends both places, or NULL, for this call.
    unsafe {
        clear(error);
        give(collector, std::ptr::null_mut());
    }
    if registry.is_null() || desc.is_null() {
        return INVALID_ARGUMENT;
    }
    // SAFETY: the caller lends a whole CollectorDesc for this call.
    let CollectorDesc { struct_size, collect, drop, user, .. } = unsafe { *desc };
    if (struct_size as usize) < size_of::<CollectorDesc>() || collect.is_none() {
        return INVALID_ARGUMENT;
    }
    // SAFETY: as above.
    unsafe { give(collector, handle()) };
    if let Some(drop) = drop {
        // SAFETY: the caller gave `user` away with this function, to be called once; the call succeeds.
        unsafe { drop(user) };
    }
    OK
}

unsafe extern "C" fn remove(collector: *mut Collector, error: *mut *mut Error) -> Status {
    // SAFETY: the caller lends `error`, or NULL, for this call.
    unsafe { clear(error) };
    if collector.is_null() {
        return INVALID_ARGUMENT;
    }
    OK
}

pub(crate) static ERROR: ErrorV1 =
    ErrorV1 { struct_size: size_of::<ErrorV1>() as u32, version: 1, retain: keep, release: keep, read };

/// There never is an error to read.
unsafe extern "C" fn read(_error: *const Error, _info: *mut ErrorInfo) -> Status {
    INVALID_ARGUMENT
}

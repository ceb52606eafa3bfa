// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

use super::ApiV1;
use crate::{Error, Status, Text};

/// A part of the process that acts on metrics: an engine, a plugin, a program. Opaque and counted.
pub struct Client {
    _private: [u8; 0],
}

/// Who a client is. Every text may be absent; at most 256 bytes each, `file` 4096. See docs/abi/strings.md#limits.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ClientDesc {
    /// The `sizeof` of this struct.
    pub struct_size: u32,
    /// Zero.
    pub flags: u32,
    /// For instance `vllm`. Named in conflicts and in `cmetrics_collector_errors_total{client}`.
    pub name: Text,
    /// The client's own version.
    pub version: Text,
    /// For instance `python`.
    pub language: Text,
    /// The program, module or plugin that it is.
    pub file: Text,
}

const _: () = assert!(offset_of!(ClientDesc, name) == 8 && size_of::<ClientDesc>() == 8 + 4 * size_of::<Text>());

/// Clients. Governed by docs/abi/ownership.md#handles, docs/abi/errors.md#the-object, docs/abi/threads.md#the-tags.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ClientV1 {
    /// The `sizeof` of this vtable in the library.
    pub struct_size: u32,
    /// 1.
    pub version: u32,
    /// Adds a reference. NULL is ignored. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]
    pub retain: unsafe extern "C" fn(client: *mut Client),
    /// Gives a reference back; with the last one the client's collectors are removed as by `close`. NULL is ignored.
    /// [any-thread, may-block, fork-child-ok]
    pub release: unsafe extern "C" fn(client: *mut Client),
    /// Makes a client; `*client` is the caller's. `desc` is borrowed and copied. Fails with INVALID_ARGUMENT or
    /// UNSUPPORTED. See docs/abi/strings.md#limits. [any-thread, may-block, fork-child-ok]
    pub open: unsafe extern "C" fn(
        self_: *const ApiV1,
        desc: *const ClientDesc,
        client: *mut *mut Client,
        error: *mut *mut Error,
    ) -> Status,
    /// Removes the client's collectors and waits until none of them runs (but for one that calls this from inside
    /// itself): afterwards the client's code can be unloaded. Its metrics stay. Creating with a closed client is GONE.
    /// Closing twice, or NULL, does nothing. The reference stays the caller's. See
    /// docs/abi/fork-and-unload.md#unloading-a-plugin. [any-thread, may-block]
    pub close: unsafe extern "C" fn(client: *mut Client),
    /// Counts `handles` in `cmetrics_noop_handles_total`: how many metrics this client had made before it found the
    /// library, whose updates went nowhere. `client` may be NULL. See docs/abi/locating.md#what-is-remembered.
    /// [any-thread, lock-free, no-alloc, fork-child-ok]
    pub noop_handles: unsafe extern "C" fn(self_: *const ApiV1, client: *mut Client, handles: u64),
}

const _: () = assert!(offset_of!(ClientV1, retain) == 8 && size_of::<ClientV1>() == 8 + 5 * size_of::<usize>());

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Version 0: what every copy of the library says of itself. Frozen for ever; the table grows at its end.

use core::ffi::{c_char, c_void};
use core::mem::{offset_of, size_of};

use crate::v1::ClientDesc;
use crate::{Status, Text};

/// The type of `cmetrics_get_api`, the library's one export.
///
/// Version 0 gives this copy's [`Bootstrap`], never NULL, without side effects. A version that is served gives the
/// process's provider's table for it, which lives for ever: cast it to `const cmetrics_api_v1 *` for version 1. Any
/// other version gives NULL; `bootstrap->explain` then says why. See docs/abi/entry.md#the-one-export. [any-thread,
/// may-block, fork-child-ok]
pub type GetApi = unsafe extern "C" fn(version: u32) -> *const c_void;

/// The first bytes of every [`Bootstrap`] after its two sizes: how a stranger of the same name is told from us.
pub const MAGIC: [u8; 16] = *b"cmetrics-abi-0\0\0";

/// This copy is the process's provider.
pub const COPY_WINNER: u32 = 1;
/// This copy is linked into a program or plugin.
pub const COPY_EMBEDDED: u32 = 2;
/// This copy was named by `CMETRICS_LIBRARY`.
pub const COPY_FORCED: u32 = 4;
/// This copy serves clients that the winner is too old for; its root is part of the winner's reports.
pub const COPY_SATELLITE: u32 = 8;

/// One copy of the library in this process. Lent for a callback.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Copy {
    /// The `sizeof` of this struct.
    pub struct_size: u32,
    /// `CMETRICS_COPY_…`.
    pub flags: u32,
    /// The oldest ABI version that it serves.
    pub oldest: u32,
    /// The newest ABI version that it serves.
    pub newest: u32,
    /// Its age among releases: the higher is the newer.
    pub rank: u64,
    /// The file that it was loaded from. See docs/abi/strings.md#paths.
    pub path: Text,
    /// Its package version.
    pub semver: Text,
    /// What build it is.
    pub build_id: Text,
}

/// Hears of one copy, which is lent for the call. Returns 0 to go on. See docs/abi/threads.md#callbacks.
pub type CopyFn = unsafe extern "C" fn(user: *mut c_void, copy: *const Copy) -> Status;

/// This copy's card. Its prefix never changes; read no further than `struct_size`. See docs/abi/entry.md#version-0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Bootstrap {
    /// The `sizeof` of this table in the library.
    pub struct_size: u32,
    /// 0.
    pub version: u32,
    /// [`MAGIC`]: `cmetrics-abi-0` and two NULs.
    pub magic: [u8; 16],
    /// The oldest ABI version that this copy serves.
    pub oldest: u32,
    /// The newest ABI version that this copy serves.
    pub newest: u32,
    /// This copy's age among releases: the higher is the newer.
    pub rank: u64,
    /// This copy's package version, NUL-terminated, for ever.
    pub semver: *const c_char,
    /// What build this copy is, NUL-terminated, for ever.
    pub build_id: *const c_char,
    /// Settles which copy provides for this process, if nobody has, and lends its bootstrap table for ever. `flags` is
    /// zero or `CMETRICS_COPY_FORCED`: this copy wins, or the call returns `CMETRICS_ALREADY_ELECTED`; `winner` is set
    /// in either case and may be NULL. See docs/abi/one-root.md#the-election. [any-thread, may-block, fork-child-ok]
    pub elect: unsafe extern "C" fn(flags: u32, winner: *mut *const Bootstrap) -> Status,
    /// Writes the path of the file that this copy was loaded from, as UTF-8 with a NUL, at most `capacity` bytes of it.
    /// Returns the length without the NUL, also when it did not fit. `buffer` may be NULL if `capacity` is 0. See
    /// docs/abi/strings.md#buffers. [any-thread, may-block, fork-child-ok]
    pub path: unsafe extern "C" fn(buffer: *mut c_char, capacity: u64) -> u64,
    /// Writes, as `path` does, what came of asking for ABI version `wanted`: who asked, for what, which file answered,
    /// what it serves, and the cure. `client` is borrowed and may be NULL. See docs/abi/versions.md#negotiation.
    /// [any-thread, may-block, fork-child-ok]
    pub explain:
        unsafe extern "C" fn(wanted: u32, client: *const ClientDesc, buffer: *mut c_char, capacity: u64) -> u64,
    /// Tells of every copy loaded in this process. Returns what `copy` returned when it stopped, or 0. It asks the
    /// dynamic linker, whose lock a forked child may find taken. See docs/abi/one-root.md#who-is-there and
    /// docs/abi/fork-and-unload.md#in-a-child. [any-thread, may-block]
    pub copies: unsafe extern "C" fn(copy: Option<CopyFn>, user: *mut c_void) -> Status,
    /// An optional interface by name, as documented with it, for ever; or NULL if this copy has none of that name.
    /// `name` is borrowed. See docs/abi/entry.md#extensions. [any-thread, lock-free, no-alloc, fork-child-ok]
    pub extension: unsafe extern "C" fn(name: *const Text) -> *const c_void,
    /// This copy's `cmetrics_get_api`, also where no symbol is exported. Its tables live for ever. [any-thread,
    /// may-block, fork-child-ok]
    pub get_api: unsafe extern "C" fn(version: u32) -> *const c_void,
}

// SAFETY: a published table is immutable, and its pointers are to constants and to functions callable from any thread.
unsafe impl Sync for Bootstrap {}

const _: () = assert!(offset_of!(Bootstrap, magic) == 8 && offset_of!(Bootstrap, rank) == 32);
const _: () = assert!(offset_of!(Bootstrap, elect) == 40 + 2 * size_of::<usize>());
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Bootstrap>() == 104 && size_of::<Copy>() == 72);

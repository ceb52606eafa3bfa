// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reads what a copy says of itself, and believes nothing of it before it is checked.

use std::ffi::{c_char, c_void};
use std::mem::offset_of;

use cmetrics_interface::{Bootstrap, GetApi, MAGIC};

use crate::modules;
use crate::negotiate::Range;
use crate::reason::Reason;

/// The longest path and the longest explanation that are read.
const TEXT_LIMIT: u64 = 1 << 16;

/// A bootstrap table that passed every check.
#[derive(Clone)]
pub(crate) struct Card {
    pub(crate) table: *const Bootstrap,
    pub(crate) bootstrap: Bootstrap,
    pub(crate) offered: Range,
    pub(crate) semver: String,
}

/// Asks a copy for its card.
///
/// # Safety
/// `get_api` is a function of the type and name of the library's export, in a module that stays loaded meanwhile.
pub(crate) unsafe fn ask(get_api: GetApi) -> Result<Card, Reason> {
    // SAFETY: by the type of the export, version 0 may always be asked for, and does nothing.
    unsafe { check(get_api(0)) }
}

/// Checks a table that claims to be a [`Bootstrap`].
///
/// # Safety
/// If `table` lies in a loaded module, then that module stays loaded meanwhile, and what looks like a bootstrap table by
/// its magic is one. Anything else is told apart.
pub(crate) unsafe fn check(table: *const c_void) -> Result<Card, Reason> {
    const SIZE: usize = size_of::<Bootstrap>();
    let stranger = |why| Err(Reason::Stranger(why));
    if table.is_null() {
        return stranger("gives no bootstrap table");
    }
    let table: *const Bootstrap = table.cast();
    if !table.is_aligned() || modules::readable(table.cast()) < SIZE {
        return stranger("gives a bootstrap table that is no table of a loaded module");
    }
    // SAFETY: the table has SIZE bytes of a loaded module, checked above; these fields may hold any bits.
    let (struct_size, version, magic, oldest, newest, semver) = unsafe {
        let at = |field: usize| table.byte_add(field);
        (
            at(offset_of!(Bootstrap, struct_size)).cast::<u32>().read(),
            at(offset_of!(Bootstrap, version)).cast::<u32>().read(),
            at(offset_of!(Bootstrap, magic)).cast::<[u8; 16]>().read(),
            at(offset_of!(Bootstrap, oldest)).cast::<u32>().read(),
            at(offset_of!(Bootstrap, newest)).cast::<u32>().read(),
            at(offset_of!(Bootstrap, semver)).cast::<*const c_char>().read(),
        )
    };
    if magic != MAGIC {
        return stranger("gives a bootstrap table of another magic");
    }
    if version != 0 || (struct_size as usize) < SIZE {
        return stranger("gives a bootstrap table that is too small, or of another version");
    }
    let offered = Range { oldest, newest };
    if !offered.is_valid() {
        return stranger("gives a bootstrap table whose range of ABI versions is none");
    }
    let functions = [
        offset_of!(Bootstrap, elect),
        offset_of!(Bootstrap, path),
        offset_of!(Bootstrap, explain),
        offset_of!(Bootstrap, copies),
        offset_of!(Bootstrap, extension),
        offset_of!(Bootstrap, get_api),
    ];
    for function in functions {
        // SAFETY: within SIZE, as above; read as an address, since a NULL would be no function pointer.
        let address = unsafe { table.byte_add(function).cast::<*const c_void>().read() };
        if modules::readable(address) == 0 {
            return stranger("gives a bootstrap table with a function that is none");
        }
    }
    // SAFETY: within SIZE, and no function in it is NULL, so that the type's rules hold.
    let bootstrap = unsafe { *table };
    // SAFETY: the pointer is only followed as far as a loaded module goes.
    let semver = unsafe { constant(semver) };
    Ok(Card { table, bootstrap, offered, semver })
}

/// A NUL-terminated constant of a module, at most 256 bytes of it.
///
/// # Safety
/// The module, if there is one, stays loaded meanwhile.
unsafe fn constant(text: *const c_char) -> String {
    let limit = modules::readable(text.cast()).min(256);
    let mut bytes = Vec::new();
    for index in 0..limit {
        // SAFETY: within what is readable.
        match unsafe { text.add(index).cast::<u8>().read() } {
            0 => break,
            byte => bytes.push(byte),
        }
    }
    if bytes.is_empty() {
        "of unknown version".to_owned()
    } else {
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Card {
    /// The file that the copy was loaded from. Empty if it does not know.
    pub(crate) fn path(&self) -> String {
        // SAFETY: `path` writes at most `capacity` bytes, as its contract says.
        text(|buffer, capacity| unsafe { (self.bootstrap.path)(buffer, capacity) })
    }

    /// What the copy says about a version.
    pub(crate) fn explain(&self, version: u32) -> String {
        // SAFETY: `explain` writes at most `capacity` bytes, and its client may be NULL.
        text(|buffer, capacity| unsafe { (self.bootstrap.explain)(version, std::ptr::null(), buffer, capacity) })
    }
}

/// What a function writes that is called with a buffer and its capacity and returns the length without the NUL.
fn text(write: impl Fn(*mut c_char, u64) -> u64) -> String {
    let len = write(std::ptr::null_mut(), 0).min(TEXT_LIMIT);
    let mut buffer = vec![0_u8; len as usize + 1];
    // It may have become longer or shorter meanwhile.
    let len = write(buffer.as_mut_ptr().cast(), len + 1).min(len);
    buffer.truncate(len as usize);
    String::from_utf8_lossy(&buffer).into_owned()
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_void;
use core::ptr;
use std::panic::catch_unwind;

use super::{bootstrap, satellite, table_v1};
use crate::sync::{AtomicBool, Ordering};
use crate::{cell, election, fork};

/// The library's one export: see `cmetrics_interface::GetApi`.
///
/// # Safety
///
/// None is needed: any version may be asked for, on any thread.
#[cfg(feature = "export")]
#[no_mangle]
unsafe extern "C" fn cmetrics_get_api(version: u32) -> *const c_void {
    // SAFETY: as promised by its type.
    unsafe { get_api(version) }
}

/// What the export does, under a name that no other copy's symbol can take the place of.
///
/// # Safety
///
/// None is needed: any version may be asked for, on any thread.
pub unsafe extern "C" fn get_api(version: u32) -> *const c_void {
    if version == 0 {
        return ptr::from_ref(&bootstrap::BOOTSTRAP).cast();
    }
    catch_unwind(|| provided(version)).unwrap_or(ptr::null())
}

/// The process's provider's table, or this copy's where the provider is too old and this copy can be its satellite.
fn provided(version: u32) -> *const c_void {
    let winner = match election::winner() {
        Some(winner) => winner,
        // Asking for what nobody serves decides nothing.
        None if own_table(version).is_none() && !election::is_served(version) => return ptr::null(),
        None => election::settle(false),
    };
    if ptr::eq(winner, election::own()) {
        prepare_cells();
        return own_table(version).unwrap_or(ptr::null());
    }
    // SAFETY: the election has found the winner's bootstrap table in order, and pinned its module.
    let given = unsafe { ((*winner.card()).get_api)(version) };
    match own_table(version) {
        Some(own) if given.is_null() && satellite::begin(winner) => {
            prepare_cells();
            own
        }
        _ => given,
    }
}

/// Before the first table is handed out. A forked child of a process that has used the library does not do it any more: to
/// ask the dynamic linker there is a risk (docs/abi/fork-and-unload.md).
fn prepare_cells() {
    static DONE: AtomicBool = AtomicBool::new(false);
    // Relaxed: two threads may both do it.
    if !DONE.load(Ordering::Relaxed) && fork::generation() == 0 {
        // A winner is pinned already, or could not be.
        cell::prepare(election::pin_own);
        DONE.store(true, Ordering::Relaxed);
    }
}

fn own_table(version: u32) -> Option<*const c_void> {
    match version {
        1 => Some(ptr::from_ref(&table_v1::API).cast()),
        #[cfg(feature = "draft")]
        2 => Some(ptr::from_ref(&super::table_draft::API).cast()),
        _ => None,
    }
}

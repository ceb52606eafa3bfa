// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_void;
use core::ptr;

use super::{bootstrap, table_v1};

/// The library's one export: see `cmetrics_interface::GetApi`.
///
/// # Safety
///
/// None is needed: any version may be asked for, on any thread.
#[cfg_attr(feature = "export", no_mangle)]
pub unsafe extern "C" fn cmetrics_get_api(version: u32) -> *const c_void {
    match version {
        0 => ptr::from_ref(&bootstrap::BOOTSTRAP).cast(),
        1 => ptr::from_ref(&table_v1::API).cast(),
        #[cfg(feature = "draft")]
        2 => ptr::from_ref(&super::table_draft::API).cast(),
        _ => ptr::null(),
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! By the process status functions of kernel32. Written from their documentation and not verified on a machine.

use std::ffi::{c_void, OsString};
use std::os::windows::ffi::OsStringExt;
use std::path::PathBuf;

type Handle = *mut c_void;

const FROM_ADDRESS: u32 = 4;
const UNCHANGED_REFCOUNT: u32 = 2;
/// The longest path that Windows knows, in units of 16 bits.
const PATH_LIMIT: usize = 32_768;

#[link(name = "kernel32")]
extern "system" {
    fn GetCurrentProcess() -> Handle;
    fn K32EnumProcessModules(process: Handle, modules: *mut Handle, size: u32, needed: *mut u32) -> i32;
    fn GetModuleFileNameW(module: Handle, path: *mut u16, size: u32) -> u32;
    fn GetModuleHandleExW(flags: u32, name: *const c_void, module: *mut Handle) -> i32;
}

pub(super) fn files() -> Vec<OsString> {
    let mut modules: Vec<Handle> = vec![std::ptr::null_mut(); 256];
    loop {
        let size = u32::try_from(size_of_val(&modules[..])).unwrap_or(u32::MAX);
        let mut needed = 0;
        // SAFETY: `modules` has `size` bytes to be written, and `needed` one number.
        let done = unsafe { K32EnumProcessModules(GetCurrentProcess(), modules.as_mut_ptr(), size, &mut needed) };
        if done == 0 {
            return Vec::new();
        }
        let count = needed as usize / size_of::<Handle>();
        if count <= modules.len() {
            modules.truncate(count);
            return modules.into_iter().filter_map(file).collect();
        }
        modules.resize(count + 64, std::ptr::null_mut());
    }
}

pub(super) fn file_of(address: *const c_void) -> Option<PathBuf> {
    file(module_of(address)?).map(PathBuf::from)
}

/// Whether an address lies in a module is told; how far the module goes on is not.
pub(super) fn readable(address: *const c_void) -> usize {
    module_of(address).map_or(0, |_| usize::MAX)
}

fn module_of(address: *const c_void) -> Option<Handle> {
    let mut module = std::ptr::null_mut();
    // SAFETY: any address may be asked about with FROM_ADDRESS, and `module` is there to be written.
    let found = unsafe { GetModuleHandleExW(FROM_ADDRESS | UNCHANGED_REFCOUNT, address, &mut module) };
    (found != 0 && !address.is_null()).then_some(module)
}

fn file(module: Handle) -> Option<OsString> {
    let mut path = vec![0_u16; PATH_LIMIT];
    // SAFETY: `path` has PATH_LIMIT units; a module that has gone meanwhile makes the call fail.
    let len = unsafe { GetModuleFileNameW(module, path.as_mut_ptr(), PATH_LIMIT as u32) } as usize;
    (1..path.len()).contains(&len).then(|| OsString::from_wide(&path[..len]))
}

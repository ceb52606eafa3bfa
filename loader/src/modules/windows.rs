// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! By the functions of kernel32. Tried under Wine, and not on Windows itself.

use std::ffi::{c_void, OsString};
use std::mem::MaybeUninit;
use std::os::windows::ffi::OsStringExt;
use std::path::PathBuf;

type Handle = *mut c_void;

const FROM_ADDRESS: u32 = 4;
const UNCHANGED_REFCOUNT: u32 = 2;
/// The longest path that Windows knows, in units of 16 bits.
const PATH_LIMIT: usize = 32_768;
/// How often the list is asked for anew: the call fails if modules come or go meanwhile.
const TRIES: usize = 16;

const COMMITTED: u32 = 0x1000;
const OF_A_MODULE: u32 = 0x0100_0000;
const GUARDED: u32 = 0x100;
/// The page protections that allow reading.
const READABLE: u32 = 0x02 | 0x04 | 0x08 | 0x20 | 0x40 | 0x80;
/// No constant that is looked at is longer.
const FAR_ENOUGH: usize = 4096;

/// MEMORY_BASIC_INFORMATION.
#[repr(C)]
struct Pages {
    from: usize,
    module: usize,
    first_protection: u32,
    size: usize,
    state: u32,
    protection: u32,
    kind: u32,
}

#[link(name = "kernel32")]
extern "system" {
    fn GetCurrentProcess() -> Handle;
    fn K32EnumProcessModules(process: Handle, modules: *mut Handle, size: u32, needed: *mut u32) -> i32;
    fn GetModuleFileNameW(module: Handle, path: *mut u16, size: u32) -> u32;
    fn GetModuleHandleExW(flags: u32, name: *const c_void, module: *mut Handle) -> i32;
    fn VirtualQuery(address: *const c_void, pages: *mut Pages, size: usize) -> usize;
}

pub(super) fn files() -> Vec<OsString> {
    (0..TRIES).find_map(|_| modules()).unwrap_or_default().into_iter().filter_map(file).collect()
}

/// All modules in load order, unless that changes at this moment.
fn modules() -> Option<Vec<Handle>> {
    let mut modules: Vec<Handle> = vec![std::ptr::null_mut(); 256];
    loop {
        let size = u32::try_from(size_of_val(&modules[..])).unwrap_or(u32::MAX);
        let mut needed = 0;
        // SAFETY: `modules` has `size` bytes to be written, and `needed` one number.
        let done = unsafe { K32EnumProcessModules(GetCurrentProcess(), modules.as_mut_ptr(), size, &mut needed) };
        if done == 0 {
            return None;
        }
        let count = needed as usize / size_of::<Handle>();
        if count <= modules.len() {
            modules.truncate(count);
            return Some(modules);
        }
        modules.resize(count + 64, std::ptr::null_mut());
    }
}

pub(super) fn file_of(address: *const c_void) -> Option<PathBuf> {
    file(module_of(address)?).map(PathBuf::from)
}

/// As far as the pages of the module allow reading, or far enough.
pub(super) fn readable(address: *const c_void) -> usize {
    let Some(module) = module_of(address) else { return 0 };
    let start = address.addr();
    let mut at = start;
    while at - start < FAR_ENOUGH {
        let mut pages = MaybeUninit::<Pages>::uninit();
        // SAFETY: any address may be asked about, and `pages` has room for the answer.
        if unsafe { VirtualQuery(std::ptr::without_provenance(at), pages.as_mut_ptr(), size_of::<Pages>()) } == 0 {
            break;
        }
        // SAFETY: it was filled in.
        let pages = unsafe { pages.assume_init() };
        let next = pages.from.saturating_add(pages.size);
        let allowed = pages.protection & READABLE != 0 && pages.protection & GUARDED == 0;
        let of_it = pages.module == module.addr() && pages.kind == OF_A_MODULE && pages.state == COMMITTED;
        if !allowed || !of_it || next <= at {
            break;
        }
        at = next;
    }
    at - start
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

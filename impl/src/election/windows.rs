// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The modules of this process, as the loader of Windows lists them. No named object is used, which a stranger's process
//! could plant. Tried under Wine, and not on Windows itself.
//!
//! No lock keeps others out: every module that holds a copy is held while an election runs, so that the first of them in
//! load order stays the first, and is the place where elections meet.

use core::ffi::c_void;
use core::ptr;

use super::found;
pub(crate) use super::held::{commit, count, last_count};
use super::image::Image;
use super::slot::Slot;
use super::Pinned;

type Handle = *mut c_void;

const FROM_ADDRESS: u32 = 4;
const UNCHANGED_REFCOUNT: u32 = 2;
const PIN: u32 = 1;
/// The longest path that Windows knows, in units of 16 bits.
const PATH_LIMIT: usize = 32_768;

#[link(name = "kernel32")]
extern "system" {
    fn GetModuleFileNameW(module: Handle, path: *mut u16, size: u32) -> u32;
    fn GetModuleHandleExW(flags: u32, name: *const c_void, module: *mut Handle) -> i32;
    fn LoadLibraryExW(path: *const u16, reserved: Handle, flags: u32) -> Handle;
    fn FreeLibrary(module: Handle) -> i32;
}

#[link(name = "ntdll")]
extern "system" {
    /// Calls `each` for every module in load order, under the lock of the list. EnumProcessModules takes no lock: it may
    /// fail, or miss modules, while others come and go.
    fn LdrEnumerateLoadedModules(
        reserved: u8,
        each: unsafe extern "system" fn(*const ListEntry, *mut c_void, *mut u8),
        context: *mut c_void,
    ) -> i32;
}

/// The beginning of an LDR_DATA_TABLE_ENTRY.
#[repr(C)]
struct ListEntry {
    links: [[*mut c_void; 2]; 3],
    base: Handle,
}

pub(crate) type Found = found::Found<usize>;

/// The copies that are loaded, whose modules stay so while this lives.
pub(crate) struct Scan {
    pub(crate) copies: Vec<Found>,
    held: Vec<Handle>,
}

impl Drop for Scan {
    fn drop(&mut self) {
        for module in &self.held {
            // SAFETY: gives back the reference that `hold` took.
            unsafe { FreeLibrary(*module) };
        }
    }
}

impl Scan {
    /// The file of a copy's module.
    pub(crate) fn path(&self, found: &Found) -> String {
        String::from_utf16_lossy(&file(found.module as Handle))
    }
}

/// The file of a module that is held; nothing where it is not known.
fn file(module: Handle) -> Vec<u16> {
    let mut path = vec![0_u16; PATH_LIMIT];
    // SAFETY: `path` has PATH_LIMIT units.
    let len = unsafe { GetModuleFileNameW(module, path.as_mut_ptr(), PATH_LIMIT as u32) } as usize;
    path.truncate(if len < PATH_LIMIT { len } else { 0 });
    path
}

/// Adds a module to the list, which never grows: this is called under the loader's lock.
unsafe extern "system" fn add(entry: *const ListEntry, list: *mut c_void, _stop: *mut u8) {
    // SAFETY: `modules` lends its list, and the loader an entry.
    let (list, base) = unsafe { (&mut *list.cast::<List>(), (*entry).base) };
    list.seen += 1;
    if list.bases.len() < list.bases.capacity() {
        list.bases.push(base);
    }
}

struct List {
    bases: Vec<Handle>,
    seen: usize,
}

/// All modules in load order.
fn modules() -> Vec<Handle> {
    let mut room = 256;
    loop {
        let mut list = List { bases: Vec::with_capacity(room), seen: 0 };
        // SAFETY: `add` gets a list that outlives the call. It cannot fail with these arguments.
        unsafe { LdrEnumerateLoadedModules(0, add, (&raw mut list).cast()) };
        if list.seen <= list.bases.len() {
            return list.bases;
        }
        room = list.seen + 64;
    }
}

/// A reference to the module at `base`, unless it was unloaded meanwhile.
fn hold(base: Handle, flags: u32) -> Option<Handle> {
    let mut module = ptr::null_mut();
    // SAFETY: any address may be asked about with FROM_ADDRESS, and `module` is there to be written.
    let found = unsafe { GetModuleHandleExW(FROM_ADDRESS | flags, base, &raw mut module) };
    (found != 0 && module == base).then_some(module)
}

/// The module that holds an address, or NULL.
fn module_of(address: usize) -> Handle {
    let mut module = ptr::null_mut();
    let address = ptr::without_provenance::<c_void>(address);
    // SAFETY: as in `hold`.
    let found = unsafe { GetModuleHandleExW(FROM_ADDRESS | UNCHANGED_REFCOUNT, address, &raw mut module) };
    if found == 0 {
        ptr::null_mut()
    } else {
        module
    }
}

/// All copies that are loaded now, in load order, with `own` last if it was not found.
pub(crate) fn scan(own: &Slot) -> Scan {
    let mut scan = Scan { copies: Vec::new(), held: Vec::new() };
    for base in modules() {
        let Some(module) = hold(base, 0) else { continue };
        let before = scan.copies.len();
        // SAFETY: the module is held.
        let image = unsafe { Image::new(module as usize) };
        image.copies(|found| scan.copies.push(found.of(module as usize)));
        if scan.copies.len() > before {
            scan.held.push(module);
        } else {
            // SAFETY: gives back the reference taken above.
            unsafe { FreeLibrary(module) };
        }
    }
    if scan.copies.iter().all(|found| found.slot != own.address()) {
        scan.copies.push(own.found().of(module_of(own.address()) as usize));
    }
    scan
}

/// Keeps the module of a copy loaded for ever, and waits for a thread that is still loading it.
pub(crate) fn pin(_: &Scan, found: &Found, own: &Slot) -> Pinned {
    let module = found.module as Handle;
    if module.is_null() {
        return Pinned::Never;
    }
    if hold(module, PIN).is_none() {
        return Pinned::Gone;
    }
    // This copy runs, so that it is loaded. The program is loaded before anything else runs.
    if found.slot != own.address() {
        wait_for(module);
    }
    Pinned::Done
}

/// Loads a module that is held once more, which waits until its constructors have run on another thread.
fn wait_for(module: Handle) {
    let mut path = file(module);
    path.push(0);
    let mut known = ptr::null_mut();
    // SAFETY: `path` ends in a NUL, and `known` is there to be written.
    let found = unsafe { GetModuleHandleExW(UNCHANGED_REFCOUNT, path.as_ptr().cast(), &raw mut known) };
    if found == 0 || known != module {
        return;
    }
    // SAFETY: the path is that of a module which is loaded, so that nothing new is, and what is given back was got here.
    unsafe {
        let again = LoadLibraryExW(path.as_ptr(), ptr::null_mut(), 0);
        if !again.is_null() {
            FreeLibrary(again);
        }
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The images of this process by dyld. Written from the documentation and not verified on a machine.
//!
//! No lock keeps others out: every image that holds a copy is held while an election runs, so that the first of them in load
//! order stays the first, and is the place where elections meet.

use core::ffi::{c_char, c_int, c_ulong, c_void, CStr};
use core::mem::{align_of, size_of};
use core::ptr;

use cmetrics_interface::{Bootstrap, MAGIC};

use super::found::{self, SEMVER};
pub(crate) use super::held::{commit, count, last_count};
use super::slot::{leads_to, Slot};
use super::Pinned;

extern "C" {
    fn _dyld_image_count() -> u32;
    fn _dyld_get_image_header(index: u32) -> *const c_void;
    fn _dyld_get_image_name(index: u32) -> *const c_char;
    fn getsectiondata(
        image: *const c_void,
        segment: *const c_char,
        section: *const c_char,
        size: *mut c_ulong,
    ) -> *mut u8;
    fn dladdr(address: *const c_void, info: *mut libc::Dl_info) -> c_int;
}

/// What is known of a copy's image: its name in the list of names.
pub(crate) type Found = found::Found<usize>;

/// The copies that are loaded, whose images stay so while this lives.
pub(crate) struct Scan {
    pub(crate) copies: Vec<Found>,
    names: Vec<std::ffi::CString>,
    held: Vec<*mut c_void>,
}

impl Drop for Scan {
    fn drop(&mut self) {
        for image in &self.held {
            // SAFETY: gives back the reference that the scan took.
            unsafe { libc::dlclose(*image) };
        }
    }
}

impl Scan {
    /// The file of a copy's image.
    pub(crate) fn path(&self, found: &Found) -> String {
        self.names.get(found.module).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// All copies that are loaded now, in load order, with `own` last if it was not found.
pub(crate) fn scan(own: &Slot) -> Scan {
    let mut scan = Scan { copies: Vec::new(), names: Vec::new(), held: Vec::new() };
    // SAFETY: these functions take any index; one beyond the end gives NULL.
    for index in 0..unsafe { _dyld_image_count() } {
        // SAFETY: as above. A name that is there lives as long as its image, and RTLD_NOLOAD loads nothing.
        let (image, name, handle) = unsafe {
            let (image, name) = (_dyld_get_image_header(index), _dyld_get_image_name(index));
            if image.is_null() || name.is_null() {
                continue;
            }
            let name = CStr::from_ptr(name).to_owned();
            let handle = libc::dlopen(name.as_ptr(), libc::RTLD_LAZY | libc::RTLD_NOLOAD);
            (image, name, handle)
        };
        // The program itself cannot be opened on every release, and needs no holding.
        if handle.is_null() && index != 0 {
            continue;
        }
        // SAFETY: the image is held.
        if let Some(found) = unsafe { copy_in(image) } {
            scan.copies.push(found.of(scan.names.len()));
            scan.names.push(name);
        }
        if !handle.is_null() {
            scan.held.push(handle);
        }
    }
    if scan.copies.iter().all(|found| found.slot != own.address()) {
        scan.copies.push(own.found().of(usize::MAX));
    }
    scan
}

/// The copy that an image holds: its slot begins a section of ours.
///
/// # Safety
///
/// `image` is the header of an image that stays loaded.
unsafe fn copy_in(image: *const c_void) -> Option<found::Found<()>> {
    let mut size: c_ulong = 0;
    // SAFETY: the header of a loaded image; texts are NUL-terminated.
    let section = unsafe { getsectiondata(image, c"__DATA".as_ptr(), c"__cmetrics".as_ptr(), &raw mut size) };
    if section.is_null() || (size as usize) < size_of::<Slot>() || !section.addr().is_multiple_of(align_of::<Slot>()) {
        return None;
    }
    let address = section.expose_provenance();
    // SAFETY: the section has room for a slot, aligned, and any bits are one.
    let says = unsafe { &*ptr::with_exposed_provenance::<Slot>(address) }.says();
    let (entry, card) = leads_to(address, &says)?;
    if !is_in(image, entry) || !is_in(image, card) || !card.is_multiple_of(align_of::<Bootstrap>()) {
        return None;
    }
    let table = ptr::with_exposed_provenance::<Bootstrap>(card);
    let mut semver = [0; SEMVER];
    // SAFETY: the table begins inside the image; what is read is taken as plain numbers until the magic is right.
    let ready = unsafe {
        let semver_at = (&raw const (*table).semver).read();
        let ready = (&raw const (*table).magic).read() == MAGIC
            && (&raw const (*table).struct_size).read() as usize >= size_of::<Bootstrap>()
            && (&raw const (*table).rank).read() == says.rank
            && (&raw const (*table).get_api).cast::<usize>().read() == entry
            && is_in(image, semver_at.addr());
        if ready {
            let text = CStr::from_ptr(semver_at).to_bytes();
            let len = text.len().min(SEMVER - 1);
            semver[..len].copy_from_slice(&text[..len]);
        }
        ready
    };
    Some(found::Found::new(address, card, &says, ready.then_some(semver)))
}

/// Whether an address lies in the image.
fn is_in(image: *const c_void, address: usize) -> bool {
    let mut info = core::mem::MaybeUninit::<libc::Dl_info>::zeroed();
    // SAFETY: dladdr takes any address, and fills info where it returns nonzero.
    unsafe {
        dladdr(ptr::without_provenance(address), info.as_mut_ptr()) != 0
            && info.assume_init().dli_fbase.cast_const() == image
    }
}

/// Keeps the image of a copy loaded for ever.
pub(crate) fn pin(scan: &Scan, found: &Found, own: &Slot) -> Pinned {
    let Some(name) = scan.names.get(found.module) else { return Pinned::Never };
    // SAFETY: with RTLD_NOLOAD nothing is loaded.
    let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_LAZY | libc::RTLD_NOLOAD | libc::RTLD_NODELETE) };
    if handle.is_null() && found.slot != own.address() {
        return Pinned::Gone;
    }
    Pinned::Done
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The modules of this process by the process status functions of kernel32. No named object is used, which a stranger's
//! process could plant. Tried under Wine, and not on Windows itself.
//!
//! No lock keeps others out: every module that holds a copy is held while an election runs, so that the first of them in
//! load order stays the first, and is the place where elections meet.

use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::ptr;

use cmetrics_interface::{Bootstrap, MAGIC};

use super::found::{self, established, SEMVER};
use super::slot::{leads_to, Slot};
use super::{Outcome, Pinned};
use crate::sync::{AtomicU64, Ordering};

type Handle = *mut c_void;

const FROM_ADDRESS: u32 = 4;
const PIN: u32 = 1;
const SECTION: &[u8; 8] = b".cmetric";
const WRITABLE: u32 = 0x8000_0000;
/// The longest path that Windows knows, in units of 16 bits.
const PATH_LIMIT: usize = 32_768;

#[link(name = "kernel32")]
extern "system" {
    fn GetCurrentProcess() -> Handle;
    fn K32EnumProcessModules(process: Handle, modules: *mut Handle, size: u32, needed: *mut u32) -> i32;
    fn GetModuleFileNameW(module: Handle, path: *mut u16, size: u32) -> u32;
    fn GetModuleHandleExW(flags: u32, name: *const c_void, module: *mut Handle) -> i32;
    fn FreeLibrary(module: Handle) -> i32;
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
        let mut path = vec![0_u16; PATH_LIMIT];
        // SAFETY: `path` has PATH_LIMIT units, and the module is held.
        let len = unsafe { GetModuleFileNameW(found.module as Handle, path.as_mut_ptr(), PATH_LIMIT as u32) };
        String::from_utf16_lossy(&path[..(len as usize).min(PATH_LIMIT)])
    }
}

fn modules() -> Vec<Handle> {
    let mut modules: Vec<Handle> = vec![ptr::null_mut(); 256];
    loop {
        let mut needed = 0;
        let size = size_of_val(&modules[..]) as u32;
        // SAFETY: `modules` has `size` bytes to be written, and `needed` one number.
        if unsafe { K32EnumProcessModules(GetCurrentProcess(), modules.as_mut_ptr(), size, &raw mut needed) } == 0 {
            return Vec::new();
        }
        let count = needed as usize / size_of::<Handle>();
        if count <= modules.len() {
            modules.truncate(count);
            return modules;
        }
        modules.resize(count + 64, ptr::null_mut());
    }
}

/// A reference to the module at `base`, unless it was unloaded meanwhile.
fn hold(base: Handle, flags: u32) -> Option<Handle> {
    let mut module = ptr::null_mut();
    // SAFETY: any address may be asked about with FROM_ADDRESS, and `module` is there to be written.
    let found = unsafe { GetModuleHandleExW(FROM_ADDRESS | flags, base, &raw mut module) };
    (found != 0 && module == base).then_some(module)
}

/// All copies that are loaded now, in load order, with `own` last if it was not found.
pub(crate) fn scan(own: &Slot) -> Scan {
    let mut scan = Scan { copies: Vec::new(), held: Vec::new() };
    for base in modules() {
        let Some(module) = hold(base, 0) else { continue };
        // SAFETY: the module is held.
        match unsafe { copy_in(module as usize) } {
            Some(found) => {
                scan.copies.push(found.of(module as usize));
                scan.held.push(module);
            }
            None => {
                // SAFETY: gives back the reference taken above.
                unsafe { FreeLibrary(module) };
            }
        }
    }
    if scan.copies.iter().all(|found| found.slot != own.address()) {
        scan.copies.push(own.found().of(0));
    }
    scan
}

/// The copy that the image at `base` holds: its slot begins a section of ours.
///
/// # Safety
///
/// A module is loaded at `base`, and stays so.
unsafe fn copy_in(base: usize) -> Option<found::Found<()>> {
    let at = |rva: usize| ptr::with_exposed_provenance::<u8>(base + rva);
    // SAFETY: the loader has mapped the headers of the image (PE format: e_lfanew, then signature, file header, optional
    // header and section headers), and each section for its virtual size.
    unsafe {
        let u16_at = |rva: usize| at(rva).cast::<u16>().read_unaligned() as usize;
        let u32_at = |rva: usize| at(rva).cast::<u32>().read_unaligned();
        let pe = u32_at(0x3c) as usize;
        let (sections, optional) = (u16_at(pe + 6), u16_at(pe + 20));
        let image = u32_at(pe + 24 + 56) as usize;
        let table = pe + 24 + optional;
        let ours = (0..sections)
            .map(|index| table + index * 40)
            .find(|header| at(*header).cast::<[u8; 8]>().read() == *SECTION && u32_at(header + 36) & WRITABLE != 0)?;
        let (size, rva) = (u32_at(ours + 8) as usize, u32_at(ours + 12) as usize);
        let inside =
            |address: usize, len: usize| address >= base && address - base < image && len <= image - (address - base);
        let address = base + rva;
        if size < size_of::<Slot>()
            || !inside(address, size_of::<Slot>())
            || !address.is_multiple_of(align_of::<Slot>())
        {
            return None;
        }
        let says = (*ptr::with_exposed_provenance::<Slot>(address)).says();
        let (entry, card) = leads_to(address, &says)?;
        if !inside(entry, 1) || !inside(card, size_of::<Bootstrap>()) || !card.is_multiple_of(align_of::<Bootstrap>()) {
            return None;
        }
        let table = ptr::with_exposed_provenance::<Bootstrap>(card);
        let semver_at = (&raw const (*table).semver).read() as usize;
        let ready = (&raw const (*table).magic).read() == MAGIC
            && (&raw const (*table).struct_size).read() as usize >= size_of::<Bootstrap>()
            && (&raw const (*table).rank).read() == says.rank
            && (&raw const (*table).get_api).cast::<usize>().read() == entry
            && inside(semver_at, SEMVER);
        let mut semver = [0; SEMVER];
        if ready {
            let text = core::ffi::CStr::from_ptr(ptr::with_exposed_provenance(semver_at)).to_bytes();
            let len = text.len().min(SEMVER - 1);
            semver[..len].copy_from_slice(&text[..len]);
        }
        Some(found::Found::new(address, card, &says, ready.then_some(semver)))
    }
}

/// Keeps the module of a copy loaded for ever.
pub(crate) fn pin(_: &Scan, found: &Found, _: &Slot) -> Pinned {
    match hold(found.module as Handle, PIN) {
        Some(_) => Pinned::Done,
        None => Pinned::Gone,
    }
}

/// Writes `candidate` as the winner into every slot, or adopts who has won meanwhile.
pub(crate) fn commit(own: &Slot, candidate: usize) -> Outcome {
    let scan = scan(own);
    let winner = established(&scan.copies).map(|found| found.slot);
    let stands = scan.copies.iter().find(|found| found.slot == candidate);
    let winner = match (winner, stands) {
        (Some(winner), _) => winner,
        (None, Some(found)) if found.ready => candidate,
        (None, Some(_)) => return Outcome::Lied,
        (None, None) => return Outcome::Gone,
    };
    // SAFETY: the scan found a slot there, and holds its module.
    let slot = |found: &Found| unsafe { &*ptr::with_exposed_provenance::<Slot>(found.slot) };
    let taken = scan.copies.first().map_or(winner, |first| slot(first).settle(winner));
    let known = scan.copies.iter().any(|found| found.slot == taken && found.ready);
    let winner = if known { taken } else { winner };
    scan.copies.iter().map(slot).chain([own]).for_each(|slot| slot.assign(winner));
    Outcome::Settled(winner)
}

static COUNT: AtomicU64 = AtomicU64::new(1);

/// How many copies are loaded now.
pub(crate) fn count(own: &Slot) -> usize {
    // Relaxed: the number publishes nothing but itself.
    COUNT.store(scan(own).copies.iter().filter(|found| found.ready).count() as u64, Ordering::Relaxed);
    last_count()
}

/// What `count` found last.
pub(crate) fn last_count() -> usize {
    // Relaxed: as in count.
    COUNT.load(Ordering::Relaxed) as usize
}

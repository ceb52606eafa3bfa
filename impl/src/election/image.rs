// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a module of Windows holds. Its headers say where its sections are, and may lie: they are believed only where the
//! system says that the pages are this module's, and allow what is done with them. Nothing is called.

use core::ffi::{c_void, CStr};
use core::mem::{align_of, offset_of, size_of, MaybeUninit};
use core::ptr;

use cmetrics_interface::{Bootstrap, NoteSlot, MAGIC};

use super::found::{Found, SEMVER};
use super::slot::{leads_to, Slot};

/// The section that begins with a slot. More slots follow where more copies are linked into one module.
const SECTION: [u8; 8] = *b".cmetric";
/// The distance at which they follow: their alignment.
const STEP: usize = 64;
/// So many places are looked at. A section that is larger is not of ours.
const PLACES: usize = 64;

const SECTION_HEADER: usize = 40;
const SECTION_EXECUTE: u32 = 0x2000_0000;
const SECTION_WRITE: u32 = 0x8000_0000;

const COMMITTED: u32 = 0x1000;
const GUARDED: u32 = 0x100;
/// Sets of page protections.
const READ: u32 = 0x02 | WRITE | 0x20;
const WRITE: u32 = 0x04 | 0x08 | 0x40 | 0x80;
const EXECUTE: u32 = 0xf0;

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
    fn VirtualQuery(address: *const c_void, pages: *mut Pages, size: usize) -> usize;
}

struct Section {
    name: [u8; 8],
    from: usize,
    len: usize,
    flags: u32,
}

/// The module that is loaded at an address, and stays so while this lives.
pub(super) struct Image(usize);

impl Image {
    /// # Safety
    ///
    /// A module is loaded at `base`, and stays so while this lives.
    pub(super) unsafe fn new(base: usize) -> Self {
        Self(base)
    }

    /// Whether all these bytes lie in pages of this module that have one of these protections.
    fn holds(&self, address: usize, len: usize, protections: u32) -> bool {
        let Some(end) = address.checked_add(len) else { return false };
        let mut at = address;
        while at < end {
            let mut pages = MaybeUninit::<Pages>::uninit();
            // SAFETY: any address may be asked about, and `pages` has room for the answer.
            let told = unsafe { VirtualQuery(ptr::without_provenance(at), pages.as_mut_ptr(), size_of::<Pages>()) };
            if told < size_of::<Pages>() {
                return false;
            }
            // SAFETY: it was filled in whole.
            let pages = unsafe { pages.assume_init() };
            let allowed = pages.protection & protections != 0 && pages.protection & GUARDED == 0;
            let next = pages.from.saturating_add(pages.size);
            if pages.module != self.0 || pages.state != COMMITTED || !allowed || next <= at {
                return false;
            }
            at = next;
        }
        true
    }

    /// What lies at an address, if the module holds it. `T` is made of numbers alone.
    fn read<T: Copy>(&self, address: usize) -> Option<T> {
        // SAFETY: the bytes lie in readable pages of a module that stays loaded (new).
        self.holds(address, size_of::<T>(), READ)
            .then(|| unsafe { ptr::with_exposed_provenance::<T>(address).read_unaligned() })
    }

    /// The sections, as far as the headers can be read.
    fn sections(&self) -> impl Iterator<Item = Section> + '_ {
        let u16_at = |address: usize| self.read::<u16>(address).map(usize::from);
        let table = || {
            let pe = self.0.checked_add(self.read::<u32>(self.0.checked_add(0x3c)?)? as usize)?;
            let signed = &self.read::<[u8; 4]>(pe)? == b"PE\0\0";
            let (count, optional) = (u16_at(pe.checked_add(6)?)?, u16_at(pe.checked_add(20)?)?);
            signed.then_some((pe.checked_add(24 + optional)?, count))
        };
        let (table, count) = table().unwrap_or((0, 0));
        (0..count).map_while(move |index| {
            let header = table.checked_add(index * SECTION_HEADER)?;
            let words: [u32; 8] = self.read(header.checked_add(8)?)?;
            let from = self.0.checked_add(words[1] as usize)?;
            Some(Section { name: self.read(header)?, from, len: words[0] as usize, flags: words[7] })
        })
    }

    /// Tells `tell` of every copy of the library that the module holds.
    pub(super) fn copies(&self, mut tell: impl FnMut(Found<()>)) {
        let ours = self.sections().filter(|section| section.name == SECTION && section.flags & SECTION_WRITE != 0);
        for section in ours {
            let places = section.len.saturating_sub(size_of::<Slot>() - 1).div_ceil(STEP).min(PLACES);
            let places = (0..places).map_while(|place| section.from.checked_add(place * STEP));
            places.filter_map(|place| self.copy_at(place)).for_each(&mut tell);
        }
    }

    /// The copy whose slot is at `address`, if one is.
    fn copy_at(&self, address: usize) -> Option<Found<()>> {
        if !address.is_multiple_of(align_of::<Slot>()) || !self.holds(address, size_of::<Slot>(), WRITE) {
            return None;
        }
        // SAFETY: the bytes lie in pages that can be read and written, of a module that stays loaded, aligned; any bits
        // are a Slot. What others write meanwhile is atomic.
        let says = unsafe { &*ptr::with_exposed_provenance::<Slot>(address) }.says();
        let (entry, card) = leads_to(address, &says)?;
        // The protections of a module that is being loaded are not final: of the entry its section tells.
        let in_code = |section: Section| {
            section.flags & SECTION_EXECUTE != 0 && entry >= section.from && entry - section.from < section.len
        };
        let leads_inside = self.holds(entry, 1, READ | EXECUTE) && self.sections().any(in_code);
        if !leads_inside || !card.is_multiple_of(align_of::<Bootstrap>()) {
            return None;
        }
        let table: [usize; size_of::<Bootstrap>() / size_of::<usize>()] = self.read(card)?;
        Some(Found::new(address, card, &says, self.agrees(&table, card, entry, &says)))
    }

    /// The package version, if the bootstrap table at `card` says what the slot says, and leads to code and texts of the
    /// same module. `table` holds its words, read once: another thread may be relocating it.
    fn agrees(&self, table: &[usize], card: usize, entry: usize, slot: &NoteSlot) -> Option<[u8; SEMVER]> {
        let pointer = |offset: usize| table[offset / size_of::<usize>()];
        let same = self.read::<u32>(card + offset_of!(Bootstrap, struct_size))? as usize >= size_of::<Bootstrap>()
            && self.read::<u32>(card + offset_of!(Bootstrap, version))? == 0
            && self.read::<[u8; 16]>(card + offset_of!(Bootstrap, magic))? == MAGIC
            && self.read::<u32>(card + offset_of!(Bootstrap, oldest))? == slot.oldest
            && self.read::<u32>(card + offset_of!(Bootstrap, newest))? == slot.newest
            && self.read::<u64>(card + offset_of!(Bootstrap, rank))? == slot.rank
            && pointer(offset_of!(Bootstrap, get_api)) == entry;
        let functions = [
            offset_of!(Bootstrap, elect),
            offset_of!(Bootstrap, path),
            offset_of!(Bootstrap, explain),
            offset_of!(Bootstrap, copies),
            offset_of!(Bootstrap, extension),
            offset_of!(Bootstrap, get_api),
        ];
        let all_run = || functions.iter().all(|function| self.holds(pointer(*function), 1, EXECUTE));
        if !same || !all_run() || self.text(pointer(offset_of!(Bootstrap, build_id))).is_none() {
            return None;
        }
        self.text(pointer(offset_of!(Bootstrap, semver)))
    }

    /// A NUL-terminated text of less than [`SEMVER`] bytes.
    fn text(&self, address: usize) -> Option<[u8; SEMVER]> {
        let mut text = [0; SEMVER];
        for (place, byte) in text.iter_mut().enumerate() {
            *byte = self.read(address.checked_add(place)?)?;
            if *byte == 0 {
                break;
            }
        }
        CStr::from_bytes_until_nul(&text).is_ok().then_some(text)
    }
}

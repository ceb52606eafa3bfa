// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What one loaded ELF object holds of ours, read from memory without leaving the object.

use core::ffi::CStr;
use core::mem::{align_of, offset_of, size_of};
use core::{ptr, slice};

use cmetrics_interface as abi;
use cmetrics_interface::{Bootstrap, NoteSlot};

use super::found::{Found, SEMVER};
use super::note::leads;
use super::slot::{leads_to, Slot};

#[cfg(target_pointer_width = "64")]
type Header = libc::Elf64_Phdr;
#[cfg(target_pointer_width = "32")]
type Header = libc::Elf32_Phdr;

const DT_FLAGS_1: usize = 0x6fff_fffb;
const DF_1_NODELETE: usize = 8;

/// A loaded object. It stays loaded while this lives: the dynamic linker lends it to a callback.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) base: usize,
    headers: &'a [Header],
    /// The size of a page, to which the dynamic linker rounds what it makes read-only.
    page: usize,
}

impl<'a> Object<'a> {
    /// # Safety
    ///
    /// `info` is lent by `dl_iterate_phdr` for `'a`, and the object's file was not cut short since it was loaded.
    pub(super) unsafe fn new(info: &libc::dl_phdr_info, page: usize) -> Self {
        let headers = if info.dlpi_phdr.is_null() {
            &[]
        } else {
            // SAFETY: dl_iterate_phdr gives `dlpi_phnum` program headers of a loaded object.
            unsafe { slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) }
        };
        Self { base: info.dlpi_addr as usize, headers, page }
    }

    fn segments(&self, kind: u32) -> impl Iterator<Item = (&'a Header, usize)> {
        let base = self.base;
        let found = self.headers.iter().filter(move |header| header.p_type == kind);
        found.map(move |header| (header, base.wrapping_add(header.p_vaddr as usize)))
    }

    /// Whether `len` bytes from `address` on lie in one segment with these rights, in the part that the file fills.
    fn holds(&self, address: usize, len: usize, rights: u32) -> bool {
        self.segments(libc::PT_LOAD).any(|(header, start)| {
            let offset = address.wrapping_sub(start);
            let size = header.p_filesz as usize;
            header.p_flags & rights == rights && offset < size && len <= size - offset
        })
    }

    /// Whether any of these bytes is made read-only once the object is relocated.
    fn is_sealed(&self, address: usize, len: usize) -> bool {
        self.segments(libc::PT_GNU_RELRO).any(|(header, start)| {
            let (from, to) = (start & !(self.page - 1), start.wrapping_add(header.p_memsz as usize));
            address < to && from < address.wrapping_add(len)
        })
    }

    /// The bytes at `address`, if the object holds so many there.
    fn bytes(&self, address: usize, len: usize) -> Option<&'a [u8]> {
        if len == 0 || !self.holds(address, len, libc::PF_R) {
            return None;
        }
        // SAFETY: the bytes lie in a readable segment of a loaded object (new), and nobody changes notes and constants.
        Some(unsafe { slice::from_raw_parts(ptr::with_exposed_provenance(address), len) })
    }

    /// Tells `tell` of every copy of the library that the object holds.
    pub(super) fn copies(&self, tell: &mut dyn FnMut(Found<()>)) {
        for (header, start) in self.segments(libc::PT_NOTE) {
            let Some(notes) = self.bytes(start, header.p_memsz as usize) else { continue };
            leads(notes, header.p_align as usize, |lead| {
                let at = start + lead.at;
                let relative = at.wrapping_add_signed(lead.slot as isize);
                if let Some(found) = self.copy_at(relative) {
                    return tell(found);
                }
                // A tool moved the note. Both words are off by the same distance, which their difference leaves out.
                let from_header = lead.slot.wrapping_sub(lead.header).wrapping_sub(8) as isize;
                let first = self.segments(libc::PT_LOAD).find(|(header, _)| header.p_offset == 0);
                let moved = first.and_then(|(_, elf)| self.copy_at(elf.wrapping_add_signed(from_header)));
                match moved {
                    Some(found) => tell(found),
                    // It moved the ELF header too: the slot is told by its magic.
                    None => self.search(tell),
                }
            });
        }
    }

    /// Every slot in the writable segments, which begin at multiples of eight.
    fn search(&self, tell: &mut dyn FnMut(Found<()>)) {
        let writable = self.segments(libc::PT_LOAD).filter(|(header, _)| header.p_flags & libc::PF_W != 0);
        for (header, start) in writable {
            let end = start.saturating_add(header.p_filesz as usize);
            let places = (start.next_multiple_of(8)..end.saturating_sub(size_of::<Slot>() - 1)).step_by(8);
            places.filter_map(|place| self.copy_at(place)).for_each(&mut *tell);
        }
    }

    /// The copy whose slot is at `address`, if one is.
    fn copy_at(&self, address: usize) -> Option<Found<()>> {
        let len = size_of::<Slot>();
        let fits = address.is_multiple_of(align_of::<Slot>())
            && self.holds(address, len, libc::PF_R | libc::PF_W)
            && !self.is_sealed(address, len);
        if !fits {
            return None;
        }
        // SAFETY: the bytes lie in a segment that can be read and written, of a loaded object, aligned; any bits are a
        // Slot. What others write meanwhile is atomic.
        let says = unsafe { &*ptr::with_exposed_provenance::<Slot>(address) }.says();
        let (entry, card) = leads_to(address, &says)?;
        let leads_inside = self.holds(entry, 1, libc::PF_X) && self.holds(card, size_of::<Bootstrap>(), libc::PF_R);
        if !leads_inside || !card.is_multiple_of(align_of::<Bootstrap>()) {
            return None;
        }
        let semver = self.agrees(card, entry, &says);
        Some(Found::new(address, card, &says, semver))
    }

    /// The package version, if the bootstrap table at `card` says what the slot says.
    fn agrees(&self, card: usize, entry: usize, slot: &NoteSlot) -> Option<[u8; SEMVER]> {
        let table = self.words(card);
        let u32_at = |at: usize| u32::from_ne_bytes(chunk(&table, at));
        let u64_at = |at: usize| u64::from_ne_bytes(chunk(&table, at));
        let address_at = |at: usize| usize::from_ne_bytes(chunk(&table, at));
        let same = u32_at(offset_of!(Bootstrap, struct_size)) as usize >= size_of::<Bootstrap>()
            && u32_at(offset_of!(Bootstrap, version)) == 0
            && table[offset_of!(Bootstrap, magic)..].starts_with(&abi::MAGIC)
            && u32_at(offset_of!(Bootstrap, oldest)) == slot.oldest
            && u32_at(offset_of!(Bootstrap, newest)) == slot.newest
            && u64_at(offset_of!(Bootstrap, rank)) == slot.rank
            && address_at(offset_of!(Bootstrap, get_api)) == entry;
        let functions = [
            offset_of!(Bootstrap, elect),
            offset_of!(Bootstrap, path),
            offset_of!(Bootstrap, explain),
            offset_of!(Bootstrap, copies),
            offset_of!(Bootstrap, extension),
        ];
        let runs = |at: &usize| self.holds(address_at(*at), 1, libc::PF_X);
        if !same || !functions.iter().all(runs) || self.text(address_at(offset_of!(Bootstrap, build_id))).is_none() {
            return None;
        }
        self.text(address_at(offset_of!(Bootstrap, semver)))
    }

    /// The bootstrap table at `card`, which [`Object::holds`] has found to be there. Another thread may be relocating it at
    /// this moment: then it does not agree, and is read again after that.
    fn words(&self, card: usize) -> [u8; size_of::<Bootstrap>()] {
        const WORD: usize = size_of::<usize>();
        let mut table = [0; size_of::<Bootstrap>()];
        for (place, word) in table.chunks_exact_mut(WORD).enumerate() {
            let from = ptr::with_exposed_provenance::<usize>(card + place * WORD);
            // SAFETY: within the table, which lies in a readable segment of a loaded object, aligned.
            word.copy_from_slice(&unsafe { from.read_volatile() }.to_ne_bytes());
        }
        table
    }

    /// A NUL-terminated text of less than [`SEMVER`] bytes.
    fn text(&self, address: usize) -> Option<[u8; SEMVER]> {
        let longest = (1..=SEMVER).rev().find(|len| self.holds(address, *len, libc::PF_R))?;
        let text = CStr::from_bytes_until_nul(self.bytes(address, longest)?).ok()?.to_bytes();
        let mut kept = [0; SEMVER];
        kept[..text.len()].copy_from_slice(text);
        Some(kept)
    }

    /// Whether the dynamic linker never unloads it, since it was linked so.
    pub(super) fn is_nodelete(&self) -> bool {
        const WORD: usize = size_of::<usize>();
        let (header, start) = match self.segments(libc::PT_DYNAMIC).next() {
            Some(dynamic) => dynamic,
            None => return false,
        };
        let Some(entries) = self.bytes(start, header.p_filesz as usize) else { return false };
        let word = |bytes: &[u8], at: usize| usize::from_ne_bytes(chunk(bytes, at));
        let entries = entries.chunks_exact(2 * WORD).map(|entry| (word(entry, 0), word(entry, WORD)));
        entries.take_while(|(tag, _)| *tag != 0).any(|(tag, value)| tag == DT_FLAGS_1 && value & DF_1_NODELETE != 0)
    }
}

/// `N` bytes from `at` on, zeros where there are not so many.
fn chunk<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
}

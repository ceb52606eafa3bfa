// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

use cmetrics_interface as abi;
use cmetrics_interface::{Bootstrap, NoteSlot};

use super::found::{Found, SEMVER};
use crate::sync::{AtomicU32, AtomicU64, Ordering};

/// A [`NoteSlot`] in place: what other copies may write is atomic.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Slot {
    magic: [u8; 16],
    size: u32,
    flags: AtomicU32,
    oldest: u32,
    newest: u32,
    rank: u64,
    entry_rel: i64,
    provider: AtomicU64,
    build_id: [u8; 24],
    card_rel: i64,
    zero: [u64; 5],
}

const _: () = assert!(size_of::<Slot>() == size_of::<NoteSlot>());
const _: () = assert!(offset_of!(Slot, flags) == offset_of!(NoteSlot, flags));
const _: () = assert!(offset_of!(Slot, provider) == offset_of!(NoteSlot, provider));
const _: () = assert!(offset_of!(Slot, card_rel) == offset_of!(NoteSlot, card_rel));

impl Slot {
    pub(crate) fn address(&self) -> usize {
        core::ptr::from_ref(self).addr()
    }

    /// The address of the winner's slot, once there is a winner.
    pub(crate) fn provider(&self) -> Option<usize> {
        // Acquire, with the Release of whoever wrote it: what the winner was when it was chosen is seen.
        let provider = self.provider.load(Ordering::Acquire);
        usize::try_from(provider).ok().filter(|address| *address != 0)
    }

    /// This slot's copy provides, unless another does.
    pub(super) fn provide(&self) -> usize {
        self.settle(self.address())
    }

    /// Sets the winner's slot unless one is set. Returns what is set then.
    pub(super) fn settle(&self, winner: usize) -> usize {
        // Release: see provider. Acquire: as there, of the one who was first.
        let set = self.provider.compare_exchange(0, winner as u64, Ordering::AcqRel, Ordering::Acquire);
        set.map_or_else(|there| usize::try_from(there).unwrap_or(winner), |_| winner)
    }

    /// Sets the winner's slot.
    pub(super) fn assign(&self, winner: usize) {
        // Release: see provider.
        self.provider.store(winner as u64, Ordering::Release);
    }

    /// A slot that nothing leads to.
    #[cfg(not(any(elf, macho, pe)))]
    pub(super) const fn alone() -> Self {
        Self {
            magic: abi::NOTE_MAGIC,
            size: size_of::<NoteSlot>() as u32,
            flags: AtomicU32::new(0),
            oldest: abi::OLDEST,
            newest: abi::NEWEST,
            rank: crate::version::RANK,
            entry_rel: 0,
            provider: AtomicU64::new(0),
            build_id: [0; 24],
            card_rel: 0,
            zero: [0; 5],
        }
    }

    /// The copy's bootstrap table.
    #[cfg(not(any(elf, macho, pe)))]
    pub(crate) fn card(&self) -> *const Bootstrap {
        &raw const crate::abi::bootstrap::BOOTSTRAP
    }

    /// The copy's bootstrap table.
    #[cfg(any(elf, macho, pe))]
    pub(crate) fn card(&self) -> *const Bootstrap {
        let field = self.address() + offset_of!(NoteSlot, card_rel);
        core::ptr::with_exposed_provenance(field.wrapping_add_signed(distance(self.card_rel)))
    }

    pub(crate) fn raise(&self, flag: u32) {
        // Relaxed: the flag publishes nothing but itself; an election that must see it begins later on this thread.
        self.flags.fetch_or(flag, Ordering::Relaxed);
    }

    /// This copy, for a scan that no note led to its own slot.
    pub(super) fn found(&self) -> Found<()> {
        let mut semver = [0; SEMVER];
        let own = crate::version::SEMVER.as_bytes();
        let len = own.len().min(SEMVER - 1);
        semver[..len].copy_from_slice(&own[..len]);
        Found::new(self.address(), self.card().addr(), &self.says(), Some(semver))
    }

    pub(super) fn says(&self) -> NoteSlot {
        NoteSlot {
            magic: self.magic,
            size: self.size,
            // Relaxed: as in raise.
            flags: self.flags.load(Ordering::Relaxed),
            oldest: self.oldest,
            newest: self.newest,
            rank: self.rank,
            entry_rel: self.entry_rel,
            provider: self.provider().unwrap_or(0) as u64,
            build_id: self.build_id,
            card_rel: self.card_rel,
            zero: self.zero,
        }
    }
}

/// Where a slot at `address` leads to, entry and bootstrap table, if it is one in every way that shows without looking
/// further.
pub(super) fn leads_to(address: usize, says: &NoteSlot) -> Option<(usize, usize)> {
    let known = says.magic == abi::NOTE_MAGIC && says.size as usize == size_of::<NoteSlot>() && says.zero == [0; 5];
    let serves = 1 <= says.oldest && says.oldest <= says.newest;
    let from = |field: usize, offset: i64| address.wrapping_add(field).wrapping_add_signed(distance(offset));
    (known && serves).then(|| {
        (from(offset_of!(NoteSlot, entry_rel), says.entry_rel), from(offset_of!(NoteSlot, card_rel), says.card_rel))
    })
}

/// A self-relative offset. Windows has no relocation of 64 bits that is relative: there the upper half is zero.
fn distance(offset: i64) -> isize {
    if cfg!(pe) {
        offset as i32 as isize
    } else {
        offset as isize
    }
}

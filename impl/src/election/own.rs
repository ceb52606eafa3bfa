// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! This copy's slot, and the notes by which others find it.
//!
//! The slot is written in assembler, since its offsets are from one symbol to another: the linker resolves them, so that
//! they can be read before the object is relocated. The symbols' names are made from that of the entry, whose mangled name
//! differs in every build, so that two copies can be linked into one program. A private function would not do: where code is
//! optimized across the parts of a crate, such a one gets another name in some of them. This file looks upward, to the
//! entry and the bootstrap table, since that is where a slot leads.

use cmetrics_interface as abi;

use super::slot::Slot;
use crate::abi::bootstrap::BOOTSTRAP;
use crate::abi::entry::get_api;
use crate::version::{version, BUILD_ID, RANK};

const FLAGS: u32 = if cfg!(feature = "export") { 0 } else { abi::SLOT_EMBEDDED };
const _: () = assert!(BUILD_ID.len() <= 24, "a build id is at most 24 bytes");

/// The slot's fields. The offsets to other symbols are the caller's: their form differs between object formats.
macro_rules! slot {
    ($($before:literal),* => $entry:literal, $card:literal => $($after:literal),*) => {
        core::arch::global_asm!(
            $($before,)*
            "{entry}_slot:",
            ".ascii \"cmetrics-slot-1\\0\"",
            ".long 128",
            ".long {flags}",
            ".long {oldest}",
            ".long {newest}",
            ".quad {rank}",
            $entry,
            ".quad 0",
            concat!(".ascii \"cmetrics-", version!(), "\""),
            ".zero {padding}",
            $card,
            ".zero 40",
            $($after,)*
            entry = sym get_api,
            card = sym BOOTSTRAP,
            flags = const FLAGS,
            oldest = const abi::OLDEST,
            newest = const abi::NEWEST,
            rank = const RANK,
            padding = const 24 - BUILD_ID.len(),
        );
    };
}

#[cfg(elf)]
slot!(
    ".pushsection .data.cmetrics_slot,\"aw\",%progbits",
    ".balign 64",
    ".globl {entry}_slot",
    ".hidden {entry}_slot",
    ".type {entry}_slot, %object",
    ".size {entry}_slot, 128"
    => ".quad {entry} - .", ".quad {card} - ."
    => ".popsection",
    // The two words of NOTE_TYPE.
    ".pushsection .note.cmetrics,\"a\",%note",
    ".balign 4",
    ".long 9, 16, 0x434d5431",
    ".ascii \"CMETRICS\\0\\0\\0\\0\"",
    ".hidden __ehdr_start",
    ".quad {entry}_slot - .",
    ".quad __ehdr_start - .",
    ".popsection"
);

// A section of its own is how others find it. Tried under Wine, and not on Windows itself.
#[cfg(pe)]
slot!(
    ".section .cmetric,\"dw\"",
    ".balign 64",
    ".globl {entry}_slot"
    => ".long {entry} - .\n.long 0", ".long {card} - .\n.long 0"
    => ".text"
);

// As on Windows. Not verified on a machine.
#[cfg(macho)]
slot!(
    ".section __DATA,__cmetrics",
    ".balign 64",
    ".globl {entry}_slot",
    ".private_extern {entry}_slot",
    ".no_dead_strip {entry}_slot"
    => ".quad {entry} - ({entry}_slot + 40)", ".quad {card} - ({entry}_slot + 80)"
    => ".text"
);

/// This copy's slot.
pub(crate) fn own() -> &'static Slot {
    let slot: *const Slot;
    // SAFETY: gives the address of the slot that is written above.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        core::arch::asm!(
            "lea {slot}, [rip + {entry}_slot]",
            slot = out(reg) slot,
            entry = sym get_api,
            options(pure, nomem, nostack, preserves_flags)
        );
        #[cfg(all(target_arch = "aarch64", not(macho)))]
        core::arch::asm!(
            "adrp {slot}, {entry}_slot",
            "add {slot}, {slot}, :lo12:{entry}_slot",
            slot = out(reg) slot,
            entry = sym get_api,
            options(pure, nomem, nostack, preserves_flags)
        );
        #[cfg(all(target_arch = "aarch64", macho))]
        core::arch::asm!(
            "adrp {slot}, {entry}_slot@PAGE",
            "add {slot}, {slot}, {entry}_slot@PAGEOFF",
            slot = out(reg) slot,
            entry = sym get_api,
            options(pure, nomem, nostack, preserves_flags)
        );
        &*slot
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The slot by which copies of the library in one process find each other. Frozen for ever, 128 bytes.
//!
//! Every copy for an ELF system carries a note (name [`NOTE_NAME`], type [`NOTE_TYPE`]) whose 16 bytes are two
//! pc-relative words: from the first word to the slot, and from the second word to the object's ELF header. Their
//! difference survives tools that move notes. A second note ([`NOTE_TYPE_TABLES`]) tells the versions that the copy
//! serves and the sizes of their tables, for tools that do not load it. See `docs/abi/one-root.md`.

use core::mem::{offset_of, size_of};

/// The first bytes of a slot.
pub const NOTE_MAGIC: [u8; 16] = *b"cmetrics-slot-1\0";
/// The name of the ELF note, with its NUL.
/// cbindgen:ignore
pub const NOTE_NAME: &[u8; 9] = b"CMETRICS\0";
/// The type of the ELF note that leads to the slot, `CMT1`.
pub const NOTE_TYPE: u32 = 0x434d_5431;
/// The type of the ELF note of table sizes, `CMT2`. Its content is 32-bit numbers: for each version the version, the
/// size of its table, the number of vtables, and the size of each vtable in the order of the table.
pub const NOTE_TYPE_TABLES: u32 = 0x434d_5432;

/// The copy is linked into a program or plugin and exports nothing.
pub const SLOT_EMBEDDED: u32 = 1;
/// The copy was named by `CMETRICS_LIBRARY`.
pub const SLOT_FORCED: u32 = 2;
/// The copy serves clients that the winner is too old for, and is part of the winner's reports.
pub const SLOT_SATELLITE: u32 = 4;

/// One copy's place in the election. Offsets are self-relative, so that a copy that is still being loaded, and not yet
/// relocated, can be read. See docs/abi/one-root.md#how-copies-find-each-other.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct NoteSlot {
    /// [`NOTE_MAGIC`].
    pub magic: [u8; 16],
    /// 128.
    pub size: u32,
    /// `CMETRICS_SLOT_…`.
    pub flags: u32,
    /// The oldest ABI version that the copy serves.
    pub oldest: u32,
    /// The newest ABI version that the copy serves.
    pub newest: u32,
    /// The copy's age among releases.
    pub rank: u64,
    /// From this field to the copy's `cmetrics_get_api`.
    pub entry_rel: i64,
    /// The address of the winner's slot, or zero while nobody has won.
    pub provider: u64,
    /// What build it is, NUL-padded.
    pub build_id: [u8; 24],
    /// From this field to the copy's bootstrap table, which names the same `cmetrics_get_api`.
    pub card_rel: i64,
    /// Zero.
    pub zero: [u64; 5],
}

const _: () = assert!(size_of::<NoteSlot>() == 128 && offset_of!(NoteSlot, rank) == 32);
const _: () = assert!(offset_of!(NoteSlot, entry_rel) == 40 && offset_of!(NoteSlot, provider) == 48);
const _: () = assert!(offset_of!(NoteSlot, build_id) == 56 && offset_of!(NoteSlot, card_rel) == 80);

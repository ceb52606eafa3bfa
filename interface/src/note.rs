// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The slot by which copies of the library in one process find each other. Frozen for ever, 128 bytes.
//!
//! Every copy carries an ELF note (name [`NOTE_NAME`], type [`NOTE_TYPE`]) whose 16 bytes are two pc-relative words:
//! from the first word to the slot, and from the second word to the object's ELF header. Their difference survives
//! tools that move notes. See `docs/abi/one-root.md`.

use core::mem::{offset_of, size_of};

/// The first bytes of a slot.
pub const NOTE_MAGIC: [u8; 16] = *b"cmetrics-slot-1\0";
/// The name of the ELF note, with its NUL.
/// cbindgen:ignore
pub const NOTE_NAME: &[u8; 9] = b"CMETRICS\0";
/// The type of the ELF note, `CMT1`.
pub const NOTE_TYPE: u32 = 0x434d_5431;

/// The copy is linked into a program or plugin and exports nothing.
pub const SLOT_EMBEDDED: u32 = 1;
/// The copy was named by `CMETRICS_LIBRARY`.
pub const SLOT_FORCED: u32 = 2;

/// One copy's place in the election. Offsets are self-relative, so that a copy that is still being loaded, and not yet
/// relocated, can be read.
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
    /// Zero.
    pub zero: [u64; 6],
}

const _: () = assert!(size_of::<NoteSlot>() == 128 && offset_of!(NoteSlot, rank) == 32);
const _: () = assert!(offset_of!(NoteSlot, entry_rel) == 40 && offset_of!(NoteSlot, provider) == 48);
const _: () = assert!(offset_of!(NoteSlot, build_id) == 56 && offset_of!(NoteSlot, zero) == 80);

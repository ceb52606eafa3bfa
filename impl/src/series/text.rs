// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Label values, each stored once for each root, in chunks that never move. A text is known by a number of 4 bytes.
//!
//! What is in a chunk for a text: its hash, how many use it with its length, its bytes, and zeros up to a multiple of 8.
//! At least [`SLACK`] bytes that may be read follow every text.

use core::ptr::{self, null_mut, NonNull};
use core::slice;
use std::alloc::{alloc_zeroed, dealloc, handle_alloc_error, Layout};

use super::hash::{same_between, Part};
use super::probe;
use crate::sync::{AtomicPtr, AtomicU32, Ordering};

/// A text's chunk, and its place there in units of 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sym(u32);

/// How many bytes after a text may be read.
pub(crate) const SLACK: usize = 32;
/// Chunks of all roots, and the most bytes of one.
const CHUNKS: usize = 1 << 16;
const LARGEST: usize = 8 << 16;
const SMALLEST: usize = 4 << 10;
const HEAD: usize = 8;

static CHUNK: [AtomicPtr<u8>; CHUNKS] = [const { AtomicPtr::new(null_mut()) }; CHUNKS];
static LAST: AtomicU32 = AtomicU32::new(0);

/// What stands before the bytes.
#[repr(C)]
struct Head {
    /// While the text is free: the next free one.
    hash: AtomicU32,
    /// From below: 14 bits of length, 1 bit whether it must be escaped, 17 bits of uses, of which the highest stays.
    rest: AtomicU32,
}

const LENGTH: u32 = (1 << 14) - 1;
const ESCAPE: u32 = 1 << 14;
const USE: u32 = 1 << 15;
const MOST_USES: u32 = u32::MAX / USE;

/// No text was kept: memory or numbers are used up.
#[derive(Debug)]
pub(crate) struct Full;

/// The texts of one root.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// Open addressing, linear; 0 is free. Never more than 3/4 full.
    table: Vec<u32>,
    count: usize,
    chunks: Vec<(usize, usize)>,
    /// Where the next text goes in the last chunk.
    used: usize,
    /// Texts that are free, by their size in units of 8 bytes: the first of each list.
    free: Vec<u32>,
}

impl Sym {
    pub(crate) fn from_number(number: u32) -> Sym {
        Sym(number)
    }

    pub(crate) fn number(self) -> u32 {
        self.0
    }

    /// Where the text is, to ask for it early.
    #[inline]
    pub(crate) fn place(self) -> *const u8 {
        self.at()
    }

    #[inline]
    fn at(self) -> *const u8 {
        // Acquire: who has the number has synchronised with who made it; this is for the chunk's content all the same.
        CHUNK[(self.0 >> 16) as usize].load(Ordering::Acquire).wrapping_add((self.0 & 0xffff) as usize * 8)
    }

    /// Where its bytes are. (Not the address of the slice, which ends where they do.)
    #[inline]
    fn start(self) -> *const u8 {
        self.at().wrapping_add(HEAD)
    }

    /// # Safety
    ///
    /// As for [`bytes`](Self::bytes).
    #[inline]
    unsafe fn head<'a>(self) -> &'a Head {
        // SAFETY: the text is there, as the caller promises, and a head is before its bytes, aligned to 8.
        unsafe { &*self.at().cast() }
    }

    /// # Safety
    ///
    /// For `'a` the text is in use: whoever counted the use has not given it up, or the caller is in a section
    /// ([`crate::grace`]) that began before.
    #[inline]
    pub(crate) unsafe fn bytes<'a>(self) -> &'a [u8] {
        // SAFETY: as the caller promises; the length in the head is that of the bytes behind it.
        unsafe {
            let length = self.head().rest.load(Ordering::Relaxed) & LENGTH;
            slice::from_raw_parts(self.at().add(HEAD), length as usize)
        }
    }

    /// # Safety
    ///
    /// As for [`bytes`](Self::bytes).
    pub(crate) unsafe fn text<'a>(self) -> &'a str {
        // SAFETY: as the caller promises; it was a str when it was kept.
        unsafe { core::str::from_utf8_unchecked(self.bytes()) }
    }

    /// # Safety
    ///
    /// As for [`bytes`](Self::bytes).
    #[inline]
    pub(crate) unsafe fn hash(self) -> u32 {
        // SAFETY: as the caller promises.
        unsafe { self.head() }.hash.load(Ordering::Relaxed)
    }

    /// Its bytes and their number, if none of them is escaped in a label value. [`SLACK`] more may be read.
    ///
    /// # Safety
    ///
    /// As for [`bytes`](Self::bytes).
    #[inline]
    pub(crate) unsafe fn plain(self) -> Option<(*const u8, usize)> {
        // SAFETY: as the caller promises.
        let rest = unsafe { self.head() }.rest.load(Ordering::Relaxed);
        (rest & ESCAPE == 0).then(|| (self.start(), (rest & LENGTH) as usize))
    }

    /// # Safety
    ///
    /// As for [`bytes`](Self::bytes).
    #[inline]
    pub(crate) unsafe fn is(self, part: &Part<'_>) -> bool {
        // SAFETY: as the caller promises. Zeros up to a multiple of 8 follow the bytes, so that 8 can be read at the
        // beginning of every text that is not empty, and of an empty one in the slack.
        unsafe {
            let n = part.bytes.len();
            let bytes = self.bytes();
            let word = |at: usize| u64::from_le(self.start().add(at).cast::<u64>().read_unaligned());
            if bytes.len() != n || word(0) != part.first {
                return false;
            }
            n <= 8 || (word(n - 8) == part.last && same_between(bytes, part.bytes))
        }
    }

    fn size(length: usize) -> usize {
        (HEAD + length.max(1)).next_multiple_of(8)
    }
}

impl Texts {
    /// The number of a text, kept if it is new, with one more use. `part` is UTF-8, and `hash` its hash.
    pub(crate) fn keep(&mut self, part: &Part<'_>, hash: u32) -> Result<Sym, Full> {
        if part.bytes.len() > LENGTH as usize {
            return Err(Full);
        }
        if (self.count + 1) * 4 > self.table.len() * 3 {
            // SAFETY: what is in the table is in use.
            probe::grow(&mut self.table, 64, |number| unsafe { Sym(number).hash() });
        }
        let at = self.slot(part, hash);
        if self.table[at] != 0 {
            let sym = Sym(self.table[at]);
            self.use_again(sym);
            return Ok(sym);
        }
        let sym = self.place(part, hash)?;
        self.table[at] = sym.0;
        self.count += 1;
        Ok(sym)
    }

    /// The number of a text, if it is kept.
    pub(crate) fn find(&self, part: &Part<'_>, hash: u32) -> Option<Sym> {
        if self.table.is_empty() {
            return None;
        }
        Some(self.table[self.slot(part, hash)]).filter(|number| *number != 0).map(Sym)
    }

    /// Where, in the table, the text is or would be.
    fn slot(&self, part: &Part<'_>, hash: u32) -> usize {
        let mut at = hash as usize & (self.table.len() - 1);
        while self.table[at] != 0 {
            let sym = Sym(self.table[at]);
            // SAFETY: what is in the table is in use.
            if unsafe { sym.hash() == hash && sym.is(part) } {
                break;
            }
            at = (at + 1) & (self.table.len() - 1);
        }
        at
    }

    /// One more use of a text that is in use.
    pub(crate) fn use_again(&mut self, sym: Sym) {
        // SAFETY: as the caller says.
        let rest = &unsafe { sym.head() }.rest;
        let now = rest.load(Ordering::Relaxed);
        // So many uses are not counted: the text stays for ever.
        if now / USE < MOST_USES {
            rest.store(now + USE, Ordering::Relaxed);
        }
    }

    /// Gives a use up. With the last one the text is gone.
    ///
    /// # Safety
    ///
    /// The caller had a use, and nobody reads the text by it any more.
    pub(crate) unsafe fn give_up(&mut self, sym: Sym) {
        // SAFETY: as the caller promises, it is in use.
        let head = unsafe { sym.head() };
        let now = head.rest.load(Ordering::Relaxed);
        match now / USE {
            MOST_USES => {}
            1 => {
                self.forget(sym);
                let class = Sym::size((now & LENGTH) as usize) / 8;
                if self.free.len() <= class {
                    self.free.resize(class + 1, 0);
                }
                head.hash.store(self.free[class], Ordering::Relaxed);
                head.rest.store(0, Ordering::Relaxed);
                self.free[class] = sym.0;
            }
            _ => head.rest.store(now - USE, Ordering::Relaxed),
        }
    }

    /// Takes it out of the table.
    fn forget(&mut self, sym: Sym) {
        let mask = self.table.len() - 1;
        // SAFETY: what is in the table is in use.
        let hash = |number: u32| unsafe { Sym(number).hash() };
        let mut at = hash(sym.0) as usize & mask;
        while self.table[at] != sym.0 {
            at = (at + 1) & mask;
        }
        probe::remove(&mut self.table, at, hash);
        self.count -= 1;
    }

    fn place(&mut self, part: &Part<'_>, hash: u32) -> Result<Sym, Full> {
        let size = Sym::size(part.bytes.len());
        let sym = match self.free.get_mut(size / 8) {
            Some(first) if *first != 0 => {
                let sym = Sym(*first);
                // SAFETY: it is free, and so ours; its head has the next one.
                *first = unsafe { sym.hash() };
                sym
            }
            _ => self.next(size)?,
        };
        let escape = part.bytes.iter().any(|byte| matches!(byte, b'\\' | b'\n' | b'"'));
        let rest = USE | if escape { ESCAPE } else { 0 } | part.bytes.len() as u32;
        // SAFETY: `size` bytes at this place are ours alone: nobody reads a text that is not in use.
        unsafe {
            let bytes = sym.at().cast_mut().add(HEAD);
            // The last word first: it has the zeros behind the bytes.
            bytes.add(size - HEAD - 8).cast::<u64>().write(0);
            ptr::copy_nonoverlapping(part.bytes.as_ptr(), bytes, part.bytes.len());
            sym.head().hash.store(hash, Ordering::Relaxed);
            sym.head().rest.store(rest, Ordering::Relaxed);
        }
        Ok(sym)
    }

    /// A place that was never used.
    fn next(&mut self, size: usize) -> Result<Sym, Full> {
        let room = self.chunks.last().map_or(0, |(_, room)| *room);
        if self.used + size + SLACK > room {
            let room = (room * 2).clamp(SMALLEST.max(size + SLACK), LARGEST);
            if size + SLACK > room {
                return Err(Full);
            }
            self.chunks.push((claim(room)?, room));
            self.used = 0;
        }
        let Some((chunk, _)) = self.chunks.last() else { return Err(Full) };
        let sym = Sym((*chunk as u32) << 16 | (self.used / 8) as u32);
        self.used += size;
        Ok(sym)
    }
}

fn layout(room: usize) -> Layout {
    Layout::from_size_align(room, 64).unwrap_or(Layout::new::<u64>())
}

/// Makes a chunk. Numbers start at 1, so that no text has the number 0.
fn claim(room: usize) -> Result<usize, Full> {
    // SAFETY: the layout has a size.
    let Some(memory) = NonNull::new(unsafe { alloc_zeroed(layout(room)) }) else { handle_alloc_error(layout(room)) };
    let first = LAST.load(Ordering::Relaxed) as usize;
    for i in 0..CHUNKS {
        let number = (first + i) % CHUNKS;
        let free = number != 0 && CHUNK[number].load(Ordering::Relaxed).is_null();
        // Release: who finds the chunk finds zeros.
        if free
            && CHUNK[number].compare_exchange(null_mut(), memory.as_ptr(), Ordering::Release, Ordering::Relaxed).is_ok()
        {
            LAST.store(number as u32, Ordering::Relaxed);
            return Ok(number);
        }
    }
    // SAFETY: allocated above, and nobody knows it.
    unsafe { dealloc(memory.as_ptr(), layout(room)) };
    Err(Full)
}

impl Drop for Texts {
    fn drop(&mut self) {
        for (number, room) in &self.chunks {
            let memory = CHUNK[*number].swap(null_mut(), Ordering::Relaxed);
            // SAFETY: the chunk is this one's, made with this layout; whoever had texts of it is gone.
            unsafe { dealloc(memory, layout(*room)) };
        }
    }
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;

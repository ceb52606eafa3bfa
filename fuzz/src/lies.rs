// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Structs, texts, arrays and places that are wrong in every way that the contract allows them to be
//! (docs/abi/versions.md, docs/abi/strings.md), each in an allocation of exactly the bytes that it promises.

use std::alloc::{alloc_zeroed, dealloc, handle_alloc_error, Layout};
use std::collections::BTreeSet;
use std::mem::size_of;
use std::ptr::{copy_nonoverlapping, null, null_mut, without_provenance, without_provenance_mut};

use cmetrics_interface::{Label, Status, Text, INTERNAL, INVALID_ARGUMENT, UNSUPPORTED};

use crate::input::Input;
use crate::lent::{Lent, Pair};

/// No struct is larger.
const LARGEST: usize = 4096;

/// What the fuzzer said that is wrong, by the status that it must come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lies(pub BTreeSet<Status>);

impl Lies {
    /// Something wrong was said.
    pub fn tell(&mut self, status: Status) {
        self.0.insert(status);
    }

    /// A call with these lies must fail with one of them, and one without may fail for what its texts say.
    pub fn judge(&self, status: Result<(), Status>) {
        assert_ne!(status, Err(INTERNAL));
        match status {
            Ok(()) => assert!(self.0.is_empty(), "taken, with {self:?}"),
            // What the texts say may be wrong as well.
            Err(INVALID_ARGUMENT) => {}
            Err(status) => assert!(self.0.is_empty() || self.0.contains(&status), "{status}, with {self:?}"),
        }
    }
}

/// A struct that begins with `struct_size` and `flags`, in memory of as many bytes as its size says.
#[derive(Debug)]
pub struct Raw {
    memory: *mut u8,
    layout: Layout,
    /// What is passed: into the memory, or nowhere.
    pub place: *const u8,
}

/// How a slot reads a struct.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Flags that there are.
    pub flags: u32,
    /// Bytes beyond what is known must be zero.
    pub strict: bool,
    /// There need be none.
    pub optional: bool,
}

impl Raw {
    /// `value`, of a size that may be a lie, with flags of any bits, perhaps with bytes beyond its end, perhaps not aligned,
    /// perhaps not there.
    pub fn new<T: Copy>(input: &mut Input<'_>, value: &T, how: Reading, lies: &mut Lies) -> Raw {
        let least = size_of::<T>();
        let size = match input.below(24) {
            0 => usize::from(input.byte()),
            1 => input.pick(&[0, 1, 7, 8, 12, 16, least - 1, least - 8, least + 1]),
            2 => input.pick(&[least + 4, least + 8, least + 64, LARGEST - 1, LARGEST]),
            3 => input.pick(&[LARGEST + 1, 1 << 16, i32::MAX as usize, u32::MAX as usize]),
            _ => least,
        };
        // What has no sound size has nothing beyond its first two words.
        let there = if size > LARGEST { 8 } else { size.max(8) };
        let shift = if input.once_in(32) { 1 + input.below(7) } else { 0 };
        let layout = Layout::from_size_align(there + shift, 8).expect("a small size");
        // SAFETY: the layout has a size.
        let memory = unsafe { alloc_zeroed(layout) };
        if memory.is_null() {
            handle_alloc_error(layout);
        }
        // SAFETY: both have as many bytes; any bytes may be copied.
        let mut place = unsafe {
            let place = memory.add(shift);
            copy_nonoverlapping(std::ptr::from_ref(value).cast::<u8>(), place, there.min(least));
            place.cast::<u32>().write_unaligned(size as u32);
            place.cast_const()
        };
        if input.once_in(16) {
            let flags = input.number() as u32;
            // SAFETY: there are eight bytes at least.
            unsafe { memory.add(shift + 4).cast::<u32>().write_unaligned(flags) };
            if flags & !how.flags != 0 && (least..=LARGEST).contains(&size) {
                lies.tell(UNSUPPORTED);
            }
        }
        if there > least && input.once_in(2) {
            let (at, byte) = (least + input.number() as usize % (there - least), input.byte());
            // SAFETY: within the memory.
            unsafe { memory.add(shift + at).write(byte) };
            if how.strict && byte != 0 {
                lies.tell(UNSUPPORTED);
            }
        }
        if !(least..=LARGEST).contains(&size) || shift != 0 {
            lies.tell(INVALID_ARGUMENT);
        }
        if input.once_in(32) {
            place = null();
            // Nothing else that is wrong is seen.
            *lies = Lies::default();
            if !how.optional {
                lies.tell(INVALID_ARGUMENT);
            }
        }
        Raw { memory, layout, place }
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: allocated so.
        unsafe { dealloc(self.memory, self.layout) };
    }
}

/// A text that is `plain`, or one that cannot be read.
pub fn text(input: &mut Input<'_>, plain: &[u8], lent: &mut Lent, lies: &mut Lies) -> Text {
    let n = 1 + (input.number() >> 1);
    let text = match input.below(24) {
        0 => Text { data: null(), len: n },
        1 => Text { data: without_provenance(n as usize), len: (1 << 20) + n },
        // Absent, wherever it points to.
        2 => return Text { data: without_provenance(n as usize), len: 0 },
        3 => lent.text(&[plain, b"\xff"].concat()),
        _ => return lent.text(plain),
    };
    lies.tell(INVALID_ARGUMENT);
    text
}

/// Labels that are these, or an array that cannot be read.
pub fn labels(input: &mut Input<'_>, plain: &[Pair], lent: &mut Lent, lies: &mut Lies) -> (*const Label, u64) {
    let (data, n) = match input.below(24) {
        0 => (null(), 1 + input.number() % 64),
        1 => (without_provenance(input.number() as usize), 65 + input.number() % (u64::MAX - 65)),
        2 => (without_provenance(1 + 8 * usize::from(input.byte())), 1 + input.number() % 64),
        // None, wherever it points to.
        3 => return (without_provenance(input.number() as usize), 0),
        4 if !plain.is_empty() => {
            let (data, n) = lent.labels(plain);
            // SAFETY: the array has an element at least.
            let mut first = unsafe { data.read() };
            if input.once_in(2) {
                first.key = Text { data: null(), len: 1 };
            } else {
                first.value = Text { data: null(), len: input.number().max(1) };
            }
            // SAFETY: the array is the target's own, and nobody looks at it yet.
            unsafe { data.cast_mut().write(first) };
            (data, n)
        }
        _ => return lent.labels(plain),
    };
    lies.tell(INVALID_ARGUMENT);
    (data, n)
}

/// A place for a handle: there, missing or not aligned.
pub fn place<T>(input: &mut Input<'_>, place: *mut *mut T, optional: bool, lies: &mut Lies) -> *mut *mut T {
    match input.below(48) {
        0 => {
            if !optional {
                lies.tell(INVALID_ARGUMENT);
            }
            null_mut()
        }
        1 => {
            lies.tell(INVALID_ARGUMENT);
            without_provenance_mut(8 * usize::from(input.byte()) + 1 + input.below(7))
        }
        _ => place,
    }
}

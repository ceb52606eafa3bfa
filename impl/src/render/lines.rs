// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Lines of metrics as they lie: what a report of many series is made of.
//!
//! A line is put together from pieces that were prepared for its group, and from the texts of its label values. What it
//! shares with the line before is copied from there at once: in order, most of it. Pieces are copied 32 bytes at a time,
//! over their end if need be, for which all of them have room. Lines that do not fit the pattern, because a value must be
//! escaped or because they are very long, are written as points are.

use core::mem::MaybeUninit;
use core::ptr::NonNull;

use super::prometheus::{write_head, write_label, write_line};
use crate::metric::{Exposure, Kind, Metric};
use crate::number::{Digits, Number, EXACT};
use crate::registry::cursor::{Shown, Take};
use crate::registry::family::FamilyInfo;
use crate::registry::labels::MOST_LABELS;
use crate::report::ValueView;
use crate::series::group::Group;
use crate::series::text::SLACK;

/// The buffer is handed to the sink once it holds this much.
const CHUNK: usize = 64 * 1024;
/// What the line that fills it may add.
const ROOM: usize = 16 * 1024;
/// What is copied at once.
type Block = MaybeUninit<[u8; SLACK]>;
/// How far ahead metrics, and then their texts, are asked for.
const FAR: usize = 32;
const NEAR: usize = 8;

/// Lines of one family after the other.
pub(crate) struct Lines {
    out: Vec<u8>,
    /// HELP and TYPE, until the first line comes.
    head: Vec<u8>,
    name: String,
    kind: Kind,
    exposure: Exposure,
    pieces: Pieces,
    digits: Digits,
}

/// What stands before, between and behind the label values of a group, each with room to read over its end.
#[derive(Default)]
struct Pieces {
    group: u64,
    text: Vec<u8>,
    /// The end of the family's name with the first and with the second sample's suffix, and up to the first value.
    name: [(usize, usize); 2],
    /// Before each value.
    keys: Vec<(usize, usize)>,
}

/// Where the next byte goes. It never goes beyond what the buffer has room for.
struct Pen {
    at: *mut u8,
    last: *mut u8,
}

impl Pen {
    /// Writes `n` bytes. False, and nothing, if there is no room.
    ///
    /// # Safety
    ///
    /// At `from` are `n` bytes, and [`SLACK`] more that may be read. They may lie before the pen.
    #[inline(always)]
    unsafe fn put(&mut self, from: *const u8, n: usize) -> bool {
        if n > (self.last as usize).saturating_sub(self.at as usize) {
            return false;
        }
        let mut done = 0;
        loop {
            // SAFETY: as the caller promises; behind `last` there is room for a block. Each block is read before it is
            // written.
            unsafe {
                self.at.add(done).cast::<Block>().write_unaligned(from.add(done).cast::<Block>().read_unaligned());
            };
            done += SLACK;
            if done >= n {
                break;
            }
        }
        self.at = self.at.wrapping_add(n);
        true
    }

    /// Writes a text of up to [`SLACK`] bytes, for which there is room.
    ///
    /// # Safety
    ///
    /// Since the last `put`, no more than that was written.
    #[inline(always)]
    unsafe fn put_short(&mut self, text: &[u8]) {
        // Two pieces that overlap: a call of memcpy would cost more than the copy.
        // SAFETY: as the caller promises, behind `last` there is room; the pieces are within the text.
        unsafe {
            let (from, to, n) = (text.as_ptr(), self.at, text.len());
            let piece = |size: usize, at: usize| from.add(at).copy_to_nonoverlapping(to.add(at), size);
            match n {
                16.. => (0..n / 16 * 16).step_by(16).chain([n - 16]).for_each(|at| piece(16, at)),
                8.. => (piece(8, 0), piece(8, n - 8)).0,
                4.. => (piece(4, 0), piece(4, n - 4)).0,
                2.. => (piece(2, 0), piece(2, n - 2)).0,
                1 => piece(1, 0),
                0 => {}
            }
            self.at = to.add(n);
        }
    }
}

impl Pen {
    /// Writes a number that is no integer and not 2^53 or beyond, for which there is room.
    ///
    /// # Safety
    ///
    /// As for `put_short`.
    #[inline(always)]
    unsafe fn put_fraction(&mut self, x: f64) {
        // The formatter writes into a buffer of its own, which lies here: any place will do that is large enough.
        const { assert!(align_of::<zmij::Buffer>() == 1 && size_of::<zmij::Buffer>() <= Digits::LONGEST) };
        let place = self.at.cast::<zmij::Buffer>();
        // SAFETY: as the caller promises, there is room; every address is aligned to 1.
        unsafe {
            place.write(zmij::Buffer::new());
            let text = (*place).format_finite(x).as_bytes();
            let (from, n) = (text.as_ptr(), text.len());
            // Where in its buffer the text begins is the formatter's to say.
            if from != self.at.cast_const() {
                from.copy_to(self.at, n);
            }
            self.at = self.at.add(n);
        }
    }
}

impl Lines {
    pub(super) fn new() -> Self {
        Self {
            out: Vec::with_capacity(CHUNK + ROOM + SLACK),
            head: Vec::new(),
            name: String::new(),
            kind: Kind::Counter,
            exposure: Exposure::Counter,
            pieces: Pieces::default(),
            digits: Digits::new(),
        }
    }

    /// For whoever writes something else.
    pub(super) fn out(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    pub(super) fn written(&self) -> &[u8] {
        &self.out
    }

    pub(super) fn clear(&mut self) {
        self.out.clear();
    }

    pub(super) fn is_full(&self) -> bool {
        self.out.len() >= CHUNK
    }

    /// From now on lines are of this family.
    pub(crate) fn begin(&mut self, info: &FamilyInfo) {
        self.head.clear();
        write_head(&info.view(), &mut self.head);
        self.name.clear();
        self.name.push_str(info.name());
        (self.kind, self.exposure) = (info.kind, info.exposure);
        self.pieces.group = 0;
    }

    fn suffixes(&self) -> &'static [&'static str] {
        match self.exposure {
            Exposure::Counter | Exposure::Gauge => &[""],
            Exposure::Summary => &["_sum", "_count"],
        }
    }

    fn prepare(&mut self, group: &Group) {
        if self.pieces.group == group.uid {
            return;
        }
        let suffixes = self.suffixes();
        let Pieces { text, name, keys, .. } = &mut self.pieces;
        text.clear();
        keys.clear();
        let mut piece = |parts: &[&str]| {
            let start = text.len();
            parts.iter().for_each(|part| text.extend_from_slice(part.as_bytes()));
            let end = text.len();
            text.extend_from_slice(&[0; SLACK]);
            (start, end - start)
        };
        for (i, suffix) in suffixes.iter().enumerate() {
            name[i] = piece(&[&self.name, suffix]);
        }
        for (i, key) in group.keys.iter().enumerate() {
            keys.push(piece(&[if i == 0 { "{" } else { "\"," }, key, "=\""]));
        }
        self.pieces.group = group.uid;
    }

    /// Writes lines of metrics with `N` labels, or with any number where `N` is the most.
    #[inline(always)]
    fn write<const N: usize>(&mut self, group: &Group, numbers: &[u32], shown: &Shown<'_>) -> usize {
        let n = if N == MOST_LABELS { group.keys.len().min(N) } else { N };
        let (mut last, mut ends) = ([0; N], [0; N]);
        let mut before: Option<*const u8> = None;
        let mut ahead = [NonNull::dangling(); FAR];
        for (place, number) in ahead.iter_mut().zip(numbers) {
            *place = group.at(*number);
            prefetch(place.as_ptr());
        }
        for at in 0..numbers.len() {
            let metric = ahead[at % FAR];
            if let Some(number) = numbers.get(at + FAR) {
                let far = group.at(*number);
                prefetch(far.as_ptr());
                ahead[at % FAR] = far;
            }
            if n > 0 && at + NEAR < numbers.len() {
                // The last label is the one that differs most.
                // SAFETY: a metric of the group, gone or not, has values; what its text was is not looked at.
                prefetch(unsafe { Group::sym(ahead[(at + NEAR) % FAR], n - 1) }.place());
            }
            // SAFETY: the numbers are of metrics that were made, and the caller has the lock.
            if !shown.has(unsafe { metric.as_ref() }.members()) {
                continue;
            }
            if self.out.len() >= CHUNK {
                return at;
            }
            if !self.head.is_empty() {
                self.out.append(&mut self.head);
                before = None;
            }
            // SAFETY: attached, under the lock, of the group, which has so many labels; the line before is in the buffer.
            before = unsafe { self.write_one::<N>(metric, n, before, &mut last, &mut ends) };
            if before.is_none() {
                // SAFETY: as above.
                unsafe { self.write_slowly(metric) };
            }
        }
        numbers.len()
    }

    /// Writes a metric's lines, if it is done as most are. Where the first one is is returned; None if nothing was
    /// written.
    ///
    /// # Safety
    ///
    /// The metric is attached, of the prepared group, has `n` labels, and the caller has the lock. `before` is a line of
    /// the group in the buffer, with these values that end there.
    #[inline(always)]
    unsafe fn write_one<const N: usize>(
        &mut self,
        metric: NonNull<Metric>,
        n: usize,
        before: Option<*const u8>,
        last: &mut [u32; N],
        ends: &mut [usize; N],
    ) -> Option<*const u8> {
        let (base, start, room) = (self.out.as_mut_ptr(), self.out.len(), self.out.capacity());
        // SAFETY: in the buffer. Its room ends where a block and a number still fit.
        let mut pen =
            unsafe { Pen { at: base.add(start), last: base.add((room - 2 * SLACK - Digits::LONGEST).max(start)) } };
        let (line, text, keys) = (pen.at, self.pieces.text.as_ptr(), self.pieces.keys.as_ptr());
        // SAFETY: pieces, texts and the line before have room behind them that may be read; there are `n` keys and values.
        unsafe {
            let sym = |i: usize| Group::sym(metric, i);
            let mut shared = 0;
            if let Some(before) = before {
                while shared + 1 < n && sym(shared).number() == last[shared] {
                    shared += 1;
                }
                if shared > 0 && !pen.put(before, ends[shared - 1]) {
                    return None;
                }
            }
            let (name, length) = self.pieces.name[0];
            if shared == 0 && !pen.put(text.add(name), length) {
                return None;
            }
            for i in shared..n {
                let value = sym(i);
                let (bytes, size) = value.plain()?;
                let (key, length) = *keys.add(i);
                if !pen.put(text.add(key), length) || !pen.put(bytes, size) {
                    return None;
                }
                last[i] = value.number();
                ends[i] = pen.at as usize - line as usize;
            }
            pen.put_short(if n > 0 { b"\"} " } else { b" " });
            let labels = pen.at as usize - line as usize - length;
            let (number, count) = metric.as_ref().read(self.kind);
            match number.plain() {
                Number::F64(x) if x.abs() < EXACT && x != 0.0 => pen.put_fraction(x),
                number => pen.put_short(self.digits.of(number)),
            }
            pen.put_short(b"\n");
            if self.exposure == Exposure::Summary {
                let (second, second_length) = self.pieces.name[1];
                if !pen.put(text.add(second), second_length) || !pen.put(line.add(length), labels) {
                    return None;
                }
                pen.put_short(self.digits.of(Number::U64(count)));
                pen.put_short(b"\n");
            }
            self.out.set_len(start + (pen.at as usize - line as usize));
        }
        Some(line)
    }

    /// Writes any metric's lines.
    ///
    /// # Safety
    ///
    /// As for `write`.
    #[cold]
    unsafe fn write_slowly(&mut self, metric: NonNull<Metric>) {
        let mut labels = Vec::new();
        // SAFETY: as the caller promises.
        let (there, pairs) = unsafe { (metric.as_ref(), Group::labels_of(metric)) };
        for (key, value) in pairs {
            write_label(key, value, labels.is_empty(), &mut labels);
        }
        let (samples, n) = there.samples();
        for sample in &samples[..n] {
            let value = ValueView { suffix: sample.suffix, extra: None, number: sample.number };
            write_line(&self.name, &labels, &value, &mut self.out);
        }
    }
}

impl Take for Lines {
    fn take(&mut self, group: &Group, numbers: &[u32], shown: &Shown<'_>) -> usize {
        self.prepare(group);
        match group.keys.len() {
            0 => self.write::<0>(group, numbers, shown),
            1 => self.write::<1>(group, numbers, shown),
            2 => self.write::<2>(group, numbers, shown),
            3 => self.write::<3>(group, numbers, shown),
            4 => self.write::<4>(group, numbers, shown),
            _ => self.write::<MOST_LABELS>(group, numbers, shown),
        }
    }
}

/// Asks the processor for memory that will be read.
#[inline(always)]
fn prefetch<T>(place: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: reads nothing, wherever it points to.
    unsafe {
        core::arch::x86_64::_mm_prefetch(place.cast(), core::arch::x86_64::_MM_HINT_T0);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = place;
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;

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
use crate::number::{Digits, Number};
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
const FAR: usize = 16;
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
    before: Before,
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

/// The line before, if it is in the buffer and of the same group.
struct Before {
    line: Option<usize>,
    values: [u32; MOST_LABELS],
    /// Where, in the line, the text up to and with each value ends.
    ends: [usize; MOST_LABELS],
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

    /// Writes a short text.
    #[inline(always)]
    fn put_short(&mut self, text: &[u8]) -> bool {
        debug_assert!(text.len() <= SLACK);
        if text.len() > (self.last as usize).saturating_sub(self.at as usize) {
            return false;
        }
        // SAFETY: there is room.
        unsafe { text.as_ptr().copy_to_nonoverlapping(self.at, text.len()) };
        self.at = self.at.wrapping_add(text.len());
        true
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
            before: Before { line: None, values: [0; MOST_LABELS], ends: [0; MOST_LABELS] },
            digits: Digits::new(),
        }
    }

    /// For whoever writes something else.
    pub(super) fn out(&mut self) -> &mut Vec<u8> {
        self.before.line = None;
        &mut self.out
    }

    pub(super) fn written(&self) -> &[u8] {
        &self.out
    }

    pub(super) fn clear(&mut self) {
        self.before.line = None;
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
        self.name.push_str(&info.name);
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
        self.before.line = None;
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

    /// Writes a metric's lines, if it is done as most are.
    ///
    /// # Safety
    ///
    /// The metric is attached, of the prepared group, and the caller has the lock.
    #[inline(always)]
    unsafe fn write(&mut self, metric: NonNull<Metric>) -> bool {
        let start = self.out.len();
        // SAFETY: in the buffer, whose room ends a block before its capacity.
        let mut pen = unsafe {
            let base = self.out.as_mut_ptr();
            Pen { at: base.add(start), last: base.add(self.out.capacity().saturating_sub(SLACK).max(start)) }
        };
        let (line, text, keys) = (pen.at, self.pieces.text.as_ptr(), &self.pieces.keys[..]);
        let Before { line: before, values, ends } = &mut self.before;
        let n = keys.len().min(MOST_LABELS);
        // SAFETY: pieces, texts and the line before have room behind them that may be read; the metric has `n` values.
        unsafe {
            let sym = |i: usize| Group::sym(metric, i);
            let mut shared = 0;
            if let (Some(before), true) = (*before, n > 1) {
                while shared + 1 < n && sym(shared).number() == values[shared] {
                    shared += 1;
                }
                if shared > 0 && !pen.put(self.out.as_ptr().add(before), ends[shared - 1]) {
                    return false;
                }
            }
            let (name, length) = self.pieces.name[0];
            if shared == 0 && !pen.put(text.add(name), length) {
                return false;
            }
            for i in shared..n {
                let value = sym(i);
                let Some(bytes) = value.plain() else { return false };
                let (key, length) = keys[i];
                if !pen.put(text.add(key), length) || !pen.put(bytes.as_ptr(), bytes.len()) {
                    return false;
                }
                values[i] = value.number();
                ends[i] = pen.at as usize - line as usize;
            }
            if !pen.put_short(if n > 0 { b"\"} " } else { b" " }) {
                return false;
            }
            let labels = (length_of(&self.pieces, 0), pen.at as usize - line as usize);
            let (number, count) = metric.as_ref().read(self.kind);
            if !pen.put_short(self.digits.of(number)) || !pen.put_short(b"\n") {
                return false;
            }
            if self.exposure == Exposure::Summary {
                let (name, length) = self.pieces.name[1];
                let written = pen.put(text.add(name), length)
                    && pen.put(line.add(labels.0), labels.1 - labels.0)
                    && pen.put_short(self.digits.of(Number::U64(count)))
                    && pen.put_short(b"\n");
                if !written {
                    return false;
                }
            }
            *before = Some(start);
            self.out.set_len(start + (pen.at as usize - line as usize));
        }
        true
    }

    /// Writes any metric's lines.
    ///
    /// # Safety
    ///
    /// As for `write`.
    #[cold]
    unsafe fn write_slowly(&mut self, metric: NonNull<Metric>) {
        self.before.line = None;
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

fn length_of(pieces: &Pieces, sample: usize) -> usize {
    pieces.name[sample].1
}

impl Take for Lines {
    fn take(&mut self, group: &Group, numbers: &[u32], shown: &Shown<'_>) -> usize {
        self.prepare(group);
        let labels = group.keys.len();
        for (at, number) in numbers.iter().enumerate() {
            if self.is_full() {
                return at;
            }
            if let Some(ahead) = numbers.get(at + FAR) {
                prefetch(group.at(*ahead).as_ptr());
            }
            if let (Some(ahead), true) = (numbers.get(at + NEAR), labels > 0) {
                // The last label is the one that differs most.
                // SAFETY: a metric of the group, gone or not, has values; what its text was is not looked at.
                prefetch(unsafe { Group::sym(group.at(*ahead), labels - 1) }.place());
            }
            if !shown.has(group.members(*number)) {
                continue;
            }
            if !self.head.is_empty() {
                self.out.append(&mut self.head);
            }
            let metric = group.at(*number);
            // SAFETY: attached, under the lock, and of the group.
            unsafe {
                if !self.write(metric) {
                    self.write_slowly(metric);
                }
            }
        }
        numbers.len()
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

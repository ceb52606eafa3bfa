// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Cells on real processors, disturbed in every way there is. The cell's sources are compiled into this program once more,
//! so that it reaches what no client does: whether a cell is hot, where its slot is, and how often a sequence was
//! restarted. Where there are slots it runs again without rseq, and with a stripe for one CPU alone.
#![cfg(target_os = "linux")]

#[cfg(striped)]
mod again;
#[allow(dead_code, reason = "the library uses what this program does not")]
#[path = "../../src/cell/mod.rs"]
mod cell;
mod disturb;
mod forked;
mod gauges;
mod reset;
mod reuse;
/// In place of the library's.
mod sync {
    #[cfg(target_arch = "x86_64")]
    pub(crate) use core::sync::atomic::AtomicBool;
    pub(crate) use core::sync::atomic::{fence, AtomicU64, Ordering};
    #[cfg(striped)]
    pub(crate) use core::sync::atomic::{AtomicIsize, AtomicPtr, AtomicU32};
}
mod tally;
mod target;

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The limits of an update: `benchmarks/limits/limits.h`, called as a client calls the library.

use std::ffi::c_void;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use crate::rounds::{Contestant, LIMIT};

#[repr(C)]
struct Vtable {
    empty: unsafe extern "C" fn(cell: *mut c_void),
    atomic_add: unsafe extern "C" fn(cell: *mut c_void),
}

extern "C" {
    fn limits_table() -> *const Vtable;
}

/// Alone on its cache line, as the cells of the contestants are.
#[repr(align(128))]
#[derive(Default)]
struct Cell(AtomicU64);

impl Cell {
    fn raw(&self) -> *mut c_void {
        self.0.as_ptr().cast()
    }
}

/// The empty call, the atomic add in line, and the atomic add behind the call.
pub fn contestants() -> Vec<Contestant> {
    // SAFETY: limits.c: the table is constant and complete.
    let table: &'static Vtable = unsafe { &*limits_table() };
    let (called, inline, behind) = (Arc::<Cell>::default(), Arc::<Cell>::default(), Arc::<Cell>::default());
    vec![
        Contestant::new(LIMIT, "empty vtable call", move |n| {
            for _ in 0..n {
                // SAFETY: limits.c: it takes any pointer.
                unsafe { (table.empty)(black_box(called.raw())) };
            }
        }),
        Contestant::new(LIMIT, "lock xadd, inline", move |n| {
            for _ in 0..n {
                // Relaxed: only its cost is of interest.
                black_box(inline.0.fetch_add(1, Ordering::Relaxed));
            }
        }),
        Contestant::new(LIMIT, "lock xadd behind the call", move |n| {
            for _ in 0..n {
                // SAFETY: limits.c asks for an aligned u64, which the cell is, for as long as this closure lives.
                unsafe { (table.atomic_add)(black_box(behind.raw())) };
            }
        }),
    ]
}

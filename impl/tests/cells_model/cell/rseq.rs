// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Sequences: on one CPU one runs at a time, and a barrier lets each CPU end or restart the one that it is in.

use std::cell::Cell;
use std::sync::atomic::AtomicBool;

use loom::sync::Mutex;

use super::stripe::{Stripes, CPUS};
use crate::sync::{AtomicPtr, Ordering};

loom::lazy_static! {
    static ref CPU: [Mutex<()>; CPUS] = [Mutex::new(()), Mutex::new(())];
}
loom::thread_local! {
    static HERE: Cell<usize> = Cell::new(0);
}

/// Turned off by controls.
pub(crate) static BARRIER: AtomicBool = AtomicBool::new(true);

pub(crate) fn move_to(cpu: usize) {
    HERE.with(|here| here.set(cpu));
}

pub(super) fn prepare(_: impl FnOnce() -> bool) {}

pub(super) fn restart_all() -> bool {
    if BARRIER.load(Ordering::SeqCst) {
        CPU.iter().for_each(|cpu| drop(cpu.lock().unwrap()));
    }
    true
}

pub(super) fn add(cell: &AtomicPtr<u8>, n: u64) -> bool {
    let cpu = HERE.with(Cell::get);
    let _sequence = CPU[cpu].lock().unwrap();
    // All loads are acquires on x86-64.
    let slot = cell.load(Ordering::Acquire);
    if slot.is_null() {
        return false;
    }
    let stripe = &Stripes::of(slot).0[cpu];
    // Not one operation: a stripe has one writer at a time. All stores are releases on x86-64.
    stripe.store(stripe.load(Ordering::Relaxed) + n, Ordering::Release);
    true
}

pub(super) fn inc(cell: &AtomicPtr<u8>) -> bool {
    add(cell, 1)
}

pub(super) fn add_pair(cell: &AtomicPtr<u8>, amount: u64) -> bool {
    add(cell, amount)
}

pub(super) fn add_float_pair(cell: &AtomicPtr<u8>, amount: f64) -> bool {
    add(cell, amount as u64)
}

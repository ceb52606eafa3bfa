// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A cell's slot: one for each CPU, once it is updated often.

use core::ptr::null_mut;

use super::heat::Heat;
use super::{rseq, stripe};
use crate::sync::{fence, AtomicPtr, AtomicU32, Ordering};

#[derive(Debug)]
#[repr(C)]
pub(crate) struct Hot {
    /// NULL while the cell is cold. Sequences load it themselves: see `clear`.
    slot: AtomicPtr<u8>,
    heat: Heat,
    /// How often a slot was taken away.
    cleared: AtomicU32,
}

/// See `super::prepare`.
pub(crate) fn prepare(stays: impl FnOnce() -> bool) {
    rseq::prepare(stays);
}

/// Not for updates.
pub(crate) fn reserve() {
    stripe::reserve();
}

impl Hot {
    pub(crate) fn new() -> Self {
        Self { slot: AtomicPtr::new(null_mut()), heat: Heat::new(), cleared: AtomicU32::new(0) }
    }

    /// Adds 1, if this thread can add to a slot here and now; else nothing was added.
    #[inline]
    pub(crate) fn inc(&self) -> bool {
        rseq::inc(&self.slot)
    }

    /// As [`inc`](Self::inc).
    #[inline]
    pub(crate) fn add(&self, n: u64) -> bool {
        rseq::add(&self.slot, n)
    }

    /// As [`inc`](Self::inc).
    #[inline]
    pub(crate) fn add_pair(&self, amount: u64) -> bool {
        rseq::add_pair(&self.slot, amount)
    }

    /// As [`inc`](Self::inc).
    #[inline]
    pub(crate) fn add_float_pair(&self, amount: f64) -> bool {
        rseq::add_float_pair(&self.slot, amount)
    }

    /// Notes an update of a cold cell whose number does not tell how many there were.
    #[inline]
    pub(crate) fn tick(&self) {
        if self.heat.tick() {
            self.beat();
        }
    }

    /// Notes many updates of a cold cell. Of C's kind, which never unwinds: so that it is the last jump of an update that
    /// has no stack frame.
    #[cold]
    #[inline(never)]
    pub(crate) extern "C" fn beat(&self) {
        // Relaxed: a hint.
        if self.slot.load(Ordering::Relaxed).is_null() && self.heat.beat() {
            self.warm();
        }
    }

    /// Takes a slot, if there is one. From then on updates go there; what is in the cold cell stays there.
    pub(crate) fn warm(&self) {
        let Some(slot) = stripe::take() else { return };
        // Release: who sees the slot sees its zeros. (The sequence's load is an acquire on x86-64, as all loads are.)
        if self.slot.compare_exchange(null_mut(), slot, Ordering::Release, Ordering::Relaxed).is_err() {
            // SAFETY: taken above; another thread was first, and nobody knows this one.
            unsafe { stripe::give(slot) };
        }
    }

    #[cfg(test)]
    pub(crate) fn slot(&self) -> Option<usize> {
        Some(self.slot.load(Ordering::Relaxed).addr()).filter(|slot| *slot != 0)
    }

    pub(crate) fn total(&self, cold: impl Fn() -> u64) -> u64 {
        self.read(&cold, |slot| cold().wrapping_add(stripe::total(slot)))
    }

    pub(crate) fn pair(&self, cold: impl Fn() -> (u64, u64)) -> (u64, u64) {
        let plus = |sum: (u64, u64), part: (u64, u64)| (sum.0.wrapping_add(part.0), sum.1.wrapping_add(part.1));
        self.read(&cold, |slot| stripe::pairs(slot).fold(cold(), plus))
    }

    /// The total is the bits of an f64.
    pub(crate) fn float_pair(&self, cold: impl Fn() -> (u64, u64)) -> (u64, u64) {
        let plus = |(total, count): (u64, u64), part: (u64, u64)| {
            ((f64::from_bits(total) + f64::from_bits(part.0)).to_bits(), count.wrapping_add(part.1))
        };
        self.read(&cold, |slot| stripe::pairs(slot).fold(cold(), plus))
    }

    /// What is there, without or with a slot. Begins again only if the slot was taken away meanwhile, when it could be
    /// another cell's already.
    fn read<T>(&self, cold: impl Fn() -> T, with: impl Fn(*mut u8) -> T) -> T {
        loop {
            // Acquire, twice: the slot is loaded after the count, and is seen with its zeros.
            let cleared = self.cleared.load(Ordering::Acquire);
            let slot = self.slot.load(Ordering::Acquire);
            if slot.is_null() {
                return cold();
            }
            let value = with(slot);
            // Acquire: the count is loaded after what is in the slot. Another cell's numbers come after `clear` counted.
            fence(Ordering::Acquire);
            if self.cleared.load(Ordering::Relaxed) == cleared {
                return value;
            }
        }
    }

    /// Zero and cold. `cold` clears the rest.
    pub(crate) fn clear(&self, cold: impl FnOnce()) {
        // AcqRel: the slot is seen as whoever set it left it; sequences that begin after the barrier below find NULL.
        let slot = self.slot.swap(null_mut(), Ordering::AcqRel);
        cold();
        if slot.is_null() {
            return;
        }
        // Release: a reader that begins with this count does not find the slot. One that began before finds this count if
        // it saw anything of the slot's next owner, who has synchronised with this through the list of free slots, and
        // whose stores are releases, as all are on x86-64.
        self.cleared.fetch_add(1, Ordering::Release);
        if rseq::restart_all() {
            // SAFETY: it was this cell's, and no longer is. Who loaded its address did so in a sequence; those that had not
            // ended were restarted, and find NULL.
            unsafe { stripe::give(slot) };
        }
        // Else the slot is lost: somebody may still add to it.
    }
}

impl Drop for Hot {
    fn drop(&mut self) {
        // Relaxed: who drops has synchronised with all users before.
        let slot = self.slot.load(Ordering::Relaxed);
        if !slot.is_null() {
            // SAFETY: it is this cell's, and nobody uses the cell any more.
            unsafe { stripe::give(slot) };
        }
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::sync::Arc;

use loom::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use loom::thread;

use crate::cell::free::FreeList;
use crate::model;

/// Slots that one may own, and a list of those that nobody does.
struct Slots {
    owned: [AtomicBool; 3],
    links: [AtomicU64; 3],
    list: FreeList,
    /// Takes the count of changes away, for the control.
    forgets: bool,
}

impl Slots {
    fn new(forgets: bool) -> Arc<Self> {
        let slots = Self {
            owned: [0, 1, 2].map(|_| AtomicBool::new(true)),
            links: [0, 1, 2].map(|_| AtomicU64::new(0)),
            list: FreeList { head: AtomicU64::new(0) },
            forgets,
        };
        (0..3).for_each(|slot| slots.give(slot));
        Arc::new(slots)
    }

    // The list does not know how long the links live.
    fn link(&self, slot: u32) -> &AtomicU64 {
        &self.links[slot as usize]
    }

    fn give(&self, slot: u32) {
        assert!(self.owned[slot as usize].swap(false, Relaxed));
        if self.forgets {
            let head = self.list.head.load(Relaxed);
            loop_until(head, |head| {
                self.link(slot).store(head, Relaxed);
                self.list.head.compare_exchange(head, u64::from(slot) + 1, Relaxed, Relaxed)
            });
        } else {
            self.list.push(slot, |slot| self.link(slot));
        }
    }

    fn take(&self) -> Option<u32> {
        let slot = if self.forgets {
            let head = loop_until(self.list.head.load(Relaxed), |head| {
                let Some(slot) = head.checked_sub(1) else { return Ok(0) };
                self.list.head.compare_exchange(head, self.links[slot as usize].load(Relaxed), Relaxed, Relaxed)
            });
            u32::try_from(head).ok()?.checked_sub(1)?
        } else {
            self.list.pop(|slot| self.link(slot))?
        };
        // What its owner does with it.
        self.link(slot).store(0, Relaxed);
        assert!(!self.owned[slot as usize].swap(true, Relaxed), "slot {slot} has two owners");
        Some(slot)
    }
}

fn loop_until(mut head: u64, mut exchange: impl FnMut(u64) -> Result<u64, u64>) -> u64 {
    loop {
        match exchange(head) {
            Ok(was) => return was,
            Err(now) => head = now,
        }
    }
}

fn race(forgets: bool) {
    model(move || {
        let slots = Slots::new(forgets);
        let other = {
            let slots = Arc::clone(&slots);
            thread::spawn(move || {
                let (first, _second) = (slots.take(), slots.take());
                first.into_iter().for_each(|slot| slots.give(slot));
            })
        };
        let mine = [slots.take(), slots.take()];
        other.join().unwrap();
        mine.into_iter().flatten().for_each(|slot| slots.give(slot));
        // The other thread kept one, if it got two.
        let left = core::iter::from_fn(|| slots.take()).count();
        assert!((2..=3).contains(&left), "{left} of three slots");
    });
}

#[test]
fn no_slot_has_two_owners_and_none_is_lost() {
    race(false);
}

#[test]
#[should_panic(expected = "two owners")]
fn without_the_count_of_changes_one_has() {
    race(true);
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The end of an election, and the count of copies, on systems whose scans hold the modules that they found.

use core::ptr;

use super::found::established;
use super::modules::{scan, Found, Scan};
use super::slot::Slot;
use super::Outcome;
use crate::sync::{AtomicU64, Ordering};

/// Writes `candidate` as the winner into every slot, or adopts who has won meanwhile.
pub(crate) fn commit(own: &Slot, candidate: usize) -> Outcome {
    let scan = scan(own);
    let winner = established(&scan.copies).map(|found| found.slot);
    let stands = scan.copies.iter().find(|found| found.slot == candidate);
    let winner = match (winner, stands) {
        (Some(winner), _) => winner,
        (None, Some(found)) if found.ready => candidate,
        (None, Some(_)) => return Outcome::Lied,
        (None, None) => return Outcome::Gone,
    };
    // SAFETY: the scan found a slot there, and holds its module.
    let slot = |found: &Found| unsafe { &*ptr::with_exposed_provenance::<Slot>(found.slot) };
    // Others may be deciding at the same time: what the first slot holds then is what they all take. They may have chosen
    // a copy that was loaded after this scan. A slot that names no copy at all lies, and the next one counts for all.
    let is_copy = |scan: &Scan, taken: usize| scan.copies.iter().any(|found| found.slot == taken && found.ready);
    let is_known = |taken: &usize| is_copy(&scan, *taken) || is_copy(&super::modules::scan(own), *taken);
    let winner = scan.copies.iter().map(|found| slot(found).settle(winner)).find(is_known).unwrap_or(winner);
    scan.copies.iter().map(slot).chain([own]).for_each(|slot| slot.assign(winner));
    Outcome::Settled(winner)
}

static COUNT: AtomicU64 = AtomicU64::new(1);

/// How many copies are loaded now.
pub(crate) fn count(own: &Slot) -> usize {
    // Relaxed: the number publishes nothing but itself.
    COUNT.store(scan(own).copies.iter().filter(|found| found.ready).count() as u64, Ordering::Relaxed);
    last_count()
}

/// What `count` found last.
pub(crate) fn last_count() -> usize {
    // Relaxed: as in count.
    COUNT.load(Ordering::Relaxed) as usize
}

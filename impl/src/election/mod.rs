// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Which of the copies in this process provides for it. `docs/abi/one-root.md` is the contract.
//!
//! Every copy has a slot that the others can find ([`slot`]). The first use of any copy writes the winner into all of them;
//! a copy that is loaded later, and finds its own slot empty, adopts what the others say. Reads of other modules are memory
//! reads that stay inside the module; nothing in them is called before it has won or is being told of.

#[cfg(elf)]
#[path = "elf.rs"]
mod modules;
#[cfg(macho)]
#[path = "macos.rs"]
mod modules;
#[cfg(pe)]
#[path = "windows.rs"]
mod modules;
#[cfg(not(any(elf, macho, pe)))]
#[path = "alone.rs"]
mod modules;

mod found;
#[cfg(any(macho, pe))]
mod held;
#[cfg(pe)]
mod image;
#[cfg(any(elf, test))]
mod note;
#[cfg(elf)]
mod object;
#[cfg(any(elf, macho, pe))]
mod own;
#[cfg(not(any(elf, macho, pe)))]
#[path = "own_alone.rs"]
mod own;
mod slot;
mod tables;

use cmetrics_interface as abi;

use crate::fork;
use found::{candidate, established};

pub(crate) use own::own;
pub(crate) use slot::Slot;

/// How often an election begins again because a copy went away in the middle of it.
const ROUNDS: usize = 64;

/// What came of keeping a copy's module loaded.
#[allow(dead_code, reason = "not every system can tell all of them")]
pub(crate) enum Pinned {
    /// It is, and no other thread is still loading it.
    Done,
    /// It went away.
    Gone,
    /// It is there, but cannot be kept.
    Never,
}

/// What came of writing a winner into all slots.
#[allow(dead_code, reason = "not every system can tell all of them")]
pub(crate) enum Outcome {
    /// This slot's copy has won, now or before.
    Settled(usize),
    /// The candidate went away.
    Gone,
    /// The candidate's slot and its bootstrap table do not agree.
    Lied,
}

/// The slot of the copy that provides, decided now if it was not before. With `forced`, this copy is to win: whether it did
/// is for the caller to see.
pub(crate) fn settle(forced: bool) -> &'static Slot {
    let own = own();
    if forced {
        own.raise(abi::SLOT_FORCED);
    }
    let winner = own.provider().unwrap_or_else(|| elect(own));
    // SAFETY: the address of a slot that the election found, in a module that it pinned.
    unsafe { &*core::ptr::with_exposed_provenance::<Slot>(winner) }
}

/// The slot of the copy that provides, if one does already.
pub(crate) fn winner() -> Option<&'static Slot> {
    // SAFETY: as in settle.
    own().provider().map(|winner| unsafe { &*core::ptr::with_exposed_provenance::<Slot>(winner) })
}

fn elect(own: &'static Slot) -> usize {
    fork::prepare_for_forks();
    let mut rejected = Vec::new();
    for _ in 0..ROUNDS {
        let scan = modules::scan(own);
        let chosen = match established(&scan.copies) {
            Some(winner) => winner.slot,
            None => match candidate(&scan.copies, &rejected) {
                Some(found) => match modules::pin(&scan, found, own) {
                    Pinned::Done => found.slot,
                    Pinned::Gone => continue,
                    Pinned::Never => {
                        rejected.push(found.slot);
                        continue;
                    }
                },
                None => break,
            },
        };
        match modules::commit(own, chosen) {
            Outcome::Settled(winner) => return winner,
            Outcome::Gone => {}
            Outcome::Lied => rejected.push(chosen),
        }
    }
    // Nobody else can be had.
    own.provide()
}

/// Sees to it that this copy's module is never unloaded. Returns whether that could be done.
pub(crate) fn pin_own() -> bool {
    let own = own();
    let scan = modules::scan(own);
    let found = scan.copies.iter().find(|found| found.slot == own.address());
    found.is_some_and(|found| matches!(modules::pin(&scan, found, own), Pinned::Done))
}

/// The file of this copy's module, or nothing where it is not known.
#[cfg(not(unix))]
pub(crate) fn own_path() -> String {
    let scan = modules::scan(own());
    let found = scan.copies.iter().find(|found| found.slot == own().address());
    found.map_or_else(String::new, |found| scan.path(found))
}

/// One copy, as its slot and its bootstrap table say.
pub(crate) struct Told {
    pub(crate) flags: u32,
    pub(crate) oldest: u32,
    pub(crate) newest: u32,
    pub(crate) rank: u64,
    pub(crate) path: String,
    /// Empty while its module is being loaded.
    pub(crate) semver: String,
    pub(crate) build_id: String,
}

/// Tells of every copy that is loaded, in load order.
pub(crate) fn copies() -> Vec<Told> {
    let own = own();
    let scan = modules::scan(own);
    let winner = established(&scan.copies).map(|found| found.slot).or_else(|| own.provider());
    let text = |bytes: &[u8]| {
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        String::from_utf8_lossy(&bytes[..end]).into_owned()
    };
    let flag = |set: bool, flag: u32| if set { flag } else { 0 };
    let tell = |found: &modules::Found| Told {
        flags: flag(winner == Some(found.slot), abi::COPY_WINNER)
            | flag(found.is(abi::SLOT_EMBEDDED), abi::COPY_EMBEDDED)
            | flag(found.is(abi::SLOT_FORCED), abi::COPY_FORCED)
            | flag(found.is(abi::SLOT_SATELLITE), abi::COPY_SATELLITE),
        oldest: found.oldest,
        newest: found.newest,
        rank: found.rank,
        path: scan.path(found),
        semver: text(&found.semver),
        build_id: text(&found.build_id),
    };
    // One whose slot and bootstrap table do not agree is being loaded, or is no copy.
    scan.copies.iter().filter(|found| found.ready).map(tell).collect()
}

/// Whether any copy that is loaded serves a version.
pub(crate) fn is_served(version: u32) -> bool {
    modules::scan(own()).copies.iter().any(|found| found.serves(version))
}

/// How many copies are loaded. In a forked child, how many were when that was last asked: the linker's lock may have been
/// held by a thread that the child does not have.
pub(crate) fn count() -> usize {
    if fork::generation() == 0 {
        modules::count(own())
    } else {
        modules::last_count()
    }
}

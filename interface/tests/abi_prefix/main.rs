// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A later version has every earlier one as its prefix: the opinion of `abi_stable`, on mirrors of the tables that
//! `cargo xtask codegen` writes and the compiler compares with the tables. A client of version 1 is its "interface", the
//! table of the later version its "implementation".

use abi_stable::abi_stability::abi_checking::check_layout_compatibility;
use abi_stable::StableAbi;

#[allow(dead_code, unreachable_pub, reason = "only the layouts of these types are used")]
mod v1 {
    include!("v1.in");
}

#[allow(dead_code, unreachable_pub, reason = "only the layouts of these types are used")]
mod draft {
    include!("draft.in");
}

mod mutated;

/// Whether a client built for `Earlier` can use a `Later`, or what stands against it.
fn check<Earlier: StableAbi, Later: StableAbi>() -> Result<(), String> {
    check_layout_compatibility(Earlier::LAYOUT, Later::LAYOUT).map_err(|why| why.to_string())
}

#[test]
fn the_draft_of_version_2_has_version_1_as_its_prefix() {
    if let Err(why) = check::<v1::ApiRef, draft::ApiRef>() {
        panic!("a table of version 2 is not its version 1 and more after it:\n{why}\n--> new slots go to the end");
    }
}

#[test]
fn version_1_does_not_have_the_draft_as_its_prefix() {
    assert!(check::<draft::CounterRef, v1::CounterRef>().is_err());
    assert!(check::<draft::ApiRef, v1::ApiRef>().is_err());
}

#[test]
fn a_table_with_more_slots_at_its_end_passes() {
    assert_eq!(check::<v1::CounterRef, mutated::appended::CounterRef>(), Ok(()));
}

/// The mutated table is refused, and the refusal names the slot.
fn refused<Mutated: StableAbi>(slot: &str) {
    let why = check::<v1::CounterRef, Mutated>().expect_err("a mutated table passed");
    assert!(why.contains(slot), "{slot} is not named:\n{why}");
}

#[test]
fn a_slot_put_before_others_is_refused() {
    refused::<mutated::inserted::CounterRef>("reset");
}

#[test]
fn slots_that_changed_places_are_refused() {
    refused::<mutated::reordered::CounterRef>("inc");
}

#[test]
fn a_slot_of_another_type_is_refused() {
    refused::<mutated::retyped::CounterRef>("add");
}

#[test]
fn a_slot_that_is_gone_is_refused() {
    refused::<mutated::shortened::CounterRef>("value");
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What C programs call: a counter through the Rust SDK (`copy.h`), and a plugin that comes and goes (`plugin.h`).
//! Every function returns 0, or a negative number, where it has nothing to tell.

mod plugin;

/// The counter that everybody in these tests increments.
const EVENTS: &str = "election_events";

/// Adds `n` to the root's counter. Returns what it came to.
#[no_mangle]
pub extern "C" fn embedded_record(n: u64) -> u64 {
    let events = cmetrics::root().counter(EVENTS).help("What the election's tests count").get();
    events.add(n);
    events.value()
}

/// The number of the root registry.
#[no_mangle]
pub extern "C" fn embedded_root() -> u64 {
    cmetrics::root().id()
}

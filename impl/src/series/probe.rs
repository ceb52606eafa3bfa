// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Open addressing with linear probing, under the lock: entries are numbers that are not 0, and the table's length is a
//! power of two. `hash` tells the hash of an entry that is in the table.

/// Makes a table twice as large, with at least `least` places, and with the same entries.
pub(crate) fn grow(table: &mut Vec<u32>, least: usize, hash: impl Fn(u32) -> u32) {
    let size = (table.len() * 2).max(least);
    let old = core::mem::replace(table, vec![0; size]);
    for entry in old.into_iter().filter(|entry| *entry != 0) {
        let mut at = hash(entry) as usize & (size - 1);
        while table[at] != 0 {
            at = (at + 1) & (size - 1);
        }
        table[at] = entry;
    }
}

/// Takes the entry at `gap` out. What follows moves up, so that no gap ends a search.
pub(crate) fn remove(table: &mut [u32], mut gap: usize, hash: impl Fn(u32) -> u32) {
    let mask = table.len() - 1;
    let mut at = gap;
    loop {
        at = (at + 1) & mask;
        let entry = table[at];
        if entry == 0 {
            break;
        }
        let home = hash(entry) as usize & mask;
        // May it stand in the gap: is its home not between the gap and where it is?
        if (at.wrapping_sub(home) & mask) >= (at.wrapping_sub(gap) & mask) {
            table[gap] = entry;
            gap = at;
        }
    }
    table[gap] = 0;
}

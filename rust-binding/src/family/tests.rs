// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What families remember, with handles that tell whether they are there.

use std::collections::HashSet;
use std::fmt::Debug;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread;

use proptest::prelude::*;

use super::cache::Cache;
use super::key::{Key, Seed};
use super::member::Member;
use super::pins::Pin;
use super::sync::{pins, SLOTS};
use super::table::{Entry, Table};

fn check<V: AsRef<str> + PartialEq + Debug>(values: &[V], others: &[V]) {
    let (seed, same) = (Seed::random(), values == others);
    let wanted = seed.want(others);
    assert_eq!(Key::new(values).is(&wanted), same, "{values:?} {others:?}");
    assert_eq!(seed.want(values).hash == wanted.hash, same, "{values:?} {others:?}");
}

#[test]
fn values_are_told_apart() {
    for (values, others) in [
        (&["a", "bc"][..], &["ab", "c"][..]),
        (&["a", "bc"], &["", "abc"]),
        (&["a", "bc"], &["abc", ""]),
        (&["a", "b"], &["b", "a"]),
        (&["a"], &["a", ""]),
        (&["ab"], &["b"]),
        (&["aaaa"], &["aaaaa"]),
        (&["aaaaaaaa"], &["aaaaaaaaa"]),
        (&["aaaaaaaaaaaaaaaa"], &["aaaaaaaaaaaaaaaaa"]),
        (&["a-value-of-more-than-thirty-two-bytes-1"], &["a-value-of-more-than-thirty-two-bytes-2"]),
        (&["1-a-value-of-more-than-thirty-two-bytes"], &["2-a-value-of-more-than-thirty-two-bytes"]),
        (&["1", "2", "3", "4", "5", "6"], &["1", "2", "3", "4", "5", "7"]),
        (&[], &[""]),
    ] {
        check(values, others);
        check(values, values);
        check(others, others);
    }
}

proptest! {
    #[test]
    fn keys_and_hashes_are_equal_if_the_values_are(
        values in prop::collection::vec("[abé]{0,40}", 0..7),
        others in prop::collection::vec("[ab]{0,20}", 0..4),
        cut in 0..40_usize,
    ) {
        check(&values, &others);
        check(&values, &values);
        // The same text, cut elsewhere.
        let all = values.concat();
        let at = (0..=cut.min(all.len())).rev().find(|at| all.is_char_boundary(*at)).unwrap();
        check(&values, &[all[..at].to_owned(), all[at..].to_owned()]);
    }
}

#[test]
fn hashes_are_spread_over_their_low_bits() {
    let seed = Seed::random();
    let buckets: HashSet<u64> = (0..4096).map(|n| seed.want(&["GET", &format!("/api/{n}")]).hash % 4096).collect();
    // Balls that are thrown at random leave 1/e of the buckets empty.
    assert!((2400..2780).contains(&buckets.len()), "{}", buckets.len());
}

#[test]
fn chosen_collisions_end_a_search_soon() {
    let table: Table<()> = Table::new(0, 1024);
    let mut entry = Entry { key: Key::new(&["it"]), handle: (), born: 0 };
    // All of one hash: what an attacker would wish for.
    let kept = (0..1000).filter(|_| table.put(7, NonNull::from(&mut entry)));
    assert_eq!(kept.count(), 128);
}

#[test]
fn a_thread_pins_as_much_as_its_line_has_slots_for() {
    let mut things = [0_u8; SLOTS + 1];
    let addresses: Vec<*mut ()> = things.iter_mut().map(|thing| ptr::from_mut(thing).cast()).collect();
    let held: Vec<_> = addresses.iter().map(|address| Pin::new(*address)).collect();
    assert!(held[..SLOTS].iter().all(Option::is_some) && held[SLOTS].is_none());
    let is_pinned = |address: &*mut ()| pins().all().contains(address);
    assert!(addresses[..SLOTS].iter().all(is_pinned) && !is_pinned(&addresses[SLOTS]));
    drop(held);
    assert!(!addresses.iter().any(is_pinned));
    assert!(Pin::new(addresses[SLOTS]).is_some());
}

/// A handle: is it removed, was it dropped, how many are there?
struct Told {
    removed: AtomicBool,
    dropped: AtomicBool,
    updates: AtomicU64,
}

struct Handle(Arc<Told>, Arc<AtomicUsize>);

impl Drop for Handle {
    fn drop(&mut self) {
        assert!(!self.0.dropped.swap(true, Ordering::SeqCst), "dropped twice");
        self.1.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Clone, Default)]
struct Maker(Arc<AtomicUsize>);

impl Maker {
    fn make(&self) -> Handle {
        self.0.fetch_add(1, Ordering::SeqCst);
        let told = Told { removed: false.into(), dropped: false.into(), updates: 0.into() };
        Handle(Arc::new(told), Arc::clone(&self.0))
    }

    fn there(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn usable(handle: &Handle) -> bool {
    assert!(!handle.0.dropped.load(Ordering::SeqCst), "a reader has a handle that was dropped");
    !handle.0.removed.load(Ordering::SeqCst)
}

fn find<'a>(cache: &'a Cache<Handle>, values: &[&str]) -> Option<Member<'a, Handle>> {
    cache.get(values, usable).or_else(|| cache.search(values, usable))
}

#[test]
fn a_removed_handle_is_not_given_out_and_its_place_is_taken() {
    let (cache, maker) = (Cache::new(), Maker::default());
    for round in 0..if cfg!(miri) { 40 } else { 1000 } {
        assert!(find(&cache, &["a", "b"]).is_none());
        cache.insert(&["a", "b"], maker.make(), usable);
        cache.insert(&["a", "b"], maker.make(), usable); // by a thread that was slower
        let member = find(&cache, &["a", "b"]).unwrap();
        assert_eq!(member.0.updates.fetch_add(1, Ordering::Relaxed), 0);
        member.0.removed.store(true, Ordering::SeqCst);
        // Half of them are removed through the family, the others behind its back.
        if round % 2 == 0 {
            cache.removed(usable);
        }
        assert!(maker.there() < 20, "{}", maker.there());
    }
    drop(cache);
    assert_eq!(maker.there(), 0);
}

#[test]
fn a_reader_on_its_way_keeps_what_it_may_find() {
    let (cache, maker) = (Cache::new(), Maker::default());
    let grow = |from: usize, to: usize| {
        (from..to).for_each(|n| cache.insert(&[format!("other-{n}")], maker.make(), usable));
    };
    cache.insert(&["a"], maker.make(), usable);
    // It has pinned the first table, and nothing else, when it looks whether the handle is usable.
    let member = cache.get(&["a"], |handle| {
        grow(0, 40); // into further tables, which have it too
        handle.0.removed.store(true, Ordering::SeqCst);
        grow(40, 400); // into tables without it
        assert!(!handle.0.dropped.load(Ordering::SeqCst));
        true
    });
    let member = member.unwrap();
    grow(400, 2000);
    assert!(!member.0.dropped.load(Ordering::SeqCst), "now it is pinned itself");
    drop(member);
    assert_eq!(maker.there(), 2001);
    grow(2000, 5000);
    assert_eq!(maker.there(), 5000);
}

#[test]
fn memory_follows_the_members_that_are_there() {
    let (cache, maker) = (Cache::new(), Maker::default());
    let name = |n: usize| format!("user-{n}");
    cache.insert(&["held"], maker.make(), usable);
    let held = find(&cache, &["held"]).unwrap();
    held.0.removed.store(true, Ordering::SeqCst);
    let mut most = 0;
    for n in 0..if cfg!(miri) { 1500 } else { 50_000 } {
        cache.insert(&[name(n).as_str()], maker.make(), usable);
        if n >= 100 {
            find(&cache, &[&name(n - 100)]).unwrap().0.removed.store(true, Ordering::SeqCst);
        }
        most = most.max(maker.there());
    }
    // A hundred are there at a time; a table for them has 1024 slots at most, of which half are used.
    assert!(most <= 1024, "{most}");
    assert!(!held.0.dropped.load(Ordering::SeqCst), "what is held is not dropped");
    drop(held);
    drop(cache);
    assert_eq!(maker.there(), 0);
}

#[test]
fn a_family_that_is_emptied_keeps_little() {
    let (cache, maker) = (Cache::new(), Maker::default());
    let names: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    names.iter().for_each(|name| cache.insert(&[name], maker.make(), usable));
    assert_eq!(maker.there(), 1000);
    for name in &names {
        find(&cache, &[name]).unwrap().0.removed.store(true, Ordering::SeqCst);
        cache.removed(usable);
    }
    assert!(maker.there() < 20, "{}", maker.there());
}

#[test]
fn threads_find_make_and_remove_at_once() {
    const THREADS: usize = 8;
    const ROUNDS: u64 = if cfg!(miri) { 60 } else { 20_000 };
    let (cache, maker) = (Cache::new(), Maker::default());
    let (made, updates) = (AtomicU64::new(0), AtomicU64::new(0));
    let counted = AtomicU64::new(0);
    thread::scope(|scope| {
        for seed in 0..THREADS as u64 {
            let (cache, maker, made, updates, counted) = (&cache, &maker, &made, &updates, &counted);
            scope.spawn(move || {
                let mut random = seed * 0x9e37_79b9 + 1;
                for _ in 0..ROUNDS {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let name = format!("{}", (random >> 40) % 300);
                    let Some(member) = find(cache, &[&name]) else {
                        cache.insert(&[&name], maker.make(), usable);
                        made.fetch_add(1, Ordering::Relaxed);
                        continue;
                    };
                    member.0.updates.fetch_add(1, Ordering::Relaxed);
                    updates.fetch_add(1, Ordering::Relaxed);
                    if (random >> 33) % 10 == 0 && !member.0.removed.swap(true, Ordering::SeqCst) {
                        drop(member);
                        cache.removed(usable);
                    } else {
                        thread::yield_now();
                        assert!(!member.0.dropped.load(Ordering::SeqCst), "dropped while it is held");
                    }
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(counted.load(Ordering::Relaxed) + made.load(Ordering::Relaxed), THREADS as u64 * ROUNDS);
    assert_eq!(counted.load(Ordering::Relaxed), updates.load(Ordering::Relaxed));
    assert!(updates.load(Ordering::Relaxed) > 0);
    assert!(maker.there() <= 2048, "{}", maker.there());
    drop(cache);
    assert_eq!(maker.there(), 0);
}

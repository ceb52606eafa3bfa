// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Metrics and registries that leave.

use crate::{isolated, samples};

#[test]
fn a_metric_leaves_with_the_last_registry_that_made_it() {
    let reg = isolated();
    let child = reg.child("a").get();
    let (metric, same) = (reg.counter("a_b").get(), child.counter("b").get());
    assert_eq!(metric, same);
    reg.remove_metric(&metric).unwrap();
    assert!(metric.is_attached());
    assert!(reg.remove_metric(&metric).unwrap_err().is_not_found());
    child.remove_metric(&metric).unwrap();
    assert!(!metric.is_attached() && samples(&reg).is_empty());
}

#[test]
fn a_removed_metric_takes_updates_unseen_and_comes_back_new() {
    let reg = isolated();
    let old = reg.counter("it").get();
    old.inc();
    reg.remove_metric(&old).unwrap();
    old.inc();
    assert_eq!(old.value(), 2);
    let new = reg.counter("it").get();
    assert_ne!((old.id(), &old), (new.id(), &new));
    assert_eq!(samples(&reg), ["it_total 0"]);
}

#[test]
fn a_name_is_free_again_when_its_family_is_gone() {
    let reg = isolated();
    let gauge = reg.int_gauge("it").get();
    assert!(reg.float_gauge("it").try_get().unwrap_err().is_conflict());
    reg.remove_metric(&gauge).unwrap();
    reg.float_gauge("it").try_get().unwrap();
}

#[test]
fn a_removed_registry_takes_all_below_with_it() {
    let reg = isolated();
    let child = reg.child("a").get();
    let deep = child.child("b").get();
    let metric = deep.counter("it").get();
    reg.counter("stays").get();
    child.remove().unwrap();
    assert!(!metric.is_attached());
    assert_eq!(samples(&reg), ["stays_total 0"]);
    for gone in [&child, &deep] {
        assert!(gone.counter("late").try_get().unwrap_err().is_gone());
        assert!(gone.child("late").try_get().unwrap_err().is_gone());
        assert!(gone.render().unwrap_err().is_gone());
        let late = gone.counter("late").get();
        late.inc();
        assert!(!late.is_attached());
    }
    reg.child("a").get().counter("again").get();
    assert_eq!(samples(&reg), ["a_again_total 0", "stays_total 0"]);
}

#[test]
fn a_root_is_not_removed() {
    assert!(isolated().remove().unwrap_err().is_invalid_argument());
    assert!(cmetrics::root().remove().unwrap_err().is_invalid_argument());
}

#[test]
fn a_metric_of_another_root_is_not_found() {
    let (mine, other) = (isolated(), isolated());
    let metric = other.counter("it").get();
    assert!(mine.remove_metric(&metric).unwrap_err().is_not_found());
    assert!(metric.is_attached());
}

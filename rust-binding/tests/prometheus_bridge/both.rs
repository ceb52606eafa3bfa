// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Both ways at once. Each registry then keeps the other, until the ways are ended.

use cmetrics::bridge::prometheus::{attach, expose};

use crate::{gauge, isolated, report, shown, text, theirs};

fn once(text: &str, names: &[&str]) {
    for name in names {
        assert_eq!(text.matches(&format!("# TYPE {name} ")).count(), 1, "{name} in {text}");
        assert_eq!(text.lines().filter(|line| line.starts_with(&format!("{name} "))).count(), 1, "{name} in {text}");
    }
}

#[test]
fn each_family_is_there_once_whichever_bridge_was_first() {
    for attach_first in [true, false] {
        let (reg, registry) = (isolated(), theirs(vec![gauge("theirs", 7)]));
        reg.int_gauge("ours").get().set(1);
        let exposed = || shown(expose(&reg).to(&registry));
        let (attached, _shown) = if attach_first {
            (attach(&registry).to(&reg).unwrap(), exposed())
        } else {
            let shown = exposed();
            (attach(&registry).to(&reg).unwrap(), shown)
        };
        reg.int_gauge("ours_late").get().set(2);
        registry.register(gauge("theirs_late", 8)).unwrap();
        for _ in 0..3 {
            once(&report(&reg), &["ours", "ours_late", "theirs", "theirs_late"]);
            once(&text(&registry), &["ours", "ours_late", "theirs", "theirs_late"]);
        }
        attached.detach().unwrap();
    }
}

#[test]
fn a_third_registry_shows_through_ours() {
    let (reg, registry, third) = (isolated(), theirs(vec![gauge("theirs", 7)]), theirs(vec![gauge("third", 9)]));
    let attached = [attach(&registry).to(&reg).unwrap(), attach(&third).to(&reg).unwrap()];
    let _shown = shown(expose(&reg).to(&registry));
    once(&text(&registry), &["theirs", "third"]);
    once(&report(&reg), &["theirs", "third"]);
    // And now in a circle.
    let _shown_to_third = shown(expose(&reg).to(&third));
    for registry in [&registry, &third] {
        once(&text(registry), &["theirs", "third"]);
    }
    once(&report(&reg), &["theirs", "third"]);
    attached.into_iter().for_each(|one| one.detach().unwrap());
}

#[test]
fn registrations_and_reports_at_once_do_not_wait_for_each_other() {
    let (reg, registry) = (isolated(), theirs(vec![gauge("theirs", 7)]));
    let attached = attach(&registry).to(&reg).unwrap();
    let _shown = shown(expose(&reg).to(&registry));
    std::thread::scope(|scope| {
        scope.spawn(|| (0..50).for_each(|n| registry.register(gauge(&format!("theirs_{n}"), n)).unwrap()));
        scope.spawn(|| (0..50).for_each(|n| reg.int_gauge(format!("ours_{n}")).get().set(n)));
        for _ in 0..2 {
            scope.spawn(|| (0..50).for_each(|_| drop(report(&reg))));
            scope.spawn(|| (0..50).for_each(|_| drop(registry.gather())));
        }
    });
    let name = |n| (format!("ours_{n}"), format!("theirs_{n}"));
    // The last names may have come when a thread still asked for them.
    let all_shown = || {
        let text = text(&registry);
        (0..50).all(|n| text.contains(&format!("# TYPE {} ", name(n).0))) && text.contains("# TYPE theirs_49 ")
    };
    assert!((0..200).any(|_| all_shown() || (std::thread::sleep(std::time::Duration::from_millis(20)), false).1));
    for n in 0..50 {
        let (ours, theirs) = name(n);
        once(&report(&reg), &[&ours, &theirs]);
        once(&text(&registry), &[&ours, &theirs]);
    }
    attached.detach().unwrap();
}

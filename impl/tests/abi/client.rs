// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::size_of;
use core::ptr::null_mut;

use cmetrics_interface::v1::*;
use cmetrics_interface::*;

use crate::tool::*;

pub(crate) fn open(name: &str, language: &str) -> *mut Client {
    let desc = ClientDesc {
        struct_size: size_of::<ClientDesc>() as u32,
        flags: 0,
        name: Text::lend(name),
        version: Text::ABSENT,
        language: Text::lend(language),
        file: Text::ABSENT,
    };
    let mut client = null_mut();
    attempt(|error| call!(client.open(api(), &raw const desc, &raw mut client, error))).unwrap();
    client
}

#[test]
fn a_conflict_names_both_clients() {
    let root = isolated();
    let (engine, plugin) = (open("vllm", "python"), open("nixl", "c++"));
    release(create(root, &MetricDesc { owner: engine, ..metric_desc(KIND_COUNTER, "x", &[]) }).unwrap());
    let told = create(root, &MetricDesc { owner: plugin, ..metric_desc(KIND_INT_GAUGE, "x", &[]) }).unwrap_err();
    assert_eq!(told.existing, "counter \"x_total\", created by \"vllm\" (python)");
    assert_eq!(told.requested, "int gauge \"x\", created by \"nixl\" (c++)");
    assert_eq!((told.code, told.category, told.subject.as_str()), (CONFLICT, CATEGORY_FIX_CALL, "x"));
    for client in [engine, plugin] {
        call!(client.release(client));
    }
    call!(registry.release(root));
}

#[test]
fn a_registry_hands_its_owner_down() {
    let root = isolated();
    let engine = open("vllm", "python");
    let mut owned = null_mut();
    let desc = RegistryDesc { owner: engine, ..registry_desc("a", &[]) };
    attempt(|error| call!(registry.child(root, &raw const desc, &raw mut owned, error))).unwrap();
    let below = child(owned, "b");
    release(counter(below, "x"));
    let told = create(root, &metric_desc(KIND_INT_GAUGE, "a_b_x", &[])).unwrap_err();
    assert!(told.existing.contains("\"vllm\""), "{told:?}");
    assert!(told.requested.contains("a client without a name"), "{told:?}");
    call!(client.release(engine));
    for registry in [below, owned, root] {
        call!(registry.release(registry));
    }
}

#[test]
fn a_closed_client_creates_nothing_and_its_metrics_stay() {
    let root = isolated();
    let engine = open("vllm", "");
    release(create(root, &MetricDesc { owner: engine, ..metric_desc(KIND_COUNTER, "x", &[]) }).unwrap());
    call!(client.close(engine));
    call!(client.close(engine));
    let told = create(root, &MetricDesc { owner: engine, ..metric_desc(KIND_COUNTER, "y", &[]) }).unwrap_err();
    assert_eq!(told.code, GONE);
    assert!(report(root).contains("x_total 0"));
    call!(client.release(engine));
    call!(registry.release(root));
}

#[test]
fn handles_made_without_a_library_are_counted() {
    let engine = open("late", "");
    call!(client.noop_handles(api(), engine, 5));
    call!(client.noop_handles(api(), null_mut(), 2));
    let root = isolated();
    let text = render(root, &ReportOptions { flags: 0, ..options() }).unwrap();
    assert!(text.contains("cmetrics_noop_handles_total 7\n"), "{text}");
    assert!(text.contains("cmetrics_series 0\n") && text.contains("cmetrics_copies 1\n"), "{text}");
    call!(client.release(engine));
    call!(registry.release(root));
}

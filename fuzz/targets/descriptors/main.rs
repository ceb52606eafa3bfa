// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Every struct that a client passes, as bytes that lie: of sizes that they do not have, with flags and numbers that there
//! are not, with texts and arrays that cannot be read, in places that are none.
#![no_main]

use std::mem::size_of;
use std::ptr::{dangling_mut, null_mut};

use cmetrics_fuzz::call::{api, attempt};
use cmetrics_fuzz::input::Input;
use cmetrics_fuzz::lent::Lent;
use cmetrics_fuzz::lies::{self, Lies, Raw, Reading};
use cmetrics_fuzz::world::World;
use cmetrics_fuzz::{call, rules, told, words};
use cmetrics_interface::v1::*;
use cmetrics_interface::*;
use libfuzzer_sys::fuzz_target;

mod callbacks;

const STRICT: Reading = Reading { flags: 0, strict: true, optional: false };

/// The place for an error, and the status of the call: with an object, or without one.
fn call(input: &mut Input<'_>, lies: &mut Lies, call: impl FnOnce(*mut *mut Error) -> Status) {
    let status = match input.below(24) {
        0 => Ok(call(null_mut())),
        1 => {
            lies.tell(INVALID_ARGUMENT);
            let status = call(std::ptr::without_provenance_mut(8 * usize::from(input.byte()) + 3));
            assert_eq!(status, INVALID_ARGUMENT, "a misplaced error is told alone");
            Ok(status)
        }
        _ => Err(attempt(call)),
    };
    lies.judge(match status {
        Ok(OK) => Ok(()),
        Ok(status) => Err(status),
        Err(told) => told.map_err(|told| told.status),
    });
}

fn number(input: &mut Input<'_>, known: &[i32], lies: &mut Lies) -> i32 {
    if !input.once_in(16) {
        return input.pick(known);
    }
    let any = input.number() as i32;
    if !known.contains(&any) {
        lies.tell(UNSUPPORTED);
    }
    any
}

fn metric(input: &mut Input<'_>, registry: *mut Registry, owner: *mut Client) {
    let (mut lies, mut lent) = (Lies::default(), Lent::default());
    let (name, help, unit) = (words::plain(input), words::plain(input), Vec::new());
    let (labels, n_labels) = {
        let plain = words::plain_labels(input);
        lies::labels(input, &plain, &mut lent, &mut lies)
    };
    let mut desc = MetricDesc {
        struct_size: 0,
        flags: u32::from(input.byte() & 7),
        kind: number(input, &rules::KINDS, &mut lies),
        priority: number(input, &rules::PRIORITIES, &mut lies),
        name: lies::text(input, &name, &mut lent, &mut lies),
        help: lies::text(input, &help, &mut lent, &mut lies),
        unit: lies::text(input, &unit, &mut lent, &mut lies),
        labels,
        n_labels,
        owner,
    };
    if desc.kind == 0 {
        lies.tell(INVALID_ARGUMENT);
    }
    let detaches = METRIC_DETACHED_ON_ERROR;
    if input.once_in(2) {
        desc.flags &= !detaches;
    }
    let raw = Raw::new(input, &desc, Reading { flags: 7, ..STRICT }, &mut lies);
    let make = input.once_in(4);
    for _ in 0..=input.below(3) {
        let (mut metric, mut lies) = (dangling_mut(), lies.clone());
        let place = lies::place(input, &raw mut metric, false, &mut lies);
        if make {
            call(input, &mut lies, |error| call!(registry.metric(registry, raw.place.cast(), place, error)));
        } else if lies.0.contains(&UNSUPPORTED) || desc.kind == 0 {
            // A look reads neither priority nor, of any kind, the kind.
            let _ = attempt(|error| call!(registry.find(registry, raw.place.cast(), place, error)));
        } else {
            call(input, &mut lies, |error| call!(registry.find(registry, raw.place.cast(), place, error)));
        }
        if place == &raw mut metric && metric != dangling_mut() {
            if !lies.0.is_empty() && make && !metric.is_null() {
                assert_eq!(call!(metric.attached(metric)), 0, "what could not be created is detached");
            }
            call!(counter.inc(metric.cast()));
            call!(metric.refuse(metric, i32::from(input.byte()) - 2));
            call!(metric.release(metric));
        }
    }
}

fn child(input: &mut Input<'_>, world: &mut World, owner: *mut Client) {
    let (mut lies, mut lent) = (Lies::default(), Lent::default());
    let isolated = input.once_in(3);
    let prefix = if isolated { Vec::new() } else { words::plain(input) };
    let plain = if isolated { Vec::new() } else { words::plain_labels(input) };
    let (labels, n_labels) = lies::labels(input, &plain, &mut lent, &mut lies);
    let prefix = lies::text(input, &prefix, &mut lent, &mut lies);
    let desc = RegistryDesc { struct_size: 0, flags: 0, prefix, labels, n_labels, owner };
    let raw = Raw::new(input, &desc, Reading { flags: REGISTRY_LOCKED, strict: true, optional: isolated }, &mut lies);
    let mut made = dangling_mut();
    let place = lies::place(input, &raw mut made, false, &mut lies);
    let parent = world.nodes[0];
    if isolated {
        call(input, &mut lies, |error| call!(registry.isolated(api(), raw.place.cast(), place, error)));
    } else {
        call(input, &mut lies, |error| call!(registry.child(parent, raw.place.cast(), place, error)));
    }
    if place == &raw mut made && made != dangling_mut() {
        assert!(lies.0.is_empty() || made.is_null(), "a failed call gives no handle");
        metric(input, if made.is_null() { parent } else { made }, owner);
        call!(registry.release(made));
    }
}

fn client(input: &mut Input<'_>) -> *mut Client {
    let (mut lies, mut lent) = (Lies::default(), Lent::default());
    let [name, version, language, file] = [(); 4].map(|()| {
        let plain = words::plain(input);
        lies::text(input, &plain, &mut lent, &mut lies)
    });
    let desc = ClientDesc { struct_size: 0, flags: 0, name, version, language, file };
    let raw = Raw::new(input, &desc, STRICT, &mut lies);
    let mut client = dangling_mut();
    let place = lies::place(input, &raw mut client, false, &mut lies);
    call(input, &mut lies, |error| call!(client.open(api(), raw.place.cast(), place, error)));
    if client == dangling_mut() {
        return null_mut();
    }
    assert!(lies.0.is_empty() || client.is_null());
    client
}

fn report(input: &mut Input<'_>, registry: *mut Registry) {
    let (mut lies, mut lent) = (Lies::default(), Lent::default());
    let names: Vec<Text> = (0..input.below(3)).map(|_| words::plain(input)).map(|name| lent.text(&name)).collect();
    let names: Box<[Text]> = names.into();
    let (names_at, n_names) = match input.below(12) {
        0 => (std::ptr::null(), 1 + input.number() % (1 << 16)),
        1 => (std::ptr::without_provenance(8), (1 << 16) + 1 + input.number() % (1 << 40)),
        2 => (std::ptr::without_provenance(9), 1 + input.number() % (1 << 16)),
        _ if names.is_empty() => (std::ptr::without_provenance(9), 0),
        _ => (names.as_ptr(), names.len() as u64),
    };
    if names_at != names.as_ptr() && n_names != 0 {
        lies.tell(INVALID_ARGUMENT);
    }
    let format = number(input, &[FORMAT_PROMETHEUS_TEXT], &mut lies);
    let visits = input.once_in(2);
    if visits {
        // Its format is not read.
        lies.0.remove(&UNSUPPORTED);
    }
    let options = ReportOptions {
        struct_size: 0,
        flags: u32::from(input.byte() & 1),
        format,
        verbosity: number(input, &rules::PRIORITIES, &mut lies),
        names: names_at,
        n_names,
        timeout_ns: if input.once_in(4) { input.number() } else { 0 },
    };
    let how = Reading { flags: REPORT_NO_SELF, strict: true, optional: true };
    let raw = Raw::new(input, &options, how, &mut lies);
    if options.timeout_ns != 0 && !lies.0.is_empty() {
        lies.tell(CANCELLED);
    }
    let mut take = Lies::default();
    let taking = callbacks::taking(input, visits, &mut take);
    lies.0.extend(take.0);
    if visits {
        call(input, &mut lies, |error| call!(registry.visit(registry, raw.place.cast(), taking.place.cast(), error)));
    } else {
        call(input, &mut lies, |error| call!(registry.render(registry, raw.place.cast(), taking.place.cast(), error)));
    }
}

/// An error's story into a struct of any size.
fn read_error(input: &mut Input<'_>) {
    let mut error = null_mut();
    let status = call!(registry.metric(null_mut(), std::ptr::null(), null_mut(), &raw mut error));
    assert_eq!(status, INVALID_ARGUMENT);
    let size: usize = input.pick(&[4, 8, 12, 15, 16, 17, 31, 32, 40, 64, 95, 96, 97, 104, 200]);
    let mut info: Box<[u64]> = vec![u64::MAX; size.div_ceil(8)].into();
    let place = info.as_mut_ptr().cast::<ErrorInfo>();
    // SAFETY: there are four bytes at least.
    unsafe { place.cast::<u32>().write(size as u32) };
    let misplaced = input.once_in(8);
    let told = if misplaced { place.wrapping_byte_add(1) } else { place };
    let status = call!(error.read(error, told));
    assert_eq!(status, if size < 16 || misplaced { INVALID_ARGUMENT } else { OK });
    // SAFETY: all of it was initialised, and any bits are bytes.
    let bytes = unsafe { std::slice::from_raw_parts(place.cast::<u8>(), info.len() * 8) };
    let written = if status == OK { size.min(size_of::<ErrorInfo>()) } else { 4 };
    assert!(bytes[written..].iter().all(|byte| *byte == 255), "no more is written than there is room for: {bytes:?}");
    call!(error.release(error));
}

/// The bootstrap table's slots that take texts and buffers.
fn bootstrap(input: &mut Input<'_>) {
    // SAFETY: version 0 is given always, and lives for ever.
    let card = unsafe { &*cmetrics::get_api(0).cast::<Bootstrap>() };
    let (mut lies, mut lent) = (Lies::default(), Lent::default());
    let plain = words::name(input);
    let name = lies::text(input, &plain, &mut lent, &mut lies);
    let extension = if input.once_in(8) { std::ptr::null() } else { &raw const name };
    // SAFETY: the text may be wrong in the ways that the contract allows.
    let extension = unsafe { (card.extension)(extension) };
    assert!(extension.is_null() || plain == HOST_EXTENSION.as_bytes());
    let desc = ClientDesc { struct_size: 0, flags: 0, name, version: name, language: name, file: name };
    let raw = Raw::new(input, &desc, Reading { optional: true, ..STRICT }, &mut lies);
    let wanted = input.pick(&[0, 1, 2, 3, u32::MAX]);
    let capacity = usize::from(input.byte());
    let mut buffer: Box<[u8]> = vec![255; capacity].into();
    let at = if capacity == 0 { null_mut() } else { buffer.as_mut_ptr().cast() };
    // SAFETY: the buffer has as many bytes; the description may be wrong in the ways that the contract allows.
    let len = unsafe {
        if input.once_in(2) {
            (card.path)(at, capacity as u64)
        } else {
            (card.explain)(wanted, raw.place.cast(), at, capacity as u64)
        }
    };
    if capacity > 0 {
        let end = buffer.iter().position(|byte| *byte == 0).expect("a NUL within the buffer");
        assert!(end as u64 <= len && std::str::from_utf8(&buffer[..end]).is_ok(), "cut between characters");
    }
    // SAFETY: any number may be asked for.
    let table = unsafe { cmetrics::get_api(input.number() as u32 | 1 << 8) };
    assert!(table.is_null(), "there is no such version");
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let mut world = World::default();
    let owner = client(&mut input);
    for _ in 0..40 {
        if input.is_over() {
            break;
        }
        let root = world.nodes[0];
        match input.below(8) {
            0..=2 => metric(&mut input, root, owner),
            3 => child(&mut input, &mut world, owner),
            4 => report(&mut input, root),
            5 => callbacks::lie(&mut input, root, owner),
            6 => read_error(&mut input),
            _ => bootstrap(&mut input),
        }
    }
    if input.once_in(2) {
        call!(client.close(owner));
        let _ = told::render(world.nodes[0], std::ptr::null(), None);
    }
    call!(client.release(owner));
});

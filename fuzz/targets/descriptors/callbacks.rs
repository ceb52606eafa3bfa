// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Sinks, visitors and collectors that lie: of sizes that they do not have, without functions, and in what they tell.

use std::ffi::c_void;
use std::ptr::{dangling_mut, null_mut};

use cmetrics_fuzz::call;
use cmetrics_fuzz::input::Input;
use cmetrics_fuzz::lent::Lent;
use cmetrics_fuzz::lies::{self, Lies, Raw, Reading};
use cmetrics_fuzz::{told, words};
use cmetrics_interface::v1::{Client, CollectorDesc, Registry, COLLECTOR_ADDS};
use cmetrics_interface::{
    Family, Label, Point, ReportOptions, Sink, Status, Text, Value, Visitor, INVALID_ARGUMENT, OK,
};

unsafe extern "C" fn write(_: *mut c_void, bytes: *const u8, len: u64) -> Status {
    // SAFETY: the library lends the chunk.
    let chunk = unsafe { std::slice::from_raw_parts(bytes, len as usize) };
    assert!(!chunk.is_empty());
    OK
}

unsafe extern "C" fn family(_: *mut c_void, family: *const Family) -> Status {
    assert!(!family.is_null());
    OK
}

unsafe extern "C" fn point(_: *mut c_void, point: *const Point) -> Status {
    assert!(!point.is_null());
    OK
}

/// A sink or a visitor, whose extra bytes are ignored.
pub(crate) fn taking(input: &mut Input<'_>, visits: bool, lies: &mut Lies) -> Raw {
    let how = Reading { flags: 0, strict: false, optional: false };
    let there = !input.once_in(24);
    if !there {
        lies.tell(INVALID_ARGUMENT);
    }
    if visits {
        let (family, point) = (Some(family as _), there.then_some(point as _));
        Raw::new(input, &Visitor { struct_size: 0, flags: 0, family, point, user: dangling_mut() }, how, lies)
    } else {
        let write = there.then_some(write as _);
        Raw::new(input, &Sink { struct_size: 0, flags: 0, write, user: dangling_mut() }, how, lies)
    }
}

/// The rest of the input, as a collector's `user`: what it tells is read from it.
struct Tale(Vec<u8>);

unsafe extern "C" fn collect(user: *mut c_void, options: *const ReportOptions, into: *const Visitor) -> Status {
    // SAFETY: user is the tale that add took over; the library lends the visitor.
    let (tale, into) = unsafe { (&*user.cast::<Tale>(), &*into) };
    assert!(!options.is_null());
    let mut input = Input(&tale.0);
    let (Some(family), Some(point)) = (into.family, into.point) else { panic!("a visitor without functions") };
    let mut open = false;
    for _ in 0..8 {
        let (mut lies, mut lent) = (Lies::default(), Lent::default());
        if !open || input.once_in(3) {
            let (name, help) = (words::plain(&mut input), words::plain(&mut input));
            let told = Family {
                struct_size: 0,
                flags: 0,
                kind: i32::from(input.byte()),
                type_: i32::from(input.byte() & 7),
                priority: 0,
                zero: 0,
                name: lies::text(&mut input, &name, &mut lent, &mut lies),
                help: lies::text(&mut input, &help, &mut lent, &mut lies),
                unit: Text::ABSENT,
            };
            let how = Reading { flags: 0, strict: true, optional: false };
            let raw = Raw::new(&mut input, &told, how, &mut lies);
            // SAFETY: the visitor is the library's; the struct may be wrong in the ways that the contract allows.
            let status = unsafe { family(into.user, raw.place.cast()) };
            lies.judge(if status == OK { Ok(()) } else { Err(status) });
            open = status == OK;
            continue;
        }
        let plain = words::plain_labels(&mut input);
        let (labels, n_labels) = lies::labels(&mut input, &plain, &mut lent, &mut lies);
        let values: Vec<Value> = (0..input.below(3)).map(|_| value(&mut input, &mut lent, &mut lies)).collect();
        let values: Box<[Value]> = values.into();
        let (at, n_values) = match input.below(16) {
            0 => (std::ptr::null(), 1 + input.number() % (1 << 16)),
            1 => (std::ptr::without_provenance(8), (1 << 16) + 1 + input.number() % (1 << 40)),
            2 => (std::ptr::without_provenance(9), 1 + input.number() % (1 << 16)),
            _ => (values.as_ptr(), values.len() as u64),
        };
        if at != values.as_ptr() || values.is_empty() {
            lies.tell(INVALID_ARGUMENT);
        }
        let told = Point { struct_size: 0, flags: 0, id: input.number(), labels, n_labels, values: at, n_values };
        let raw = Raw::new(&mut input, &told, Reading { flags: 0, strict: true, optional: false }, &mut lies);
        // SAFETY: as above.
        let status = unsafe { point(into.user, raw.place.cast()) };
        lies.judge(if status == OK { Ok(()) } else { Err(status) });
    }
    OK
}

fn value(input: &mut Input<'_>, lent: &mut Lent, lies: &mut Lies) -> Value {
    let (key, suffix) = (input.pick(&["", "le", "quantile"]), input.pick(&["", "_sum", "_bucket"]));
    let known = [0, 1, 2, 3, 4];
    Value {
        suffix: lies::text(input, suffix.as_bytes(), lent, lies),
        extra: Label { key: lies::text(input, key.as_bytes(), lent, lies), value: lies::text(input, b"1", lent, lies) },
        type_: crate::number(input, &known, lies),
        zero: 0,
        bits: input.number(),
    }
}

unsafe extern "C" fn drop_tale(user: *mut c_void) {
    // SAFETY: user is the box that add took over, and this is called once.
    drop(unsafe { Box::from_raw(user.cast::<Tale>()) });
}

/// Adds a collector that lies, asks for a report, and removes it.
pub(crate) fn lie(input: &mut Input<'_>, registry: *mut Registry, owner: *mut Client) {
    let mut lies = Lies::default();
    let there = !input.once_in(16);
    if !there {
        lies.tell(INVALID_ARGUMENT);
    }
    let user = Box::into_raw(Box::new(Tale(input.bytes(200).to_vec())));
    let desc = CollectorDesc {
        struct_size: 0,
        flags: u32::from(input.byte() & 1),
        owner,
        collect: there.then_some(collect as _),
        drop: Some(drop_tale),
        user: user.cast(),
    };
    let raw = Raw::new(input, &desc, Reading { flags: COLLECTOR_ADDS, strict: true, optional: false }, &mut lies);
    let mut collector = dangling_mut();
    let place = lies::place(input, &raw mut collector, true, &mut lies);
    let failed = !lies.0.is_empty();
    let mut error = null_mut();
    let status = call!(collector.add(registry, raw.place.cast(), place, &raw mut error));
    call!(error.release(error));
    lies.judge(if status == OK { Ok(()) } else { Err(status) });
    assert_eq!(failed, status != OK);
    if failed {
        // SAFETY: where add fails, user is still ours.
        drop(unsafe { Box::from_raw(user) });
        return;
    }
    told::render(registry, std::ptr::null(), None).expect("a report, whatever collectors tell");
    if place == &raw mut collector {
        assert_eq!(call!(collector.remove(collector, null_mut())), OK);
        call!(collector.release(collector));
    }
}

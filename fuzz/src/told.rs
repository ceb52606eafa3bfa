// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the library tells sinks and visitors, kept.

use std::ffi::c_void;
use std::mem::size_of;

use cmetrics_interface::v1::{Metric, Registry};
use cmetrics_interface::*;

use crate::call;
use crate::call::{attempt, string, Told};
use crate::expect::{self, Number};

/// A sink that keeps what it takes, and stops the report after so many chunks.
struct Keeping {
    text: Vec<u8>,
    left: usize,
    stopped: bool,
    status: Status,
}

unsafe extern "C" fn keep(user: *mut c_void, bytes: *const u8, len: u64) -> Status {
    // SAFETY: user is the sink that `render` lends, and the library lends the chunk.
    let (sink, chunk) = unsafe { (&mut *user.cast::<Keeping>(), std::slice::from_raw_parts(bytes, len as usize)) };
    assert!(!chunk.is_empty(), "no chunk is empty");
    assert!(!sink.stopped, "a sink that has stopped the report is not called again");
    if sink.left == 0 {
        sink.stopped = true;
        return sink.status;
    }
    sink.left -= 1;
    sink.text.extend_from_slice(chunk);
    OK
}

/// The report of a registry, or what the sink had of it when it failed. `stop` is after how many chunks the sink stops it,
/// and with which status.
pub fn render(
    registry: *mut Registry,
    options: *const ReportOptions,
    stop: Option<(usize, Status)>,
) -> Result<String, Told> {
    let (left, status) = stop.unwrap_or((usize::MAX, OK));
    let mut sink = Keeping { text: Vec::new(), left, stopped: false, status };
    let lent =
        Sink { struct_size: size_of::<Sink>() as u32, flags: 0, write: Some(keep), user: (&raw mut sink).cast() };
    let done = attempt(|error| call!(registry.render(registry, options, &raw const lent, error)));
    if sink.stopped && status != OK {
        let told = done.as_ref().expect_err("a stopped report is no success");
        assert_eq!((told.status, &*told.subject), (CANCELLED, &*status.to_string()), "{told:?}");
    }
    done?;
    Ok(String::from_utf8(sink.text).expect("a report is UTF-8"))
}

/// A visitor that keeps what it is told.
#[derive(Default)]
struct Listening {
    families: Vec<expect::Family>,
    ids: Vec<u64>,
}

unsafe extern "C" fn family(user: *mut c_void, family: *const Family) -> Status {
    // SAFETY: user is the listener that is lent, and the library lends the family.
    let (heard, family) = unsafe { (&mut *user.cast::<Listening>(), &*family) };
    assert!(family.struct_size as usize >= size_of::<Family>());
    heard.families.push(expect::Family {
        name: string(family.name),
        help: string(family.help),
        unit: string(family.unit),
        kind: family.kind,
        type_: family.type_,
        priority: family.priority,
        points: Vec::new(),
    });
    OK
}

unsafe extern "C" fn point(user: *mut c_void, point: *const Point) -> Status {
    // SAFETY: user is the listener that is lent, and the library lends the point with its arrays.
    let (heard, point, labels, values) = unsafe {
        let point = &*point;
        (&mut *user.cast::<Listening>(), point, lent(point.labels, point.n_labels), lent(point.values, point.n_values))
    };
    assert!(point.struct_size as usize >= size_of::<Point>());
    heard.ids.push(point.id);
    let mut labels: Vec<_> = labels.iter().map(|label| (string(label.key), string(label.value))).collect();
    let own = labels.len();
    let values = values.iter().map(|value| {
        let number = Number::of(value.type_, value.bits).expect("a type that there is");
        let extra = (string(value.extra.key), string(value.extra.value));
        // Where each value has a label of its own, the point is not one that a metric has.
        labels.extend((!extra.0.is_empty()).then_some(extra));
        (string(value.suffix), number)
    });
    let values: Vec<_> = values.collect();
    assert!(labels[..own].windows(2).all(|pair| pair[0].0 < pair[1].0), "labels are in order: {labels:?}");
    heard.families.last_mut().expect("a family comes first").points.push(expect::Point { labels, values });
    OK
}

/// # Safety
///
/// The library lends `n` elements for `'a`.
unsafe fn lent<'a, T>(data: *const T, n: u64) -> &'a [T] {
    if n == 0 {
        return &[];
    }
    // SAFETY: as the caller promises.
    unsafe { std::slice::from_raw_parts(data, n as usize) }
}

fn visitor(heard: &mut Listening) -> Visitor {
    Visitor {
        struct_size: size_of::<Visitor>() as u32,
        flags: 0,
        family: Some(family),
        point: Some(point),
        user: (&raw mut *heard).cast(),
    }
}

/// What a visit of a registry tells, and the ids of its points.
pub fn visit(registry: *mut Registry, options: *const ReportOptions) -> Result<(Vec<expect::Family>, Vec<u64>), Told> {
    let mut heard = Listening::default();
    let visitor = visitor(&mut heard);
    attempt(|error| call!(registry.visit(registry, options, &raw const visitor, error)))?;
    Ok((heard.families, heard.ids))
}

/// What a metric tells of itself.
pub fn describe(metric: *mut Metric) -> expect::Family {
    let mut heard = Listening::default();
    let visitor = visitor(&mut heard);
    assert_eq!(call!(metric.describe(metric, &raw const visitor)), OK);
    assert_eq!((heard.families.len(), heard.ids.len()), (1, 1), "one family and one point");
    assert_eq!(heard.ids[0], call!(metric.id(metric)));
    heard.families.remove(0)
}

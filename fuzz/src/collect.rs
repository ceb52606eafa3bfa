// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Collectors that tell what the fuzzer says, sound or not.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ffi::c_void;
use std::mem::size_of;
use std::ptr::null_mut;
use std::rc::Rc;

use cmetrics_interface::v1::{Client, ClientDesc, Collector, CollectorDesc, COLLECTOR_ADDS};
use cmetrics_interface::{Family, Label, Point, ReportOptions, Status, Text, Value, Visitor, OK};

use crate::call;
use crate::call::{api, attempt};
use crate::expect;
use crate::exposition;
use crate::input::Input;
use crate::lent::{Lent, Pair};
use crate::rules;
use crate::words;
use crate::world::World;

/// A family as a collector tells it.
#[derive(Clone, Debug)]
struct Tale {
    type_: i32,
    priority: i32,
    name: Vec<u8>,
    help: Vec<u8>,
    unit: Vec<u8>,
    points: Vec<(Vec<Pair>, Vec<Telling>)>,
}

/// A value as a collector tells it.
#[derive(Clone, Debug)]
struct Telling {
    suffix: Vec<u8>,
    extra: Pair,
    type_: i32,
    bits: u64,
}

/// What a collector gets as its `user`.
struct Script {
    tales: Vec<Tale>,
    result: Status,
    drops: Rc<Cell<usize>>,
}

/// A collector that is there.
pub(crate) struct Collecting {
    pub(crate) node: usize,
    handle: *mut Collector,
    adds: bool,
    tales: Vec<Tale>,
}

unsafe extern "C" fn collect(user: *mut c_void, options: *const ReportOptions, into: *const Visitor) -> Status {
    // SAFETY: user is the script that add took over; the library lends the rest.
    let (script, options, into) = unsafe { (&*user.cast::<Script>(), &*options, &*into) };
    assert!(options.struct_size as usize >= size_of::<ReportOptions>());
    let (Some(family), Some(point)) = (into.family, into.point) else { panic!("a visitor without functions") };
    for tale in &script.tales {
        let mut lent = Lent::default();
        let (name, help, unit) = (lent.text(&tale.name), lent.text(&tale.help), lent.text(&tale.unit));
        let Tale { type_, priority, .. } = *tale;
        let struct_size = size_of::<Family>() as u32;
        let told = Box::new(Family { struct_size, flags: 0, kind: 0, type_, priority, zero: 0, name, help, unit });
        // SAFETY: the visitor is the library's, and the family lives until it returns.
        let opened = unsafe { family(into.user, &raw const *told) };
        drop((told, lent));
        for (labels, values) in &tale.points {
            let mut lent = Lent::default();
            let (labels, n_labels) = lent.labels(labels);
            let values: Box<[Value]> = values.iter().map(|value| telling(value, &mut lent)).collect();
            let (values, n_values, struct_size) = (&raw const *values, values.len() as u64, size_of::<Point>() as u32);
            let values = values.cast();
            let told = Box::new(Point { struct_size, flags: 0, id: 0, labels, n_labels, values, n_values });
            // SAFETY: as above.
            let added = unsafe { point(into.user, &raw const *told) };
            assert!(opened == OK || added != OK, "a point of a refused family is refused");
        }
    }
    script.result
}

fn telling(value: &Telling, lent: &mut Lent) -> Value {
    let extra = Label { key: lent.text(&value.extra.0), value: lent.text(&value.extra.1) };
    Value { suffix: lent.text(&value.suffix), extra, type_: value.type_, zero: 0, bits: value.bits }
}

unsafe extern "C" fn drop_script(user: *mut c_void) {
    // SAFETY: user is the box that add took over, and this is called once.
    let script = unsafe { Box::from_raw(user.cast::<Script>()) };
    script.drops.set(script.drops.get() + 1);
}

fn tale(input: &mut Input<'_>) -> Tale {
    let points = |input: &mut Input<'_>| {
        let labels = if input.once_in(4) { words::labels(input) } else { words::plain_labels(input) };
        let values = (0..input.below(4)).map(|_| Telling {
            suffix: if input.once_in(8) {
                words::name(input)
            } else {
                input.pick(&["", "_sum", "_count", "_bucket"]).into()
            },
            extra: match input.below(8) {
                0 => (words::name(input), words::value(input)),
                1 => ("le".into(), input.pick(&["0.1", "1", "+Inf"]).into()),
                2 => ("quantile".into(), input.pick(&["0.5", "0.9"]).into()),
                3 => (words::plain(input), input.pick(&["1", "2", ""]).into()),
                _ => Pair::default(),
            },
            type_: if input.once_in(32) { i32::from(input.byte()) } else { input.below(5) as i32 },
            bits: if input.once_in(2) { input.double().to_bits() } else { input.integer() },
        });
        let values = values.collect();
        (labels, values)
    };
    Tale {
        type_: if input.once_in(16) { i32::from(input.byte()) - 8 } else { input.below(5) as i32 },
        priority: if input.once_in(16) { i32::from(input.byte()) } else { input.pick(&rules::PRIORITIES) },
        name: if input.once_in(4) { words::name(input) } else { words::plain(input) },
        help: if input.once_in(4) { words::value(input) } else { Vec::new() },
        unit: if input.once_in(8) { words::value(input) } else { Vec::new() },
        points: (0..input.below(4)).map(|_| points(input)).collect(),
    }
}

impl World {
    /// Adds a collector to a registry.
    pub fn collect(&mut self, input: &mut Input<'_>, node: usize) {
        let tales: Vec<Tale> = (0..=input.below(3)).map(|_| tale(input)).collect();
        let result = if input.once_in(8) { i32::from(input.byte()) } else { OK };
        let (adds, drops) = (input.once_in(2), Rc::clone(&self.drops));
        let user = Box::into_raw(Box::new(Script { tales: tales.clone(), result, drops }));
        let owner = if input.once_in(4) { client(input) } else { null_mut() };
        let desc = Box::new(CollectorDesc {
            struct_size: size_of::<CollectorDesc>() as u32,
            flags: if adds { COLLECTOR_ADDS } else { 0 },
            owner,
            collect: Some(collect),
            drop: Some(drop_script),
            user: user.cast(),
        });
        let (mut handle, registry) = (null_mut(), self.nodes[node]);
        let told = attempt(|error| call!(collector.add(registry, &raw const *desc, &raw mut handle, error)));
        assert_eq!(told.is_ok(), !self.model.is_gone(node), "{told:?}");
        if told.is_err() {
            // SAFETY: where add fails, user is still ours.
            drop(unsafe { Box::from_raw(user) });
            call!(client.release(owner));
            return;
        }
        if owner.is_null() {
            self.collecting.push(Collecting { node, handle, adds, tales });
            return;
        }
        // It goes with its client.
        self.expect_drops(0);
        let _ = attempt(|error| call!(registry.render(registry, std::ptr::null(), std::ptr::null(), error)));
        if input.once_in(2) {
            call!(client.close(owner));
            self.expect_drops(1);
        }
        call!(client.release(owner));
        call!(collector.release(handle));
        self.drops.set(0);
    }

    /// Removes a collector.
    pub fn uncollect(&mut self, input: &mut Input<'_>) {
        if self.collecting.is_empty() {
            return;
        }
        let collecting = self.collecting.swap_remove(input.below(self.collecting.len()));
        for _ in 0..2 {
            assert_eq!(attempt(|error| call!(collector.remove(collecting.handle, error))), Ok(()));
        }
        self.expect_drops(1);
    }

    /// Whether a report of this registry runs collectors.
    pub(crate) fn collects_in(&self, node: usize) -> bool {
        let below = self.model.subtree(node);
        self.collecting.iter().any(|collecting| below.contains(&collecting.node))
    }

    /// What collectors told comes beside the metrics: those are there with their numbers, and the rest is of families that
    /// were told.
    pub(crate) fn compare_collected(
        &self,
        node: usize,
        told: &[exposition::Family],
        expected: &[expect::Family],
    ) -> Result<(), String> {
        let below = self.model.subtree(node);
        let (mut named, mut added) = (BTreeSet::new(), BTreeSet::new());
        for collecting in self.collecting.iter().filter(|collecting| below.contains(&collecting.node)) {
            for name in collecting.tales.iter().filter_map(|tale| std::str::from_utf8(&tale.name).ok()) {
                let full = rules::join(self.model.prefix(collecting.node), name);
                if collecting.adds {
                    added.insert(full.clone());
                }
                named.insert(full);
            }
        }
        for family in expected {
            let Some(there) = told.iter().find(|there| there.name == family.name) else {
                return Err(format!("{} is not told", family.name));
            };
            let mut samples = there.samples.iter();
            for point in &family.points {
                for (suffix, number) in &point.values {
                    let is = |sample: &&exposition::Sample| sample.suffix == *suffix && sample.labels == point.labels;
                    let sample = samples.find(is).ok_or_else(|| format!("{} lacks {point:?}", family.name))?;
                    if !added.contains(&family.name) && !number.is_told_as(&sample.value) {
                        return Err(format!("{} tells {sample:?} for {number:?}", family.name));
                    }
                }
            }
        }
        for there in told {
            let own = expected.iter().find(|family| family.name == there.name);
            let lines = own.map_or(0, |family| family.points.iter().map(|point| point.values.len()).sum());
            if !named.contains(&there.name) && there.samples.len() != lines {
                return Err(format!("nobody told {there:?}"));
            }
        }
        Ok(())
    }
}

impl Drop for Collecting {
    fn drop(&mut self) {
        call!(collector.release(self.handle));
    }
}

/// A client of any name.
fn client(input: &mut Input<'_>) -> *mut Client {
    let mut lent = Lent::default();
    let desc = Box::new(ClientDesc {
        struct_size: size_of::<ClientDesc>() as u32,
        flags: 0,
        name: lent.text(&words::value(input)),
        version: lent.text(&words::value(input)),
        language: Text::ABSENT,
        file: Text::ABSENT,
    });
    let mut client = null_mut();
    let told = attempt(|error| call!(client.open(api(), &raw const *desc, &raw mut client, error)));
    assert_eq!(told.is_err(), client.is_null(), "{told:?}");
    client
}

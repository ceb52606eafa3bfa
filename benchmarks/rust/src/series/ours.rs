// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Ours. Series are made through the table, by name and labels, and their handles are dropped: what stays is what the
//! library holds. (A family of an SDK would keep a handle for each.) The report is streamed into a sink that drops it.

use cmetrics_interface::v1::{
    ApiV1, Counter, FloatCounter, FloatGauge, Metric, MetricDesc, Registry as Raw, RegistryDesc,
};
use cmetrics_interface::{Label, Text};

use super::plan::{Kind, Plan, Series, HELP, KEYS};
use super::Report;

/// The library's table, and an isolated registry of it.
struct Door {
    api: &'static ApiV1,
    registry: *mut Raw,
}

// SAFETY: the table and its handles may be used on any thread (docs/abi/threads.md).
unsafe impl Send for Door {}

impl Door {
    fn open() -> Door {
        let asker = cmetrics_loader::Asker::new("benchmark");
        let api = cmetrics_loader::load(&asker).expect("the library was found before").api();
        let desc = RegistryDesc {
            struct_size: std::mem::size_of::<RegistryDesc>() as u32,
            flags: 0,
            prefix: Text::ABSENT,
            labels: std::ptr::null(),
            n_labels: 0,
            owner: std::ptr::null_mut(),
        };
        let mut registry = std::ptr::null_mut();
        // SAFETY: the table is complete; desc and registry are ours for the call; the error may be NULL.
        let status = unsafe { ((*api.registry).isolated)(api, &desc, &mut registry, std::ptr::null_mut()) };
        assert_eq!(status, cmetrics_interface::OK, "an isolated registry");
        Door { api, registry }
    }

    /// Makes or finds it, adds to it, and lets its handle go.
    fn add(&self, kind: Kind, name: &str, series: &Series<'_>) {
        let labels: [Label; 3] =
            std::array::from_fn(|n| Label { key: Text::lend(KEYS[n]), value: Text::lend(series.values[n]) });
        let desc = MetricDesc {
            struct_size: std::mem::size_of::<MetricDesc>() as u32,
            flags: 0,
            kind: match kind {
                Kind::Counter => cmetrics_interface::KIND_COUNTER,
                Kind::Float => cmetrics_interface::KIND_FLOAT_GAUGE,
                Kind::Pair => cmetrics_interface::KIND_FLOAT_COUNTER,
            },
            priority: 0,
            name: Text::lend(name),
            help: Text::lend(HELP),
            unit: Text::ABSENT,
            labels: labels.as_ptr(),
            n_labels: labels.len() as u64,
            owner: std::ptr::null_mut(),
        };
        let mut metric: *mut Metric = std::ptr::null_mut();
        // SAFETY: the registry is live, all that is lent is there for the call, and the handle is released once, last.
        // The kind of the handle is the one that was asked for.
        unsafe {
            let status = ((*self.api.registry).metric)(self.registry, &desc, &mut metric, std::ptr::null_mut());
            assert_eq!(status, cmetrics_interface::OK, "{name} {series:?}");
            match kind {
                Kind::Counter => ((*self.api.counter).add)(metric.cast::<Counter>(), series.amount),
                Kind::Float => ((*self.api.float_gauge).set)(metric.cast::<FloatGauge>(), series.float()),
                Kind::Pair => ((*self.api.float_counter).add)(metric.cast::<FloatCounter>(), series.float()),
            }
            ((*self.api.metric).release)(metric);
        }
    }

    fn report(&self) -> usize {
        let mut bytes = 0_usize;
        let sink = cmetrics_interface::Sink {
            struct_size: std::mem::size_of::<cmetrics_interface::Sink>() as u32,
            flags: 0,
            write: Some(count),
            user: std::ptr::from_mut(&mut bytes).cast(),
        };
        // SAFETY: the registry is live; the sink and what it points to are there for the call; options may be NULL.
        let status =
            unsafe { ((*self.api.registry).render)(self.registry, std::ptr::null(), &sink, std::ptr::null_mut()) };
        assert_eq!(status, cmetrics_interface::OK, "a report");
        bytes
    }
}

unsafe extern "C" fn count(user: *mut std::ffi::c_void, _: *const u8, len: u64) -> cmetrics_interface::Status {
    // SAFETY: `report` set it, and calls nothing else meanwhile.
    unsafe { *user.cast::<usize>() += len as usize };
    cmetrics_interface::OK
}

/// The series of a plan.
pub fn build(plan: &Plan) -> Report {
    let door = Door::open();
    for series in plan.shuffled() {
        door.add(plan.kind, &plan.names[series.family], &series);
    }
    Box::new(move || {
        let door = &door;
        door.report()
    })
}

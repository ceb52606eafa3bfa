// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_void;
use core::mem::size_of;
use std::sync::Arc;
use std::time::Instant;

use cmetrics_interface as abi;
use cmetrics_interface::v1::{self, CollectFn, CollectorDesc, CollectorV1, DropFn};
use cmetrics_interface::{Family, Point, ReportOptions, Status, Text, Visitor};

use super::boundary::{boundary, quietly, status};
use super::cast;
use super::desc::{self, Extra};
use super::registry::out;
use crate::collected::{Collected, CollectedValue};
use crate::collector::{Collect, Collector};
use crate::error::{Fault, Result};
use crate::report::{FamilyView, Options, ValueView};
use crate::sync::{AtomicBool, Ordering};

pub(super) static COLLECTOR: CollectorV1 =
    CollectorV1 { struct_size: size_of::<CollectorV1>() as u32, version: 1, retain, release, add, remove };

unsafe extern "C" fn retain(collector: *mut v1::Collector) {
    // SAFETY: a handle of the caller's (interface, Ownership).
    unsafe { cast::collector_retain(collector) }
}

unsafe extern "C" fn release(collector: *mut v1::Collector) {
    // SAFETY: a reference that the caller gives back.
    quietly(|| unsafe { cast::collector_release(collector) });
}

unsafe extern "C" fn add(
    registry: *mut v1::Registry,
    desc: *const CollectorDesc,
    collector: *mut *mut v1::Collector,
    error: *mut *mut abi::Error,
) -> Status {
    // SAFETY: the caller lends the handle, the place and the description with all that it points to.
    boundary(error, || unsafe {
        let place = if collector.is_null() { None } else { Some(out(collector, "collector")?) };
        let registry = cast::registry_shared(registry)?;
        let desc = desc::read(desc, "cmetrics_collector_desc", v1::COLLECTOR_ADDS, Extra::MustBeZero)?;
        let owner = cast::client_shared(desc.owner);
        let info = desc::owner(desc.owner)?.unwrap_or_default();
        let collect = desc.collect.ok_or_else(|| {
            Fault::invalid("the collector has no collect function").subject("collect").hint("set collect")
        })?;
        let code = Arc::new(Foreign { collect, drop: desc.drop, user: desc.user, kept: AtomicBool::new(true) });
        let adds = desc.flags & v1::COLLECTOR_ADDS != 0;
        let added = Collector::add(registry, info, adds, Arc::clone(&code) as Arc<dyn Collect>);
        if added.is_err() {
            // Relaxed: this is the only reference that is left.
            code.kept.store(false, Ordering::Relaxed);
        }
        let added = added?;
        if let Some(owner) = owner {
            owner.owns(&added);
        }
        if let Some(place) = place {
            place.set(cast::collector_out(added));
        }
        Ok(())
    })
}

unsafe extern "C" fn remove(collector: *mut v1::Collector, error: *mut *mut abi::Error) -> Status {
    boundary(error, || {
        // SAFETY: the caller lends the handle; a reference of our own lets its callbacks release it.
        let collector = unsafe { cast::collector_shared(collector) };
        let Some(collector) = collector else {
            return Err(Fault::invalid("the collector is NULL").subject("collector").hint("pass what add gave out"));
        };
        collector.remove();
        Ok(())
    })
}

/// A client's functions.
struct Foreign {
    collect: CollectFn,
    drop: Option<DropFn>,
    user: *mut c_void,
    /// False if it could not be added: `user` stays the client's then.
    kept: AtomicBool,
}

// SAFETY: the client promises that its functions may be called with `user` on any thread (interface, CollectFn).
unsafe impl Send for Foreign {}
// SAFETY: as for Send, and on several threads at once.
unsafe impl Sync for Foreign {}

impl Drop for Foreign {
    fn drop(&mut self) {
        // Relaxed: a drop comes after all else that was done with it.
        if let (true, Some(drop)) = (self.kept.load(Ordering::Relaxed), self.drop) {
            // SAFETY: the client promises that drop may be called once after the last use, on any thread.
            unsafe { drop(self.user) };
        }
    }
}

impl Collect for Foreign {
    fn collect(&self, options: &Options<'_>, into: &mut Collected) -> core::result::Result<(), i32> {
        let names: Vec<Text> = options.names.iter().map(|name| Text::lend(name)).collect();
        let left = options.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()).as_nanos());
        let lent = ReportOptions {
            struct_size: size_of::<ReportOptions>() as u32,
            flags: if options.no_self { abi::REPORT_NO_SELF } else { 0 },
            format: options.format,
            verbosity: options.verbosity,
            names: names.as_ptr(),
            n_names: names.len() as u64,
            // 0 would be without limit.
            timeout_ns: left.map_or(0, |ns| u64::try_from(ns).unwrap_or(u64::MAX).max(1)),
        };
        let visitor = Visitor {
            struct_size: size_of::<Visitor>() as u32,
            flags: 0,
            family: Some(into_family),
            point: Some(into_point),
            user: core::ptr::from_mut(into).cast(),
        };
        // SAFETY: the client promises that collect may be called with what is lent for the call, and does not unwind;
        // `into` is lent exclusively, and used on this thread alone (interface, CollectFn).
        match unsafe { (self.collect)(self.user, &raw const lent, &raw const visitor) } {
            abi::OK => Ok(()),
            failure => Err(failure),
        }
    }
}

unsafe extern "C" fn into_family(into: *mut c_void, family: *const Family) -> Status {
    // SAFETY: `into` is what collect lends; the client lends the family.
    unsafe {
        hear(into, |into| {
            // Also where this one cannot be read: its points are not the last one's.
            into.close();
            read_family(family).map(|family| into.family(&family))
        })
    }
}

unsafe extern "C" fn into_point(into: *mut c_void, point: *const Point) -> Status {
    // SAFETY: `into` is what collect lends; the client lends the point.
    unsafe {
        hear(into, |into| {
            let point = desc::read(point, "cmetrics_point", 0, Extra::MustBeZero)?;
            let labels = desc::labels(point.labels, point.n_labels)?;
            let values = desc::array(point.values, point.n_values, u64::MAX, "values")?;
            let values: Vec<_> = values.iter().map(|value| read_value(value)).collect::<Result<_>>()?;
            Ok(into.point(point.id, &labels, &values))
        })
    }
}

/// Runs `call`, whose outer failure is that something could not be read and whose inner one was counted already.
///
/// # Safety
///
/// `into` is what collect lends.
unsafe fn hear(into: *mut c_void, call: impl FnOnce(&mut Collected) -> Result<Result<()>>) -> Status {
    status(|| {
        // SAFETY: as promised by the caller; NULL is checked for.
        let into = unsafe { into.cast::<Collected>().as_mut() }.ok_or(abi::INVALID_ARGUMENT)?;
        match call(into) {
            Ok(heard) => heard.map_err(|fault| fault.code()),
            Err(fault) => {
                into.refuse_unread();
                Err(fault.code())
            }
        }
    })
}

/// # Safety
///
/// `family` is NULL or lent with all that it points to, for `'a`.
unsafe fn read_family<'a>(family: *const Family) -> Result<FamilyView<'a>> {
    // SAFETY: as promised by the caller.
    unsafe {
        let family = desc::read(family, "cmetrics_family", 0, Extra::MustBeZero)?;
        Ok(FamilyView {
            kind: family.kind,
            type_: family.type_,
            priority: family.priority,
            name: desc::text(family.name, "family name")?,
            help: desc::text(family.help, "help")?,
            unit: desc::text(family.unit, "unit")?,
        })
    }
}

/// # Safety
///
/// What `value` points to is lent for `'a`.
unsafe fn read_value<'a>(value: &abi::Value) -> Result<ValueView<'a>> {
    // SAFETY: as promised by the caller.
    unsafe {
        let extra = desc::label(value.extra)?;
        Ok(ValueView {
            suffix: desc::text(value.suffix, "suffix")?,
            extra: (!extra.0.is_empty()).then_some(extra),
            number: CollectedValue::number(value.type_, value.bits)?,
        })
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A client's visitor, and views lent to it.

use core::mem::size_of;

use cmetrics_interface as abi;
use cmetrics_interface::{Label, Text, Value};

use super::desc::{self, Extra};
use crate::error::{Fault, Result};
use crate::number::Number;
use crate::report::{Events, FamilyView, Stop, ValueView};

pub(super) struct ForeignVisitor {
    family: abi::VisitFamilyFn,
    point: abi::VisitPointFn,
    user: *mut core::ffi::c_void,
}

/// # Safety
///
/// `raw` is NULL or a visitor that the caller lends for the call, whose functions may be called until then.
pub(super) unsafe fn visitor(raw: *const abi::Visitor) -> Result<ForeignVisitor> {
    // SAFETY: as promised by the caller.
    let visitor = unsafe { desc::read(raw, "cmetrics_visitor", 0, Extra::Ignored) }?;
    let (Some(family), Some(point)) = (visitor.family, visitor.point) else {
        return Err(Fault::invalid("the visitor has no family or no point function")
            .subject("family, point")
            .hint("set both functions of cmetrics_visitor"));
    };
    Ok(ForeignVisitor { family, point, user: visitor.user })
}

impl Events for ForeignVisitor {
    fn family(&mut self, family: &FamilyView<'_>) -> core::result::Result<(), Stop> {
        let lent = abi::Family {
            struct_size: size_of::<abi::Family>() as u32,
            flags: 0,
            kind: family.kind,
            type_: family.type_,
            priority: family.priority,
            zero: 0,
            name: Text::lend(family.name),
            help: Text::lend(family.help),
            unit: Text::lend(family.unit),
        };
        // SAFETY: the caller lends the visitor for its call and promises that its functions may be called with data lent
        // for their duration, and that they do not unwind (interface, Visitor).
        stop(unsafe { (self.family)(self.user, &raw const lent) })
    }

    fn point(&mut self, id: u64, labels: &[(&str, &str)], values: &[ValueView<'_>]) -> core::result::Result<(), Stop> {
        let labels = lend_labels(labels.iter().copied());
        let values: Vec<Value> = values.iter().map(lend_value).collect();
        let lent = abi::Point {
            struct_size: size_of::<abi::Point>() as u32,
            flags: 0,
            id,
            labels: labels.as_ptr(),
            n_labels: labels.len() as u64,
            values: values.as_ptr(),
            n_values: values.len() as u64,
        };
        // SAFETY: as for family.
        stop(unsafe { (self.point)(self.user, &raw const lent) })
    }
}

fn stop(status: abi::Status) -> core::result::Result<(), Stop> {
    if status == 0 {
        Ok(())
    } else {
        Err(Stop(status))
    }
}

/// As they cross the boundary, for as long as `labels` lives.
pub(super) fn lend_labels<'a>(labels: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Label> {
    labels.map(|(key, value)| Label { key: Text::lend(key), value: Text::lend(value) }).collect()
}

fn lend_value(value: &ValueView<'_>) -> Value {
    let (key, text) = value.extra.unwrap_or_default();
    let (type_, bits) = match value.number {
        Number::U64(n) => (abi::VALUE_U64, n),
        Number::I64(n) => (abi::VALUE_I64, n.cast_unsigned()),
        Number::F64(x) => (abi::VALUE_F64, x.to_bits()),
        Number::U64Ns(n) => (abi::VALUE_U64_NS, n),
        Number::I64Ns(n) => (abi::VALUE_I64_NS, n.cast_unsigned()),
    };
    Value {
        suffix: Text::lend(value.suffix),
        extra: Label { key: Text::lend(key), value: Text::lend(text) },
        type_,
        zero: 0,
        bits,
    }
}

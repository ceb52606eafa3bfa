// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! One family of a report, told point by point: of metrics, of what was collected, or of both in one order.

use std::iter::Peekable;

use super::{Events, FamilyView, Options, Stop, ValueView};
use crate::collected::{CollectedFamily, CollectedPoint};
use crate::error::Result;
use crate::metric::MetricRef;
use crate::registry::cursor::Cursor;
use crate::registry::family::FamilyInfo;
use crate::registry::labels::Labels;

type Points = Peekable<std::collections::btree_map::IntoIter<Labels, CollectedPoint>>;
type Told = std::result::Result<(), Stop>;

/// A family that no metric is in.
pub(super) fn collected(name: &str, family: CollectedFamily, events: &mut dyn Events) -> Told {
    events.family(&family.view(name))?;
    family.points.into_iter().try_for_each(|(labels, point)| collected_point(&labels, &point, events))
}

/// A family of metrics alone.
pub(super) fn metrics(
    info: &FamilyInfo,
    cursor: &mut Cursor<'_>,
    options: &Options<'_>,
    events: &mut dyn Events,
) -> Result<()> {
    let mut open = false;
    each(cursor, options, |metric| {
        if !open {
            events.family(&info.view())?;
            open = true;
        }
        whole(metric, events)
    })
}

/// A family of metrics in which points were collected as well.
pub(super) fn both(
    info: &FamilyInfo,
    name: &str,
    family: CollectedFamily,
    cursor: &mut Cursor<'_>,
    options: &Options<'_>,
    events: &mut dyn Events,
) -> Result<()> {
    if family.type_ != info.exposure.number() {
        return metrics(info, cursor, options, events);
    }
    let help = if info.help().is_empty() { family.help.clone() } else { info.help().to_owned() };
    let mut family = Some(family);
    let mut rest: Option<Points> = None;
    each(cursor, options, |metric| {
        if rest.is_none() {
            events.family(&FamilyView { help: &help, ..info.view() })?;
            rest = family.take().map(|family| family.points.into_iter().peekable());
        }
        match &mut rest {
            Some(rest) => merged(metric, rest, events),
            None => whole(metric, events),
        }
    })?;
    // No metric is shown: the family is as it was collected.
    if let Some(family) = family {
        collected(name, family, events)?;
    }
    for (labels, point) in rest.into_iter().flatten() {
        collected_point(&labels, &point, events)?;
    }
    Ok(())
}

fn each(cursor: &mut Cursor<'_>, options: &Options<'_>, mut tell: impl FnMut(&MetricRef) -> Told) -> Result<()> {
    let mut batch = Vec::new();
    loop {
        let more = cursor.batch(&mut batch);
        for metric in &batch {
            tell(metric)?;
        }
        if !more {
            return Ok(());
        }
        options.check_time()?;
    }
}

fn collected_point(labels: &Labels, point: &CollectedPoint, events: &mut dyn Events) -> Told {
    let labels: Vec<_> = labels.iter().collect();
    events.point(point.id, &labels, &point.views())
}

fn whole(metric: &MetricRef, events: &mut dyn Events) -> Told {
    let labels: Vec<_> = metric.labels().collect();
    let (samples, n) = metric.samples();
    let views = samples.map(|sample| ValueView { suffix: sample.suffix, extra: None, number: sample.number });
    events.point(metric.id(), &labels, &views[..n])
}

/// A metric, after the points that come before it.
fn merged(metric: &MetricRef, rest: &mut Points, events: &mut dyn Events) -> Told {
    let mut part = None;
    while let Some((labels, point)) = rest.next_if(|(labels, _)| labels.iter().le(metric.labels())) {
        if !labels.iter().eq(metric.labels()) {
            collected_point(&labels, &point, events)?;
        } else if point.adds {
            part = Some(point);
        }
        // Otherwise the metric stands, and the collected point gives way.
    }
    let Some(part) = part else { return whole(metric, events) };
    let labels: Vec<_> = metric.labels().collect();
    let (samples, n) = metric.samples();
    events.point(metric.id(), &labels, &part.with(&samples[..n]).views())
}

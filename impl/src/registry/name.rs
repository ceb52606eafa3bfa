// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Names: checked, joined, with their suffixes. Pure functions of text.

use crate::error::{quote, Fault, Result};
use crate::metric::{Exposure, Kind};

pub(crate) const LONGEST_NAME: usize = 512;
pub(crate) const LONGEST_UNIT: usize = 64;
pub(crate) const LONGEST_HELP: usize = 8192;
/// Names that begin so are the library's own.
pub(crate) const RESERVED: &str = "cmetrics_";

/// The ends of names that say a time unit other than the seconds that durations are exposed in.
const OTHER_TIME_UNITS: &[&str] = &[
    "ns",
    "nsec",
    "nsecs",
    "nano",
    "nanos",
    "nanosecond",
    "nanoseconds",
    "us",
    "usec",
    "usecs",
    "micro",
    "micros",
    "microsecond",
    "microseconds",
    "ms",
    "msec",
    "msecs",
    "milli",
    "millis",
    "millisecond",
    "milliseconds",
    "s",
    "sec",
    "secs",
    "second",
    "min",
    "mins",
    "minute",
    "minutes",
    "hour",
    "hours",
    "day",
    "days",
    "week",
    "weeks",
];

/// How a name is to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spelling {
    pub(crate) kind: Kind,
    pub(crate) total_only: bool,
    pub(crate) verbatim: bool,
}

/// `prefix` and what follows it, with `_` between unless the prefix ends in `_` or `:` or is absent.
pub(crate) fn join(prefix: &str, rest: &str) -> String {
    match prefix {
        "" => rest.to_owned(),
        _ if rest.is_empty() || prefix.ends_with(['_', ':']) => format!("{prefix}{rest}"),
        _ => format!("{prefix}_{rest}"),
    }
}

/// The full name that a metric is exposed under in text 0.0.4.
pub(crate) fn exposed(prefix: &str, name: &str, spelling: Spelling) -> Result<String> {
    check("metric name", name)?;
    let Spelling { kind, total_only, verbatim } = spelling;
    if total_only && kind.is_gauge() {
        return Err(Fault::invalid(format!("TOTAL_ONLY does not fit the {} {}", kind.name(), quote(name)))
            .subject(name)
            .hint("it is for increment-by-value counters; leave it out"));
    }
    let counted = kind.exposure(total_only) == Exposure::Counter;
    let base = name.strip_suffix("_total").unwrap_or(name);
    if kind.is_duration() {
        check_time_unit(name, base, kind)?;
    }
    let mut full = join(prefix, name);
    if !verbatim {
        if name.ends_with("_total") && !counted {
            return Err(Fault::invalid(format!(
                "the name {} ends in _total, which belongs to counters, and it is exposed as a {}",
                quote(name),
                if kind.is_gauge() { "gauge" } else { "summary (_sum and _count)" }
            ))
            .subject(name)
            .hint(if kind.is_gauge() {
                "drop _total, or use a counter"
            } else {
                "drop _total, or set TOTAL_ONLY to expose the total alone"
            }));
        }
        full = join(prefix, base);
        if kind.is_duration() && !full.ends_with("_seconds") {
            full.push_str("_seconds");
        }
        if counted {
            full.push_str("_total");
        }
    }
    if full.len() > LONGEST_NAME {
        return Err(Fault::invalid(format!(
            "the full name {} has {} bytes; the most is {LONGEST_NAME}",
            quote(&full),
            full.len()
        ))
        .subject(name)
        .hint("choose a shorter name or shorter prefixes"));
    }
    if full.starts_with(RESERVED) {
        return Err(Fault::invalid(format!("the name {} begins with {RESERVED}, which is reserved", quote(&full)))
            .subject(name)
            .hint("such names are the library's own; choose another name or prefix"));
    }
    Ok(full)
}

/// Every sample name that a family can emit in any format. No two families may share one.
pub(crate) fn samples(full: &str, exposure: Exposure) -> Vec<String> {
    let mut names = match exposure {
        Exposure::Gauge => vec![full.to_owned()],
        Exposure::Summary => ["", "_sum", "_count", "_created"].map(|suffix| format!("{full}{suffix}")).to_vec(),
        Exposure::Counter => {
            let base = full.strip_suffix("_total").unwrap_or(full);
            let names = ["", "_total", "_created"].map(|suffix| format!("{base}{suffix}"));
            names.into_iter().filter(|name| !name.is_empty()).collect()
        }
    };
    names.dedup();
    names
}

/// The full names of all families that could have a sample of this name: what [`samples`] does, backwards.
pub(crate) fn owners(sample: &str) -> impl Iterator<Item = String> + '_ {
    let bases = ["", "_sum", "_count", "_created", "_total"].into_iter().filter_map(|end| sample.strip_suffix(end));
    bases.flat_map(|base| ["", "_total"].map(|end| format!("{base}{end}")))
}

/// Is this a metric name (`what` for the message) by the grammar?
pub(crate) fn check(what: &str, name: &str) -> Result<()> {
    let wrong = |why: String, hint: &str| Err(Fault::invalid(why).subject(name).hint(hint));
    let Some(first) = name.bytes().next() else {
        return wrong(format!("the {what} is empty"), "give one: [a-zA-Z_:][a-zA-Z0-9_:]*");
    };
    if name.len() > LONGEST_NAME {
        return wrong(
            format!("the {what} {} is longer than {LONGEST_NAME} bytes", quote(name)),
            "choose a shorter one",
        );
    }
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b':';
    if first.is_ascii_digit() || !name.bytes().all(fits) {
        return wrong(
            format!("the {what} {} is not valid", quote(name)),
            "use letters, digits, underscores and colons, not beginning with a digit: [a-zA-Z_:][a-zA-Z0-9_:]*",
        );
    }
    Ok(())
}

/// The unit that a family keeps: durations have seconds.
pub(crate) fn unit(unit: &str, kind: Kind) -> Result<&str> {
    let wrong = |why: String, hint: &str| Err(Fault::invalid(why).subject(unit).hint(hint));
    if unit.len() > LONGEST_UNIT || !unit.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b':') {
        return wrong(
            format!("the unit {} is not valid", quote(unit)),
            "use at most 64 letters, digits, underscores and colons",
        );
    }
    match (kind.is_duration(), unit) {
        (true, "" | "seconds") => Ok("seconds"),
        (true, _) => wrong(
            format!("the unit {} does not fit a {}, which is exposed in seconds", quote(unit), kind.name()),
            "leave the unit out, or use an int kind for numbers in another unit",
        ),
        (false, _) => Ok(unit),
    }
}

fn check_time_unit(name: &str, base: &str, kind: Kind) -> Result<()> {
    let Some(unit) = base.rsplit_once('_').map(|(_, last)| last).filter(|last| OTHER_TIME_UNITS.contains(last)) else {
        return Ok(());
    };
    let integer = if kind.is_gauge() { "an int gauge" } else { "an int counter" };
    Err(Fault::invalid(format!(
        "the {} {} names the unit {unit}, but it is exposed in seconds",
        kind.name(),
        quote(name)
    ))
    .subject(name)
    .hint(format!("drop _{unit} (seconds are added), or use {integer} for numbers in that unit")))
}

#[cfg(test)]
mod tests;

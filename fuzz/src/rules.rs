// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The contract's rules of names and labels (docs/abi/strings.md, and the interface's comments), said once more and
//! independently of the library.

use cmetrics_interface::v1::{METRIC_TOTAL_ONLY, METRIC_VERBATIM};
use cmetrics_interface::*;

/// Every kind that there is.
pub const KINDS: [i32; 7] = [
    KIND_COUNTER,
    KIND_INT_COUNTER,
    KIND_FLOAT_COUNTER,
    KIND_DURATION_COUNTER,
    KIND_INT_GAUGE,
    KIND_FLOAT_GAUGE,
    KIND_DURATION_GAUGE,
];
/// Every priority that there is.
pub const PRIORITIES: [i32; 5] = [PRIORITY_CRITICAL, PRIORITY_HIGH, PRIORITY_NORMAL, PRIORITY_LOW, PRIORITY_DEBUG];

/// The ends of a duration's name that say another unit than seconds.
const OTHER_UNITS: &str = " ns nsec nsecs nano nanos nanosecond nanoseconds us usec usecs micro micros microsecond \
    microseconds ms msec msecs milli millis millisecond milliseconds s sec secs second min mins minute minutes hour \
    hours day days week weeks ";

fn is_word(bytes: &[u8], colons: bool) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || colons && *byte == b':';
    bytes.first().is_some_and(|first| !first.is_ascii_digit()) && bytes.iter().all(fits)
}

/// `[a-zA-Z_:][a-zA-Z0-9_:]*`
pub fn is_metric_name(bytes: &[u8]) -> bool {
    is_word(bytes, true)
}

/// `[a-zA-Z_][a-zA-Z0-9_]*`
pub fn is_label_name(bytes: &[u8]) -> bool {
    is_word(bytes, false)
}

/// Duration kinds.
pub fn is_duration(kind: i32) -> bool {
    matches!(kind, KIND_DURATION_COUNTER | KIND_DURATION_GAUGE)
}

/// Gauges of all kinds.
pub fn is_gauge(kind: i32) -> bool {
    matches!(kind, KIND_INT_GAUGE | KIND_FLOAT_GAUGE | KIND_DURATION_GAUGE)
}

/// One of `CMETRICS_TYPE_…`, as which a metric of this kind is exposed.
pub fn type_of(kind: i32, flags: u32) -> i32 {
    match kind {
        _ if is_gauge(kind) => TYPE_GAUGE,
        KIND_COUNTER => TYPE_COUNTER,
        _ if flags & METRIC_TOTAL_ONLY != 0 => TYPE_COUNTER,
        _ => TYPE_SUMMARY,
    }
}

/// A type's word in text 0.0.4.
pub fn type_word(type_: i32) -> &'static str {
    match type_ {
        TYPE_COUNTER => "counter",
        TYPE_GAUGE | TYPE_GAUGE_HISTOGRAM | TYPE_INFO | TYPE_STATE_SET => "gauge",
        TYPE_SUMMARY => "summary",
        TYPE_HISTOGRAM => "histogram",
        _ => "untyped",
    }
}

/// A prefix and what follows it.
pub fn join(prefix: &str, rest: &str) -> String {
    if prefix.is_empty() || rest.is_empty() || prefix.ends_with('_') || prefix.ends_with(':') {
        format!("{prefix}{rest}")
    } else {
        format!("{prefix}_{rest}")
    }
}

/// A text that a slot takes: UTF-8, of at most so many bytes. None where it is INVALID_ARGUMENT.
pub fn text(bytes: &[u8], most: usize) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| text.len() <= most)
}

/// The full name of a metric. None where the name is INVALID_ARGUMENT.
pub fn full_name(prefix: &str, name: &[u8], kind: i32, flags: u32) -> Option<String> {
    let name = text(name, 512).filter(|name| is_metric_name(name.as_bytes()))?;
    let type_ = type_of(kind, flags);
    if flags & METRIC_TOTAL_ONLY != 0 && is_gauge(kind) {
        return None;
    }
    let base = name.strip_suffix("_total").unwrap_or(name);
    if is_duration(kind) {
        let (_, last) = base.rsplit_once('_').unwrap_or(("", ""));
        if !last.is_empty() && OTHER_UNITS.contains(&format!(" {last} ")) {
            return None;
        }
    }
    let mut full = join(prefix, name);
    if flags & METRIC_VERBATIM == 0 {
        if base != name && type_ != TYPE_COUNTER {
            return None;
        }
        full = join(prefix, base);
        if is_duration(kind) && !full.ends_with("_seconds") {
            full += "_seconds";
        }
        if type_ == TYPE_COUNTER {
            full += "_total";
        }
    }
    (full.len() <= 512 && !full.starts_with("cmetrics_")).then_some(full)
}

/// Whether a unit is one for this kind.
pub fn is_unit(unit: &[u8], kind: i32) -> bool {
    let word = unit.len() <= 64 && unit.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_:".contains(byte));
    word && (!is_duration(kind) || unit.is_empty() || unit == b"seconds")
}

/// Labels as they count: in order, without those of no value. None where they are INVALID_ARGUMENT.
pub fn labels(given: &[(Vec<u8>, Vec<u8>)]) -> Option<Vec<(String, String)>> {
    if given.len() > 64 {
        return None;
    }
    let mut all = Vec::new();
    for (key, value) in given {
        let key = text(key, 256).filter(|key| is_label_name(key.as_bytes()))?;
        if key.starts_with("__") || key == "le" || key == "quantile" {
            return None;
        }
        all.push((key.to_owned(), text(value, 4096)?.to_owned()));
    }
    all.sort();
    if all.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return None;
    }
    all.retain(|(_, value)| !value.is_empty());
    Some(all)
}

/// Every name that a sample of a family may have, in any format.
pub fn samples(full: &str, type_: i32) -> Vec<String> {
    let all: Vec<String> = match type_ {
        TYPE_GAUGE => vec![full.to_owned()],
        TYPE_COUNTER => {
            let base = full.strip_suffix("_total").unwrap_or(full);
            ["", "_total", "_created"].iter().map(|end| format!("{base}{end}")).collect()
        }
        _ => ["", "_sum", "_count", "_created"].iter().map(|end| format!("{full}{end}")).collect(),
    };
    all.into_iter().filter(|name| !name.is_empty()).collect()
}

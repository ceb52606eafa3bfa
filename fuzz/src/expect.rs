// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a report must hold, and how it is compared with what it does.

use cmetrics_interface::*;

use crate::exposition;
use crate::rules;

/// A number with its unit.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// Plain.
    U64(u64),
    /// Plain.
    I64(i64),
    /// Plain.
    F64(f64),
    /// Nanoseconds, told as seconds.
    U64Ns(u64),
    /// Nanoseconds, told as seconds.
    I64Ns(i64),
}

impl Number {
    /// As a value that crosses the boundary says it. None for a type that there is not.
    pub fn of(type_: i32, bits: u64) -> Option<Number> {
        Some(match type_ {
            VALUE_U64 => Number::U64(bits),
            VALUE_I64 => Number::I64(bits as i64),
            VALUE_F64 => Number::F64(f64::from_bits(bits)),
            VALUE_U64_NS => Number::U64Ns(bits),
            VALUE_I64_NS => Number::I64Ns(bits as i64),
            _ => return None,
        })
    }

    /// Whether a report tells it so: integers and nanoseconds exactly, doubles so that they read back.
    pub fn is_told_as(self, text: &str) -> bool {
        match self {
            Number::U64(n) => text == n.to_string(),
            Number::I64(n) => text == n.to_string(),
            Number::U64Ns(n) => nanoseconds(text) == Some(i128::from(n)),
            Number::I64Ns(n) => nanoseconds(text) == Some(i128::from(n)),
            Number::F64(x) if x.is_nan() => text == "NaN",
            Number::F64(x) if x.is_infinite() => text == if x > 0.0 { "+Inf" } else { "-Inf" },
            Number::F64(x) => text.parse::<f64>().is_ok_and(|read| read.to_bits() == x.to_bits()),
        }
    }

    /// Whether both are one number of one unit.
    pub fn is(self, other: Number) -> bool {
        match (self, other) {
            (Number::F64(a), Number::F64(b)) => a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
            (Number::U64(a), Number::U64(b)) | (Number::U64Ns(a), Number::U64Ns(b)) => a == b,
            (Number::I64(a), Number::I64(b)) | (Number::I64Ns(a), Number::I64Ns(b)) => a == b,
            _ => false,
        }
    }
}

/// Seconds with up to nine decimals, none of them a zero at the end, as nanoseconds.
fn nanoseconds(text: &str) -> Option<i128> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let shortest = part.len() <= 9 && (!part.ends_with('0') || !digits.contains('.'));
    if !is_digits(whole) || !is_digits(part) || !shortest || whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    let ns = whole.parse::<i128>().ok()? * 1_000_000_000 + format!("{part:0<9}").parse::<i128>().ok()?;
    Some(if negative { -ns } else { ns })
}

/// A series, with its values in their order: what each adds to the name, and the number.
#[derive(Clone, Debug)]
pub struct Point {
    /// In the order of their names.
    pub labels: Vec<(String, String)>,
    /// One or two.
    pub values: Vec<(String, Number)>,
}

/// A family.
#[derive(Clone, Debug)]
pub struct Family {
    /// The full name.
    pub name: String,
    /// The first that was not absent.
    pub help: String,
    /// The first that was not absent.
    pub unit: String,
    /// One of `CMETRICS_KIND_…`.
    pub kind: i32,
    /// One of `CMETRICS_TYPE_…`.
    pub type_: i32,
    /// The most important that was asked for.
    pub priority: i32,
    /// In the order of their labels.
    pub points: Vec<Point>,
}

/// Compares all families, series, labels and numbers, in their order.
pub fn compare(told: &[exposition::Family], expected: &[Family]) -> Result<(), String> {
    let names = |told: &[String]| told.join(" ");
    let have: Vec<String> = told.iter().map(|family| family.name.clone()).collect();
    let want: Vec<String> = expected.iter().map(|family| family.name.clone()).collect();
    if have != want {
        return Err(format!("the families are {}, and must be {}", names(&have), names(&want)));
    }
    told.iter().zip(expected).try_for_each(|(told, expected)| family(told, expected))
}

fn family(told: &exposition::Family, expected: &Family) -> Result<(), String> {
    if told.help != expected.help || told.type_ != rules::type_word(expected.type_) {
        return Err(format!("{} has help {:?} and type {}: {expected:?}", told.name, told.help, told.type_));
    }
    let mut samples = told.samples.iter();
    for point in &expected.points {
        for (suffix, number) in &point.values {
            let Some(sample) = samples.next() else {
                return Err(format!("{} has no line for {:?}", told.name, point.labels));
            };
            let same = sample.suffix == *suffix && sample.labels == point.labels && number.is_told_as(&sample.value);
            if !same {
                return Err(format!("{} tells {sample:?} for {number:?} of {point:?}", told.name));
            }
        }
    }
    match samples.next() {
        Some(sample) => Err(format!("{} tells {sample:?}, which nobody made", told.name)),
        None => Ok(()),
    }
}

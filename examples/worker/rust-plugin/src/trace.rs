// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The rows of `trace.csv`.

use cmetrics::Kind;

use crate::case::Metric;

/// One update.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The place of its metric in the case.
    pub metric: usize,
    /// What is done.
    pub op: Op,
    /// By how much; 1 for `inc` and `dec`, 0 for `remove`.
    pub amount: Amount,
}

/// What can be done to a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Adds 1.
    Inc,
    /// Subtracts 1.
    Dec,
    /// Adds the amount.
    Add,
    /// Subtracts the amount.
    Sub,
    /// Sets it to the amount.
    Set,
    /// Takes the metric out of its registry.
    Remove,
}

/// An amount in the type that its metric's kind counts in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// Of counters and integer counters.
    Count(u64),
    /// Of integer gauges, and of durations in nanoseconds.
    Signed(i64),
    /// Of float counters and gauges.
    Float(f64),
}

impl Op {
    /// Whether its place among the updates of a metric matters.
    pub fn is_ordered(self) -> bool {
        matches!(self, Op::Set | Op::Remove)
    }

    fn parse(text: &str) -> Option<Op> {
        Some(match text {
            "inc" => Op::Inc,
            "dec" => Op::Dec,
            "add" => Op::Add,
            "sub" => Op::Sub,
            "set" => Op::Set,
            "remove" => Op::Remove,
            _ => return None,
        })
    }

    fn fits(self, kind: Kind) -> bool {
        match kind {
            Kind::IntGauge | Kind::FloatGauge => true,
            Kind::DurationGauge => !matches!(self, Op::Inc | Op::Dec),
            Kind::Counter => matches!(self, Op::Inc | Op::Add | Op::Remove),
            _ => matches!(self, Op::Add | Op::Remove),
        }
    }
}

impl Amount {
    fn parse(kind: Kind, text: &str) -> Option<Amount> {
        match kind {
            Kind::FloatCounter | Kind::FloatGauge => float(text).map(Amount::Float),
            _ if !is_integer(text) => None,
            Kind::Counter | Kind::IntCounter => text.parse().ok().map(Amount::Count),
            _ => text.parse().ok().map(Amount::Signed),
        }
    }

    fn is(self, whole: u8) -> bool {
        match self {
            Amount::Count(n) => n == u64::from(whole),
            Amount::Signed(n) => n == i64::from(whole),
            Amount::Float(x) => x == f64::from(whole),
        }
    }
}

/// All rows of the text, or the line that breaks the form and how.
pub(crate) fn rows(text: &str, metrics: &[Metric]) -> Result<Vec<Row>, (usize, String)> {
    let mut lines: Vec<&str> = text.split('\n').collect();
    if lines[0] != "metric,op,value" {
        return Err((1, "the first line is metric,op,value".to_owned()));
    }
    if lines.pop() != Some("") {
        return Err((lines.len() + 1, "the last line has no end".to_owned()));
    }
    let row = |(index, line): (usize, &&str)| row(line, metrics).map_err(|what| (index + 1, what));
    lines.iter().enumerate().skip(1).map(row).collect()
}

fn row(line: &str, metrics: &[Metric]) -> Result<Row, String> {
    let fields: Vec<&str> = line.split(',').collect();
    let &[id, op_name, value] = fields.as_slice() else {
        return Err("metric,op,value is wanted".to_owned());
    };
    let metric = Some(id).filter(|id| is_integer(id)).and_then(|id| id.parse().ok()).filter(|id| *id < metrics.len());
    let metric: usize =
        metric.ok_or_else(|| format!("metric {id} is not in metrics.json, which has {}", metrics.len()))?;
    let kind = metrics[metric].kind;
    let op = Op::parse(op_name).ok_or_else(|| format!("unknown op {op_name}"))?;
    if !op.fits(kind) {
        return Err(format!("op {op_name} does not fit kind {kind}"));
    }
    let amount = Amount::parse(kind, value).ok_or_else(|| format!("{value} is no amount for kind {kind}"))?;
    let fixed = match op {
        Op::Inc | Op::Dec => Some(1),
        Op::Remove => Some(0),
        _ => None,
    };
    match fixed {
        Some(whole) if !amount.is(whole) => Err(format!("op {op_name} has the value {whole}")),
        _ => Ok(Row { metric, op, amount }),
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (1..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// `NaN`, `+Inf`, `-Inf`, or a decimal number that is in the range of a double.
fn float(text: &str) -> Option<f64> {
    match text {
        "NaN" => return Some(f64::NAN),
        "+Inf" => return Some(f64::INFINITY),
        "-Inf" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if !(digits(whole) && digits(fraction) && digits(exponent)) {
        return None;
    }
    text.parse().ok().filter(|x: &f64| x.is_finite())
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A strict reader of Prometheus text format 0.0.4, written from its specification and not from the library: what a
//! report may not be is an error with the line.

use std::collections::BTreeSet;

use crate::rules;

/// One family of a report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Family {
    /// As in its TYPE line.
    pub name: String,
    /// As it was before it was escaped.
    pub help: String,
    /// The word in its TYPE line.
    pub type_: String,
    /// Its lines, in their order.
    pub samples: Vec<Sample>,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// What its name adds to the family's.
    pub suffix: String,
    /// In their order, unescaped.
    pub labels: Vec<(String, String)>,
    /// The number as it stands there.
    pub value: String,
}

/// Reads a whole report.
pub fn parse(text: &str) -> Result<Vec<Family>, String> {
    let mut families: Vec<Family> = Vec::new();
    let mut seen = BTreeSet::new();
    if !text.is_empty() && !text.ends_with('\n') {
        return Err("the last line has no end".to_owned());
    }
    let mut lines = text.split_terminator('\n').peekable();
    while let Some(line) = lines.next() {
        let wrong = |why: &str| format!("{why}: {line:?}");
        let help = line.strip_prefix("# HELP ").ok_or_else(|| wrong("no family begins here"))?;
        let (name, help) = help.split_once(' ').ok_or_else(|| wrong("no help"))?;
        if !rules::is_metric_name(name.as_bytes()) {
            return Err(wrong("no metric name"));
        }
        let type_ = lines.next().and_then(|line| line.strip_prefix("# TYPE ")).and_then(|rest| rest.split_once(' '));
        let Some((typed, type_)) = type_ else { return Err(wrong("no TYPE line after it")) };
        if typed != name || !["counter", "gauge", "summary", "histogram", "untyped"].contains(&type_) {
            return Err(wrong("another TYPE line"));
        }
        if families.last().is_some_and(|last| *last.name >= *name) {
            return Err(wrong("families are not in the order of their names"));
        }
        let help = unescape(help, false).ok_or_else(|| wrong("a bad escape"))?;
        let mut family = Family { name: name.to_owned(), help, type_: type_.to_owned(), samples: Vec::new() };
        while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
            let sample = sample(name, line).map_err(|why| format!("{why}: {line:?}"))?;
            let mut labels = sample.labels.clone();
            labels.retain(|(_, value)| !value.is_empty());
            labels.sort_unstable();
            if !seen.insert((format!("{name}{}", sample.suffix), labels)) {
                return Err(format!("a series is told twice: {line:?}"));
            }
            family.samples.push(sample);
        }
        if family.samples.is_empty() {
            return Err(wrong("a family without samples"));
        }
        families.push(family);
    }
    Ok(families)
}

fn sample(family: &str, line: &str) -> Result<Sample, &'static str> {
    let name_len = line.find(['{', ' ']).ok_or("no value")?;
    let (name, mut rest) = line.split_at(name_len);
    let suffix = name.strip_prefix(family).ok_or("a sample of another family")?;
    if !rules::is_metric_name(name.as_bytes()) {
        return Err("no metric name");
    }
    let mut labels: Vec<(String, String)> = Vec::new();
    if let Some(mut inside) = rest.strip_prefix('{') {
        loop {
            let (key, after) = inside.split_once("=\"").ok_or("a label without a value")?;
            if !rules::is_label_name(key.as_bytes()) {
                return Err("no label name");
            }
            let end = closing(after).ok_or("a value without an end")?;
            let value = unescape(&after[..end], true).ok_or("a bad escape")?;
            if value.is_empty() {
                return Err("a label without a value is none");
            }
            if labels.iter().any(|(other, _)| other == key) {
                return Err("a label twice");
            }
            labels.push((key.to_owned(), value));
            inside = &after[end + 1..];
            match inside.strip_prefix(',') {
                Some(next) => inside = next,
                None => break,
            }
        }
        rest = inside.strip_prefix('}').ok_or("labels without an end")?;
    }
    let value = rest.strip_prefix(' ').ok_or("no space before the value")?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| b"0123456789.eE+-".contains(&byte));
    let is_number = ["NaN", "+Inf", "-Inf"].contains(&value) || digits(value) && value.parse::<f64>().is_ok();
    if !is_number {
        return Err("no number");
    }
    Ok(Sample { suffix: suffix.to_owned(), labels, value: value.to_owned() })
}

/// Where the quote is that ends a label's value.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

fn unescape(text: &str, quotes: bool) -> Option<String> {
    let mut chars = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        plain.push(match c {
            '\\' => match chars.next()? {
                '\\' => '\\',
                'n' => '\n',
                '"' if quotes => '"',
                _ => return None,
            },
            '"' if quotes => return None,
            other => other,
        });
    }
    Some(plain)
}

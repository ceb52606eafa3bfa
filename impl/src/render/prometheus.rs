// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Prometheus text exposition format 0.0.4, as in
//! <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>.

use cmetrics_interface as abi;

use super::{Lines, Sink};
use crate::error::Result;
use crate::report::{Events, FamilyView, Stop, ValueView};

pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Streams a report into a sink through one small buffer.
pub(crate) struct Text<'s> {
    sink: &'s mut dyn Sink,
    lines: Lines,
    family: String,
    /// The label part that the lines of one point share, without braces.
    labels: Vec<u8>,
}

impl<'s> Text<'s> {
    pub(crate) fn new(sink: &'s mut dyn Sink) -> Self {
        Self { sink, lines: Lines::new(), family: String::new(), labels: Vec::new() }
    }

    pub(crate) fn finish(mut self) -> Result<()> {
        Ok(self.hand_on()?)
    }

    fn hand_on(&mut self) -> std::result::Result<(), Stop> {
        if !self.lines.written().is_empty() {
            self.sink.write(self.lines.written())?;
            self.lines.clear();
        }
        Ok(())
    }
}

impl Events for Text<'_> {
    fn family(&mut self, family: &FamilyView<'_>) -> std::result::Result<(), Stop> {
        self.family.clear();
        self.family.push_str(family.name);
        write_head(family, self.lines.out());
        Ok(())
    }

    fn point(&mut self, _: u64, labels: &[(&str, &str)], values: &[ValueView<'_>]) -> std::result::Result<(), Stop> {
        self.labels.clear();
        for (key, value) in labels {
            write_label(key, value, self.labels.is_empty(), &mut self.labels);
        }
        for value in values {
            let Self { lines, family, labels, .. } = self;
            write_line(family, labels, value, lines.out());
            self.flush()?;
        }
        Ok(())
    }

    fn lines(&mut self) -> Option<&mut Lines> {
        Some(&mut self.lines)
    }

    fn flush(&mut self) -> std::result::Result<(), Stop> {
        if self.lines.is_full() {
            self.hand_on()?;
        }
        Ok(())
    }
}

/// The HELP and TYPE lines.
pub(super) fn write_head(family: &FamilyView<'_>, out: &mut Vec<u8>) {
    for part in ["# HELP ", family.name, " "] {
        out.extend_from_slice(part.as_bytes());
    }
    escape(family.help, false, out);
    for part in ["\n# TYPE ", family.name, " ", type_name(family.type_), "\n"] {
        out.extend_from_slice(part.as_bytes());
    }
}

/// One sample. `labels` are as they are written, without braces.
pub(super) fn write_line(family: &str, labels: &[u8], value: &ValueView<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(family.as_bytes());
    out.extend_from_slice(value.suffix.as_bytes());
    if !labels.is_empty() || value.extra.is_some() {
        out.push(b'{');
        out.extend_from_slice(labels);
        if let Some((key, text)) = value.extra {
            write_label(key, text, labels.is_empty(), out);
        }
        out.push(b'}');
    }
    out.push(b' ');
    value.number.write(out);
    out.push(b'\n');
}

pub(super) fn write_label(key: &str, value: &str, first: bool, out: &mut Vec<u8>) {
    if !first {
        out.push(b',');
    }
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"=\"");
    escape(value, true, out);
    out.push(b'"');
}

/// `\\` and newline are escaped everywhere, `"` in label values only.
fn escape(text: &str, quotes: bool, out: &mut Vec<u8>) {
    if !text.bytes().any(|byte| matches!(byte, b'\\' | b'\n' | b'"')) {
        // Nearly all texts are so.
        return out.extend_from_slice(text.as_bytes());
    }
    for byte in text.bytes() {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'"' if quotes => out.extend_from_slice(b"\\\""),
            _ => out.push(byte),
        }
    }
}

/// The word in the TYPE line. What the format has no word for is a gauge (info, state set, gauge histogram) or untyped.
fn type_name(type_: i32) -> &'static str {
    match type_ {
        abi::TYPE_COUNTER => "counter",
        abi::TYPE_GAUGE | abi::TYPE_GAUGE_HISTOGRAM | abi::TYPE_INFO | abi::TYPE_STATE_SET => "gauge",
        abi::TYPE_SUMMARY => "summary",
        abi::TYPE_HISTOGRAM => "histogram",
        _ => "untyped",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn escaped(text: &str, quotes: bool) -> String {
        let mut out = Vec::new();
        escape(text, quotes, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn help_keeps_its_quotes_and_labels_do_not() {
        assert_eq!(escaped("a\"b\\c\nd", true), "a\\\"b\\\\c\\nd");
        assert_eq!(escaped("a\"b\\c\nd", false), "a\"b\\\\c\\nd");
    }

    proptest! {
        #[test]
        fn escaping_is_reversible_and_fits_a_line(text in any::<String>()) {
            let line = escaped(&text, true);
            prop_assert!(!line.contains('\n'));
            let (mut back, mut chars) = (String::new(), line.chars());
            while let Some(c) = chars.next() {
                prop_assert_ne!(c, '"');
                back.push(match c {
                    '\\' => match chars.next() { Some('n') => '\n', Some(other) => other, None => unreachable!("half an escape") },
                    other => other,
                });
            }
            prop_assert_eq!(back, text);
        }
    }
}

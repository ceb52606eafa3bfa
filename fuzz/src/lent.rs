// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Memory that is lent to the library for one call: each text and array in an allocation of exactly its size, which is
//! freed after the call. A read beyond it or after it is found by the address sanitizer.

use cmetrics_interface::{Label, Text};

/// A label as bytes that may be anything.
pub type Pair = (Vec<u8>, Vec<u8>);

/// What one call borrows.
#[derive(Debug, Default)]
pub struct Lent {
    texts: Vec<Box<[u8]>>,
    labels: Vec<Box<[Label]>>,
}

impl Lent {
    /// A text of its own. One of no bytes has an address that must not be read.
    pub fn text(&mut self, bytes: &[u8]) -> Text {
        if bytes.is_empty() {
            return Text { data: std::ptr::without_provenance(1), len: 0 };
        }
        self.texts.push(bytes.into());
        let data = self.texts.last().map_or(std::ptr::null(), |text| text.as_ptr().cast());
        Text { data, len: bytes.len() as u64 }
    }

    /// An array of its own, and its length.
    pub fn labels(&mut self, pairs: &[Pair]) -> (*const Label, u64) {
        if pairs.is_empty() {
            return (std::ptr::null(), 0);
        }
        let labels = pairs.iter().map(|(key, value)| Label { key: self.text(key), value: self.text(value) }).collect();
        self.labels.push(labels);
        (self.labels.last().map_or(std::ptr::null(), |labels| labels.as_ptr()), pairs.len() as u64)
    }
}

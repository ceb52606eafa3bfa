// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Descriptions of metrics where their callers have them: texts that nobody has checked or copied yet.

use core::slice;

use cmetrics_interface::{Label, Text};

use super::labels::LONGEST_VALUE;

/// A description as it was given, unchecked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<'a> {
    pub(crate) registry: u64,
    pub(crate) kind: i32,
    pub(crate) flags: u32,
    pub(crate) priority: i32,
    texts: [Given<'a>; 3],
    labels: &'a [Label],
}

/// A text that may be read, unless it is one that has a length and no address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    text: Text,
    lent: core::marker::PhantomData<&'a [u8]>,
}

impl<'a> Given<'a> {
    /// # Safety
    ///
    /// If it has a length and an address, it may be read for `'a`, and does not change.
    #[inline]
    unsafe fn new(text: Text) -> Self {
        Self { text, lent: core::marker::PhantomData }
    }

    /// How many bytes it says that it has.
    #[inline]
    pub(super) fn len(self) -> u64 {
        self.text.len
    }

    /// Its bytes, if it has as many as that. None, too, if it has no address.
    #[inline]
    pub(super) fn bytes(self, n: usize) -> Option<&'a [u8]> {
        if self.text.len != n as u64 {
            return None;
        }
        if n == 0 {
            return Some(&[]);
        }
        // SAFETY: a text that has a length and an address may be read, as `new` was promised.
        (!self.text.data.is_null()).then(|| unsafe { slice::from_raw_parts(self.text.data.cast::<u8>(), n) })
    }

    /// Its bytes, if they are not more than that. None, too, if it has no address.
    #[inline]
    pub(super) fn short(self, most: usize) -> Option<&'a [u8]> {
        if self.text.len > most as u64 {
            return None;
        }
        self.bytes(self.text.len as usize)
    }
}

impl<'a> Query<'a> {
    /// `texts` are name, help and unit.
    ///
    /// # Safety
    ///
    /// Texts that have a length and an address, also those of labels, may be read for `'a`, and do not change.
    #[inline]
    pub(crate) unsafe fn new(
        registry: u64,
        (kind, flags, priority): (i32, u32, i32),
        texts: [Text; 3],
        labels: &'a [Label],
    ) -> Self {
        // SAFETY: as the caller promises.
        Self { registry, kind, flags, priority, texts: texts.map(|text| unsafe { Given::new(text) }), labels }
    }

    #[inline]
    pub(super) fn name(&self) -> Given<'a> {
        self.texts[0]
    }

    /// Name, help and unit.
    #[inline]
    pub(super) fn texts(&self) -> [Given<'a>; 3] {
        self.texts
    }

    #[inline]
    pub(super) fn labels(&self) -> &'a [Label] {
        self.labels
    }

    /// The name of one of its labels.
    #[inline]
    pub(super) fn key(&self, label: &'a Label) -> Given<'a> {
        // SAFETY: as `new` was promised.
        unsafe { Given::new(label.key) }
    }

    /// The names of its labels.
    #[inline]
    pub(super) fn keys(&self) -> impl ExactSizeIterator<Item = Given<'a>> {
        // SAFETY: as `new` was promised.
        self.labels.iter().map(|label| unsafe { Given::new(label.key) })
    }

    /// The value of the label at this place, if it is as long as a label's value may be. None, too, for an empty one,
    /// which is no label.
    #[inline]
    pub(super) fn value(&self, at: u8) -> Option<&'a [u8]> {
        let value = self.labels.get(usize::from(at))?.value;
        // SAFETY: as `new` was promised.
        unsafe { Given::new(value) }.short(LONGEST_VALUE).filter(|value| !value.is_empty())
    }

    /// Where it has this label.
    pub(super) fn position(&self, key: &str, value: &str) -> Option<u8> {
        let has = |given: Given<'_>, text: &str| given.bytes(text.len()) == Some(text.as_bytes());
        // SAFETY: as `new` was promised.
        let mut values = self.labels.iter().map(|label| unsafe { Given::new(label.value) });
        self.keys().zip(&mut values).position(|given| has(given.0, key) && has(given.1, value)).map(|at| at as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENT: Text = Text { data: core::ptr::without_provenance(1), len: 0 };
    const NOWHERE: Text = Text { data: core::ptr::null(), len: 1 };
    const ENDLESS: Text = Text { data: c"".as_ptr(), len: u64::MAX };

    fn query<'a>(texts: [Text; 3], labels: &'a [Label]) -> Query<'a> {
        // SAFETY: the tests' texts are constants, or not to be read.
        unsafe { Query::new(0, (0, 0, 0), texts, labels) }
    }

    #[test]
    fn a_text_without_an_address_is_not_read() {
        let query = query([Text::lend("a"), ABSENT, NOWHERE], &[]);
        let bytes = |n: usize| query.texts().map(|text| text.bytes(n));
        assert_eq!(bytes(0), [None, Some(&b""[..]), None]);
        assert_eq!(bytes(1), [Some(&b"a"[..]), None, None]);
        assert_eq!(query.texts().map(|text| text.short(1)), [Some(&b"a"[..]), Some(b""), None]);
        assert_eq!(query.name().short(0), None);
    }

    #[test]
    fn values_are_those_that_a_label_can_have() {
        let long = "x".repeat(LONGEST_VALUE + 1);
        let values = [Text::lend("b"), Text::lend(&long), Text::lend(&long[1..]), ABSENT, NOWHERE, ENDLESS];
        let labels = values.map(|value| Label { key: Text::lend("a"), value });
        let query = query([ABSENT; 3], &labels);
        let lengths: Vec<_> = (0..7).map(|at| query.value(at).map(<[u8]>::len)).collect();
        assert_eq!(lengths, [Some(1), None, Some(LONGEST_VALUE), None, None, None, None]);
        assert_eq!((query.position("a", &long[1..]), query.position("a", "c"), query.keys().len()), (Some(2), None, 6));
    }
}

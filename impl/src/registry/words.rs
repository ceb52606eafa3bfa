// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The words of a description, but for the values of its labels: what a site is known by.

use super::name::{LONGEST_HELP, LONGEST_NAME};
use super::query::Query;
use crate::series::hash::same;

/// Name, help, unit, and the names of labels, in one piece of memory: how many labels there are; two bytes for the length
/// of each text; the texts.
#[derive(Debug)]
pub(super) struct Words(Box<[u8]>);

impl Words {
    /// None if the query has something that no description of a metric has.
    pub(super) fn of(query: &Query<'_>) -> Option<Self> {
        let all = query.texts().into_iter().chain(query.keys());
        let texts: Vec<&[u8]> = all.map(|text| text.short(LONGEST_HELP.max(LONGEST_NAME))).collect::<Option<_>>()?;
        let mut words = vec![u8::try_from(query.labels().len()).ok()?];
        for text in &texts {
            words.extend_from_slice(&u16::try_from(text.len()).ok()?.to_le_bytes());
        }
        texts.iter().for_each(|text| words.extend_from_slice(text));
        Some(Self(words.into()))
    }

    /// Are they those of the query?
    #[inline]
    pub(super) fn are_of(&self, query: &Query<'_>) -> bool {
        let Some((n, words)) = self.0.split_first() else { return false };
        let labels = query.labels();
        if usize::from(*n) != labels.len() {
            return false;
        }
        let Some((mut lengths, mut texts)) = words.split_at_checked(2 * (3 + labels.len())) else { return false };
        for given in query.texts() {
            match next(&mut lengths, &mut texts) {
                Some(own) if given.bytes(own.len()).is_some_and(|given| same(own, given)) => {}
                _ => return false,
            }
        }
        for label in labels {
            match next(&mut lengths, &mut texts) {
                Some(own) if query.key(label).bytes(own.len()).is_some_and(|given| same(own, given)) => {}
                _ => return false,
            }
        }
        true
    }
}

/// The next text.
#[inline(always)]
fn next<'a>(lengths: &mut &[u8], texts: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, others) = lengths.split_first_chunk()?;
    let (text, rest) = texts.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
    (*lengths, *texts) = (others, rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use cmetrics_interface::{Label, Text};
    use proptest::prelude::*;

    use super::*;

    fn with<R>([name, help, unit]: [&str; 3], keys: &[&str], call: impl FnOnce(&Query<'_>) -> R) -> R {
        let label = |key: &&str| Label { key: Text::lend(key), value: Text::ABSENT };
        let labels: Vec<Label> = keys.iter().map(label).collect();
        let texts = [Text::lend(name), Text::lend(help), Text::lend(unit)];
        // SAFETY: the texts are there for the call.
        call(&unsafe { Query::new(0, (0, 0, 0), texts, &labels) })
    }

    #[test]
    fn words_that_no_description_has_are_not_kept() {
        let long = "x".repeat(LONGEST_HELP + 1);
        assert!(with(["a", &long, ""], &[], Words::of).is_none());
        assert!(with(["a", &long[1..], ""], &["k"], Words::of).is_some());
        assert!(with(["a", "", ""], &["k", &long], Words::of).is_none());
    }

    proptest! {
        #[test]
        fn words_are_those_that_were_kept_and_no_others(
            texts in proptest::array::uniform3("[ab]{0,2}|[ab]{17,20}"),
            keys in proptest::collection::vec("[ab]{0,2}|[ab]{7,9}", 0..4),
            others in proptest::array::uniform3("[ab]{0,2}|[ab]{17,20}"),
            other_keys in proptest::collection::vec("[ab]{0,2}|[ab]{7,9}", 0..4),
        ) {
            let texts = texts.each_ref().map(String::as_str);
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let words = with(texts, &keys, Words::of).unwrap();
            prop_assert!(with(texts, &keys, |query| words.are_of(query)));
            let others = others.each_ref().map(String::as_str);
            let other_keys: Vec<&str> = other_keys.iter().map(String::as_str).collect();
            prop_assert_eq!(with(others, &keys, |query| words.are_of(query)), others == texts);
            prop_assert_eq!(with(texts, &other_keys, |query| words.are_of(query)), other_keys == keys);
        }
    }
}

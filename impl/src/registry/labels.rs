// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Label sets: checked, merged, in order.

use std::sync::Arc;

use crate::error::{quote, Fault, Result};

pub(crate) const MOST_LABELS: usize = 64;
pub(crate) const LONGEST_KEY: usize = 256;
pub(crate) const LONGEST_VALUE: usize = 4096;

/// A label set in the order of its names. Sets are ordered by their (name, unescaped value) pairs, bytewise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Labels(Arc<[(Arc<str>, Arc<str>)]>);

impl Labels {
    pub(crate) fn none() -> Self {
        Self(Arc::new([]))
    }

    /// Checks labels as a caller gave them. Those with an empty value are left out: they are no labels.
    pub(crate) fn check(given: &[(&str, &str)]) -> Result<Self> {
        Ok(Self(checked(given)?.into_iter().map(|(key, value)| (Arc::from(key), Arc::from(value))).collect()))
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + Clone {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }

    /// For messages: `{a="1",b="2"}`, or nothing.
    pub(crate) fn told(&self) -> String {
        told(self.iter())
    }
}

/// For messages: `{a="1",b="2"}`, or nothing.
pub(crate) fn told<'a>(labels: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let pairs: Vec<String> = labels.map(|(key, value)| format!("{key}={}", quote(value))).collect();
    if pairs.is_empty() {
        return String::new();
    }
    format!("{{{}}}", pairs.join(","))
}

/// Labels as a caller gave them, in the order of their names, without those that have no value.
pub(crate) fn checked<'a>(given: &[(&'a str, &'a str)]) -> Result<Vec<(&'a str, &'a str)>> {
    if given.len() > MOST_LABELS {
        return Err(too_many(given.len()));
    }
    let mut labels = Vec::with_capacity(given.len());
    for &(key, value) in given {
        check_key(key)?;
        if key == "le" || key == "quantile" {
            return Err(Fault::invalid(format!("the label name {} is reserved", quote(key)))
                .subject(key)
                .hint("le belongs to histograms and quantile to summaries; choose another name"));
        }
        check_value(key, value)?;
        labels.push((key, value));
    }
    labels.sort_unstable();
    if let Some(pair) = labels.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(Fault::invalid(format!("the label {} is given twice", quote(pair[0].0)))
            .subject(pair[0].0)
            .hint("give each label name once"));
    }
    labels.retain(|(_, value)| !value.is_empty());
    Ok(labels)
}

/// What a registry hands down: labels in the order of their names, each locked or not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inherited(Vec<(Arc<str>, Arc<str>, bool)>);

impl Inherited {
    /// These, with `own` over them: the more specific wins, but for what is locked above.
    pub(crate) fn with(&self, own: &Labels, locked: bool) -> Result<Self> {
        let mut merged = self.0.clone();
        for (key, value) in own.0.iter() {
            match merged.binary_search_by(|(other, ..)| other.cmp(key)) {
                Ok(at) if merged[at].2 => {}
                Ok(at) => merged[at] = (Arc::clone(key), Arc::clone(value), locked),
                Err(at) => merged.insert(at, (Arc::clone(key), Arc::clone(value), locked)),
            }
        }
        if merged.len() > MOST_LABELS {
            return Err(too_many(merged.len()));
        }
        Ok(Self(merged))
    }

    /// All labels of something with these labels of its own, in the order of their names.
    pub(crate) fn row<'a>(&'a self, own: Vec<(&'a str, &'a str)>) -> Result<Vec<(&'a str, &'a str)>> {
        if self.0.is_empty() {
            return Ok(own);
        }
        let mut row = Vec::with_capacity(self.0.len() + own.len());
        let mut own = own.into_iter().peekable();
        for (key, value, locked) in &self.0 {
            while let Some(before) = own.next_if(|(other, _)| *other < &**key) {
                row.push(before);
            }
            let same = own.next_if(|(other, _)| *other == &**key);
            row.push(same.filter(|_| !locked).unwrap_or((&**key, &**value)));
        }
        row.extend(own);
        if row.len() > MOST_LABELS {
            return Err(too_many(row.len()));
        }
        Ok(row)
    }

    /// Is this label locked, so that another value of it has no effect?
    pub(crate) fn locks(&self, key: &[u8]) -> bool {
        self.0.iter().any(|(own, _, locked)| *locked && own.as_bytes() == key)
    }

    pub(crate) fn to_labels(&self) -> Labels {
        Labels(self.0.iter().map(|(key, value, _)| (Arc::clone(key), Arc::clone(value))).collect())
    }
}

fn too_many(n: usize) -> Fault {
    Fault::invalid(format!("{n} labels are too many; the most is {MOST_LABELS}, inherited ones included"))
        .subject(n.to_string())
        .hint("give fewer labels")
}

fn check_key(key: &str) -> Result<()> {
    let wrong = |why: &str, hint: &str| Err(Fault::invalid(why).subject(key).hint(hint));
    if key.is_empty() {
        return wrong("a label has an empty name", "give it a name: [a-zA-Z_][a-zA-Z0-9_]*");
    }
    if key.len() > LONGEST_KEY {
        return wrong(
            &format!("the label name {} is longer than {LONGEST_KEY} bytes", quote(key)),
            "choose a shorter name",
        );
    }
    if key.as_bytes()[0].is_ascii_digit() || !key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return wrong(
            &format!("the label name {} is not valid", quote(key)),
            "use letters, digits and underscores, not beginning with a digit: [a-zA-Z_][a-zA-Z0-9_]*",
        );
    }
    if key.starts_with("__") {
        return wrong(
            &format!("the label name {} is reserved: it begins with __", quote(key)),
            "Prometheus keeps such names for itself; choose another",
        );
    }
    Ok(())
}

/// The label of one sample, `le` or `quantile` for instance.
pub(crate) fn check_extra(key: &str, value: &str) -> Result<()> {
    check_key(key)?;
    check_value(key, value)
}

fn check_value(key: &str, value: &str) -> Result<()> {
    if value.len() > LONGEST_VALUE {
        return Err(Fault::invalid(format!(
            "the value of the label {} has {} bytes; the most is {LONGEST_VALUE}",
            quote(key),
            value.len()
        ))
        .subject(key)
        .hint("a label value names a thing; put long texts into logs or traces"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(given: &[(&str, &str)]) -> Labels {
        Labels::check(given).unwrap()
    }

    #[test]
    fn bad_labels_are_refused_by_name() {
        let long_key = "k".repeat(LONGEST_KEY + 1);
        let check = |key: &str, needle: &str| {
            let story = Labels::check(&[(key, "v")]).unwrap_err().into_story();
            assert!(story.message.contains(needle), "{}", story.message);
            assert_eq!((story.subject.as_str(), story.hint.is_empty()), (key, false));
        };
        check("", "empty");
        check("1a", "not valid");
        check("a-b", "not valid");
        check("a:b", "not valid");
        check("é", "not valid");
        check("__name__", "begins with __");
        check("le", "reserved");
        check("quantile", "reserved");
        check(&long_key, "longer than 256");
        assert!(Labels::check(&[("a", &"x".repeat(LONGEST_VALUE + 1))]).is_err());
        assert!(Labels::check(&[("a", "1"), ("b", "2"), ("a", "")]).is_err());
        assert!(Labels::check(&vec![("a", ""); MOST_LABELS + 1]).is_err());
    }

    #[test]
    fn order_and_empty_values_are_no_part_of_identity() {
        assert_eq!(labels(&[("b", "2"), ("a", "1"), ("c", "")]), labels(&[("a", "1"), ("b", "2")]));
    }

    #[test]
    fn the_more_specific_wins_unless_locked_above() {
        let above = Inherited::default().with(&labels(&[("free", "1"), ("z", "1")]), false).unwrap();
        let above = above.with(&labels(&[("kept", "1")]), true).unwrap();
        let own = above.with(&labels(&[("free", "2"), ("kept", "2"), ("new", "2")]), false).unwrap();
        assert_eq!(own.to_labels(), labels(&[("free", "2"), ("kept", "1"), ("new", "2"), ("z", "1")]));
    }

    #[test]
    fn inherited_labels_count() {
        let half: Vec<String> = (0..40).map(|i| format!("a{i}")).collect();
        let other: Vec<String> = (0..40).map(|i| format!("b{i}")).collect();
        let set = |names: &[String]| labels(&names.iter().map(|name| (name.as_str(), "v")).collect::<Vec<_>>());
        let above = Inherited::default().with(&set(&half), false).unwrap();
        assert!(above.with(&set(&other), false).is_err());
    }

    proptest! {
        #[test]
        fn valid_keys_are_exactly_those_of_the_grammar(key in "[a-zA-Z0-9_:é -]{0,6}") {
            let mut bytes = key.bytes();
            let first = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
            let valid = first && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_');
            let reserved = key.starts_with("__") || key == "le" || key == "quantile";
            prop_assert_eq!(Labels::check(&[(&key, "v")]).is_ok(), valid && !reserved);
        }
    }
}

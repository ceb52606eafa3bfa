// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Label values of any text come back from the report as they went in.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::{isolated, report};

/// The labels of a sample line, by the rules of the text format, written down independently of the library.
fn parse_labels(line: &str) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let mut rest = line.split_once('{').expect("a sample with labels").1;
    while !rest.starts_with('}') {
        let (key, after) = rest.split_once("=\"").expect("a label");
        let mut value = String::new();
        let mut chars = after.char_indices();
        let end = loop {
            match chars.next().expect("a closing quote") {
                (at, '"') => break at,
                (_, '\\') => value.push(match chars.next().expect("an escaped character").1 {
                    'n' => '\n',
                    '"' => '"',
                    '\\' => '\\',
                    other => panic!("\\{other} is no escape"),
                }),
                (_, plain) => value.push(plain),
            }
        };
        labels.insert(key.to_owned(), value);
        rest = after[end + 1..].trim_start_matches(',');
    }
    labels
}

/// Text with more of what is escaped than chance would give.
fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![any::<char>(), prop_oneof![Just('"'), Just('\\'), Just('\n'), Just('}'), Just(',')]];
    vec(character, 1..40).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #[test]
    fn label_values_come_back(values in vec(text(), 1..5)) {
        let labels: BTreeMap<String, String> =
            values.into_iter().enumerate().map(|(n, value)| (format!("k{n}"), value)).collect();
        let reg = isolated();
        reg.counter("it").labels(&labels).try_get().unwrap().inc();
        let report = report(&reg);
        let line = report.lines().find(|line| line.starts_with("it_total{")).unwrap();
        prop_assert!(line.ends_with("} 1"), "{line:?}");
        prop_assert_eq!(parse_labels(line), labels.clone());

        let info = reg.counter("it").labels(&labels).get().describe().unwrap();
        prop_assert_eq!(info.labels.into_iter().collect::<BTreeMap<_, _>>(), labels);
    }

    #[test]
    fn integers_come_back_to_the_last_digit(value in any::<i64>(), nanos in any::<i64>()) {
        let reg = isolated();
        reg.int_gauge("a").get().set(value);
        let duration = reg.duration_gauge("b").get();
        duration.set_nanos(nanos);
        let report = report(&reg);
        prop_assert!(report.contains(&format!("\na {value}\n")), "{report}");
        let seconds = duration.describe().unwrap().values[0].value.to_string();
        prop_assert!(report.ends_with(&format!("\nb_seconds {seconds}\n")), "{report}");
    }

    #[test]
    fn floats_come_back_exactly(value in any::<f64>()) {
        let reg = isolated();
        reg.float_gauge("a").get().set(value);
        let report = report(&reg);
        let text = report.lines().last().unwrap().strip_prefix("a ").unwrap();
        let read: f64 = text.parse().unwrap();
        prop_assert!(read.to_bits() == value.to_bits() || (read.is_nan() && value.is_nan()), "{text}");
    }

    #[test]
    fn any_string_as_a_name_is_taken_or_refused(name in any::<String>(), key in any::<String>()) {
        let reg = isolated();
        for made in [reg.counter(name).try_get().map(drop), reg.counter("it").label(key, "v").try_get().map(drop)] {
            if let Err(err) = made {
                prop_assert!(err.is_invalid_argument(), "{err}");
            }
        }
    }
}

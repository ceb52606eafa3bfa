// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Every case of the table that the kits of all languages share.

use cmetrics::testing::{check_metric, Snapshot};
use cmetrics::{Kind, Metric, Registry, SampleValue};

use crate::isolated;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../compat-tests/testkit/messages.txt");

/// The last question of a case, and the lines that are expected of its answer.
struct Question {
    asked: String,
    answer: String,
    expected: Vec<String>,
}

struct Case {
    registry: Registry,
    snapshot: Option<Snapshot>,
    question: Option<Question>,
}

#[test]
fn messages_are_those_of_the_table() {
    let table = std::fs::read_to_string(TABLE).unwrap();
    let (mut cases, mut questions) = (0, 0);
    let mut case = Case { registry: isolated(), snapshot: None, question: None };
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
        if command != "|" {
            questions += case.answered();
        }
        match command {
            "case" => {
                cases += 1;
                case = Case { registry: isolated(), snapshot: None, question: None };
            }
            "metric" => case.update(rest),
            "remove" => {
                let (kind, series) = rest.split_once(' ').unwrap();
                case.registry.remove_metric(&metric(&case.registry, kind, series)).unwrap();
            }
            "snapshot" => case.snapshot = Some(Snapshot::of(&case.registry)),
            "diff" => {
                let diff = case.snapshot.as_ref().unwrap().diff(&Snapshot::of(&case.registry));
                case.ask(line, diff.to_string());
            }
            "assert" => {
                let (series, value) = rest.rsplit_once(' ').unwrap();
                let (name, labels) = parse_series(series);
                let labels: Vec<_> = labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
                let checked = check_metric(&case.registry, name, &labels, parse_value(value));
                case.ask(line, checked.map_or_else(|err| err.to_string(), |()| String::new()));
            }
            "|" => case.question.as_mut().unwrap().expected.push(rest.to_owned()),
            other => panic!("{other}: no command"),
        }
    }
    questions += case.answered();
    assert!(cases >= 20 && questions >= 40, "{cases} cases, {questions} questions");
}

impl Case {
    fn ask(&mut self, asked: &str, answer: String) {
        self.question = Some(Question { asked: asked.to_owned(), answer, expected: Vec::new() });
    }

    /// Compares the answer of the last question, and says how many there were.
    fn answered(&mut self) -> usize {
        let Some(Question { asked, answer, expected }) = self.question.take() else { return 0 };
        assert_eq!(answer, expected.join("\n"), "{asked}");
        1
    }

    fn update(&self, line: &str) {
        // Label values hold spaces; a kind, amounts, and what follows the last brace do not.
        let (kind, rest) = line.split_once(' ').unwrap();
        let end = rest.rfind('}').map_or_else(|| rest.find(' ').unwrap(), |at| at + 1);
        let metric = metric(&self.registry, kind, &rest[..end]);
        for amount in rest[end..].split_whitespace() {
            update(metric.clone(), amount);
        }
    }
}

fn metric(registry: &Registry, kind: &str, series: &str) -> Metric {
    let (name, labels) = parse_series(series);
    registry.metric(kind.parse().unwrap(), name).labels(labels).try_get().unwrap()
}

fn update(metric: Metric, amount: &str) {
    match metric.kind() {
        Kind::Counter => metric.into_counter().unwrap().add(amount.parse().unwrap()),
        Kind::IntCounter => metric.into_int_counter().unwrap().add(amount.parse().unwrap()),
        Kind::FloatCounter => metric.into_float_counter().unwrap().add(amount.parse().unwrap()),
        Kind::DurationCounter => metric.into_duration_counter().unwrap().add_nanos(amount.parse().unwrap()),
        Kind::IntGauge => metric.into_int_gauge().unwrap().set(amount.parse().unwrap()),
        Kind::FloatGauge => metric.into_float_gauge().unwrap().set(amount.parse().unwrap()),
        Kind::DurationGauge => metric.into_duration_gauge().unwrap().set_nanos(amount.parse().unwrap()),
        other => panic!("{other}: no kind of the table"),
    }
}

fn parse_value(text: &str) -> SampleValue {
    if text.contains(['.', 'e', 'N', 'I']) {
        return SampleValue::F64(text.parse().unwrap());
    }
    text.parse().map(SampleValue::U64).or_else(|_| text.parse().map(SampleValue::I64)).unwrap()
}

/// `NAME{KEY="VALUE",…}` as in a report.
fn parse_series(text: &str) -> (&str, Vec<(String, String)>) {
    let Some((name, mut rest)) = text.split_once('{') else { return (text, Vec::new()) };
    let mut labels = Vec::new();
    while let Some((key, quoted)) = rest.split_once("=\"") {
        let (mut value, mut letters) = (String::new(), quoted.char_indices());
        let end = loop {
            match letters.next().unwrap() {
                (at, '"') => break at,
                (_, '\\') => value.push(match letters.next().unwrap().1 {
                    'n' => '\n',
                    other => other,
                }),
                (_, letter) => value.push(letter),
            }
        };
        labels.push((key.to_owned(), value));
        rest = quoted[end + 1..].trim_start_matches(',');
    }
    assert_eq!(rest, "}", "{text}");
    (name, labels)
}

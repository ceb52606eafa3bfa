// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Lines that are put together from pieces are those that are written label by label.

use proptest::prelude::*;

use super::*;
use crate::metric::{counter, Kind};
use crate::registry::{Root, Wanted};
use crate::render::prometheus::Text;
use crate::render::Sink;
use crate::report::{walk, Events, FamilyView, Options, Stop};

#[derive(Default)]
struct Chunks {
    text: Vec<u8>,
    longest: usize,
}

impl Sink for Chunks {
    fn write(&mut self, chunk: &[u8]) -> Result<(), Stop> {
        self.text.extend_from_slice(chunk);
        self.longest = self.longest.max(chunk.len());
        Ok(())
    }
}

/// Is told of each point: takes no lines.
struct Told<'s>(Text<'s>);

impl Events for Told<'_> {
    fn family(&mut self, family: &FamilyView<'_>) -> Result<(), Stop> {
        self.0.family(family)
    }

    fn point(&mut self, id: u64, labels: &[(&str, &str)], values: &[ValueView<'_>]) -> Result<(), Stop> {
        self.0.point(id, labels, values)
    }
}

fn both_ways(root: &Root) -> (Chunks, Chunks) {
    let options = Options { verbosity: 200, no_self: true, ..Options::default() };
    let (mut lines, mut told) = (Chunks::default(), Chunks::default());
    crate::render::render(&root.top, &options, &mut lines).unwrap();
    let mut events = Told(Text::new(&mut told));
    walk(&root.top, &options, &mut events).unwrap();
    events.0.finish().unwrap();
    (lines, told)
}

fn make(root: &Root, kind: Kind, total_only: bool, help: &str, labels: &[(String, String)], number: u64) {
    let labels: Vec<_> = labels.iter().map(|(key, value)| (&**key, &**value)).collect();
    let name = format!("{}_{total_only}", kind.name().replace(' ', "_"));
    let unit = "";
    let wanted = Wanted {
        kind,
        total_only,
        verbatim: false,
        priority: 0,
        name: &name,
        help,
        unit,
        labels: &labels,
        owner: None,
    };
    // The same labels again, or too many: nothing new.
    let Ok(metric) = root.top.metric(&wanted, None) else { return };
    match kind {
        Kind::Counter => counter::add(&metric, number),
        Kind::IntCounter | Kind::DurationCounter => metric.cell.add_pair(number),
        Kind::FloatCounter => metric.cell.add_float_pair(f64::from_bits(number)),
        _ => metric.cell.set(number),
    }
}

/// Of every length around the sizes of what is copied at once, with and without what must be escaped.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        10 => "[a-z]{1,3}",
        5 => "[a-zé\"\\\\\n]{1,70}",
        3 => (1..4097_usize).prop_map(|n| "v".repeat(n)),
        1 => Just("\n".repeat(4096)),
    ]
}

/// Bits of any float, and of those that are told in different ways: small ones with and without a fraction, those around
/// 2^53, and what is no number.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![
        5 => any::<u64>(),
        4 => (-1e9..1e9).prop_map(f64::to_bits),
        3 => (-100_000_i32..100_000).prop_map(|n| f64::from(n).to_bits()),
        2 => (-4_i64..5, any::<bool>()).prop_map(|(n, negative)| {
            let whole = ((1_i64 << 53) + 2 * n) as f64;
            if negative { -whole } else { whole }.to_bits()
        }),
        1 => prop::sample::select(vec![0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324, f64::MAX])
            .prop_map(f64::to_bits),
    ]
}

fn row() -> impl Strategy<Value = Vec<(String, String)>> {
    let some = |n| proptest::collection::btree_map("[a-c][a-z]{0,5}", value(), n);
    let many =
        (5..65_usize, value()).prop_map(|(n, value)| (0..n).map(|i| (format!("many{i}"), value.clone())).collect());
    prop_oneof![20 => some(0..6), 1 => many].prop_map(|row: std::collections::BTreeMap<_, _>| row.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn lines_are_those_that_are_told(
        rows in proptest::collection::vec((row(), 0..3_usize, 0..Kind::ALL.len(), any::<bool>(), number()), 1..80),
        help in prop_oneof![3 => "[a-z\n\\\\]{0,40}", 1 => Just("\n".repeat(8192))],
    ) {
        let root = Root::isolated(None);
        for (row, more, kind, total_only, number) in rows {
            let kind = Kind::ALL[kind];
            make(&root, kind, total_only, &help, &row, number);
            // Others that differ in the last label alone, or in the first.
            for i in 0..more {
                let mut other = row.clone();
                if let Some((_, value)) = if i == 0 { other.last_mut() } else { other.first_mut() } {
                    *value = format!("x{i}");
                }
                make(&root, kind, total_only, &help, &other, number >> 7);
            }
        }
        let (lines, told) = both_ways(&root);
        prop_assert_eq!(String::from_utf8(lines.text).unwrap(), String::from_utf8(told.text).unwrap());
    }
}

#[test]
fn the_longest_lines_fit() {
    let root = Root::isolated(None);
    for last in ["\"", "v"] {
        let row: Vec<_> = (0..64).map(|i| (format!("k{i:02}"), last.repeat(4096))).collect();
        for kind in Kind::ALL {
            make(&root, kind, false, &"\\".repeat(8192), &row, u64::MAX - 1);
            make(&root, kind, false, "", &row[..1], u64::MAX / 3);
            make(&root, kind, false, "", &row[..20], 1);
        }
    }
    let (lines, told) = both_ways(&root);
    // A chunk, and both lines of one metric, all of which is escaped.
    assert!(lines.text == told.text && lines.longest < 1200 << 10, "{}", lines.longest);
}

/// A chunk is full in the middle of a family, wherever that is.
#[test]
fn chunks_end_anywhere() {
    for length in [1, 7, 30, 31, 32, 33, 64, 100, 1000, 4096] {
        let root = Root::isolated(None);
        for i in 0..3 * CHUNK / (length + 60) + 300 {
            let row = [("a".to_owned(), format!("{:x<length$}", i % 7)), ("b".to_owned(), i.to_string())];
            make(&root, Kind::ALL[i % 2], false, "h", &row, i as u64);
        }
        let (lines, told) = both_ways(&root);
        assert!(lines.text == told.text, "{length}");
        assert!(lines.longest <= CHUNK + ROOM, "{length}: {}", lines.longest);
    }
}

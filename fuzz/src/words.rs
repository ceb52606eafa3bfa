// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Texts for names, labels and the rest: any bytes, some of few words, or as long as a limit.

use crate::input::Input;
use crate::lent::Pair;

/// What names are made of, so that they meet: the endings that mean something, and what is reserved.
const PARTS: [&str; 32] = [
    "a",
    "b",
    "x",
    "_",
    ":",
    "_total",
    "_seconds",
    "_sum",
    "_count",
    "_created",
    "_bucket",
    "cmetrics_",
    "cmetrics",
    "le",
    "quantile",
    "__",
    "_ms",
    "_ns",
    "second",
    "_s",
    "seconds",
    "total",
    "0",
    "9",
    "é",
    " ",
    "",
    "A_",
    "a:",
    "_minutes",
    "\0",
    "k",
];
/// A few words that fit everywhere.
const PLAIN: [&str; 8] = ["a", "b", "c", "a_b", "x", "x_total", "k", "long_word"];
/// Lengths around every limit.
const LENGTHS: [usize; 20] =
    [63, 64, 65, 255, 256, 257, 495, 504, 505, 506, 511, 512, 513, 4095, 4096, 4097, 8191, 8192, 8193, (1 << 20) + 1];
/// What values and help are made of.
const RUNS: [&str; 16] =
    ["\\", "\"", "\n", "\r", "\0", "{", "}", ",", "=", " ", "# HELP ", "\\n", "é", "\u{10ffff}", "\u{2028}", "v"];

/// Bytes for a name: mostly words, now and then anything.
pub fn name(input: &mut Input<'_>) -> Vec<u8> {
    match input.below(8) {
        0..=2 => input.pick(&PLAIN).into(),
        3 | 4 => (0..=input.below(6)).flat_map(|_| input.pick(&PARTS).bytes()).collect(),
        5 => {
            let n = input.below(24);
            input.bytes(n).to_vec()
        }
        6 if input.once_in(4) => long(input, &["a", "_", "ab", "é", "a_total"]),
        _ => Vec::new(),
    }
}

/// A name that is one.
pub fn plain(input: &mut Input<'_>) -> Vec<u8> {
    input.pick(&PLAIN).into()
}

/// Bytes for a value, a help or a unit.
pub fn value(input: &mut Input<'_>) -> Vec<u8> {
    match input.below(8) {
        0 | 1 => input.pick(&PLAIN).into(),
        2 | 3 => (0..=input.below(8)).flat_map(|_| input.pick(&RUNS).bytes()).collect(),
        4 | 5 => {
            let n = input.below(40);
            input.bytes(n).to_vec()
        }
        6 if input.once_in(8) => long(input, &["v", "\\", "\n", "é", "\u{10ffff}"]),
        _ => Vec::new(),
    }
}

/// Labels of any names and values.
pub fn labels(input: &mut Input<'_>) -> Vec<Pair> {
    let n = match input.below(12) {
        0..=3 => 0,
        4..=9 => 1 + input.below(4),
        10 => input.below(20),
        _ => 60 + input.below(8),
    };
    let many = n > 20;
    let pair = |i: usize, input: &mut Input<'_>| {
        let key = if many { format!("l{i}").into_bytes() } else { name(input) };
        (key, value(input))
    };
    (0..n).map(|i| pair(i, input)).collect()
}

/// Labels that are sound, of few names and values.
pub fn plain_labels(input: &mut Input<'_>) -> Vec<Pair> {
    let mask = input.byte();
    let keys = ["a", "b", "k", "z"].iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1);
    keys.map(|(_, key)| (key.as_bytes().to_vec(), input.pick(&["1", "2", "", "é\n\"\\", "10"]).into())).collect()
}

fn long(input: &mut Input<'_>, of: &[&str]) -> Vec<u8> {
    let (length, unit) = (input.pick(&LENGTHS), input.pick(of));
    // The longest is dear: it comes seldom.
    let length = if length > 1 << 16 && !input.once_in(64) { 8193 } else { length };
    let mut bytes = unit.repeat(length.div_ceil(unit.len())).into_bytes();
    bytes.truncate(length);
    if input.once_in(2) {
        // Cut within a character: not UTF-8 then.
        while std::str::from_utf8(&bytes).is_err() {
            bytes.pop();
        }
    }
    bytes
}

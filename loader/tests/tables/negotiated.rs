// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use crate::negotiate::{negotiate, Mismatch, Range};

#[test]
fn versions_are_chosen_as_the_shared_table_says() {
    let table = include_str!("../../../compat-tests/locating/versions.txt");
    let mut cases = 0;
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let [name, numbers @ .., expected] = &fields[..] else { panic!("six fields, please: {line}") };
        let numbers: Vec<u32> = numbers.iter().map(|field| field.parse().expect(line)).collect();
        let [a, b, c, d] = numbers[..] else { panic!("six fields, please: {line}") };
        let chosen = negotiate(Range { oldest: a, newest: b }, Range { oldest: c, newest: d });
        let told = match chosen {
            Ok(version) => version.to_string(),
            Err(Mismatch::Older) => "older".to_owned(),
            Err(Mismatch::Newer) => "newer".to_owned(),
            Err(Mismatch::Invalid) => "invalid".to_owned(),
        };
        assert_eq!(&told, expected, "{name}");
        cases += 1;
    }
    assert!(cases >= 14, "only {cases} cases");
}

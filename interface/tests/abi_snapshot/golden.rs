// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Golden text: `NAME = what it is`, one line each, after a head of `#` lines.

use std::any::type_name;
use std::collections::BTreeMap;

use crate::words::in_c;

/// A name, and what it is.
pub(crate) type Line = (String, String);

/// Fails with every line in which the golden text and the compiler differ.
pub(crate) fn check(file: &str, text: &str, declared: fn(&mut Vec<Line>)) {
    let mut golden = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, what) = line.split_once(" = ").unwrap_or_else(|| panic!("{file}: no golden line: {line}"));
        // What joined a frozen text stands below it, and for an earlier line of its name.
        golden.insert(name, here(what));
    }
    let mut compiled = Vec::new();
    declared(&mut compiled);
    let compiled: BTreeMap<&str, &str> = compiled.iter().map(|(name, what)| (name.as_str(), what.as_str())).collect();

    let mut wrong = Vec::new();
    for (name, was) in &golden {
        match compiled.get(name) {
            None => wrong.push(format!("{name} vanished; it was: {was}")),
            Some(is) if is != was => wrong.push(format!("{name} was: {was}; it is: {is}")),
            Some(_) => {}
        }
    }
    for (name, is) in compiled.iter().filter(|(name, _)| !golden.contains_key(*name)) {
        wrong.push(format!("{name} appeared: {is}"));
    }
    let cure = if text.lines().any(|line| line == "# frozen: yes") {
        "a published version never changes: put it back (docs/abi/policy.md says what may join; then run: cargo xtask codegen)"
    } else {
        "it is a draft; run: cargo xtask codegen"
    };
    let list = wrong.join("\n    ");
    assert!(wrong.is_empty(), "{file} is not what the compiler makes of interface/src:\n    {list}\n--> {cure}");
    assert!(golden.len() > 100, "{file} holds {} lines, which cannot be all", golden.len());
}

/// A golden line as it is on this target: numbers come for 64 bits and for i386, and `char` is what C has here.
fn here(what: &str) -> String {
    let numbers = |word: &str| {
        let (wide, narrow) = word.trim_end_matches(',').split_once('/')?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let end = if word.ends_with(',') { "," } else { "" };
        let one = if cfg!(target_pointer_width = "64") { wide } else { narrow };
        (is_number(wide) && is_number(narrow)).then(|| format!("{one}{end}"))
    };
    let words: Vec<String> = what.split(' ').map(|word| numbers(word).unwrap_or_else(|| word.to_owned())).collect();
    let char = in_c(type_name::<std::ffi::c_char>());
    words.join(" ").replace("char *", &format!("{char} *"))
}

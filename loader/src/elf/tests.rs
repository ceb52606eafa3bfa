// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Real files, and what is left of them. What the dynamic linker makes of the same files is in `tests/locating`.

use std::io::Cursor;
use std::process::Command;

use super::{examine, u16_in, u32_in, word_in, PROGRAM_HEADER_SIZE, PT_LOAD, WIDE};
use crate::reason::Reason;

/// A shared object with many symbols, compiled with this hash table.
fn image(style: &str, entry: &str) -> Vec<u8> {
    let temp = tempfile::tempdir().unwrap();
    let (source, file) = (temp.path().join("a.c"), temp.path().join("a.so"));
    let others: String = (0..200).map(|n| format!("int other_{n}(void) {{ return {n}; }}\n")).collect();
    std::fs::write(&source, format!("{others}int {entry};\n")).unwrap();
    let hash = format!("-Wl,--hash-style={style}");
    let done = Command::new("cc").args(["-shared", "-fPIC", &hash, "-o"]).arg(&file).arg(&source).status();
    assert!(done.expect("these tests need a C compiler named cc").success());
    std::fs::read(file).unwrap()
}

const FUNCTION: &str = "cmetrics_get_api(int version) { return version; }";

fn check(image: &[u8]) -> Result<(), Reason> {
    examine(Cursor::new(image), image.len() as u64)
}

#[test]
fn the_entry_is_found_among_many_symbols() {
    for style in ["sysv", "gnu", "both"] {
        assert_eq!(check(&image(style, FUNCTION)), Ok(()), "{style}");
    }
}

#[test]
fn what_only_looks_like_the_entry_is_not_it() {
    for style in ["sysv", "gnu"] {
        for entry in [
            "cmetrics_get_api = 1",
            "cmetrics_get_api_(void) { return 0; }",
            "my_cmetrics_get_api(void) { return 0; }",
            "cmetrics_get_ap(void) { return 0; }",
            "nothing; extern int cmetrics_get_api(int); int use(void) { return cmetrics_get_api(0); }",
            "nothing; __attribute__((visibility(\"hidden\"))) int cmetrics_get_api(void) { return 0; }",
        ] {
            assert_eq!(check(&image(style, entry)), Err(Reason::NoExport), "{style}: {entry}");
        }
    }
}

/// The end of what a process maps of it.
fn mapped(image: &[u8]) -> usize {
    let (start, count) = (word_in(image, if WIDE { 32 } else { 28 }), u16_in(image, if WIDE { 56 } else { 44 }));
    let headers = image[start as usize..].chunks_exact(PROGRAM_HEADER_SIZE).take(count.into());
    let loads = headers.filter(|header| u32_in(header, 0) == PT_LOAD);
    let end = |header: &[u8]| word_in(header, if WIDE { 8 } else { 4 }) + word_in(header, if WIDE { 32 } else { 16 });
    loads.map(|header| end(header) as usize).max().unwrap_or(0)
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused_or_still_whole() {
    let image = image("gnu", FUNCTION);
    let mapped = mapped(&image);
    assert!((1..image.len()).contains(&mapped));
    for len in 0..image.len() {
        match check(&image[..len]) {
            // What is cut off are sections that no dynamic linker maps.
            Ok(()) => assert!(len >= mapped, "{len} bytes cannot be enough: {mapped} are mapped"),
            Err(Reason::NotElf) => assert!(len < 4),
            Err(reason) => assert!(matches!(reason, Reason::Damaged(_)), "{len}: {reason}"),
        }
    }
}

#[test]
fn a_damaged_file_is_answered_without_panic_and_in_time() {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let (mut fine, mut refused) = (0, 0);
    for style in ["sysv", "gnu"] {
        let whole = image(style, FUNCTION);
        for _ in 0..20_000 {
            let mut image = whole.clone();
            // Most of what is read lies at the beginning: headers, hash tables, symbols.
            for _ in 0..=next() % 16 {
                let at = next() as usize % if next() % 2 == 0 { 1024 } else { image.len() };
                image[at] = if next() % 4 == 0 { 0xff } else { next() as u8 };
            }
            match check(&image) {
                Ok(()) => fine += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(fine > 1000 && refused > 1000, "{fine} fine, {refused} refused");
}

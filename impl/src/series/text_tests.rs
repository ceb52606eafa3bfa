// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::series::hash;

fn keep(texts: &mut Texts, text: &str) -> Sym {
    hash::prepare();
    let part = Part::of(text.as_bytes());
    texts.keep(&part, part.hash()).unwrap()
}

fn read(sym: Sym) -> &'static str {
    // SAFETY: the tests read what they keep.
    unsafe { sym.text() }
}

#[test]
fn a_text_is_kept_once_and_read_back() {
    let mut texts = Texts::default();
    let all: Vec<String> =
        (0..2000).map(|i| "xyz€\"".chars().cycle().take(i % 40).collect::<String>() + &i.to_string()).collect();
    let syms: Vec<Sym> = all.iter().map(|text| keep(&mut texts, text)).collect();
    for (text, sym) in all.iter().zip(&syms) {
        assert_eq!(keep(&mut texts, text), *sym);
        assert_eq!(read(*sym), text);
        // SAFETY: as in read.
        assert_eq!(unsafe { sym.plain() }.is_none(), text.contains('"'));
    }
    assert_eq!(texts.count, 2000);
}

#[test]
fn what_nobody_uses_is_used_again() {
    let mut texts = Texts::default();
    let stays = keep(&mut texts, "stays");
    let used = |texts: &Texts| (texts.chunks.len(), texts.used, texts.table.len());
    let mut after_one = None;
    for i in 0..10_000 {
        let one = keep(&mut texts, &format!("comes and goes {i:05}"));
        // SAFETY: kept just above.
        unsafe { texts.give_up(one) };
        let now = used(&texts);
        assert_eq!(*after_one.get_or_insert(now), now);
    }
    assert_eq!((read(stays), texts.count), ("stays", 1));
}

#[test]
fn uses_without_end_keep_a_text_for_ever() {
    let mut texts = Texts::default();
    let sym = keep(&mut texts, "often");
    for _ in 0..MOST_USES + 10 {
        texts.use_again(sym);
    }
    for _ in 0..2 * MOST_USES {
        // SAFETY: more uses than were counted are given up: it stays.
        unsafe { texts.give_up(sym) };
    }
    assert_eq!((read(sym), keep(&mut texts, "often")), ("often", sym));
}

#[test]
fn the_longest_texts_fit_and_longer_ones_are_refused() {
    let mut texts = Texts::default();
    let long = "x".repeat(4096);
    for i in 0..300 {
        assert_eq!(read(keep(&mut texts, &long[i..])), &long[i..]);
    }
}

proptest! {
    #[test]
    fn as_a_map_with_counts(ops in proptest::collection::vec(("[a-c]{0,3}", any::<bool>()), 0..300)) {
        let mut texts = Texts::default();
        let mut model: HashMap<String, (Sym, u32)> = HashMap::new();
        for (text, take) in ops {
            if take {
                let sym = keep(&mut texts, &text);
                let entry = model.entry(text.clone()).or_insert((sym, 0));
                prop_assert_eq!(entry.0, sym);
                entry.1 += 1;
            } else if let Some(entry) = model.get_mut(&text) {
                // SAFETY: the model has a use.
                unsafe { texts.give_up(entry.0) };
                entry.1 -= 1;
                if entry.1 == 0 {
                    model.remove(&text);
                }
            }
            prop_assert_eq!(texts.count, model.len());
            for (text, (sym, _)) in &model {
                prop_assert_eq!(read(*sym), text.as_str());
            }
        }
    }
}

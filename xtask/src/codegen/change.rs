// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What differs between a golden text and what the sources say now, slot by slot, and whether it may.
//!
//! In a frozen text nothing may become another. These may join it: numbers, callbacks, handles and structs that are new,
//! and fields at the end of a struct that begins with its own size. A table of a version (`cmetrics_counter_v1`) may not
//! grow: its longer form is the next version's.

use std::collections::BTreeMap;

use super::golden::{Golden, Line};

/// One difference, told in a sentence that names the slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) what: String,
    /// Nothing that was there before is another.
    grows: bool,
}

/// Every difference, in the order of the golden text; what is new comes last.
pub(crate) fn changes(golden: &[Line], now: &[Line]) -> Vec<Change> {
    let old: BTreeMap<&str, &str> = golden.iter().map(|(name, what)| (name.as_str(), what.as_str())).collect();
    let new: BTreeMap<&str, &str> = now.iter().map(|(name, what)| (name.as_str(), what.as_str())).collect();
    let mut all = Vec::new();
    for (name, was) in golden {
        match new.get(name.as_str()) {
            None => all.push(Change { what: format!("{name} vanished; it was {was}"), grows: false }),
            Some(is) if is == was => {}
            Some(is) => all.push(changed(name, was, is, &new)),
        }
    }
    for (name, is) in now.iter().filter(|(name, _)| !old.contains_key(name.as_str())) {
        let holder = name.split_once('.').map(|(holder, _)| holder);
        // At the end of a struct that says its size, or a whole thing that is new.
        let grows = !is_table(holder.unwrap_or(name))
            && holder.is_none_or(|holder| {
                !old.contains_key(holder) || (says_its_size(holder, &new) && is_beyond(is, old.get(holder).copied()))
            });
        all.push(Change { what: format!("{name} appeared: {is}"), grows });
    }
    all
}

fn changed(name: &str, was: &str, is: &str, new: &BTreeMap<&str, &str>) -> Change {
    let what = match (Place::of(was), Place::of(is)) {
        (Some(old), Some(new)) if old.kind == new.kind && old.at != new.at => {
            format!("{name} moved from offset {} to {}", old.at, new.at)
        }
        (Some(old), Some(new)) if old.at == new.at && old.kind != new.kind => {
            format!("{name} changed its type from `{}` to `{}`", old.kind, new.kind)
        }
        _ => format!("{name} changed from `{was}` to `{is}`"),
    };
    // A struct's own line changes with its size; where its fields went is told by their lines.
    let grows = is.starts_with("struct, ") && !is_table(name) && says_its_size(name, new) && size(is) > size(was);
    Change { what, grows }
}

/// A field's line: `at 8/8, size 8/4, void (*)(cmetrics_counter *)`.
struct Place<'a> {
    at: &'a str,
    kind: &'a str,
}

impl Place<'_> {
    fn of(line: &str) -> Option<Place<'_>> {
        let (at, rest) = line.strip_prefix("at ")?.split_once(", size ")?;
        Some(Place { at, kind: rest.split_once(", ")?.1 })
    }
}

/// Whether a struct is a table or vtable, which belongs to one version.
fn is_table(name: &str) -> bool {
    let number = name.rsplit_once("_v").map_or("", |(_, number)| number);
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a struct's first field is its own size.
fn says_its_size(name: &str, lines: &BTreeMap<&str, &str>) -> bool {
    lines.get(format!("{name}.struct_size").as_str()).is_some_and(|line| line.starts_with("at 0/0, "))
}

/// Whether a field lies behind the struct as it was.
fn is_beyond(field: &str, was: Option<&str>) -> bool {
    let at = Place::of(field).and_then(|place| first(place.at));
    matches!((at, was.and_then(size)), (Some(at), Some(size)) if at >= size)
}

/// The size, for 64-bit targets, that a struct's line tells.
fn size(line: &str) -> Option<u64> {
    first(line.strip_prefix("struct, size ")?)
}

fn first(numbers: &str) -> Option<u64> {
    numbers.split('/').next()?.parse().ok()
}

/// Fails unless what the sources say now is what this golden text says, and in a frozen one perhaps more.
pub(crate) fn judge(golden: &Golden, now: &[Line]) -> Result<(), String> {
    let file = super::golden::file(golden.version);
    let all = changes(&golden.now(), now);
    let bad = all.iter().filter(|change| !(golden.frozen && change.grows));
    let list: String = bad.map(|change| format!("    {}\n", change.what)).collect();
    if list.is_empty() {
        return Ok(());
    }
    Err(if golden.frozen {
        format!(
            "{file} is frozen, and interface/src would change it:\n{list}--> a published version never changes: put it \
             back; what is new goes into the tables of the next version (docs/abi/policy.md)"
        )
    } else {
        format!("{file} is stale:\n{list}--> run: cargo xtask codegen")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: [(&str, &str); 8] = [
        ("CMETRICS_OK", "int32_t 0"),
        ("cmetrics_sink", "struct, size 24/16, align 8/4"),
        ("cmetrics_sink.struct_size", "at 0/0, size 4/4, uint32_t"),
        ("cmetrics_sink.flags", "at 4/4, size 4/4, uint32_t"),
        ("cmetrics_sink.write", "at 8/8, size 8/4, void (*)(void)"),
        ("cmetrics_sink.user", "at 16/12, size 8/4, void *"),
        ("cmetrics_x_v1", "struct, size 4/4, align 4/4"),
        ("cmetrics_x_v1.struct_size", "at 0/0, size 4/4, uint32_t"),
    ];

    fn golden(frozen: bool) -> Golden {
        let lines = GOLDEN.iter().map(|(name, what)| ((*name).to_owned(), (*what).to_owned())).collect();
        Golden { version: 1, frozen, lines, ..Golden::default() }
    }

    /// The golden lines with some replaced, taken out (told by an empty one) or added: what is told, and whether a frozen
    /// text takes it.
    fn check(edits: &[(&str, &str)], want: &[&str], may: bool) {
        let mut now = golden(true).lines;
        for (name, what) in edits {
            match now.iter_mut().find(|line| line.0 == *name) {
                Some(line) => (*what).clone_into(&mut line.1),
                None => now.push(((*name).to_owned(), (*what).to_owned())),
            }
        }
        now.retain(|line| !line.1.is_empty());
        let got: Vec<String> = changes(&golden(true).lines, &now).into_iter().map(|change| change.what).collect();
        assert_eq!(got, want);
        assert_eq!(judge(&golden(true), &now).is_ok(), may, "{want:?}");
        assert_eq!(judge(&golden(false), &now).is_ok(), want.is_empty());
    }

    #[test]
    fn every_change_names_its_slot() {
        check(&[], &[], true);
        check(&[("CMETRICS_OK", "int32_t 1")], &["CMETRICS_OK changed from `int32_t 0` to `int32_t 1`"], false);
        check(&[("CMETRICS_OK", "")], &["CMETRICS_OK vanished; it was int32_t 0"], false);
        check(
            &[("cmetrics_sink.write", "at 8/8, size 8/4, void (*)(uint32_t)")],
            &["cmetrics_sink.write changed its type from `void (*)(void)` to `void (*)(uint32_t)`"],
            false,
        );
        check(
            &[
                ("cmetrics_sink.write", "at 16/12, size 8/4, void (*)(void)"),
                ("cmetrics_sink.user", "at 8/8, size 8/4, void *"),
            ],
            &[
                "cmetrics_sink.write moved from offset 8/8 to 16/12",
                "cmetrics_sink.user moved from offset 16/12 to 8/8",
            ],
            false,
        );
    }

    #[test]
    fn what_is_frozen_may_be_joined_at_its_ends() {
        check(&[("CMETRICS_NEW", "int32_t 7")], &["CMETRICS_NEW appeared: int32_t 7"], true);
        let longer = ("cmetrics_sink", "struct, size 32/20, align 8/4");
        let told = "cmetrics_sink changed from `struct, size 24/16, align 8/4` to `struct, size 32/20, align 8/4`";
        let end = ("cmetrics_sink.more", "at 24/16, size 8/4, void *");
        check(&[longer, end], &[told, "cmetrics_sink.more appeared: at 24/16, size 8/4, void *"], true);
        let middle = ("cmetrics_sink.more", "at 8/8, size 8/4, void *");
        check(&[longer, middle], &[told, "cmetrics_sink.more appeared: at 8/8, size 8/4, void *"], false);
    }

    #[test]
    fn a_table_does_not_grow() {
        let longer = ("cmetrics_x_v1", "struct, size 8/8, align 4/4");
        let told = "cmetrics_x_v1 changed from `struct, size 4/4, align 4/4` to `struct, size 8/8, align 4/4`";
        let end = ("cmetrics_x_v1.more", "at 4/4, size 4/4, uint32_t");
        check(&[longer, end], &[told, "cmetrics_x_v1.more appeared: at 4/4, size 4/4, uint32_t"], false);
        let another = ("cmetrics_y_v1", "struct, size 4/4, align 4/4");
        check(&[another], &["cmetrics_y_v1 appeared: struct, size 4/4, align 4/4"], false);
        let next = ("cmetrics_api_v", "struct, size 4/4, align 4/4");
        check(&[next], &["cmetrics_api_v appeared: struct, size 4/4, align 4/4"], true);
    }

    #[test]
    fn what_joined_may_not_change_either() {
        let line = |number: &str| ("CMETRICS_NEW".to_owned(), format!("int32_t {number}"));
        let mut joined = golden(true);
        joined.joined.push(line("7"));
        let mut now = joined.now();
        assert_eq!(judge(&joined, &now), Ok(()));
        *now.last_mut().unwrap() = line("8");
        let why = judge(&joined, &now).unwrap_err();
        assert!(why.contains("CMETRICS_NEW changed from `int32_t 7` to `int32_t 8`"), "{why}");
    }

    #[test]
    fn the_cure_is_that_of_the_state() {
        let cure = |frozen| judge(&golden(frozen), &[]).unwrap_err();
        assert!(cure(false).ends_with("--> run: cargo xtask codegen"));
        assert!(cure(true).contains("a published version never changes: put it back"));
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The tables of a version once more, as `abi_stable` wants types to be: each vtable a prefix type, a pointer to a vtable a
//! reference to one. `interface/tests/abi_prefix` lets that crate judge whether a later version has an earlier one as its
//! prefix. The interface's own types cannot carry its derive: they are `no_std`, and its prefix types come with a header.

use super::ctype::Types;
use super::source::{Names, Source, Struct};

const OPENING: &str = "// SPDX-FileCopyrightText: The cmetrics authors\n\
                       // SPDX-License-Identifier: MIT OR Apache-2.0\n\n\
                       // Generated from interface/src by `cargo xtask codegen`. Do not edit.\n\n\
                       use core::ffi::{c_char, c_void};\n\
                       use abi_stable::StableAbi;\n";

/// An alias and what it stands for.
type Alias = (String, String);

/// Chapters that no table leads to.
const APART: [&str; 2] = ["bootstrap", "note"];

/// Where the mirror of a version is, from the root.
pub(super) fn file(version: &str) -> String {
    format!("interface/tests/abi_prefix/{version}.in")
}

/// `sources` are those of the version; `later` are tables that take the place of its own, and join them.
pub(super) fn write(sources: &[Source], later: &[Source], module: &str) -> String {
    let all: Vec<&Source> = sources.iter().chain(later).filter(|s| !APART.contains(&s.name.as_str())).collect();
    let (numbers, callbacks): (Vec<Alias>, Vec<Alias>) =
        all.iter().flat_map(|source| source.aliases.clone()).partition(|(_, kind)| !kind.contains("fn("));
    let numbers = [Source { aliases: numbers, ..Source::default() }];
    let names = Names::of(&[]);
    let types = Types::of(&numbers, &names);
    let mut out = OPENING.to_owned();
    for (alias, kind) in callbacks {
        // `abi_stable` reads a function among another's parameters only in a wrapper.
        out.push_str(&format!(
            "\n#[repr(transparent)]\n#[derive(StableAbi)]\npub struct {alias} {{\n    pub call: {},\n}}\n",
            references(&types.in_rust(&kind))
        ));
    }
    for handle in all.iter().flat_map(|source| &source.opaque) {
        out.push_str(&format!(
            "\n#[repr(C)]\n#[derive(StableAbi)]\npub struct {handle} {{\n    _private: [u8; 0],\n}}\n"
        ));
    }
    for (source, item) in all.iter().flat_map(|source| source.structs.iter().map(move |item| (source, item))) {
        let Some((stem, version)) = stem(&item.name) else {
            out.push_str(&format!("\n#[repr(C)]\n#[derive(StableAbi)]\npub struct {} {{\n", item.name));
            out.push_str(&fields(item, None, &types));
            continue;
        };
        let tables = || {
            all.iter().flat_map(|source| &source.structs).filter_map(|other| Some((other, self::stem(&other.name)?)))
        };
        if tables().any(|(_, (other, newer))| other == stem && newer > version) {
            continue;
        }
        let earliest = tables().filter(|(_, (other, _))| *other == stem).min_by_key(|(_, (_, age))| *age);
        let last = earliest.and_then(|(table, _)| table.fields.last()).map(|(name, _)| name.as_str());
        out.push_str(&format!(
            "\n#[repr(C)]\n#[derive(StableAbi)]\n#[sabi(kind(Prefix(prefix_ref = {stem}Ref)))]\n\
             #[sabi(missing_field(option))]\npub struct {stem}Table {{\n"
        ));
        out.push_str(&fields(item, last, &types));
        let home = if later.iter().any(|it| it.name == source.name) { module } else { "v1" };
        out.push_str(&same_layout(item, stem, home));
    }
    out
}

fn fields(item: &Struct, last_of_prefix: Option<&str>, types: &Types<'_>) -> String {
    let mut out = String::new();
    for (name, kind) in &item.fields {
        if last_of_prefix == Some(name) {
            out.push_str("    #[sabi(last_prefix_field)]\n");
        }
        out.push_str(&format!("    pub {name}: {},\n", references(&types.in_rust(kind))));
    }
    out + "}\n"
}

/// Says to the compiler that the mirror shows what is there.
fn same_layout(item: &Struct, stem: &str, module: &str) -> String {
    let real = format!("cmetrics_interface::{module}::{}", item.name);
    let size = format!("const _: () = assert!(size_of::<{stem}Table>() == size_of::<{real}>());\n");
    let offset = |(name, _): &(String, String)| {
        format!("const _: () = assert!(core::mem::offset_of!({stem}Table, {name}) == core::mem::offset_of!({real}, {name}));\n")
    };
    size + &item.fields.iter().map(offset).collect::<String>()
}

/// A pointer to a vtable is a reference to a prefix type.
fn references(kind: &str) -> String {
    let (mut out, mut rest) = (String::new(), kind);
    while let Some((before, after)) = rest.split_once("*const ") {
        out.push_str(before);
        let word: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        rest = &after[word.len()..];
        match stem(&word) {
            Some((stem, _)) => out.push_str(&format!("{stem}Ref")),
            None => out.push_str(&format!("*const {word}")),
        }
    }
    out + rest
}

/// `CounterV2` is the second version of the table `Counter`.
fn stem(name: &str) -> Option<(&str, u32)> {
    let (stem, version) = name.rsplit_once('V')?;
    Some((stem, version.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, structs: &[(&str, &[(&str, &str)])]) -> Source {
        let field = |(name, kind): &(&str, &str)| ((*name).to_owned(), (*kind).to_owned());
        let item = |(name, fields): &(&str, &[(&str, &str)])| Struct {
            name: (*name).to_owned(),
            fields: fields.iter().map(field).collect(),
        };
        Source { name: name.to_owned(), structs: structs.iter().map(item).collect(), ..Source::default() }
    }

    #[test]
    fn a_later_table_keeps_the_end_of_the_earlier_ones_prefix() {
        let v1 = [source("v1/counter", &[("CounterV1", &[("inc", "u32"), ("add", "u32")])])];
        let v2 = [source("draft/counter", &[("CounterV2", &[("inc", "u32"), ("add", "u32"), ("more", "u32")])])];
        let text = write(&v1, &v2, "draft");
        assert_eq!(text.matches("pub struct CounterTable").count(), 1, "{text}");
        assert!(text.contains("    #[sabi(last_prefix_field)]\n    pub add: u32,\n    pub more: u32,\n"), "{text}");
        assert!(text.contains("offset_of!(cmetrics_interface::draft::CounterV2, more)"), "{text}");
    }

    #[test]
    fn pointers_to_tables_become_references() {
        assert_eq!(references("fn(self_: *const ApiV1, d: *const Text)"), "fn(self_: ApiRef, d: *const Text)");
        assert_eq!(references("*const CounterV2"), "CounterRef");
        assert_eq!(references("*mut c_void"), "*mut c_void");
    }
}

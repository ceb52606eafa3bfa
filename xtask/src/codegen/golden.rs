// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The golden text of a version, `abi/vN.txt`: one line for each struct, field, slot, constant and callback. While the
//! version is a draft, `cargo xtask codegen` writes it anew. Once `cargo xtask freeze N` has declared it frozen, its lines
//! and their hash stay; what may join them (see `change.rs`) is written below them, and stays too.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::ctype::Types;
use super::layout::Measured;
use super::source::{Names, Source};

/// One line: a name, and what it is.
pub(crate) type Line = (String, String);

/// A golden file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Golden {
    pub(crate) version: u32,
    pub(crate) frozen: bool,
    /// The hash of the header as it was when the version was frozen; empty for version 0, which has none of its own.
    pub(crate) header: String,
    pub(crate) lines: Vec<Line>,
    /// What joined since: names that are new, and lines of structs that are longer now.
    pub(crate) joined: Vec<Line>,
}

/// Constants that say what a file describes, and so differ from release to release.
const UNPROMISED: [&str; 1] = ["NEWEST"];

/// The version that a chapter belongs to: 0 is what all versions share.
pub(super) fn version_of(chapter: &str) -> u32 {
    chapter.strip_prefix('v').and_then(|rest| rest.split('/').next()?.parse().ok()).unwrap_or(0)
}

/// Where the golden text of a version is, from the root.
pub(crate) fn file(version: u32) -> String {
    format!("abi/v{version}.txt")
}

/// Where the header of a version is kept as it was when the version was frozen, from the root.
pub(crate) fn header(version: u32) -> String {
    format!("abi/v{version}/cmetrics-1/cmetrics.h")
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the sources say of one version.
pub(super) fn lines(
    version: u32,
    sources: &[Source],
    layout: &[Measured<'_>],
    names: &Names,
) -> Result<Vec<Line>, String> {
    let types = Types::of(sources, names);
    let mut lines = Vec::new();
    for source in sources.iter().filter(|source| version_of(&source.name) == version) {
        for item in source.constants.iter().chain(&source.hidden) {
            if !UNPROMISED.contains(&item.name.as_str()) {
                lines.push((format!("CMETRICS_{}", item.name), constant(&item.kind, &item.value, &types)?));
            }
        }
        for handle in &source.opaque {
            lines.push((names.get(handle)?.to_owned(), "opaque".to_owned()));
        }
        for (alias, kind) in &source.aliases {
            lines.push((names.get(alias)?.to_owned(), types.in_c(kind)?));
        }
        for one in layout.iter().filter(|one| source.structs.iter().any(|item| std::ptr::eq(item, one.item))) {
            let c = names.get(&one.item.name)?;
            lines.push((c.to_owned(), format!("struct, size {}, align {}/{}", one.size, one.align, one.align.min(4))));
            for ((field, kind), (at, size)) in one.item.fields.iter().zip(&one.fields) {
                let name = format!("{c}.{}", field.trim_end_matches('_'));
                lines.push((name, format!("at {at}, size {size}, {}", types.in_c(kind)?)));
            }
        }
    }
    Ok(lines)
}

fn constant(kind: &str, value: &str, types: &Types<'_>) -> Result<String, String> {
    let text = value.trim_start_matches('*').trim_start_matches('b');
    if text.starts_with('"') {
        return Ok(text.to_owned());
    }
    let digits = value.replace('_', "");
    let number = match digits.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    let number = number.map_err(|_| format!("the constant {value} is neither a number nor a text"))?;
    Ok(format!("{} {number}", types.in_c(kind)?))
}

impl Golden {
    /// The committed file, if there is one. Fails if its hash is not that of its lines.
    pub(crate) fn read(root: &Path, version: u32) -> Result<Option<Golden>, String> {
        let path = file(version);
        let Ok(text) = fs::read_to_string(root.join(&path)) else { return Ok(None) };
        let mut golden = Golden { version, ..Golden::default() };
        let (mut recorded, mut recorded_joined) = ("", "");
        for line in text.lines() {
            if let Some(said) = line.strip_prefix('#') {
                match said.trim().split_once(": ") {
                    Some(("frozen", value)) => golden.frozen = value == "yes",
                    Some(("sha256", value)) => recorded = value,
                    Some(("header-sha256", value)) => value.clone_into(&mut golden.header),
                    Some(("joined-sha256", value)) => recorded_joined = value,
                    _ => {}
                }
            } else if let Some((name, what)) = line.split_once(" = ") {
                let list = if recorded_joined.is_empty() { &mut golden.lines } else { &mut golden.joined };
                list.push((name.to_owned(), what.to_owned()));
            } else {
                return Err(format!("{path}: no golden line: {line}\n--> {}", restore(golden.frozen)));
            }
        }
        let holds = |recorded: &str, lines: &[Line]| recorded == hash(&body(lines));
        if holds(recorded, &golden.lines) && (golden.joined.is_empty() || holds(recorded_joined, &golden.joined)) {
            return Ok(Some(golden));
        }
        Err(format!("{path}: its lines are not those that its hash is of\n--> {}", restore(golden.frozen)))
    }

    /// What holds now: a line that joined stands for an earlier one of its name.
    pub(crate) fn now(&self) -> Vec<Line> {
        let mut all = self.lines.clone();
        for (name, what) in &self.joined {
            match all.iter_mut().find(|(known, _)| known == name) {
                Some(line) => line.1.clone_from(what),
                None => all.push((name.clone(), what.clone())),
            }
        }
        all
    }

    /// With all of `now` that it did not hold joined to it.
    pub(super) fn grown(mut self, now: &[Line]) -> Golden {
        let held = self.now();
        for line in now.iter().filter(|line| !held.contains(line)) {
            match self.joined.iter_mut().find(|(known, _)| *known == line.0) {
                Some(known) => known.1.clone_from(&line.1),
                None => self.joined.push(line.clone()),
            }
        }
        self
    }

    /// The file's whole text.
    pub(crate) fn text(&self) -> String {
        let lines = body(&self.lines);
        let mut text = match self.version {
            0 => "# What all versions of the binary interface of libcmetrics share: the bootstrap table, the slot, and the structs\n\
                  # and numbers that every version uses.\n"
                .to_owned(),
            version => format!("# Version {version} of the binary interface of libcmetrics.\n"),
        };
        text.push_str(
            "# Written from interface/src by `cargo xtask codegen` while it is a draft. Once frozen these lines never change;\n\
             # what docs/abi/policy.md lets join them is written below them.\n\
             # NAME = what it is. Numbers are for 64-bit targets, then for i386. Parameters' names are no part of a type.\n",
        );
        text.push_str(&format!("# frozen: {}\n# sha256: {}\n", if self.frozen { "yes" } else { "no" }, hash(&lines)));
        if !self.header.is_empty() {
            text.push_str(&format!("# header-sha256: {}\n", self.header));
        }
        text.push_str(&lines);
        if !self.joined.is_empty() {
            let joined = body(&self.joined);
            text.push_str(&format!("# joined-sha256: {}\n{joined}", hash(&joined)));
        }
        text
    }
}

fn body(lines: &[Line]) -> String {
    lines.iter().map(|(name, what)| format!("{name} = {what}\n")).collect()
}

fn restore(frozen: bool) -> &'static str {
    if frozen {
        "a frozen file is edited by nobody: take it back from the history (git checkout)"
    } else {
        "run: cargo xtask codegen"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn golden() -> Golden {
        let line = |name: &str, what: &str| (name.to_owned(), what.to_owned());
        let lines = vec![line("CMETRICS_OK", "int32_t 0"), line("cmetrics_counter", "opaque")];
        let joined = vec![line("CMETRICS_NEW", "int32_t 5")];
        Golden { version: 1, frozen: true, header: "abc".to_owned(), lines, joined }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("abi")).unwrap();
        assert_eq!(Golden::read(folder.path(), 1), Ok(None));
        fs::write(folder.path().join(file(1)), golden().text()).unwrap();
        assert_eq!(Golden::read(folder.path(), 1), Ok(Some(golden())));
    }

    #[test]
    fn a_line_changed_by_hand_breaks_the_hash() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("abi")).unwrap();
        for (was, is) in [("int32_t 0", "int32_t 1"), ("int32_t 5", "int32_t 6"), ("cmetrics_counter =", "x =")] {
            fs::write(folder.path().join(file(1)), golden().text().replace(was, is)).unwrap();
            let why = Golden::read(folder.path(), 1).unwrap_err();
            assert!(why.starts_with("abi/v1.txt: its lines are not those") && why.contains("git checkout"), "{why}");
        }
    }

    #[test]
    fn what_joins_leaves_the_frozen_lines_and_their_hash() {
        let line = |name: &str, what: &str| (name.to_owned(), what.to_owned());
        let mut now = golden().now();
        now.push(line("CMETRICS_NEWER", "int32_t 9"));
        now[1].1 = "longer".to_owned();
        let grown = golden().grown(&now);
        assert_eq!(grown.lines, golden().lines);
        assert_eq!(grown.now(), [&now[..1], &now[1..2], &now[2..]].concat());
        let head = |golden: &Golden| golden.text().lines().find(|line| line.starts_with("# sha256")).map(str::to_owned);
        assert_eq!(head(&grown), head(&golden()));
        assert_eq!(grown.clone().grown(&now), grown);
    }

    #[test]
    fn constants_are_told_in_decimal_and_texts_as_written() {
        let names = Names(Default::default());
        let sources = [];
        let types = Types::of(&sources, &names);
        assert_eq!(constant("u32", "0x434d_5431", &types).as_deref(), Ok("uint32_t 1129141297"));
        assert_eq!(constant("i32", "-200", &types).as_deref(), Ok("int32_t -200"));
        assert_eq!(constant("[u8; 2]", "*b\"a\\0\"", &types).as_deref(), Ok("\"a\\0\""));
        assert!(constant("u32", "OTHER + 1", &types).is_err_and(|why| why.contains("OTHER + 1")));
    }

    #[test]
    fn a_chapter_belongs_to_the_version_of_its_folder() {
        assert_eq!(
            [version_of("v1/counter"), version_of("v12/api"), version_of("visitor"), version_of("version")],
            [1, 12, 0, 0]
        );
    }
}

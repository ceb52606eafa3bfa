// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the generator knows of one Rust file: its types, constants and fields. The interface is rustfmt'd and plain, so
//! that a reader of lines is enough; cbindgen does the real parsing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One file of the interface.
#[derive(Default)]
pub(super) struct Source {
    /// Its path without the ending: `v1/counter`.
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// Every `repr(C)` struct.
    pub(super) structs: Vec<Struct>,
    /// Every name of a type: structs, opaque handles, aliases.
    pub(super) types: Vec<String>,
    /// Every opaque handle.
    pub(super) opaque: Vec<String>,
    /// Every alias and what it stands for.
    pub(super) aliases: Vec<(String, String)>,
    /// Every constant that the header has.
    pub(super) constants: Vec<Constant>,
    /// Every constant that it has not.
    pub(super) hidden: Vec<Constant>,
}

/// A struct with its fields in order.
pub(super) struct Struct {
    pub(super) name: String,
    /// Name and Rust type.
    pub(super) fields: Vec<(String, String)>,
}

/// A constant with its Rust type and value as they are written.
pub(super) struct Constant {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) value: String,
    /// Its comment, line by line.
    pub(super) comment: Vec<String>,
}

/// Rust names to C names.
pub(super) struct Names(pub(super) BTreeMap<String, String>);

impl Names {
    pub(super) fn of(sources: &[Source]) -> Names {
        let mut names = BTreeMap::new();
        for source in sources {
            names.extend(source.types.iter().map(|name| (name.clone(), type_in_c(name))));
            names.extend(source.constants.iter().map(|c| (c.name.clone(), format!("CMETRICS_{}", c.name))));
        }
        Names(names)
    }

    pub(super) fn get(&self, rust: &str) -> Result<&str, String> {
        let last = rust.rsplit("::").next().unwrap_or(rust);
        self.0.get(last).map(String::as_str).ok_or_else(|| format!("interface/: nothing is named {rust}"))
    }

    /// `text` with every intra-doc link turned into a C name.
    pub(super) fn unlink(&self, text: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("[`") {
            let (name, tail) = after.split_once("`]").ok_or_else(|| format!("an open link in a comment: {after}"))?;
            out.push_str(before);
            out.push_str(&format!("`{}`", self.get(name)?));
            rest = tail;
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// `CounterV1` is `cmetrics_counter_v1`. The type of the one export must not take the export's own name.
fn type_in_c(rust: &str) -> String {
    if rust == "GetApi" {
        return "cmetrics_get_api_fn".to_owned();
    }
    let mut c = String::from("cmetrics");
    for letter in rust.chars() {
        if letter.is_ascii_uppercase() {
            c.push('_');
        }
        c.push(letter.to_ascii_lowercase());
    }
    c
}

impl Source {
    pub(super) fn read(interface: &Path, name: &str) -> Result<Source, String> {
        let path = interface.join(format!("{name}.rs"));
        let text = fs::read_to_string(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        let mut source = Source { name: name.to_owned(), path, text, ..Source::default() };
        let mut comment: Vec<String> = Vec::new();
        let mut layout = false;
        for (at, line) in source.text.lines().enumerate() {
            if let Some(said) = line.strip_prefix("///") {
                comment.push(said.trim().to_owned());
            } else if line.starts_with("#[") {
                layout |= line == "#[repr(C)]";
            } else {
                if let Some(rest) = line.strip_prefix("pub struct ") {
                    let name = word(rest);
                    source.types.push(name.clone());
                    if layout {
                        let body: Vec<&str> = source.text.lines().skip(at + 1).take_while(|l| *l != "}").collect();
                        source.structs.push(Struct { name, fields: fields(&body) });
                    } else {
                        source.opaque.push(name);
                    }
                } else if let Some(rest) = line.strip_prefix("pub type ") {
                    source.types.push(word(rest));
                    let whole: Vec<&str> = source.text.lines().skip(at).scan(true, until_semicolon).collect();
                    let stands_for = whole.concat().split_once('=').map_or("", |(_, kind)| kind).trim().to_owned();
                    source.aliases.push((word(rest), stands_for.trim_end_matches(';').to_owned()));
                } else if let Some((name, rest)) = line.strip_prefix("pub const ").and_then(|r| r.split_once(": ")) {
                    let ignored = comment.iter().any(|l| l == "cbindgen:ignore");
                    if let Some((kind, value)) = rest.split_once(" = ") {
                        let list = if ignored { &mut source.hidden } else { &mut source.constants };
                        list.push(Constant {
                            name: name.to_owned(),
                            kind: kind.to_owned(),
                            value: value.trim_end_matches(';').to_owned(),
                            comment: std::mem::take(&mut comment),
                        });
                    }
                }
                comment.clear();
                layout = false;
            }
        }
        Ok(source)
    }

    /// The part of the crate's comment that holds for every language, line by line.
    pub(super) fn rules(&self, names: &Names) -> Result<Vec<String>, String> {
        let said = self.text.lines().filter_map(|line| line.strip_prefix("//!")).map(str::trim);
        said.skip_while(|line| *line != "# Rules of every version").skip(2).map(|line| names.unlink(line)).collect()
    }
}

/// Lines up to the first that ends in a semicolon, that one included.
fn until_semicolon<'a>(open: &mut bool, line: &'a str) -> Option<&'a str> {
    let within = *open;
    *open = within && !line.ends_with(';');
    within.then_some(line)
}

/// The name that a declaration begins with.
fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Fields of a struct body: name and type.
fn fields(body: &[&str]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in body {
        let line = line.trim();
        if let Some((name, kind)) = line.strip_prefix("pub ").and_then(|field| field.split_once(':')) {
            fields.push((name.to_owned(), kind.trim().trim_end_matches(',').to_owned()));
        } else if let (false, Some((_, kind))) = (line.starts_with("//"), fields.last_mut()) {
            kind.push_str(line);
        }
    }
    for (_, kind) in &mut fields {
        kind.truncate(kind.trim_end_matches(',').len());
    }
    fields
}

/// Every file of the interface must be a chapter, or what it says would be missing from C.
pub(super) fn all_are_chapters(interface: &Path, chapters: &[&str]) -> Result<(), String> {
    for folder in ["", "v1"] {
        let folder = interface.join(folder);
        for entry in fs::read_dir(&folder).map_err(|e| format!("cannot read {}: {e}", folder.display()))? {
            let path = entry.map_err(|e| format!("cannot read {}: {e}", folder.display()))?.path();
            let name = path.strip_prefix(interface).unwrap_or(&path).with_extension("");
            let name = name.to_string_lossy().replace('\\', "/");
            if path.extension().is_some_and(|e| e == "rs") && name != "v1/mod" && !chapters.contains(&name.as_str()) {
                return Err(format!(
                    "interface/src/{name}.rs is no chapter of cmetrics.h; add it to xtask/src/codegen.rs"
                ));
            }
        }
    }
    Ok(())
}

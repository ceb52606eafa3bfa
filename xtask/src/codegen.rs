// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask codegen`: writes from the Rust interface what is made of it: `headers/include/cmetrics-1/cmetrics.h`, the
//! golden texts below `abi/`, and the lists of the interface's own tests.
//!
//! Each file of `interface/src` is one chapter, written by cbindgen and then put into C's words: calling convention,
//! C names in comments, field names without the underscore that Rust needs. Layout assertions follow, computed from
//! the declarations by the rules of `repr(C)`.
//!
//! What is frozen is not written: a change of it is refused, with the slot's name and the cure.

pub(crate) mod change;
mod chapter;
mod ctype;
mod declared;
mod frame;
pub(crate) mod golden;
mod layout;
mod mirror;
pub(crate) mod proven;
mod source;

use std::fs;
use std::path::Path;

use golden::{Golden, Line};

use source::Source;

/// The chapters of the header, in the order in which a reader (and a C compiler) needs them.
const CHAPTERS: [&str; 23] = [
    "version",
    "status",
    "text",
    "label",
    "value",
    "priority",
    "error",
    "report",
    "sink",
    "visitor",
    "v1/client",
    "bootstrap",
    "note",
    "host",
    "v1/metric",
    "v1/registry",
    "v1/counter",
    "v1/value_counter",
    "v1/gauge",
    "v1/collector",
    "v1/error",
    "v1/api",
    "lib",
];

const HEADER: &str = "headers/include/cmetrics-1/cmetrics.h";

/// The tables of the draft of a later version, which is in no header.
const DRAFT: [&str; 3] = ["draft/api", "draft/counter", "draft/process"];

/// Everything that is made of the interface.
struct Generated {
    header: String,
    declared: String,
    mirrors: [(&'static str, String); 2],
    /// Of each version, the shared part first.
    lines: Vec<(u32, Vec<Line>)>,
}

/// Writes all files, or with `check` compares them with the committed ones.
///
/// # Errors
///
/// A sentence for the terminal: a source that cannot be read or does not parse, a file of the interface that no chapter
/// names, a link in a comment that leads nowhere; a change of what is frozen; with `check`, a file that differs.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), String> {
    let files = files(root, &read(root)?, check)?;
    for (path, text) in files {
        let file = root.join(&path);
        if fs::read_to_string(&file).is_ok_and(|committed| committed == text) {
            continue;
        }
        if check {
            let name = path.rsplit('/').next().unwrap_or(&path);
            return Err(format!("{name} is stale ({path}); run: cargo xtask codegen"));
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(|e| format!("cannot create {}: {e}", folder.display()))?;
        }
        fs::write(&file, text).map_err(|e| format!("cannot write {}: {e}", file.display()))?;
    }
    Ok(())
}

/// Every file that the generator writes now, from the root, and its text. With `judge`, a draft's golden text that is not
/// what the sources say is refused too, slot by slot.
fn files(root: &Path, made: &Generated, judge: bool) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    for (version, lines) in &made.lines {
        let committed = Golden::read(root, *version);
        // What is wrong with a draft is mended by writing it anew.
        let committed = match committed {
            Err(why) if judge || why.contains("git checkout") => return Err(why),
            other => other.ok().flatten(),
        };
        let frozen = committed.as_ref().is_some_and(|golden| golden.frozen);
        if let Some(golden) = committed.as_ref().filter(|golden| judge || golden.frozen) {
            change::judge(golden, lines)?;
        }
        let mut golden = Golden { version: *version, lines: lines.clone(), ..Golden::default() };
        if let Some(committed) = committed.filter(|_| frozen) {
            golden = committed.grown(lines);
        }
        if frozen && *version > 0 {
            kept(root, *version, &golden.header)?;
        } else if *version > 0 {
            files.push((golden::header(*version), made.header.clone()));
        }
        files.push((golden::file(*version), golden.text()));
    }
    files.push((HEADER.to_owned(), made.header.clone()));
    files.push((declared::FILE.to_owned(), made.declared.clone()));
    files.extend(made.mirrors.iter().map(|(name, text)| (mirror::file(name), text.clone())));
    Ok(files)
}

/// Fails unless the header that was kept when a version was frozen is still that one.
fn kept(root: &Path, version: u32, hash: &str) -> Result<(), String> {
    let path = golden::header(version);
    let text = fs::read_to_string(root.join(&path)).unwrap_or_default();
    if golden::hash(&text) == hash {
        return Ok(());
    }
    Err(format!(
        "{path} is not the header that version {version} was frozen with\n--> take it back from the history (git checkout)"
    ))
}

/// Reads the interface and makes everything of it.
fn read(root: &Path) -> Result<Generated, String> {
    let sources = sources(root)?;
    let interface = root.join("interface/src");
    let draft = DRAFT.iter().map(|name| Source::read(&interface, name)).collect::<Result<Vec<_>, String>>()?;
    let names = source::Names::of(&sources);
    let structs: Vec<_> = sources.iter().flat_map(|s| s.structs.iter()).collect();
    Ok(Generated {
        header: header(root, &sources, &names, &layout::measure(&structs)?)?,
        declared: declared::write(&sources, &names)?,
        mirrors: [("v1", mirror::write(&sources, &[], "v1")), ("draft", mirror::write(&sources, &draft, "draft"))],
        lines: lines(&sources)?,
    })
}

fn sources(root: &Path) -> Result<Vec<Source>, String> {
    let interface = root.join("interface/src");
    source::all_are_chapters(&interface, &CHAPTERS)?;
    CHAPTERS.iter().map(|name| Source::read(&interface, name)).collect()
}

/// What the sources say of each version, the shared part first.
fn lines(sources: &[Source]) -> Result<Vec<(u32, Vec<Line>)>, String> {
    let names = source::Names::of(sources);
    let structs: Vec<_> = sources.iter().flat_map(|s| s.structs.iter()).collect();
    let layout = layout::measure(&structs)?;
    let mut versions: Vec<u32> = sources.iter().map(|source| golden::version_of(&source.name)).collect();
    versions.sort_unstable();
    versions.dedup();
    versions.into_iter().map(|version| Ok((version, golden::lines(version, sources, &layout, &names)?))).collect()
}

/// Declares a version frozen, and what all versions share with it. Says which files it wrote, from the root.
///
/// # Errors
///
/// As [`run`] with `check`: what is stale is not frozen.
pub(crate) fn freeze(root: &Path, version: u32) -> Result<Vec<String>, String> {
    run(root, true)?;
    let mut written = Vec::new();
    for version in [0, version] {
        let path = golden::file(version);
        let mut golden = Golden::read(root, version)?.ok_or_else(|| format!("{path} is not there"))?;
        if golden.frozen {
            continue;
        }
        golden.frozen = true;
        if version > 0 {
            let kept = golden::header(version);
            let text = fs::read_to_string(root.join(&kept)).map_err(|e| format!("cannot read {kept}: {e}"))?;
            golden.header = golden::hash(&text);
            written.push(kept);
        }
        fs::write(root.join(&path), golden.text()).map_err(|e| format!("cannot write {path}: {e}"))?;
        written.push(path);
    }
    Ok(written)
}

fn header(
    root: &Path,
    sources: &[Source],
    names: &source::Names,
    layout: &[layout::Measured<'_>],
) -> Result<String, String> {
    let config = root.join("headers/cbindgen.toml");
    let mut body = String::new();
    let mut opaque = String::new();
    let (last, chapters) = sources.split_last().ok_or("no chapters")?;
    for source in chapters {
        let chapter = chapter::write(source, names, &config)?;
        opaque.push_str(&chapter.opaque);
        body.push_str(&format!("/* ---- {} ---- */\n\n{}\n", source.name, chapter.body.trim_start()));
    }
    let structs: Vec<_> = layout.iter().map(|one| one.item).collect();
    let assertions = layout::assertions(layout, names)?;
    frame::put_together(&last.rules(names)?, &frame::forward(&structs, names), &opaque, &body, &assertions)
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask codegen`: writes `headers/include/cmetrics-1/cmetrics.h` from the Rust interface.
//!
//! Each file of `interface/src` is one chapter, written by cbindgen and then put into C's words: calling convention,
//! C names in comments, field names without the underscore that Rust needs. Layout assertions follow, computed from
//! the declarations by the rules of `repr(C)`.

mod chapter;
mod frame;
mod layout;
mod source;

use std::fs;
use std::path::Path;

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

/// Writes the header, or with `check` compares it with the committed file.
///
/// # Errors
///
/// A sentence for the terminal: a source that cannot be read or does not parse, a file of the interface that no chapter
/// names, a link in a comment that leads nowhere; with `check`, a header that differs.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), String> {
    let text = generate(root)?;
    let path = root.join(HEADER);
    if check {
        let committed = fs::read_to_string(&path).unwrap_or_default();
        return if committed == text {
            Ok(())
        } else {
            Err("cmetrics.h is stale; run: cargo xtask codegen".to_owned())
        };
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|e| format!("cannot create {}: {e}", folder.display()))?;
    }
    fs::write(&path, text).map_err(|e| format!("cannot write {}: {e}", path.display()))
}

fn generate(root: &Path) -> Result<String, String> {
    let interface = root.join("interface/src");
    source::all_are_chapters(&interface, &CHAPTERS)?;
    let sources = CHAPTERS.iter().map(|name| Source::read(&interface, name)).collect::<Result<Vec<_>, String>>()?;
    let names = source::Names::of(&sources);
    let config = root.join("headers/cbindgen.toml");

    let mut body = String::new();
    let mut opaque = String::new();
    let (last, chapters) = sources.split_last().ok_or("no chapters")?;
    for source in chapters {
        let chapter = chapter::write(source, &names, &config)?;
        opaque.push_str(&chapter.opaque);
        body.push_str(&format!("/* ---- {} ---- */\n\n{}\n", source.name, chapter.body.trim_start()));
    }
    let structs: Vec<_> = sources.iter().flat_map(|s| s.structs.iter()).collect();
    let assertions = layout::assertions(&structs, &names)?;
    frame::put_together(&last.rules(&names)?, &frame::forward(&structs, &names), &opaque, &body, &assertions)
}

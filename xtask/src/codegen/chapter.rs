// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! One chapter: what cbindgen makes of one Rust file, put into C's words.

use std::path::Path;

use super::source::{Constant, Names, Source};

/// The opaque handles, which stand before all chapters because every chapter may name them, and the rest.
pub(super) struct Chapter {
    pub(super) opaque: String,
    pub(super) body: String,
}

pub(super) fn write(source: &Source, names: &Names, config: &Path) -> Result<Chapter, String> {
    let mut config = cbindgen::Config::from_file(config)?;
    config.export.include = source.types.clone();
    config
        .export
        .rename
        .extend(names.0.iter().filter(|(_, c)| c.starts_with("cmetrics_")).map(|(r, c)| (r.clone(), c.clone())));
    let bindings = cbindgen::Builder::new()
        .with_config(config)
        .with_src(&source.path)
        .generate()
        .map_err(|e| format!("cbindgen cannot read {}: {e}", source.path.display()))?;
    let mut raw = Vec::new();
    bindings.write(&mut raw);
    let raw = String::from_utf8(raw).map_err(|e| format!("cbindgen wrote no UTF-8: {e}"))?;

    let mut chapter = Chapter { opaque: String::new(), body: byte_strings(&source.constants, names)? };
    for item in paragraphs(&raw) {
        // An optional function is a pointer that may be NULL; cbindgen does not see through its alias.
        if item.starts_with("struct CMETRICS_Option_") {
            continue;
        }
        let item = in_c(&item, source, names)?;
        match item.lines().last().and_then(|l| l.strip_prefix("struct ")).and_then(|l| l.strip_suffix(';')) {
            Some(handle) => {
                let comment = &item[..item.len() - format!("struct {handle};").len()];
                chapter.opaque.push_str(&format!("{comment}typedef struct {handle} {handle};\n"));
            }
            None => chapter.body.push_str(&format!("{item}\n{}", if item.ends_with('}') { "\n" } else { "" })),
        }
    }
    chapter.body = chapter.body.replace("\n/**", "\n\n/**").replace("\n\n\n", "\n\n").replace("{\n\n", "{\n");
    Ok(chapter)
}

/// The text between blank lines; a struct's body has blank lines of its own and stays whole.
fn paragraphs(raw: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let (mut item, mut open) = (String::new(), false);
    for line in raw.lines() {
        if line.is_empty() && !open {
            items.push(std::mem::take(&mut item));
            continue;
        }
        open = (open || line.ends_with('{')) && !line.starts_with('}');
        if !item.is_empty() {
            item.push('\n');
        }
        item.push_str(line);
    }
    items.push(item);
    items.retain(|item| !item.is_empty());
    items
}

/// One declaration with its comments in C's words.
fn in_c(item: &str, source: &Source, names: &Names) -> Result<String, String> {
    let mut lines: Vec<String> = Vec::new();
    for line in item.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("/**") || trimmed.starts_with('*') {
            lines.push(names.unlink(line)?);
        } else if let Some(define) = line.strip_prefix("#define ") {
            lines.push(constant(define, &source.constants));
        } else {
            lines.push(optional_function(&declaration(line), names)?);
        }
    }
    Ok(comments(&lines).join("\n"))
}

/// `struct CMETRICS_Option_SinkWriteFn write;` is `cmetrics_sink_write_fn write;`.
fn optional_function(line: &str, names: &Names) -> Result<String, String> {
    let Some((before, after)) = line.split_once("struct CMETRICS_Option_") else {
        return Ok(line.to_owned());
    };
    let (alias, after) = after.split_once(' ').ok_or_else(|| format!("a field without a name: {line}"))?;
    Ok(format!("{before}{} {after}", names.get(alias)?))
}

/// A line of code: calling convention, names that Rust reserves, typedef names instead of tags.
fn declaration(line: &str) -> String {
    let line = line.replace("(*", "(CMETRICS_CALL *").replace("type_;", "type;").replace("*self_", "*self");
    if line.starts_with("struct cmetrics_") {
        return line;
    }
    // Arguments on lines of their own stay below the first one.
    if line.starts_with("         ") {
        return format!("{}{}", " ".repeat("CMETRICS_CALL ".len()), line.replace("struct cmetrics_", "cmetrics_"));
    }
    line.replace("struct cmetrics_", "cmetrics_")
}

/// Numbers as an expression of any kind can take them: flags unsigned, negative ones in parentheses.
fn constant(define: &str, constants: &[Constant]) -> String {
    let (name, value) = define.split_once(' ').unwrap_or((define, ""));
    let unsigned = constants.iter().any(|c| c.kind == "u32" && name.strip_prefix("CMETRICS_") == Some(&c.name));
    match (unsigned, value.starts_with('-')) {
        (true, _) => format!("#define {name} {value}u"),
        (_, true) => format!("#define {name} ({value})"),
        _ => format!("#define {name} {value}"),
    }
}

/// A comment of one line stands on one line, and one that C's longer names made too wide is filled again.
fn comments(lines: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut comment: Vec<String> = Vec::new();
    for line in lines {
        let said = line.trim_start();
        if said == "/**" {
            comment.push(line.clone());
        } else if comment.is_empty() {
            out.push(line.clone());
        } else if said == "*/" {
            out.extend(one_comment(&std::mem::take(&mut comment)));
        } else {
            comment.push(
                said.trim_start_matches('*').trim_start().replace('…', "...").replace("this crate", "this header"),
            );
        }
    }
    out
}

fn one_comment(lines: &[String]) -> Vec<String> {
    let indent = lines[0].trim_end_matches("/**");
    let said =
        if lines.iter().any(|l| indent.len() + l.len() > 117) { fill(&lines[1..], 113) } else { lines[1..].to_vec() };
    if let [only] = said.as_slice() {
        if indent.len() + only.len() <= 113 {
            return vec![format!("{indent}/** {only} */")];
        }
    }
    let body = said.iter().map(|l| format!("{indent} * {l}").trim_end().to_owned());
    std::iter::once(lines[0].clone()).chain(body).chain([format!("{indent} */")]).collect()
}

/// Words filled into lines of at most `width`; a blank line (an asterisk alone) stays one.
pub(super) fn fill(lines: &[String], width: usize) -> Vec<String> {
    let mut out = vec![String::new()];
    for line in lines {
        if line.is_empty() || line == "*" {
            out.extend([String::new(), String::new()]);
        }
        for word in line.split_whitespace().filter(|word| *word != "*") {
            let last = out.last_mut().expect("never empty");
            if !last.is_empty() && last.len() + word.len() >= width {
                out.push(word.to_owned());
            } else {
                last.push_str(if last.is_empty() { "" } else { " " });
                last.push_str(word);
            }
        }
    }
    out
}

/// Byte strings, which cbindgen leaves out. C's own NUL follows the last byte.
fn byte_strings(constants: &[Constant], names: &Names) -> Result<String, String> {
    let mut out = String::new();
    for item in constants {
        if let Some(bytes) = item.value.strip_prefix("*b") {
            let comment = names.unlink(&item.comment.join(" "))?;
            out.push_str(&format!("/** {comment} */\n#define CMETRICS_{} {bytes}\n", item.name));
        }
    }
    Ok(out)
}

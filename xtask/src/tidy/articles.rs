// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Every slot is governed by an article of `docs/abi`, which its comment or its vtable's names; every article governs
//! something; and every document that any comment names is there, with the heading that it names.

use std::collections::BTreeSet;

use super::anchors::Documents;
use super::source::Source;
use super::tags::{comment, slot};
use super::Finding;

const RULE: &str = "article";
/// Where the contract is. Drafts promise nothing yet.
const INTERFACE: &str = "interface/src/";
const DRAFT: &str = "interface/src/draft/";
const ARTICLES: &str = "docs/abi/";
/// It tells of the articles, and promises nothing itself.
const INDEX: &str = "docs/abi/README.md";
/// Names documents that are not there, to see that they are found.
const TESTS: &str = "xtask/src/tidy/";

pub(super) fn check(sources: &[Source], documents: &Documents, findings: &mut Vec<Finding>) {
    let mut governing = BTreeSet::new();
    for source in sources.iter().filter(|source| !source.path.starts_with(TESTS)) {
        for (number, line) in source.text.lines().enumerate() {
            for target in named(line) {
                if let Some(flaw) = documents.lacks(target) {
                    findings.push(source.finding(number + 1, RULE, flaw, "name a heading of a document in docs/"));
                }
            }
        }
        if source.path.starts_with(INTERFACE) && !source.path.starts_with(DRAFT) {
            governing.extend(named(&source.text).into_iter().map(file_of));
            governed(source, findings);
        }
    }
    for path in documents.paths().filter(|path| path.starts_with(ARTICLES) && *path != INDEX) {
        if !governing.contains(path) {
            let what = "no slot, vtable or callback names this article".to_owned();
            let cure = "name it where it governs something in interface/src, or take it out of docs/abi".to_owned();
            findings.push(Finding { file: path.to_owned(), line: 1, rule: RULE, what, cure });
        }
    }
}

/// Slots and callbacks that neither name an article themselves nor stand in a struct that does.
fn governed(source: &Source, findings: &mut Vec<Finding>) {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut vtable = false;
    for (number, line) in lines.iter().enumerate() {
        let says = || named(&comment(&lines[..number])).iter().any(|target| target.starts_with(ARTICLES));
        let next = lines.get(number + 1).unwrap_or(&"");
        if line.starts_with("pub struct ") {
            vtable = says();
        } else if let Some(name) = slot(line, next) {
            if !vtable && !says() {
                let what = format!("slot {name}: neither its comment nor its vtable's names an article");
                let cure = "end one of them in: Governed by docs/abi/… (before a slot's tags: See docs/abi/…)";
                findings.push(source.finding(number + 1, RULE, what, cure));
            }
        } else if let Some(name) = callback(line, next) {
            if !says() {
                let what = format!("callback {name}: its comment names no article");
                findings.push(source.finding(number + 1, RULE, what, "end it in: See docs/abi/…"));
            }
        }
    }
}

/// The name of the function type that this line declares.
fn callback<'a>(line: &'a str, next: &str) -> Option<&'a str> {
    let (name, kind) = line.strip_prefix("pub type ")?.split_once(" =")?;
    let kind = if kind.trim().is_empty() { next.trim() } else { kind.trim() };
    kind.starts_with("unsafe extern \"C\" fn").then_some(name)
}

/// The documents that a text names by their path from the root, each with its heading.
fn named(text: &str) -> Vec<&str> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    let starts = text.match_indices("docs/").map(|(at, _)| at).filter(|at| !text[..*at].ends_with(part));
    starts
        .filter_map(|at| {
            let rest = &text[at..];
            let path = rest.find(|c| !part(c)).map_or(rest, |end| &rest[..end]).trim_end_matches('.');
            if !path.ends_with(".md") {
                return None;
            }
            let heading = rest[path.len()..].strip_prefix('#').unwrap_or_default();
            let end = heading.find(|c: char| !part(c) || matches!(c, '.' | '/')).unwrap_or(heading.len());
            Some(if end == 0 { path } else { &rest[..path.len() + 1 + end] })
        })
        .collect()
}

fn file_of(target: &str) -> &str {
    target.split('#').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FN: &str = "unsafe extern \"C\" fn(c: *mut C)";

    /// What is wrong in an interface file of this text, beside an article that has the heading `one`.
    fn check_text(text: &str, want: &[&str]) {
        let sources = [
            Source::new("interface/src/v1/counter.rs", text.to_owned()),
            Source::new("docs/abi/a.md", "# A\n## One\n".to_owned()),
            Source::new(INDEX, "# Index\n".to_owned()),
        ];
        let mut findings = Vec::new();
        check(&sources, &Documents::of(&sources), &mut findings);
        let found: Vec<&str> = findings.iter().map(|finding| finding.what.as_str()).collect();
        assert_eq!(found, want, "{text}");
    }

    #[test]
    fn a_slot_is_governed_by_its_own_comment_or_its_vtables() {
        let slots = |vtable: &str, own: &str| {
            format!("/// C.{vtable}\npub struct V {{\n    /// A.{own}\n    pub a: {FN},\n}}\n")
        };
        check_text(&slots(" See docs/abi/a.md#one.", ""), &[]);
        check_text(&slots("", " See docs/abi/a.md. [any-thread]"), &[]);
        let ungoverned = "slot a: neither its comment nor its vtable's names an article";
        check_text(&slots("", ""), &[ungoverned, "no slot, vtable or callback names this article"]);
        // What one vtable says does not hold for the next.
        let two = slots(" See docs/abi/a.md.", "") + &slots("", "");
        check_text(&two, &[ungoverned]);
        check_text("/// See docs/abi/a.md.\npub struct V {\n    /// A number.\n    pub a: u32,\n}\n", &[]);
    }

    #[test]
    fn a_callback_is_governed_by_its_own_comment() {
        check_text(&format!("/// See docs/abi/a.md#one.\npub type F = {FN};\n"), &[]);
        check_text(&format!("/// See docs/abi/a.md#one.\npub type F =\n    {FN};\n"), &[]);
        let unnamed = ["callback F: its comment names no article", "no slot, vtable or callback names this article"];
        check_text(&format!("/// A.\npub type F = {FN};\n"), &unnamed);
        check_text(&format!("/// A.\npub type F =\n    {FN};\n"), &unnamed);
    }

    #[test]
    fn what_is_named_must_be_there() {
        check_text("// See docs/abi/a.md#one, and docs/abi/a.md#two.", &["docs/abi/a.md has no heading #two"]);
        check_text("// See docs/abi/a.md and docs/b.md#one.", &["there is no document docs/b.md"]);
    }

    #[test]
    fn documents_are_found_in_sentences() {
        let check = |text: &str, want: &[&str]| assert_eq!(named(text), want, "{text}");
        check("See docs/abi/a.md#one-two. Then", &["docs/abi/a.md#one-two"]);
        check("(docs/abi/a.md), `docs/b.md#c`: docs/c.md.", &["docs/abi/a.md", "docs/b.md#c", "docs/c.md"]);
        check("all of docs/abi/*.md, docs/abi/, https://x.org/docs/a.md, ../docs/a.md", &[]);
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is published depends on nothing that docs/decisions/0016-dependencies.md gives no reason for, and the document names
//! nothing that is gone.

use std::collections::BTreeSet;

use super::source::Source;
use super::Finding;
use crate::step;
use crate::tree::Tree;

const RULE: &str = "dependency";
const DOCUMENT: &str = "docs/decisions/0016-dependencies.md";
/// The platforms whose trees are told.
const PLATFORMS: [&str; 2] = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-gnu"];
/// A heading of the document, and the package whose tree stands below it, with these features. What a heading before it
/// names already is not named again.
const SECTIONS: [(&str, &str, &str); 4] = [
    ("The library", "cmetrics-impl", ""),
    ("The loader", "cmetrics-loader", ""),
    ("The Rust SDK, by feature", "cmetrics", "embedded,metrics-facade,prometheus-bridge,testing,tls"),
    ("The wheel's module", "cmetrics-python", ""),
];

/// Packages by name.
type Names = BTreeSet<String>;

/// Asks Cargo for the trees, and holds them against the document.
pub(super) fn check(tree: &Tree, sources: &[Source], findings: &mut Vec<Finding>) -> Result<(), String> {
    let document = sources.iter().find(|source| source.path == DOCUMENT);
    let document = document.ok_or_else(|| format!("{DOCUMENT} is not there: it gives every dependency its reason"))?;
    let mut trees = Vec::new();
    for (_, package, features) in SECTIONS {
        trees.push(names(tree, package, features)?);
    }
    compare(document, &trees, findings);
    Ok(())
}

/// The packages from outside the workspace that a package is built from, itself left out; build scripts' own are not
/// among them.
fn names(tree: &Tree, package: &str, features: &str) -> Result<Names, String> {
    let mut cargo = tree.cargo();
    cargo.args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}", "-p", package]);
    cargo.args(["--features", features]).args(PLATFORMS.iter().flat_map(|name| ["--target", name]));
    let told = step::ask(&mut cargo).ok_or_else(|| format!("{} failed", step::line(&cargo)))?;
    let names = told.lines().filter_map(|line| line.split(' ').next()).filter(|name| !name.is_empty());
    Ok(names.filter(|name| !name.starts_with("cmetrics")).map(str::to_owned).collect())
}

fn compare(document: &Source, trees: &[Names], findings: &mut Vec<Finding>) {
    let mut before = Names::new();
    for ((heading, package, _), tree) in SECTIONS.iter().zip(trees) {
        let Some((line, named)) = section(&document.text, heading) else {
            let cure = "give it back its heading, with a table of what the package is built from";
            findings.push(document.finding(1, RULE, format!("it has no heading \"{heading}\""), cure));
            continue;
        };
        for missing in tree.iter().filter(|name| !before.contains(*name) && !named.contains(*name)) {
            let what = format!("{package} is built from {missing}, and \"{heading}\" gives no reason for it");
            findings.push(document.finding(line, RULE, what, "say what it is for, or do without it"));
        }
        for gone in named.difference(tree) {
            let what = format!("\"{heading}\" names {gone}, which {package} is not built from");
            findings.push(document.finding(line, RULE, what, "take it out of the table"));
        }
        before.extend(named);
    }
}

/// The line of a heading, and the names in backquotes in the first column of the tables below it.
fn section(text: &str, heading: &str) -> Option<(usize, Names)> {
    let lines: Vec<&str> = text.lines().collect();
    let is_heading = |line: &str| line.starts_with('#');
    let at = lines.iter().position(|line| is_heading(line) && line.trim_start_matches('#').trim() == heading)?;
    let below = lines[at + 1..].iter().take_while(|line| !is_heading(line));
    let first = below.filter_map(|line| line.strip_prefix('|')?.split('|').next());
    Some((at + 1, first.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# 16\n\n### The library\n\n| crate | why |\n|---|---|\n| `itoa` | `digits` |\n| `a`, `b` | x |\n\n\
                        ### The loader\n\n| `libc` | x |\n### The Rust SDK, by feature\n### The wheel's module\n| `pyo3` | x |\n";

    fn check_trees(trees: [&[&str]; 4], want: &[(usize, &str)]) {
        let trees = trees.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        let mut findings = Vec::new();
        compare(&Source::new(DOCUMENT, TEXT.to_owned()), &trees, &mut findings);
        let found: Vec<(usize, &str)> = findings.iter().map(|one| (one.line, one.what.as_str())).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn the_document_names_what_is_there() {
        let library = ["a", "b", "itoa"];
        check_trees([&library, &["libc"], &["libc", "itoa"], &["libc", "itoa", "pyo3"]], &[]);
    }

    #[test]
    fn what_has_no_reason_and_what_is_gone_is_told() {
        check_trees(
            [&["a", "itoa", "new"], &["libc"], &["libc", "log"], &["pyo3"]],
            &[
                (3, "cmetrics-impl is built from new, and \"The library\" gives no reason for it"),
                (3, "\"The library\" names b, which cmetrics-impl is not built from"),
                (13, "cmetrics is built from log, and \"The Rust SDK, by feature\" gives no reason for it"),
            ],
        );
    }

    #[test]
    fn a_section_ends_at_the_next_heading_and_must_be_there() {
        let named = |heading| section(TEXT, heading).map(|(_, names)| names.into_iter().collect::<Vec<_>>());
        assert_eq!(named("The library"), Some(["a", "b", "itoa"].map(str::to_owned).to_vec()));
        assert_eq!(named("The Rust SDK, by feature"), Some(Vec::new()));
        assert_eq!(named("Another"), None);
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask tidy`: the rules of docs/architecture.md that no compiler checks. A rule has a file of its own, with
//! what it allows, why, and tests on good and bad snippets.

mod anchors;
mod articles;
mod dependencies;
mod documents;
mod imports;
mod owners;
mod places;
mod source;
mod tags;
mod words;

use std::fmt;

use anchors::Documents;
use source::Source;

use crate::step;
use crate::tree::Tree;

/// One breach of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    file: String,
    line: usize,
    rule: &'static str,
    what: String,
    cure: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}\n    --> {}", self.file, self.line, self.rule, self.what, self.cure)
    }
}

/// Checks every rule. Fails with all that is wrong.
pub(crate) fn run(tree: &Tree) -> Result<(), String> {
    let (checked, findings) = check(tree)?;
    if findings.is_empty() {
        eprintln!("tidy: {checked} files keep every rule");
        return Ok(());
    }
    let list: Vec<String> = findings.iter().map(Finding::to_string).collect();
    Err(format!("tidy found {}:\n{}", findings.len(), list.join("\n")))
}

/// Checks every rule on the interface alone.
pub(crate) fn interface(tree: &Tree) -> Result<(), String> {
    let (_, findings) = check(tree)?;
    let list: Vec<String> =
        findings.iter().filter(|finding| finding.file.starts_with("interface/src/")).map(Finding::to_string).collect();
    if list.is_empty() {
        Ok(())
    } else {
        Err(list.join("\n"))
    }
}

/// How many files were read, and what is wrong in them.
pub(crate) fn check(tree: &Tree) -> Result<(usize, Vec<Finding>), String> {
    let sources = gather(tree)?;
    let known = Documents::of(&sources);
    let mut findings = imports::check(&tree.metadata);
    for source in &sources {
        words::check(source, &mut findings);
        places::check(source, &mut findings);
        tags::check(source, &mut findings);
        owners::check(source, &mut findings);
        documents::check(source, &known, &|path| tree.root.join(path).exists(), &mut findings);
    }
    places::unneeded(&sources, &mut findings);
    articles::check(&sources, &known, &mut findings);
    dependencies::check(tree, &sources, &mut findings)?;
    findings.sort_by(|a, b| (&a.file, a.line, a.rule).cmp(&(&b.file, b.line, b.rule)));
    Ok((sources.len(), findings))
}

/// Every text file that Git tracks, or would if it were added.
fn gather(tree: &Tree) -> Result<Vec<Source>, String> {
    let mut git = tree.command("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let list = step::ask(&mut git).ok_or("`git ls-files` failed; tidy reads the files that Git knows: install git (Debian: apt-get install git), and run in a checkout")?;
    let mut sources = Vec::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        let Ok(bytes) = std::fs::read(tree.root.join(path)) else { continue }; // deleted, and not yet committed
        if let Ok(text) = String::from_utf8(bytes) {
            sources.push(Source::new(path, text));
        }
    }
    if sources.is_empty() {
        return Err("`git ls-files` names no file".to_owned());
    }
    Ok(sources)
}

#[cfg(test)]
fn rules(findings: &[Finding]) -> Vec<(usize, &str)> {
    findings.iter().map(|finding| (finding.line, finding.rule)).collect()
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The documents of the checkout, and the headings in them that a link can lead to.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Source;

/// Every Markdown file by its path from the root, with its anchors.
pub(super) struct Documents(BTreeMap<String, BTreeSet<String>>);

impl Documents {
    pub(super) fn of(sources: &[Source]) -> Documents {
        let documents = sources.iter().filter(|source| source.path.ends_with(".md"));
        Documents(documents.map(|source| (source.path.clone(), anchors(&source.text))).collect())
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What is wrong with `docs/abi/errors.md#detached`, if anything is.
    pub(super) fn lacks(&self, target: &str) -> Option<String> {
        let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
        match self.0.get(path) {
            None => Some(format!("there is no document {path}")),
            Some(anchors) if !anchor.is_empty() && !anchors.contains(anchor) => {
                Some(format!("{path} has no heading #{anchor}"))
            }
            Some(_) => None,
        }
    }
}

/// The anchors of all headings, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        let heading = line.trim_start_matches('#');
        if fenced || heading.len() == line.len() || !heading.starts_with(' ') {
            continue;
        }
        let name = anchor(heading.trim());
        // The second of a name gets a number.
        let again = (1..).map(|n| format!("{name}-{n}"));
        let free = std::iter::once(name.clone()).chain(again).find(|name| !found.contains(name));
        found.extend(free);
    }
    found
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_anchors_and_comments_in_examples_are_none() {
        let text = "# Errors\n\n## The `error` object, told\n```python\n# a comment\n```\n#no heading\n### Errors\n";
        let want = ["errors", "errors-1", "the-error-object-told"].map(String::from);
        assert_eq!(anchors(text), BTreeSet::from(want));
    }

    #[test]
    fn what_a_document_lacks_is_named() {
        let documents = Documents::of(&[Source::new("docs/a.md", "# One thing\n".to_owned())]);
        let check = |target: &str, want: Option<&str>| assert_eq!(documents.lacks(target).as_deref(), want);
        check("docs/a.md", None);
        check("docs/a.md#one-thing", None);
        check("docs/a.md#another", Some("docs/a.md has no heading #another"));
        check("docs/b.md#one-thing", Some("there is no document docs/b.md"));
    }
}

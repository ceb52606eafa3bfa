// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Blocks in documents that quote a region of a source, which is compiled and run where it lies.
//!
//! `<!-- from examples/a.rs [make] -->` before a block says whose it is. In the source, the lines `// [make]` and
//! `// [/make]` stand around the region; other languages have comments of their own.

use crate::tree::Tree;

/// Where a block is from.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Quote<'a> {
    file: &'a str,
    region: &'a str,
}

/// What stands before the block that begins on this line, if that says where the block is from.
pub(super) fn before(text: &str, line: usize) -> Option<Quote<'_>> {
    let above: Vec<&str> = text.lines().take(line.saturating_sub(1)).collect();
    let last = above.iter().rev().find(|line| !line.trim().is_empty())?;
    let (file, region) = last.trim().strip_prefix("<!-- from ")?.strip_suffix("] -->")?.split_once(" [")?;
    Some(Quote { file, region })
}

impl Quote<'_> {
    /// Is what the document shows what the source says?
    pub(super) fn check(&self, tree: &Tree, shown: &str) -> Result<(), String> {
        let source = std::fs::read_to_string(tree.root.join(self.file)).map_err(|e| format!("{}: {e}", self.file))?;
        let there = region(&source, self.region)
            .ok_or_else(|| format!("{} has no lines around a region [{}]", self.file, self.region))?;
        if there == shown {
            Ok(())
        } else {
            Err(format!("[{}] of {} is another; show it as it is:\n{there}", self.region, self.file))
        }
    }
}

/// The lines between the two that name the region, without what all are indented by and without other regions' lines.
fn region(source: &str, name: &str) -> Option<String> {
    let mark = |line: &str| {
        let word = line.trim().strip_prefix("//").or_else(|| line.trim().strip_prefix('#'))?.trim();
        Some(word.strip_prefix('[')?.strip_suffix(']')?.to_owned())
    };
    let mut inside = source.lines().skip_while(|line| mark(line).as_deref() != Some(name)).skip(1).peekable();
    inside.peek()?;
    let end = format!("/{name}");
    let mut lines = Vec::new();
    loop {
        let line = inside.next()?;
        match mark(line) {
            Some(word) if word == end => break,
            Some(_) => {}
            None => lines.push(line),
        }
    }
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let least = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min()?;
    Some(lines.iter().map(|line| line.get(least..).unwrap_or_default().to_owned() + "\n").collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_before_a_block_says_where_it_is_from() {
        let text =
            "=== \"Rust\"\n\n    <!-- from a/b.rs [make] -->\n\n    ```rust\n    x\n    ```\n\n```rust\ny\n```\n";
        assert_eq!(before(text, 5), Some(Quote { file: "a/b.rs", region: "make" }));
        assert_eq!(before(text, 9), None);
        assert_eq!(before("```rust\n", 1), None);
    }

    #[test]
    fn a_region_loses_its_indent_and_the_lines_around_it() {
        let source =
            "a\n    // [make]\n    b {\n\n        c\n    // [other]\n    }\n    // [/make]\n# [two]\nd\n\n# [/two]\n";
        assert_eq!(region(source, "make").as_deref(), Some("b {\n\n    c\n}\n"));
        assert_eq!(region(source, "two").as_deref(), Some("d\n"));
        // One that does not end, and one that is not there.
        assert_eq!((region(source, "other"), region(source, "none")), (None, None));
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The examples in docs and in the packages' readmes, run as they stand there or held against the source that they quote, and the site that is made of it.

use std::path::PathBuf;

use super::example::{examples, LANGUAGES};
use super::ledger::Group;
use super::quote;
use crate::tree::Tree;
use crate::worker::Ground;

/// Where documents are: the site's, and what crates.io shows of each package.
const FOLDERS: [&str; 7] = ["docs", "docs/abi", "docs/guides", "interface", "loader", "impl", "rust-binding"];
/// What is shown and not run: declarations, what programs print, commands (which `tidy` reads), and files of other
/// programs.
const SHOWN: [&str; 10] = ["text", "console", "sh", "toml", "cmake", "yaml", "json", "ini", "promql", "dockerfile"];

pub(super) fn run(tree: &Tree, ground: &Ground, group: &mut Group) -> Result<(), String> {
    for folder in FOLDERS {
        let mut ran = [0; LANGUAGES.len()];
        for path in articles(tree, folder)? {
            let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            for example in examples(&text).iter().filter(|it| !SHOWN.contains(&it.language.as_str())) {
                let what = format!("{folder}/{stem}.md:{} in {}", example.line, example.language);
                if let Some(quote) = quote::before(&text, example.line) {
                    group.verdict(&what, quote.check(tree, &example.text));
                    continue;
                }
                match LANGUAGES.iter().position(|language| *language == example.language) {
                    None => {
                        group.fail(&what, &format!("examples are in one of {LANGUAGES:?}, or {SHOWN:?} if not run"));
                    }
                    Some(language) => {
                        ran[language] += 1;
                        let at = tree.target.join("documents").join(folder).join(&stem);
                        let at = at.join(format!("line-{}", example.line));
                        group.verdict(&what, example.run(tree, ground, &at, &what).map(drop));
                    }
                }
            }
        }
        for (language, n) in LANGUAGES.iter().zip(ran) {
            if n == 0 && folder.starts_with("docs/") {
                group.fail(language, &format!("{folder} has no example in {language}"));
            }
        }
    }
    group.verdict("the site", crate::docs::build(tree).map(drop));
    Ok(())
}

fn articles(tree: &Tree, folder: &str) -> Result<Vec<PathBuf>, String> {
    let at = tree.root.join(folder);
    let listed = std::fs::read_dir(&at).map_err(|e| format!("{}: {e}", at.display()))?;
    let files = listed.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut articles: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    articles.sort();
    Ok(articles)
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The examples in docs/abi, run as they stand there.

use super::example::{examples, LANGUAGES};
use super::ledger::Group;
use crate::tree::Tree;
use crate::worker::Ground;

const FOLDER: &str = "docs/abi";
/// What is shown and not run: declarations, and what programs print.
const SHOWN: &str = "text";

pub(super) fn run(tree: &Tree, ground: &Ground, group: &mut Group) -> Result<(), String> {
    let folder = tree.root.join(FOLDER);
    let listed = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let files = listed.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut articles: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    articles.sort();
    let mut ran = [0; LANGUAGES.len()];
    for path in articles {
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for example in examples(&text).iter().filter(|example| example.language != SHOWN) {
            let what = format!("{FOLDER}/{stem}.md:{} in {}", example.line, example.language);
            match LANGUAGES.iter().position(|language| *language == example.language) {
                None => group.fail(&what, &format!("examples are in one of {LANGUAGES:?}, or {SHOWN} if not run")),
                Some(language) => {
                    ran[language] += 1;
                    let at = tree.target.join("documents").join(&stem).join(format!("line-{}", example.line));
                    group.verdict(&what, example.run(tree, ground, &at, &what).map(drop));
                }
            }
        }
    }
    for (language, n) in LANGUAGES.iter().zip(ran) {
        if n == 0 {
            group.fail(language, &format!("{FOLDER} has no example in {language}"));
        }
    }
    Ok(())
}

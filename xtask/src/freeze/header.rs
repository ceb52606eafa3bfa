// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Copies of `cmetrics.h` with one slot of `cmetrics_counter_v1` changed, to see that a proof sees it.

use std::fs;
use std::path::{Path, PathBuf};

const INC: &str = "    void (CMETRICS_CALL *inc)(cmetrics_counter *counter);";
const ADD: &str = "    void (CMETRICS_CALL *add)(cmetrics_counter *counter, uint64_t n);";
const VALUE: &str = "    uint64_t (CMETRICS_CALL *value)(cmetrics_counter *counter);";
const MORE: &str = "    void (CMETRICS_CALL *more)(cmetrics_counter *counter);";

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mutation {
    /// A slot more, at the end.
    Append,
    /// A slot more, before others.
    Insert,
    /// Two slots in each other's place.
    Reorder,
    /// A parameter of another size; every slot stays where it is.
    Retype,
}

impl Mutation {
    /// The slot that a complaint must name.
    pub(super) const fn slot(self) -> &'static str {
        match self {
            Mutation::Append => "more",
            Mutation::Insert => "value",
            Mutation::Reorder | Mutation::Retype => "add",
        }
    }

    fn apply(self, header: &str) -> Result<String, String> {
        let edits: &[(&str, String)] = &match self {
            Mutation::Append => [(VALUE, format!("{VALUE}\n{MORE}")), (INC, INC.to_owned())],
            Mutation::Insert => [(VALUE, format!("{MORE}\n{VALUE}")), (INC, INC.to_owned())],
            Mutation::Reorder => [(INC, ADD.to_owned()), (ADD, INC.to_owned())],
            Mutation::Retype => [(ADD, ADD.replace("uint64_t", "uint32_t")), (INC, INC.to_owned())],
        };
        let mut lines: Vec<String> = header.lines().map(str::to_owned).collect();
        let mut places = Vec::new();
        for (was, is) in edits {
            let at = lines.iter().position(|line| line == was).ok_or_else(|| {
                format!("cmetrics.h has no line `{}`\n--> name the slots of cmetrics_counter_v1 in xtask/src/freeze/header.rs", was.trim())
            })?;
            places.push((at, is));
        }
        for (at, is) in places {
            lines[at].clone_from(is);
        }
        Ok(lines.join("\n") + "\n")
    }
}

/// Writes the mutated header below `folder`, and says which folder to include.
pub(super) fn write(header: &Path, mutation: Mutation, folder: &Path) -> Result<PathBuf, String> {
    let text = fs::read_to_string(header).map_err(|e| format!("cannot read {}: {e}", header.display()))?;
    let include = folder.join(format!("{mutation:?}").to_lowercase());
    let file = include.join("cmetrics-1/cmetrics.h");
    let text = mutation.apply(&text)?;
    fs::create_dir_all(include.join("cmetrics-1"))
        .and_then(|()| fs::write(&file, text))
        .map_err(|e| format!("cannot write {}: {e}", file.display()))?;
    Ok(include)
}

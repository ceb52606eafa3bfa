// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is kept of the inputs that were tried.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::kit::{count, make, Kit};
use crate::step;

/// Reading all inputs in, once or twice.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Makes the committed corpus of a target the fewest inputs that reach every edge that it and the learnt ones reach.
pub(crate) fn keep(kit: &Kit<'_>, target: &str) -> Result<(), String> {
    let (committed, learnt) = (kit.committed(target), kit.learnt(target));
    let fewest = kit.folder.join("fewest").join(target);
    if fewest.is_dir() {
        fs::remove_dir_all(&fewest).map_err(|e| format!("{}: {e}", fewest.display()))?;
    }
    make(&fewest)?;
    make(&committed)?;
    let mut merge = kit.command(target);
    // How often an edge is passed is not counted: that would keep many more.
    merge.args(["-set_cover_merge=1", "-use_counters=0", "-timeout=60", "-rss_limit_mb=4096"]);
    merge.args([&fewest, &committed, &learnt].map(|folder| kit.shown(folder)));
    let done = step::attempt_within(LIMIT, &format!("choosing the fewest inputs of {target}"), &mut merge)?;
    if !done.ok || count(&fewest) == 0 {
        return Err(done.story("the committed corpus is as it was"));
    }
    replace(&fewest, &committed)?;
    eprintln!("{target}: {} inputs are in {}", count(&committed), kit.shown(&committed).display());
    Ok(())
}

/// Makes the files of one folder those of another.
fn replace(from: &Path, to: &Path) -> Result<(), String> {
    let told = |path: &Path, e: std::io::Error| format!("{}: {e}", path.display());
    for entry in fs::read_dir(to).map_err(|e| told(to, e))?.flatten() {
        fs::remove_file(entry.path()).map_err(|e| told(&entry.path(), e))?;
    }
    for entry in fs::read_dir(from).map_err(|e| told(from, e))?.flatten() {
        fs::copy(entry.path(), to.join(entry.file_name())).map_err(|e| told(&entry.path(), e))?;
    }
    Ok(())
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The figures in docs/guides/performance.md: between two marks, written by `cargo xtask bench --write` and by nobody
//! else.

use std::path::Path;

use super::budget::Row;
use super::record::Run;
use super::table;

pub(super) const FILE: &str = "docs/guides/performance.md";
const BEGIN: &str = "<!-- figures: written by `cargo xtask bench --write` -->";
const END: &str = "<!-- end of figures -->";
/// The marks of what was measured on another machine.
const ELSEWHERE: &str = "<!-- figures elsewhere: written by `cargo xtask bench --unpack FOLDER --write` -->";
const ELSEWHERE_END: &str = "<!-- end of figures elsewhere -->";

/// Puts the figures of a run into the guide.
pub(super) fn write(root: &Path, run: &Run, rows: &[Row]) -> Result<(), String> {
    put(root, [BEGIN, END], &figures(run, rows))
}

/// Puts what another machine measured into the guide.
pub(super) fn write_elsewhere(root: &Path, run: &Run, rows: &[Row]) -> Result<(), String> {
    put(root, [ELSEWHERE, ELSEWHERE_END], &figures(run, rows))
}

fn put(root: &Path, marks: [&str; 2], figures: &str) -> Result<(), String> {
    let file = root.join(FILE);
    let old = std::fs::read_to_string(&file).map_err(|e| format!("{FILE}: {e}"))?;
    let new = replaced(&old, marks, figures)?;
    std::fs::write(&file, new).map_err(|e| format!("{FILE}: {e}"))
}

fn replaced(guide: &str, [begin, end]: [&str; 2], figures: &str) -> Result<String, String> {
    let missing = |mark: &str| format!("{FILE} has no line {mark}\n--> put it back: the figures go between two marks");
    let (before, rest) = guide.split_once(begin).ok_or_else(|| missing(begin))?;
    let (_, after) = rest.split_once(end).ok_or_else(|| missing(end))?;
    Ok(format!("{before}{begin}\n\n{}\n\n{end}{after}", figures.trim()))
}

fn figures(run: &Run, rows: &[Row]) -> String {
    let mut text = String::new();
    for (name, value) in &run.machine {
        text.push_str(&format!("- {name}: {value}\n"));
    }
    let size = if run.quick { "quick, up to" } else { "up to" };
    if let Some(most) = run.sizes().last() {
        text.push_str(&format!("- size: {size} {most} series\n"));
    }
    for left in &run.left_out {
        text.push_str(&format!("- left out: {left}\n"));
    }
    let met = rows.iter().filter(|row| row.met() == Some(true)).count();
    text.push_str(&format!("\n### The budget: {met} of {} rows met\n\n", rows.len()));
    text.push_str(&table::budget(rows).markdown());
    for (program, what) in [("rust", "Rust"), ("c", "C"), ("cpp", "C++"), ("python", "Python"), ("go", "Go")] {
        let grid = table::grid(run, program, None, "ns");
        if run.records.iter().any(|one| one.program == program && one.unit == "ns") {
            text.push_str(&format!("\n### Updates in {what}, ns, by threads\n\n{}", grid.markdown()));
        }
    }
    if run.records.iter().any(|one| one.program == "loops") {
        let grid = table::grid(run, "loops", None, "ns");
        text.push_str(&format!("\n### One turn of a loop that counts, in C++, ns, by threads\n\n{}", grid.markdown()));
    }
    let report = table::grid(run, "series", Some("report"), "ns/series");
    text.push_str(&format!("\n### A report, ns per series\n\n{}", report.markdown()));
    let floats = table::grid(run, "series", Some("report, floats"), "ns/series");
    text.push_str(&format!(
        "\n### A report of floats, ns per series; the cached prefix with zmij\n\n{}",
        floats.markdown()
    ));
    let memory = table::grid(run, "series", Some("resident after a report"), "B/series");
    text.push_str(&format!("\n### Memory after a report, bytes per series\n\n{}", memory.markdown()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: [&str; 2] = [BEGIN, END];

    #[test]
    fn figures_replace_what_is_between_the_marks_and_nothing_else() {
        let guide = format!("# A\n\n{BEGIN}\nold\n{END}\n\nend\n");
        let once = replaced(&guide, MARKS, "new\n").unwrap();
        assert_eq!(once, format!("# A\n\n{BEGIN}\n\nnew\n\n{END}\n\nend\n"));
        assert_eq!(replaced(&once, MARKS, "new\n").unwrap(), once);
    }

    #[test]
    fn a_guide_without_marks_is_left_alone() {
        assert!(replaced("# A\n", MARKS, "new").unwrap_err().contains(BEGIN));
        assert!(replaced(BEGIN, MARKS, "new").unwrap_err().contains(END));
    }

    #[test]
    fn this_trees_guide_has_its_marks() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let guide = std::fs::read_to_string(root.join(FILE)).unwrap();
        assert!(replaced(&guide, MARKS, "new").is_ok());
        assert!(replaced(&guide, [ELSEWHERE, ELSEWHERE_END], "new").is_ok());
    }
}

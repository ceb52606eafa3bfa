// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The difference of two texts, as `diff -u` tells it.

use std::fmt::Write as _;

/// So many equal lines stand around a change.
const CONTEXT: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edit {
    Keep,
    Remove,
    Add,
}

/// The hunks that make `new` of `old`.
pub(super) fn diff(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let edits = edits(&old, &new);
    // Where the lines that are shown begin and end, among the edits.
    let mut hunks: Vec<(usize, usize)> = Vec::new();
    for (at, _) in edits.iter().enumerate().filter(|(_, edit)| **edit != Edit::Keep) {
        let (from, to) = (at.saturating_sub(CONTEXT), (at + CONTEXT + 1).min(edits.len()));
        match hunks.last_mut() {
            Some((_, end)) if from <= *end => *end = to,
            _ => hunks.push((from, to)),
        }
    }
    let mut out = String::new();
    let (mut a, mut b, mut at) = (0, 0, 0);
    for (from, to) in hunks {
        a += from - at;
        b += from - at;
        let count = |other| edits[from..to].iter().filter(|edit| **edit != other).count();
        let (olds, news) = (count(Edit::Add), count(Edit::Remove));
        let _infallible = writeln!(out, "@@ -{} +{} @@", range(a, olds), range(b, news));
        for edit in &edits[from..to] {
            let (sign, line) = match edit {
                Edit::Keep => (' ', old[a]),
                Edit::Remove => ('-', old[a]),
                Edit::Add => ('+', new[b]),
            };
            a += usize::from(*edit != Edit::Add);
            b += usize::from(*edit != Edit::Remove);
            let (line, end) = match line.strip_suffix('\n') {
                Some(line) => (line, ""),
                None => (line, "\n\\ No newline at end of file"),
            };
            let _infallible = writeln!(out, "{sign}{line}{end}");
        }
        at = to;
    }
    out
}

fn range(first: usize, lines: usize) -> String {
    match lines {
        0 => format!("{first},0"),
        1 => format!("{}", first + 1),
        lines => format!("{},{lines}", first + 1),
    }
}

/// The shortest way from one text to the other, by their longest common subsequence. What is equal at both ends, which is
/// most of it in a golden file, takes no table.
fn edits(old: &[&str], new: &[&str]) -> Vec<Edit> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    // common[i][j] is the length of the longest common subsequence of a[i..] and b[j..].
    let width = b.len() + 1;
    let mut common = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i * width + j] = if a[i] == b[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let mut edits = vec![Edit::Keep; head];
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let edit = if i < a.len() && j < b.len() && a[i] == b[j] {
            Edit::Keep
        } else if i < a.len() && (j == b.len() || common[(i + 1) * width + j] >= common[i * width + j + 1]) {
            Edit::Remove
        } else {
            Edit::Add
        };
        i += usize::from(edit != Edit::Add);
        j += usize::from(edit != Edit::Remove);
        edits.push(edit);
    }
    edits.extend(vec![Edit::Keep; tail]);
    edits
}

#[cfg(test)]
mod tests {
    use super::diff;

    fn check(old: &str, new: &str, want: &str) {
        let lines = |text: &str| text.split(' ').map(|line| format!("{line}\n")).collect::<String>();
        assert_eq!(diff(&lines(old), &lines(new)), want);
    }

    #[test]
    fn hunks_are_those_of_diff_u() {
        check("a b c", "a b c", "");
        check("a", "b", "@@ -1 +1 @@\n-a\n+b\n");
        check("1 2 3 4 5 6", "1 2 3 4 x 6", "@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+x\n 6\n");
        check(
            "a 1 2 3 4 5 6 7 8 b",
            "1 2 3 4 5 6 7 8 b c",
            "@@ -1,4 +1,3 @@\n-a\n 1\n 2\n 3\n@@ -8,3 +7,4 @@\n 7\n 8\n b\n+c\n",
        );
        assert_eq!(diff("", "a\n"), "@@ -0,0 +1 @@\n+a\n");
        assert_eq!(diff("a\n", "a"), "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n");
    }
}

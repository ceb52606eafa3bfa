// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Which names are near one that is not there. The rules are those of `compat-tests/testkit/messages.txt`.

/// So many near names are told.
const NEAR: usize = 5;
/// So many names are told where none is near.
const MANY: usize = 10;

pub(super) fn hint<'a>(asked: &str, there: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in there {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return "the registry is empty".to_owned();
    }
    let mut near: Vec<_> = names.iter().filter_map(|name| Some((nearness(asked, name)?, *name))).collect();
    near.sort_unstable();
    if near.is_empty() {
        let more = match names.len().saturating_sub(MANY) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        names.truncate(MANY);
        return format!("there are: {}{more}", names.join(", "));
    }
    let near: Vec<_> = near.into_iter().take(NEAR).map(|(_, name)| name).collect();
    format!("near names: {}", near.join(", "))
}

/// The edit distance, if it is small or the names begin alike.
fn nearness(asked: &str, name: &str) -> Option<usize> {
    let (asked, name) = (asked.as_bytes(), name.as_bytes());
    let distance = edit_distance(asked, name);
    let common = asked.iter().zip(name).take_while(|(a, b)| a == b).count();
    let is_near = distance <= (asked.len() / 3).max(1) || (common >= 3 && 2 * common >= asked.len());
    is_near.then_some(distance)
}

/// Levenshtein's distance, a row at a time.
fn edit_distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_single_edits() {
        let check = |a: &str, b: &str, want| assert_eq!(edit_distance(a.as_bytes(), b.as_bytes()), want, "{a} {b}");
        check("", "", 0);
        check("", "abc", 3);
        check("abc", "", 3);
        check("kitten", "sitting", 3);
        check("request_total", "requests_total", 1);
        check("abc", "acb", 2);
    }
}

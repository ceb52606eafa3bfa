// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Cases for `steps.c`: what a process does, one step after the other, and what must be so in between.

use std::path::Path;

use super::super::Row;
use super::ground::Ground;

/// One process.
pub(in super::super) struct Case {
    name: String,
    steps: String,
}

impl Case {
    pub(in super::super) fn new(name: impl Into<String>) -> Case {
        Case { name: name.into(), steps: String::new() }
    }

    /// Adds a step: its words.
    pub(in super::super) fn step(mut self, words: &[&str]) -> Case {
        for word in words {
            self.steps.push('\t');
            self.steps.push_str(word);
        }
        self
    }

    /// Adds steps that are written as in a sentence, with a path for each `{}`.
    pub(in super::super) fn steps(mut self, text: &str, paths: &[&str]) -> Case {
        let mut paths = paths.iter();
        for word in text.split_whitespace() {
            let filled = word.split("{}").collect::<Vec<_>>();
            self.steps.push('\t');
            self.steps.push_str(filled[0]);
            for rest in &filled[1..] {
                self.steps.push_str(paths.next().unwrap_or(&"a-path-is-missing"));
                self.steps.push_str(rest);
            }
        }
        self
    }

    /// Its line in the file that `steps.c` reads.
    pub(in super::super) fn line(&self) -> String {
        format!("{}{}\n", self.name, self.steps)
    }
}

/// Runs all cases of a row: it says `promise` if all of them hold, and which broke if not.
pub(super) fn row(
    ground: &Ground,
    program: &Path,
    (table, what, promise): (&str, &str, &str),
    cases: &[Case],
) -> Result<Row, String> {
    let file = ground.path(&format!("cases/{table} {what}.txt").replace(' ', "-"))?;
    let lines: Vec<String> = cases.iter().map(Case::line).collect();
    std::fs::write(&file, lines.concat()).map_err(|e| format!("{}: {e}", file.display()))?;
    super::hold(table, what, promise, program, &[file.display().to_string()])
}

/// Every order of `all`.
pub(in super::super) fn permutations<T: Copy>(all: &[T]) -> Vec<Vec<T>> {
    if all.is_empty() {
        return vec![Vec::new()];
    }
    let mut orders = Vec::new();
    for (i, first) in all.iter().enumerate() {
        let rest: Vec<T> = all[..i].iter().chain(&all[i + 1..]).copied().collect();
        for mut order in permutations(&rest) {
            order.insert(0, *first);
            orders.push(order);
        }
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_words_with_tabs_between_them() {
        let case = Case::new("a name").steps("load a {} load b note:{}", &["/x y", "/z"]).step(&["one"]);
        assert_eq!(case.name + &case.steps, "a name\tload\ta\t/x y\tload\tb\tnote:/z\tone");
    }

    #[test]
    fn every_order_comes_once() {
        let mut orders = permutations(&[1, 2, 3]);
        orders.dedup();
        assert_eq!(orders.len(), 6);
        assert_eq!(orders[0], [1, 2, 3]);
        assert_eq!(orders[5], [3, 2, 1]);
    }
}

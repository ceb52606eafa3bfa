// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The budget: a table of what each operation may take, written by `cargo xtask bench --instructions --bless`.

use std::path::Path;

use super::{Count, Verdicts};

const FILE: &str = "benchmarks/instructions/budget.md";
const CURE: &str = "find what it does more than before; if that is wanted: cargo xtask bench --instructions --bless";
const BLESS: &str = "run: cargo xtask bench --instructions --bless";
/// By so much of the budget a count may exceed it,
const MARGIN: f64 = 0.10;
/// or by so many instructions: compilers differ in how they write a loop.
const LEAST: f64 = 2.0;
const HEAD: &str = "\
<!-- SPDX-FileCopyrightText: The cmetrics authors -->
<!-- SPDX-License-Identifier: MIT OR Apache-2.0 -->

# Instruction budgets

What one operation takes in instructions, the loop around it included, on x86-64 Linux under valgrind's callgrind, where
cells stay cold. `cargo xtask test --only benchmarks` fails if one takes 10 % more than this and more than 2 instructions
more; `cargo xtask bench --instructions` prints what they take now, and with `--bless` writes it here.

| program | operation | instructions |
|---|---|---:|
";

/// How a count stands to its budget.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Verdict {
    Within,
    Over,
    /// So far below that the budget no longer guards anything.
    Under,
}

fn judge(found: f64, budget: f64) -> Verdict {
    let margin = (budget * MARGIN).max(LEAST);
    if found > budget + margin {
        Verdict::Over
    } else if found < budget - margin {
        Verdict::Under
    } else {
        Verdict::Within
    }
}

/// The budget as it is committed.
pub(super) fn read(root: &Path) -> Result<Vec<Count>, String> {
    let text = std::fs::read_to_string(root.join(FILE)).map_err(|e| format!("{FILE}: {e}\n--> {BLESS}"))?;
    parse(&text)
}

pub(super) fn write(root: &Path, counts: &[Count]) -> Result<(), String> {
    std::fs::write(root.join(FILE), table(counts)).map_err(|e| format!("{FILE}: {e}"))
}

fn table(counts: &[Count]) -> String {
    let mut text = HEAD.to_owned();
    for Count { program, case, instructions } in counts {
        text.push_str(&format!("| {program} | {case} | {instructions:.1} |\n"));
    }
    text
}

fn parse(text: &str) -> Result<Vec<Count>, String> {
    let rows = text.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let number = cells.get(2).and_then(|cell| cell.parse().ok());
        let (Some(instructions), [program, case, _]) = (number, cells.as_slice()) else {
            return Err(format!("{FILE}: no row of a program, an operation and a number: {line}"));
        };
        Ok(Count { program: (*program).to_owned(), case: (*case).to_owned(), instructions })
    })
    .collect()
}

fn find<'a>(counts: &'a [Count], one: &Count) -> Option<&'a Count> {
    counts.iter().find(|count| count.program == one.program && count.case == one.case)
}

/// Each operation of either list. Those below the budget are told and pass.
pub(super) fn verdicts(counts: &[Count], budget: &[Count]) -> Verdicts {
    let gone = budget.iter().filter(|row| find(counts, row).is_none());
    let gone = gone.map(|row| (name(row), Err(format!("{FILE} has it, and nothing counts it\n--> {BLESS}"))));
    let counted = counts.iter().map(|count| {
        let Some(row) = find(budget, count) else {
            return (name(count), Err(format!("it is not in {FILE}\n--> {BLESS}")));
        };
        let (found, allowed) = (count.instructions, row.instructions);
        let verdict = match judge(found, allowed) {
            Verdict::Within => Ok(()),
            Verdict::Over => Err(format!("{found:.1} instructions; the budget is {allowed:.1}\n--> {CURE}")),
            Verdict::Under => {
                eprintln!("{}: {found:.1} instructions, well below the budget of {allowed:.1}: {BLESS}", name(count));
                Ok(())
            }
        };
        (name(count), verdict)
    });
    counted.chain(gone).collect()
}

fn name(count: &Count) -> String {
    format!("{}: {}", count.program, count.case)
}

/// The counts beside the budget, for a terminal.
pub(super) fn beside(counts: &[Count], budget: &[Count]) -> String {
    let mut text = format!("{:<52}{:>12}{:>12}\n", "one operation", "counted", "budget");
    for count in counts {
        let row = find(budget, count);
        let allowed = row.map_or_else(|| "none".to_owned(), |row| format!("{:.1}", row.instructions));
        let note = match row.map(|row| judge(count.instructions, row.instructions)) {
            Some(Verdict::Over) => "  over",
            Some(Verdict::Under) => "  well below",
            _ => "",
        };
        text.push_str(&format!("{:<52}{:>12.1}{allowed:>12}{note}\n", name(count), count.instructions));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(case: &str, instructions: f64) -> Count {
        Count { program: "C".to_owned(), case: case.to_owned(), instructions }
    }

    #[test]
    fn a_margin_is_a_tenth_and_at_least_two_instructions() {
        let check = |found, verdict| assert_eq!(judge(found, 100.0), verdict, "{found}");
        check(110.0, Verdict::Within);
        check(110.1, Verdict::Over);
        check(90.0, Verdict::Within);
        check(89.0, Verdict::Under);
        assert_eq!((judge(13.0, 11.0), judge(13.1, 11.0)), (Verdict::Within, Verdict::Over));
    }

    #[test]
    fn what_is_over_or_not_in_both_lists_fails_and_what_is_under_passes() {
        let found = [count("same", 20.0), count("over", 30.0), count("under", 5.0), count("new", 1.0)];
        let budget = [count("same", 21.0), count("over", 20.0), count("under", 20.0), count("gone", 20.0)];
        let verdicts = verdicts(&found, &budget);
        let failed: Vec<&str> =
            verdicts.iter().filter(|(_, verdict)| verdict.is_err()).map(|(what, _)| what.as_str()).collect();
        assert_eq!(failed, ["C: over", "C: new", "C: gone"]);
        assert_eq!(verdicts.len(), 5);
    }

    #[test]
    fn the_table_is_read_as_it_was_written() {
        let counts = [count("a", 20.0), count("b, c", 1.5)];
        assert_eq!(parse(&table(&counts)).unwrap(), counts);
        assert!(parse("|---|\n| C | a |\n").unwrap_err().contains("| C | a |"));
    }

    #[test]
    fn this_trees_budget_can_be_read() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        assert!(!read(&root).unwrap().is_empty());
    }
}

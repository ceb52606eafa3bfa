// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Runs a program under callgrind, which writes a file whenever the program enters `instructions_mark`: every second one
//! is of a lap, in the order of the lines that the program prints (`benchmarks/instructions/lap.h`).

use std::path::Path;
use std::process::Command;

use crate::step;

/// What the program did between two marks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lap {
    pub(super) case: String,
    pub(super) operations: u64,
    pub(super) instructions: u64,
}

/// Runs `program`, with its arguments and variables, and reads what callgrind wrote into `folder`, which is emptied
/// before.
pub(super) fn laps(valgrind: &Path, program: &Command, folder: &Path) -> Result<Vec<Lap>, String> {
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(failed)?;
    }
    std::fs::create_dir_all(folder).map_err(failed)?;
    let base = folder.join("callgrind");
    let mut run = Command::new(valgrind);
    run.args(["-q", "--tool=callgrind", "--dump-before=*instructions_mark*", "--dump-line=no"]);
    run.arg(format!("--callgrind-out-file={}", base.display()));
    run.arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => run.env(name, value),
            None => run.env_remove(name),
        };
    }
    if let Some(root) = program.get_current_dir() {
        run.current_dir(root);
    }
    let name = Path::new(program.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let done = step::must(&format!("counting instructions of {name}"), &mut run, "")?;
    let lines = named(&String::from_utf8_lossy(&done.stdout))?;
    if lines.is_empty() {
        return Err(done.story("it told of no lap"));
    }
    let mut laps = Vec::new();
    for (number, (operations, case)) in lines.into_iter().enumerate() {
        // Files are numbered from 1, and the first of each two is of what came before the lap.
        let file = base.with_extension((2 * (number + 1)).to_string());
        let text = std::fs::read_to_string(&file)
            .map_err(|e| format!("{}: {e}\n--> was the mark inlined?", file.display()))?;
        let instructions = total(&text).ok_or_else(|| format!("{}: no total of instructions", file.display()))?;
        laps.push(Lap { case, operations, instructions });
    }
    Ok(laps)
}

/// The lines `OPERATIONS CASE`.
fn named(output: &str) -> Result<Vec<(u64, String)>, String> {
    let line = |line: &str| {
        let (operations, case) = line.split_once(' ')?;
        Some((operations.parse().ok().filter(|n| *n > 0)?, case.to_owned()))
    };
    output.lines().map(|text| line(text).ok_or_else(|| format!("this is no line of a lap: {text}"))).collect()
}

/// The total of a file in callgrind's format, whose only event is the instruction.
fn total(text: &str) -> Option<u64> {
    text.lines().find(|line| *line == "events: Ir")?;
    text.lines().find_map(|line| line.strip_prefix("totals: "))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_how_often_and_what() {
        let lines = named("2048 counter inc\n4096 counter inc\n").unwrap();
        assert_eq!(lines, [(2048, "counter inc".to_owned()), (4096, "counter inc".to_owned())]);
        for bad in ["counter inc", "0 counter inc", "12"] {
            assert!(named(bad).unwrap_err().contains(bad), "{bad}");
        }
    }

    #[test]
    fn the_total_is_of_instructions_alone() {
        assert_eq!(total("events: Ir\nsummary: 9\nfn=x\n1 2\ntotals: 43112\n"), Some(43112));
        assert_eq!(total("events: Ir Dr\ntotals: 43112 1\n"), None);
        assert_eq!(total("events: Ir\n"), None);
    }
}

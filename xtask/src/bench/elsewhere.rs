// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Measuring on a machine that has no compilers and no network, such as one of many processors that is lent for minutes:
//! `--pack` makes a folder that needs nothing but a shell there, `--unpack` reads what its script left.

use std::path::Path;

use super::play::{series, updates, Ask, Scale};
use super::ready::Ready;
use super::record::{parse, Record, Run};
use super::{budget, guide, machine, table, Args};
use crate::tree::{shared_library, Tree};

/// Where the script leaves its figures, and what this machine says of what it built.
const FIGURES: &str = "figures";
const BUILT: &str = "built.json";

/// Puts all that is needed, and `run.sh`, into a folder.
pub(super) fn pack(tree: &Tree, ready: &Ready, quick: bool, to: &Path) -> Result<(), String> {
    std::fs::create_dir_all(to).map_err(|e| format!("{}: {e}", to.display()))?;
    let copy = |from: &Path| {
        let name = from.file_name().ok_or_else(|| format!("{}: no file", from.display()))?;
        std::fs::copy(from, to.join(name)).map(drop).map_err(|e| format!("{}: {e}", from.display()))
    };
    let limits = super::ready::folder(tree).join("bin/liblimits.so");
    let native = ready.native.iter().map(|(_, file)| file);
    for file in [&ready.library, &ready.updates, &ready.series, &limits].into_iter().chain(native) {
        copy(file)?;
    }
    // The script knows how many processors there are; here, no number of threads is left out.
    let scale = Scale::new(quick, usize::MAX);
    let asks: Vec<Ask> = updates(ready, &scale).into_iter().chain(series(tree, ready, &scale)).collect();
    let built = Run { machine: machine::built(tree), quick, left_out: ready.left_out.clone(), records: Vec::new() };
    let built = serde_json::to_string_pretty(&built).map_err(|e| e.to_string())?;
    for (name, text) in [("run.sh", script(&asks)), (BUILT, built + "\n")] {
        std::fs::write(to.join(name), text).map_err(|e| format!("{name}: {e}"))?;
    }
    println!(
        "{} is ready: carry it, run `sh run.sh` in it there, bring it back, and give it to --unpack",
        to.display()
    );
    Ok(())
}

fn script(asks: &[Ask]) -> String {
    let mut text = format!(
        "#!/bin/sh\n\
         # Measures with what lies here, and leaves {FIGURES}/ for: cargo xtask bench --unpack FOLDER\n\
         cd \"$(dirname \"$0\")\" || exit 1\n\
         rm -rf {FIGURES} && mkdir {FIGURES} || exit 1\n\
         unset CMETRICS_DISABLE\n\
         export CMETRICS_LIBRARY=\"$PWD/{}\" LD_LIBRARY_PATH=\"$PWD\"\n\
         processors=$(nproc)\n\
         {{\n\
         sed -n 's/^model name[[:space:]]*: /CPU: /p' /proc/cpuinfo | head -n 1\n\
         echo \"processors: $processors\"\n\
         echo \"load when the run began: $(cut -d' ' -f1 /proc/loadavg)\"\n\
         echo \"system: $(uname -sr)\"\n\
         echo \"C library: $(getconf GNU_LIBC_VERSION)\"\n\
         }} > {FIGURES}/machine.txt\n\
         threads=1\n\
         for n in 2 4 8 16 32 64; do if [ $n -le \"$processors\" ]; then threads=$threads,$n; fi; done\n\
         measure() {{ # number, name, program, arguments\n\
         \tnumber=$1 name=$2; shift 2\n\
         \techo \"$name\" > \"{FIGURES}/$number.name\"\n\
         \t\"./$@\" > \"{FIGURES}/$number.jsonl\" 2> \"{FIGURES}/$number.err\" || echo \"left out: $name: it failed\" | tee \"{FIGURES}/$number.left\"\n\
         }}\n",
        shared_library("cmetrics")
    );
    let threads = Scale::new(false, usize::MAX).all_threads();
    for (number, ask) in asks.iter().enumerate() {
        let program = ask.file.file_name().unwrap_or_default().to_string_lossy();
        let args = ask.args.iter().map(|arg| if *arg == threads { "\"$threads\"".to_owned() } else { quoted(arg) });
        let args: Vec<String> = args.collect();
        let line = format!("measure {number:03} {} {} {}\n", quoted(&ask.program), quoted(&program), args.join(" "));
        text.push_str(&line);
    }
    text
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Prints what was measured elsewhere and, if asked, puts it into the guide.
pub(super) fn unpack(tree: &Tree, from: &Path, args: &Args) -> Result<(), String> {
    let run = read(from)?;
    // Not everything is measured elsewhere: Python is not, for instance.
    let rows: Vec<_> = budget::rows(&run).into_iter().filter(|row| row.found.is_some()).collect();
    print!("{}\n{}", table::figures(&run).plain(), table::budget(&rows).plain());
    for left in &run.left_out {
        println!("left out: {left}");
    }
    let missed = rows.iter().filter(|row| row.met() != Some(true)).count();
    if args.write {
        guide::write_elsewhere(&tree.root, &run, &rows)?;
    }
    if args.check && missed > 0 {
        return Err(format!("{missed} of {} rows of the budget are not met", rows.len()));
    }
    Ok(())
}

fn read(from: &Path) -> Result<Run, String> {
    let cure = "run run.sh in a folder that --pack made, and give that folder";
    let text = |file: &Path| std::fs::read_to_string(file).map_err(|e| format!("{}: {e}\n--> {cure}", file.display()));
    let figures = from.join(FIGURES);
    let mut run: Run = serde_json::from_str(&text(&from.join(BUILT))?).map_err(|e| format!("{BUILT}: {e}"))?;
    let here = text(&figures.join("machine.txt"))?;
    let here = here.lines().filter_map(|line| line.split_once(": "));
    let here = here.map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
    run.machine = here.chain(std::mem::take(&mut run.machine)).collect();
    let mut names: Vec<_> = std::fs::read_dir(&figures)
        .map_err(|e| format!("{}: {e}", figures.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|file| file.extension().is_some_and(|end| end == "name"))
        .collect();
    names.sort();
    for name in names {
        let program = text(&name)?.trim().to_owned();
        if name.with_extension("left").exists() {
            let why = text(&name.with_extension("err")).unwrap_or_default();
            run.left_out.push(format!("{program}: it failed: {}", why.lines().last().unwrap_or_default()));
            continue;
        }
        let found: Result<Vec<Record>, String> = parse(&program, &text(&name.with_extension("jsonl"))?);
        match found {
            Ok(found) => run.records.extend(found),
            Err(why) => run.left_out.push(why),
        }
    }
    Ok(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(program: &str, file: &str, args: &[&str]) -> Ask {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        Ask { program: program.to_owned(), file: file.into(), args }
    }

    /// The script is run for real, with programs that print what they were given.
    #[cfg(unix)]
    #[test]
    fn what_the_script_leaves_is_read_back() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        };
        let line = r#"{"case":"counter inc","who":"cmetrics","at":1,"unit":"ns","rounds":[2.0,3.0]}"#;
        put("good", &format!("#!/bin/sh\nprintf '%s\\n' '{line}'\necho \"$@\" > asked\n"));
        put("bad", "#!/bin/sh\necho 'no such thing' >&2\nexit 3\n");
        let all = Scale::new(false, usize::MAX).all_threads();
        let asks = [ask("rust", "good", &["51", "it's", &all]), ask("c", "bad", &[])];
        put("run.sh", &script(&asks));
        let built = Run { machine: vec![("Rust".into(), "1".into())], quick: false, left_out: vec![], records: vec![] };
        put(BUILT, &serde_json::to_string(&built).unwrap());
        let done = std::process::Command::new("sh").arg(folder.path().join("run.sh")).status().unwrap();
        assert!(done.success());

        let run = read(folder.path()).unwrap();
        assert_eq!(run.median(("rust", "counter inc", "cmetrics", 1)), Some(2.5));
        assert_eq!(run.left_out, ["c: it failed: no such thing"]);
        let names: Vec<&str> = run.machine.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.contains(&"processors") && names.last() == Some(&"Rust"), "{names:?}");
        let asked = std::fs::read_to_string(folder.path().join("asked")).unwrap();
        let threads = asked.trim().strip_prefix("51 it's ").unwrap();
        assert!(threads.starts_with('1') && threads.len() <= all.len(), "{asked}");
    }

    #[test]
    fn a_folder_without_figures_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).unwrap_err().contains("--> run run.sh"));
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How clients in C and Rust find the DLL, and what they refuse.

use std::path::{Path, PathBuf};

use super::super::Row;
use super::ground::{dos, Ground};

pub(super) const TABLE: &str = "clients find the DLL";

/// A client in a folder of its own, with files beside it.
struct Place<'a> {
    ground: &'a Ground<'a>,
    folder: PathBuf,
    program: PathBuf,
}

impl<'a> Place<'a> {
    /// The folder's name is of several scripts, and has a blank.
    fn new(ground: &'a Ground<'a>, client: &Path, name: &str) -> Result<Place<'a>, String> {
        let folder = ground.folder.join("clients").join(format!("{name} größe ключ"));
        if folder.is_dir() {
            std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        let program = ground.put(client, folder.join("client.exe"))?;
        ground.put(&ground.prng, folder.join("bcryptprimitives.dll"))?;
        Ok(Place { ground, folder, program })
    }

    fn put(&self, file: &Path, name: &str) -> Result<PathBuf, String> {
        self.ground.put(file, self.folder.join(name))
    }

    /// Runs the client. It must print every one of these lines; then the row says `promise`.
    fn row(
        &self,
        (what, on, promise): (&str, &str, &str),
        args: &[&str],
        environment: &[(&str, &str)],
        lines: &[&str],
    ) -> Result<Row, String> {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let done = self.ground.run(&self.program, &args, environment)?;
        let text = String::from_utf8_lossy(&done.stdout).replace('\r', "");
        let lacks = lines.iter().find(|line| !text.contains(*line));
        let row = |outcome: &str| Row::new(TABLE, what, on, outcome);
        Ok(match lacks {
            None if done.ok => row(promise),
            None => row("broken").wrong(done.story("")),
            Some(line) => row("broken").wrong(done.story(&format!("it owes: {line}"))),
        })
    }
}

pub(super) fn run(ground: &Ground<'_>) -> Result<Vec<Row>, String> {
    let c = ground.compile("windows/client.c", "client.exe", &["-municode"])?;
    let stranger = |name: &str, flags: &[&str]| {
        ground.compile("windows/stranger.c", &format!("{name}.dll"), &[flags, &["-shared"]].concat())
    };
    let strangers = [
        ("another project's DLL beside it", stranger("no-export", &[])?, "it does not export cmetrics_get_api"),
        ("one whose table is NULL", stranger("null-card", &["-DNULL_CARD"])?, "gives no bootstrap table"),
        ("one whose table ends early", stranger("near-card", &["-DNEAR_CARD"])?, "gives a bootstrap table"),
        ("one whose table is nowhere", stranger("far-card", &["-DFAR_CARD"])?, "gives a bootstrap table"),
        ("a text file of that name", ground.lab_file("windows/client.c"), "cannot be loaded"),
    ];
    let mut rows = Vec::new();
    for (on, client) in [("C", &c), ("Rust", &ground.rust[0])] {
        rows.extend(found(ground, client, on)?);
        for (what, file, _) in &strangers {
            let place = Place::new(ground, client, &format!("{on} {}", what.replace(' ', "-")))?;
            place.put(file, "cmetrics.dll")?;
            let own = place.put(&ground.now, "lib/cmetrics.dll")?;
            let found = format!("status 0\npath {}\nevents 4\n", dos(&own));
            rows.push(place.row((what, on, "passed over, the next is used"), &[], &[], &[&found])?);
        }
        // The same, and nothing else: the report tells of it.
        for (what, file, why) in &strangers {
            let place = Place::new(ground, client, &format!("{on} alone {}", what.replace(' ', "-")))?;
            place.put(file, "cmetrics.dll")?;
            let what = format!("{what}, and nothing else");
            rows.push(place.row((&what, on, "an error that tells of it"), &[], &[], &["events 0\n", "hint: ", why])?);
        }
    }
    rows.extend(embedded(ground)?);
    Ok(rows)
}

/// Every way to be found.
fn found(ground: &Ground<'_>, client: &Path, on: &str) -> Result<Vec<Row>, String> {
    let place = |name: &str| Place::new(ground, client, &format!("{on} {name}"));
    let used = |file: &Path| format!("status 0\npath {}\nevents 4\n", dos(file));
    let mut rows = Vec::new();

    let here = place("beside")?;
    let file = here.put(&ground.now, "cmetrics.dll")?;
    rows.push(here.row(("beside the program", on, "found"), &[], &[], &[&used(&file)])?);
    let other = here.put(&ground.later, "other/renamed.dll")?;
    for (what, path) in [("CMETRICS_LIBRARY", dos(&other)), ("CMETRICS_LIBRARY with /", dos(&other).replace('\\', "/"))]
    {
        rows.push(here.row((what, on, "found"), &[], &[("CMETRICS_LIBRARY", &path)], &[&used(&other)])?);
    }
    let nowhere = [("CMETRICS_LIBRARY", r"Z:\nowhere\cmetrics.dll")];
    let refused = ["events 0\n", r"CMETRICS_LIBRARY: Z:\nowhere\cmetrics.dll: no such file"];
    let what = ("CMETRICS_LIBRARY that is not there", on, "an error, nothing else is tried");
    rows.push(here.row(what, &[], &nowhere, &refused)?);
    let disabled = [("CMETRICS_DISABLE", "1")];
    rows.push(here.row(
        ("CMETRICS_DISABLE", on, "nothing is recorded"),
        &[],
        &disabled,
        &["status 0\n", "events 0\n"],
    )?);
    let loaded = here.put(&ground.now, "loaded/CMetrics.DLL")?;
    let what = ("loaded already, in other letters", on, "found");
    rows.push(here.row(what, &["load", &dos(&loaded)], &[], &[&used(&loaded)])?);

    let apart = place("apart")?;
    let file = apart.put(&ground.now, "elsewhere/cmetrics.dll")?;
    let folder = dos(&apart.folder.join("elsewhere"));
    let what = ("in a folder of AddDllDirectory", on, "found");
    rows.push(apart.row(what, &["folder", &folder], &[], &[&used(&file)])?);
    let both = format!("{};{folder}", dos(&ground.folder.join("bin")));
    let owed = ["events 0\n", "system search path: cmetrics.dll: cannot be loaded", "hint: install cmetrics"];
    rows.push(apart.row(("in a folder of PATH", on, "not looked for"), &[], &[("WINEPATH", &both)], &owed)?);
    Ok(rows)
}

/// A program with a copy in it, alone, beside a DLL, and with a plugin that has one too.
fn embedded(ground: &Ground<'_>) -> Result<Vec<Row>, String> {
    let on = "Rust, embedded";
    let place = Place::new(ground, &ground.rust[1], "whole")?;
    let own = dos(&place.program);
    let alone = [&format!("status 0\npath {own}\nevents 4\n"), "cmetrics_copies 1\none root true\n"];
    let mut rows = vec![place.row(("no DLL", on, "its own copy"), &[], &[], &alone)?];
    let plugin = dos(&ground.plugin);
    let two = [&format!("status 0\npath {own}\nevents 7\n"), "cmetrics_copies 2\none root true\n"];
    rows.push(place.row(("a plugin with a copy", on, "one root"), &["plugin", &plugin], &[], &two)?);
    let file = place.put(&ground.now, "cmetrics.dll")?;
    let file = dos(&file);
    let beside = [&format!("status 0\npath {file}\nevents 4\n"), "cmetrics_copies 2\none root true\n"];
    rows.push(place.row(("beside the program", on, "found"), &[], &[], &beside)?);
    let three = [&format!("status 0\npath {file}\nevents 7\n"), "cmetrics_copies 3\none root true\n"];
    let args = ["load", &file, "plugin", &plugin];
    rows.push(place.row(("a DLL, and a plugin with a copy", on, "one root"), &args, &[], &three)?);
    Ok(rows)
}

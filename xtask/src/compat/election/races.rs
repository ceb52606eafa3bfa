// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Eight threads that load and use eight copies at once, in many fresh processes.

use std::path::Path;
use std::process::Command;

use super::super::Row;
use super::ground::{patchelf, Ground};
use super::{hold, Scale};

const TABLE: &str = "eight threads at once";
const PROMISE: &str = "one root, nothing lost";
const COPIES: usize = 8;

/// How copies are worked on after they were built.
type Work = fn(&Path) -> Command;

pub(super) fn run(ground: &Ground, scale: &Scale) -> Result<Vec<Row>, String> {
    let race = ground.compile("race.c", "race", &[])?;
    let linked = ground.stripped("race.c", "race_linked")?;
    let try_out = |what: &str, program: &Path, copies: &[String]| {
        let counts = [COPIES.to_string(), scale.processes.to_string()];
        hold(TABLE, what, PROMISE, program, &[&counts[..], copies].concat())
    };

    let plain = ground.plain("plain", &ground.now, COPIES)?;
    let mut rows = vec![try_out("shared libraries", &race, &plain)?];

    let worked: [(&str, bool, Work); 5] = [
        ("after strip --strip-debug", false, |copy| words("strip --strip-debug", copy)),
        ("after strip --strip-all", false, |copy| words("strip --strip-all", copy)),
        ("after patchelf --set-soname", true, |copy| words("patchelf --set-soname libother.so.7", copy)),
        ("after patchelf --set-rpath", true, set_rpath),
        ("after patchelf, then strip", true, patch_and_strip),
    ];
    for (what, needs_patchelf, work) in worked {
        match patchelf() {
            Err(why) if needs_patchelf => rows.push(Row::left_out(TABLE, what, "result", why)),
            _ => {
                let copies = ground.copies(&what.replace(' ', "-"), &ground.now, COPIES, |copy| Some(work(copy)))?;
                rows.push(try_out(what, &race, &copies)?);
            }
        }
    }

    let plugins = ground.plain("plugins", &ground.embedded, 2)?;
    let stripped = ground.copies("stripped-plugins", &ground.embedded, 2, |copy| Some(words("strip", copy)))?;
    let noted = |plugins: &[String]| plugins.iter().map(|plugin| format!("note:{plugin}")).collect::<Vec<_>>();
    let with = |first: &[String], more: &[String]| [first, more].concat();
    let own = ["self".to_owned()];
    rows.push(try_out("one in a stripped executable", &linked, &with(&own, &plain[..7]))?);
    rows.push(try_out("two in plugins", &race, &with(&noted(&plugins), &plain[..6]))?);
    rows.push(try_out("two in stripped plugins", &race, &with(&noted(&stripped), &plain[..6]))?);
    let all = [&own[..], &noted(&plugins), &noted(&stripped), &plain[..2], &[ground.later.display().to_string()]];
    rows.push(try_out("of every form and age", &linked, &all.concat())?);
    let sdk = ["sdk".to_owned(), format!("sdk:{}", plugins[0])];
    rows.push(try_out("two through the Rust SDK", &linked, &with(&sdk, &plain[..6]))?);
    Ok(rows)
}

/// The command of these words, on a file.
fn words(line: &str, file: &Path) -> Command {
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).arg(file);
    command
}

/// A path so long that patchelf moves sections, and the notes with them.
fn set_rpath(copy: &Path) -> Command {
    let mut command = Command::new("patchelf");
    command.arg("--set-rpath").arg("/opt/of/a/long/name".repeat(200)).arg(copy);
    command
}

fn patch_and_strip(copy: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "patchelf --set-rpath \"$1\" \"$2\" && strip --strip-unneeded \"$2\"", "sh"]);
    command.arg("/opt/of/a/long/name".repeat(200)).arg(copy);
    command
}

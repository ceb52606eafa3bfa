// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A plugin that is loaded, used and unloaded again and again, also under AddressSanitizer.

use super::super::Row;
use super::ground::Ground;
use super::{hold, hold_with, Scale};

const TABLE: &str = "plugins, loaded again and again";
const PROMISE: &str = "counts exact, memory flat";
const SANITIZE: &str = "-fsanitize=address";

pub(super) fn run(ground: &Ground, scale: &Scale) -> Result<Vec<Row>, String> {
    let library = ground.plain("reloading", &ground.now, 1)?.remove(0);
    let embedded = ground.plain("reloading-embedded", &ground.embedded, 1)?.remove(0);
    let times = scale.reloads.to_string();
    let run = |what: &str, program: &std::path::Path, plugin: &str, fate: &str| {
        let args = [&times, &library, plugin, fate].map(str::to_owned);
        hold(TABLE, what, PROMISE, program, &args)
    };
    let rpath = "-Wl,-rpath,$ORIGIN/../copies/reloading/1";

    let reload = ground.compile("reload.c", "reload/reload", &[])?;
    let plugin = ground.compile("plugin.c", "reload/plugin.so", &[rpath, &library])?.display().to_string();
    let mut rows = vec![
        run("in C, linked to the library", &reload, &plugin, "leaves")?,
        run("in Rust, with a copy that follows", &reload, &embedded, "leaves")?,
        run("in Rust, with the copy that won", &reload, &embedded, "stays")?,
    ];

    let names = ["in C, under AddressSanitizer", "in Rust, the host under AddressSanitizer"];
    let plugin = ground.compile("plugin.c", "reload/plugin_asan.so", &[rpath, &library, SANITIZE]);
    match plugin.and_then(|plugin| Ok((plugin, ground.compile("reload.c", "reload/reload_asan", &[SANITIZE])?))) {
        Ok((plugin, reload)) => {
            rows.push(run(names[0], &reload, &plugin.display().to_string(), "leaves")?);
            // Rust never drops a static: what the SDK remembers of its search is left behind, a few hundred bytes each
            // time, by a module that is not there any more for a suppression to name. The rows above bound it.
            let no_leaks = [("ASAN_OPTIONS", "detect_leaks=0")];
            let args = [&times, &library, &embedded, "leaves"].map(str::to_owned);
            rows.push(hold_with(&no_leaks, (TABLE, names[1], PROMISE), &reload, &args)?);
        }
        Err(why) if why.contains("asan") => {
            let why = "the compiler has no AddressSanitizer";
            rows.extend(names.map(|what| Row::left_out(TABLE, what, "result", why)));
        }
        Err(why) => return Err(why),
    }
    Ok(rows)
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A plugin that is loaded, used and unloaded again and again, also under AddressSanitizer.

use super::super::Row;
use super::ground::Ground;
use super::{hold, Scale};

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
            rows.push(run(names[1], &reload, &embedded, "leaves")?);
        }
        Err(why) if why.contains("asan") => {
            let why = "the compiler has no AddressSanitizer";
            rows.extend(names.map(|what| Row::left_out(TABLE, what, "result", why)));
        }
        Err(why) => return Err(why),
    }
    Ok(rows)
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Forks: from many threads of a busy process, and while others elect for the first time.

use super::super::Row;
use super::ground::Ground;
use super::{hold, Scale};

const TABLE: &str = "forks";

pub(super) fn run(ground: &Ground, scale: &Scale) -> Result<Vec<Row>, String> {
    let forks = ground.compile("forks.c", "forks", &[])?;
    let linked = ground.stripped("forks.c", "forks_linked")?;
    let copies = ground.plain("forking", &ground.now, 3)?;
    let plugin = format!("note:{}", ground.plain("forking-plugin", &ground.embedded, 1)?[0]);
    let mixed = [&["self".to_owned(), plugin], &copies[..2]].concat();
    let try_out = |what: &str, program, mode: &str, times: u32, copies: &[String]| {
        let args = [&[mode.to_owned(), times.to_string()], copies].concat();
        hold(TABLE, what, "no hang, counts exact", program, &args)
    };
    let (busy, electing) = (scale.forks, scale.processes / 5);
    Ok(vec![
        try_out("of a busy process", &forks, "busy", busy, &copies[..1])?,
        try_out("of a busy process with copies of every form", &linked, "busy", busy, &mixed)?,
        try_out("while the only copy is used first", &forks, "electing", electing, &copies[..1])?,
        try_out("while three copies elect", &forks, "electing", electing, &copies)?,
        try_out("while copies of every form elect", &linked, "electing", electing, &mixed)?,
    ])
}

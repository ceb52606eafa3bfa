// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Copies of two ages in every order, forced ones, plugins that leave, and a satellite.

use super::super::election::cases::{permutations, Case};
use super::super::Row;
use super::ground::{dos, Ground};

pub(super) const TABLE: &str = "copies of different ages and forms";

pub(super) fn run(ground: &Ground<'_>) -> Result<Vec<Row>, String> {
    let twins = ground.copies("twins", &ground.now, 3)?;
    let (a, b, c) = (&twins[0][..], &twins[1][..], &twins[2][..]);
    let later = dos(&ground.later);
    let plugin = format!("note:{}", dos(&ground.plugin));
    let case = |name: &str, text: &str, paths: &[&str]| Case::new(name).steps(text, paths);

    let mut every_order = Vec::new();
    for order in permutations(&[("n", a), ("l", later.as_str()), ("e", plugin.as_str())]) {
        for asker in &order {
            let load = |case: Case, (letter, spec): &(&str, &str)| case.step(&["load", letter, spec]);
            let name: String = order.iter().map(|(letter, _)| *letter).collect();
            let case = order.iter().fold(Case::new(format!("{name} asking {}", asker.0)), load);
            let case = order.iter().fold(case.step(&["use", asker.0]), |case, (letter, _)| case.step(&["use", letter]));
            every_order.push(case.steps("winner l one copies 3", &[]));
        }
    }
    let later = later.as_str();
    let plugin = plugin.as_str();
    let come_later = [
        case("a newer one", "load n {} use n load l {} use l winner n one copies 2", &[a, later]),
        case("an older one", "load l {} use l load n {} use n winner l one copies 2", &[later, a]),
        case("a plugin, and a DLL", "load e {} use e load n {} use n winner e one copies 2", &[plugin, a]),
    ];
    let of_one_age = [
        case("the first", "load a {} load b {} load c {} use c winner a one copies 3", &[a, b, c]),
        case("a plugin first", "load e {} load a {} use e winner a one copies 2", &[plugin, a]),
        case("all by paths", "load a {} load b {} use b listed {} listed {} one", &[a, b, a, b]),
    ];
    let forced = [
        case("an older one", "load l {} load n {} force n force n use l winner n one copies 2", &[later, a]),
        case("then a newer one", "load n {} force n load l {} use l winner n one", &[a, later]),
        case("a plugin", "load a {} load e {} force e use a winner e one", &[a, plugin]),
    ];
    let too_late = [
        case("after first use", "load a {} load b {} use a late b winner a one copies 2", &[a, b]),
        case("after another", "load a {} load l {} force a late l winner a one copies 2", &[a, later]),
    ];
    let leave = [
        case("a follower", "load a {} load b {} use b use a unload b use a winner a one copies 1", &[a, b]),
        case("a plugin that follows", "load a {} load e {} use a use e unload e one copies 1", &[a, plugin]),
        case("the winner", "load a {} load b {} use b use a keep a use b one copies 2", &[a, b]),
        case("nobody was elected", "load a {} load b {} unload a use b winner b one copies 1", &[a, b]),
        case("and come again", "load a {} load b {} use a unload b load b {} use b winner a one copies 2", &[a, b, b]),
    ];
    let rows = [
        ("every order, each asked first", "the newest serves all", &every_order[..]),
        ("more of them come later", "who was elected stays", &come_later),
        ("of one age", "stand-alone, then first", &of_one_age),
        ("one is forced", "it serves all", &forced),
        ("forced after another was elected", "already elected", &too_late),
        ("DLLs leave", "followers may, the winner stays", &leave),
    ];
    let rows = rows.into_iter().map(|(what, promise, cases)| ground.steps((TABLE, what, promise), cases));
    let mut rows = rows.collect::<Result<Vec<Row>, String>>()?;
    let satellite = ground.compile("windows/satellite.c", "satellite.exe", &[])?;
    let files = [a.to_owned(), later.to_owned()];
    rows.push(ground.hold(
        (TABLE, "version 2 beside a provider of 1", "satellite, in the one report"),
        &satellite,
        &files,
    )?);
    Ok(rows)
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Copies of different ages in every order: the newest of those that are loaded at first use provides, a forced one always.

use super::super::Row;
use super::cases::{permutations, row, Case};
use super::ground::Ground;

/// A copy by its letter, with what the election goes by.
#[derive(Clone, Copy)]
struct Aged<'a> {
    letter: &'a str,
    spec: &'a str,
    /// Higher is newer.
    rank: u32,
    embedded: bool,
}

const TABLE: &str = "copies of different ages";

pub(super) fn run(ground: &Ground) -> Result<Vec<Row>, String> {
    let steps = ground.compile("steps.c", "steps", &[])?;
    let spec = |path: &std::path::Path| path.display().to_string();
    let (older, now, later) = (spec(&ground.older), spec(&ground.now), spec(&ground.later));
    let embedded = format!("note:{}", spec(&ground.embedded));
    let all = [
        Aged { letter: "o", spec: &older, rank: 0, embedded: false },
        Aged { letter: "n", spec: &now, rank: 1, embedded: false },
        Aged { letter: "l", spec: &later, rank: 2, embedded: false },
        Aged { letter: "e", spec: &embedded, rank: 1, embedded: true },
    ];
    let twins = ground.plain("twins", &ground.now, 3)?;
    let plugins = ground.plain("twin-plugins", &ground.embedded, 2)?;

    let rows = [
        ("every order, each asked first", "the newest serves all", &every_order(&all)[..]),
        ("more of them come later", "who was elected stays", &late_comers(&all)),
        ("one is forced", "it serves all", &forced(&all[..3], &all[3])),
        ("forced after another was elected", "already elected", &too_late(&all[..3])),
        ("of one age", "stand-alone, then first", &of_one_age(&twins, &plugins)),
    ];
    rows.into_iter().map(|(what, promise, cases)| row(ground, &steps, (TABLE, what, promise), cases)).collect()
}

/// Who is elected among those that are loaded in this order.
fn elected<'a>(loaded: &[Aged<'a>]) -> Aged<'a> {
    let mut best = loaded[0];
    for copy in &loaded[1..] {
        if (copy.rank, !copy.embedded) > (best.rank, !best.embedded) {
            best = *copy;
        }
    }
    best
}

fn name(order: &[Aged<'_>]) -> String {
    order.iter().map(|copy| copy.letter).collect()
}

fn load(case: Case, copies: &[Aged<'_>]) -> Case {
    copies.iter().fold(case, |case, copy| case.step(&["load", copy.letter, copy.spec]))
}

fn use_all(case: Case, copies: &[Aged<'_>]) -> Case {
    copies.iter().fold(case, |case, copy| case.step(&["use", copy.letter]))
}

/// What must be so at the end.
fn agree(case: Case, winner: &str, copies: usize) -> Case {
    case.step(&["winner", winner, "one", "copies", &copies.to_string()])
}

fn every_order(all: &[Aged<'_>]) -> Vec<Case> {
    let mut cases = Vec::new();
    for order in permutations(all) {
        for n in 2..=order.len() {
            let loaded = &order[..n];
            // The same beginning stands at the head of several orders.
            let repeated = n < order.len() && order[n..].windows(2).any(|pair| pair[0].spec > pair[1].spec);
            if repeated {
                continue;
            }
            for asker in loaded {
                let case = load(Case::new(format!("{} asking {}", name(loaded), asker.letter)), loaded);
                let case = use_all(case.step(&["use", asker.letter]), loaded);
                cases.push(agree(case, elected(loaded).letter, n));
            }
        }
    }
    cases
}

fn late_comers(all: &[Aged<'_>]) -> Vec<Case> {
    let mut cases = Vec::new();
    for order in permutations(all) {
        for first in 1..order.len() {
            let (early, late) = order.split_at(first);
            let case = load(Case::new(format!("{} then {}", name(early), name(late))), early);
            let case = load(case.step(&["use", early[0].letter]), late);
            cases.push(agree(use_all(case, &order), elected(early).letter, order.len()));
        }
    }
    cases
}

fn forced(all: &[Aged<'_>], more: &Aged<'_>) -> Vec<Case> {
    let mut cases = Vec::new();
    for order in permutations(all) {
        for chosen in &order {
            let case = load(Case::new(format!("{} forcing {}", name(&order), chosen.letter)), &order);
            let case = case.step(&["force", chosen.letter, "force", chosen.letter]);
            let case = use_all(load(case, &[*more]), &order).step(&["use", more.letter]);
            cases.push(agree(case, chosen.letter, order.len() + 1));
        }
    }
    cases
}

fn too_late(all: &[Aged<'_>]) -> Vec<Case> {
    let mut cases = Vec::new();
    for order in permutations(all) {
        for chosen in order.iter().filter(|copy| copy.letter != elected(&order).letter) {
            let case = load(Case::new(format!("{} forcing {} late", name(&order), chosen.letter)), &order);
            let case = case.step(&["use", order[0].letter, "late", chosen.letter]);
            cases.push(agree(use_all(case, &order), elected(&order).letter, order.len()));
            // Two that are forced: the first is.
            let (first, second) = (chosen, elected(&order));
            let case = load(Case::new(format!("{} forcing two", name(&order))), &order);
            let case = case.step(&["force", first.letter, "late", second.letter]);
            cases.push(agree(use_all(case, &order), first.letter, order.len()));
        }
    }
    cases
}

fn of_one_age(twins: &[String], plugins: &[String]) -> Vec<Case> {
    let (a, b, c, p, q) = (&twins[0][..], &twins[1][..], &twins[2][..], &plugins[0][..], &plugins[1][..]);
    let case = |name: &str, text: &str, paths: &[&str]| Case::new(name).steps(text, paths);
    vec![
        case("the first", "load a {} load b {} load c {} use c winner a one copies 3", &[a, b, c]),
        case("elect, and no table", "load a {} load b {} elect b winner a copies 2", &[a, b]),
        case("a plugin first", "load p note:{} load a {} use p winner a one copies 2", &[p, a]),
        case("a plugin last", "load a {} load p note:{} use p winner a one copies 2", &[a, p]),
        case("plugins alone", "load p note:{} load q note:{} use q winner p one copies 2", &[p, q]),
        case("all by paths", "load a {} load b {} use b listed {} listed {} one", &[a, b, a, b]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn copy(letter: &'static str, rank: u32, embedded: bool) -> Aged<'static> {
        Aged { letter, spec: letter, rank, embedded }
    }

    #[test]
    fn every_beginning_of_every_order_comes_once_for_each_asker() {
        let all = [copy("a", 0, false), copy("b", 1, false), copy("c", 2, false)];
        // 6 orders of two, 6 of three.
        assert_eq!(every_order(&all).len(), 6 * 2 + 6 * 3);
        assert_eq!(late_comers(&all).len(), 6 * 2);
    }

    #[test]
    fn the_newest_that_stands_alone_is_expected() {
        let (a, b, e) = (copy("a", 1, false), copy("b", 1, false), copy("e", 1, true));
        assert_eq!(elected(&[e, b, a]).letter, "b");
        assert_eq!(elected(&[a, copy("n", 2, true)]).letter, "n");
    }
}

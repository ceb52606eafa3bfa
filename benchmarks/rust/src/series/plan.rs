// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The series that everyone makes: the same names, labels and amounts, in the same order.

/// What the series are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Counters of events.
    Counter,
    /// Gauges of floats.
    Float,
    /// Float totals with counts: two lines each.
    Pair,
}

impl Kind {
    /// As the command line has it.
    pub fn parse(text: &str) -> Option<Kind> {
        [("counter", Kind::Counter), ("float", Kind::Float), ("pair", Kind::Pair)]
            .into_iter()
            .find_map(|(name, kind)| (name == text).then_some(kind))
    }
}

/// The names of the labels.
pub const KEYS: [&str; 3] = ["method", "path", "code"];
/// The help of every family.
pub const HELP: &str = "A family of the benchmark.";

const METHODS: [&str; 4] = ["GET", "PUT", "POST", "DELETE"];
const CODES: [&str; 5] = ["200", "201", "301", "404", "500"];

/// How many, in how many families, and of what kind.
pub struct Plan {
    /// What they are.
    pub kind: Kind,
    /// The families' names.
    pub names: Vec<String>,
    paths: Vec<String>,
    unique: bool,
    per_family: usize,
    order: Vec<u32>,
}

/// One series of a plan.
#[derive(Debug, Clone, Copy)]
pub struct Series<'a> {
    /// The index of its family in `names`.
    pub family: usize,
    /// The values of its labels.
    pub values: [&'a str; 3],
    /// What it stands at.
    pub amount: u64,
}

impl Series<'_> {
    /// The amount of a series of floats: not a round number, as few floats are.
    pub fn float(&self) -> f64 {
        self.amount as f64 * 1.1
    }
}

impl Plan {
    /// `series` in `families`, as evenly as it goes. With `unique` every series has a path of its own.
    pub fn new(kind: Kind, series: usize, families: usize, unique: bool) -> Plan {
        let per_family = series.div_ceil(families);
        let paths = if unique { series } else { per_family.div_ceil(METHODS.len() * CODES.len()) };
        // Only counters may end in it.
        let ending = if kind == Kind::Counter { "_total" } else { "" };
        let mut order: Vec<u32> = (0..series as u32).collect();
        shuffle(&mut order);
        Plan {
            kind,
            names: (0..families).map(|family| format!("benchmark_requests_{family:06}{ending}")).collect(),
            paths: (0..paths).map(|path| format!("/api/v1/resource/{path}")).collect(),
            unique,
            per_family,
            order,
        }
    }

    /// How many.
    pub fn series(&self) -> usize {
        self.order.len()
    }

    /// The n-th in the order of families.
    pub fn at(&self, n: usize) -> Series<'_> {
        let (family, within) = (n / self.per_family, n % self.per_family);
        let path = if self.unique { n } else { within / (METHODS.len() * CODES.len()) };
        let (method, code) = (METHODS[within % METHODS.len()], CODES[within / METHODS.len() % CODES.len()]);
        let amount = (family * 7919 + within * 31 + 1) as u64;
        Series { family, values: [method, &self.paths[path], code], amount }
    }

    /// All, as programs make them: in no order.
    pub fn shuffled(&self) -> impl Iterator<Item = Series<'_>> {
        self.order.iter().map(|n| self.at(*n as usize))
    }
}

/// The same order for everyone, on every machine.
fn shuffle(order: &mut [u32]) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for last in (1..order.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(last, ((state >> 33) % (last as u64 + 1)) as usize);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn check(series: usize, families: usize, unique: bool) {
        let plan = Plan::new(Kind::Counter, series, families, unique);
        let all: HashSet<(usize, [&str; 3])> = plan.shuffled().map(|one| (one.family, one.values)).collect();
        assert_eq!(all.len(), series, "{series} series in {families} families are all different");
        assert!(all.iter().all(|(family, _)| *family < families));
        let paths: HashSet<&str> = all.iter().map(|(_, values)| values[1]).collect();
        assert_eq!(paths.len() == series, unique, "{} paths", paths.len());
    }

    #[test]
    fn every_series_is_another() {
        check(1000, 1, false);
        check(1000, 10, true);
        check(10_000, 10, false);
        check(1, 1, true);
    }

    #[test]
    fn the_order_is_shuffled_and_always_the_same() {
        let order = || Plan::new(Kind::Counter, 100, 2, false).order;
        assert_eq!(order(), order());
        assert_ne!(order(), (0..100).collect::<Vec<u32>>());
    }
}

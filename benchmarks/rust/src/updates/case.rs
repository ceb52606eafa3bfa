// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is done: the cases, and the labels that are looked up.

/// One event more.
pub(super) const COUNTER: &str = "counter inc";
/// An amount and one event more, at once: no peer has that but in a histogram.
pub(super) const INT_PAIR: &str = "int total and count";
/// The same in nanoseconds.
pub(super) const DURATION_PAIR: &str = "duration total and count";
/// The same in floats; peers add to a float counter, which has no count.
pub(super) const FLOAT: &str = "float add";
/// The first updates of fresh metrics, before anything can have adapted to them.
pub(super) const COLD_INT: &str = "cold int total and count";
/// The same in nanoseconds.
pub(super) const COLD_DURATION: &str = "cold duration total and count";
/// The same in floats.
pub(super) const COLD_FLOAT: &str = "cold float total and count";
/// Sets an integer gauge.
pub(super) const INT_GAUGE_SET: &str = "int gauge set";
/// Sets a float gauge.
pub(super) const FLOAT_GAUGE_SET: &str = "float gauge set";
/// Adds to an integer gauge.
pub(super) const INT_GAUGE_ADD: &str = "int gauge add";
/// Adds to a float gauge.
pub(super) const FLOAT_GAUGE_ADD: &str = "float gauge add";
/// The first sixteen updates of metrics that no cache holds.
pub(super) const FRESH_FLOAT: &str = "fresh float total and count";
/// Finds one of a thousand series by three label values with the family in hand, and adds 1.
pub(super) const LOOK_UP: &str = "3 labels + inc";
/// Finds it by its name and labels, with nothing in hand but the registry, and adds 1.
pub(super) const FIND: &str = "name, 3 labels + inc";

/// The names of the labels.
pub(super) const KEYS: [&str; 3] = ["method", "path", "code"];
/// Looked up again and again.
pub(super) const VALUES: [&str; 3] = ["GET", "/api/v1/resource/17", "404"];

/// The values of the n-th of a thousand series; `VALUES` are among them.
pub(super) fn values(n: usize) -> [String; 3] {
    let method = ["GET", "PUT", "POST", "DELETE"][n % 4];
    let code = ["200", "201", "301", "404", "500"][n / 4 % 5];
    [method.to_owned(), format!("/api/v1/resource/{}", n / 20), code.to_owned()]
}

/// Does it `n` times.
#[inline(always)]
pub(super) fn repeat<R>(n: u64, one: impl Fn() -> R) {
    for _ in 0..n {
        one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_that_are_looked_up_are_those_of_one_series() {
        let found: Vec<usize> = (0..1000).filter(|n| values(*n) == VALUES).collect();
        assert_eq!(found, [352]);
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the criterion benchmarks share: `cargo bench -p cmetrics-benchmarks-ours` in `benchmarks/`.

use cmetrics::Registry;

/// The names of the labels of `family`.
pub const KEYS: [&str; 3] = ["method", "path", "code"];
/// The values of one of its series.
pub const VALUES: [&str; 3] = ["GET", "/api/v1/resource/17", "404"];

/// A registry of its own. Panics where there is no library, for then nothing would be measured.
pub fn registry() -> Registry {
    Registry::try_isolated().expect("set CMETRICS_LIBRARY to a libcmetrics that was built with --release")
}

/// A family of a thousand counters with three labels, `VALUES` among them.
pub fn family(registry: &Registry, name: &str) -> cmetrics::Family<cmetrics::Counter, 3> {
    let family = registry.counter_family(name, KEYS).help("A family of the benchmark").get();
    for n in 0..1000 {
        let method = ["GET", "PUT", "POST", "DELETE"][n % 4];
        let code = ["200", "201", "301", "404", "500"][n / 4 % 5];
        family.with([method, &format!("/api/v1/resource/{}", n / 20), code]).add(n as u64);
    }
    family
}

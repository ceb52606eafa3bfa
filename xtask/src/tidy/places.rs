// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Rules about where a thing may stand in Rust code: `unsafe`, atomics, exported symbols, and two crates.

use super::source::{words, Source};
use super::Finding;

/// Where something is allowed, and why there. A path that ends in `/` is a folder.
type Place = (&'static str, &'static str);

struct Rule {
    name: &'static str,
    /// The rule looks only below these.
    within: &'static [&'static str],
    /// Where in the code the thing stands.
    find: fn(&str) -> Vec<usize>,
    allowed: &'static [Place],
    cure: &'static str,
}

const RULES: [Rule; 5] = [
    Rule {
        name: "unsafe",
        within: &[""],
        find: unsafe_code,
        allowed: &UNSAFE,
        cure: "reach it through a safe function of a file that may, or add the file to UNSAFE in \
               xtask/src/tidy/places.rs with the reason",
    },
    Rule {
        name: "exported symbol",
        within: &[""],
        find: |code| either(code, &["no_mangle", "export_name"]),
        allowed: &[
            ("impl/src/abi/entry.rs", "cmetrics_get_api, the library's one export"),
            ("examples/worker/rust-plugin/src/", "a plugin is found by the one symbol that it exports"),
            ("compat-tests/election/embedded/", "a part in Rust that programs in C call"),
        ],
        cure: "the library exports cmetrics_get_api alone: offer the function through a table",
    },
    Rule {
        name: "atomics",
        within: &["impl/src/"],
        find: atomics,
        allowed: &[("impl/src/sync.rs", "the one door to atomics, where a model checker can take their place")],
        cure: "import them from crate::sync",
    },
    Rule {
        name: "libloading",
        within: &[""],
        find: |code| either(code, &["libloading"]),
        allowed: &[("loader/src/open.rs", "the one file that opens libraries")],
        cure: "call what loader/src/open.rs offers",
    },
    Rule {
        name: "pyo3",
        within: &[""],
        find: |code| either(code, &["pyo3"]),
        allowed: &[("python-binding/", "the binding is made with it")],
        cure: "Python is spoken to in python-binding alone",
    },
];

const UNSAFE: [Place; 22] = [
    ("interface/src/", "says that constant tables of pointers may be shared between threads"),
    ("impl/src/abi/", "the boundary: pointers from clients are checked and cast"),
    ("impl/src/election/", "reads the slots of other copies in the modules of this process"),
    ("impl/src/fork.rs", "pthread_atfork"),
    ("impl/src/series/", "metrics and texts lie in memory of their own, which readers look at without a lock"),
    ("impl/src/metric/mod.rs", "a metric points to its group"),
    ("impl/src/metric/handle.rs", "counts references to metrics"),
    ("impl/src/registry/", "says which metrics, groups and stores are there, and frees them"),
    ("impl/src/render/lines.rs", "copies blocks of text over their ends"),
    ("impl/src/cell/rseq.rs", "restartable sequences are machine code, and found by a symbol of the C library"),
    ("impl/src/cell/stripe.rs", "memory for each CPU, which is never unmapped"),
    ("impl/src/cell/hot.rs", "says when nobody adds to a slot any more"),
    ("impl/src/cell/wide/", "two words as one, in machine code"),
    ("impl/src/cell/heat.rs", "reads the clock"),
    ("impl/tests/", "calls the tables as a client in C would"),
    ("loader/", "opens libraries and calls through tables"),
    ("rust-binding/", "calls through tables"),
    ("python-binding/src/quick/raw.rs", "C functions that CPython calls without a detour, and how they read numbers"),
    ("compat-tests/", "clients that call tables, some of them of a later version"),
    ("benchmarks/rust/", "calls tables as a client in C would, and keeps threads on processors"),
    ("fuzz/", "calls tables as a hostile client in C would, and lends memory of exact sizes"),
    ("examples/worker/", "loads plugins and embeds Python, which are C interfaces"),
];

pub(super) fn check(source: &Source, findings: &mut Vec<Finding>) {
    for rule in &RULES {
        let looks = rule.within.iter().any(|folder| source.path.starts_with(folder));
        if !looks || rule.allowed.iter().any(|(place, _)| is_in(&source.path, place)) {
            continue;
        }
        let mut lines: Vec<usize> = (rule.find)(&source.code).into_iter().map(|at| source.line_of(at)).collect();
        lines.dedup();
        for line in lines {
            let what = match rule.allowed {
                [(place, _)] => format!("only {place} may"),
                all => format!("not in one of the {} places that may", all.len()),
            };
            findings.push(source.finding(line, rule.name, what, rule.cure));
        }
    }
}

/// Places that may do what nobody does there: what is allowed and not needed is a door left open.
pub(super) fn unneeded(sources: &[Source], findings: &mut Vec<Finding>) {
    for rule in &RULES {
        for (place, reason) in rule.allowed {
            let needs = |source: &Source| is_in(&source.path, place) && !(rule.find)(&source.code).is_empty();
            if !sources.iter().any(needs) {
                findings.push(Finding {
                    file: "xtask/src/tidy/places.rs".to_owned(),
                    line: 1,
                    rule: rule.name,
                    what: format!("{place} may ({reason}), and does not"),
                    cure: "take the place out of the rule's list".to_owned(),
                });
            }
        }
    }
}

fn is_in(path: &str, place: &str) -> bool {
    if place.ends_with('/') {
        path.starts_with(place)
    } else {
        path == place
    }
}

fn either(code: &str, names: &[&str]) -> Vec<usize> {
    let mut all: Vec<usize> = names.iter().flat_map(|name| words(code, name).collect::<Vec<_>>()).collect();
    all.sort_unstable();
    all
}

/// Every `unsafe` but that of a function pointer's type, which promises nothing and calls nothing.
fn unsafe_code(code: &str) -> Vec<usize> {
    words(code, "unsafe").filter(|at| !is_pointer_type(&code[at + "unsafe".len()..])).collect()
}

fn is_pointer_type(rest: &str) -> bool {
    let Some(rest) = rest.trim_start().strip_prefix("extern") else { return false };
    let Some(rest) = rest.trim_start().strip_prefix('"') else { return false };
    let Some((_, rest)) = rest.split_once('"') else { return false };
    rest.trim_start().strip_prefix("fn").is_some_and(|rest| rest.trim_start().starts_with('('))
}

/// Paths into the standard library's atomics: in a `use`, in one of its groups, or written out.
fn atomics(code: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for at in words(code, "atomic") {
        let statement = code[..at].rfind([';', '}']).map_or(0, |end| end + 1);
        // Within a use's group there are braces that close before the word; the `use` is then further up.
        let from = code[..at].rfind("use ").filter(|from| !code[*from..at].contains(';')).unwrap_or(statement);
        let before = &code[from.min(at)..at];
        let standard = words(before, "std").chain(words(before, "core")).next().is_some();
        if standard && before.trim_end().ends_with([':', '{', ',']) {
            found.push(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::rules;
    use super::*;

    fn check_code(path: &str, text: &str, want: &[(usize, &str)]) {
        let mut findings = Vec::new();
        check(&Source::new(path, text.to_owned()), &mut findings);
        assert_eq!(rules(&findings), want, "{path}: {text}");
    }

    #[test]
    fn unsafe_stands_only_where_the_house_says() {
        for text in ["unsafe { x() }", "unsafe impl Send for X {}", "unsafe fn f() {}", "unsafe extern \"C\" fn f() {}"]
        {
            check_code("impl/src/report.rs", text, &[(1, "unsafe")]);
            check_code("impl/src/abi/cast.rs", text, &[]);
        }
        check_code("impl/src/metric/counter.rs", "\nlet f: unsafe extern \"C\" fn(u32);", &[]);
        check_code("impl/src/metric/counter.rs", "// unsafe\nlet unsafe_things = \"unsafe\";", &[]);
        check_code("python-binding/src/counter.rs", "fn f() {\n    unsafe { g() }\n}", &[(2, "unsafe")]);
        check_code("impl/src/fork.rs", "unsafe { x() }", &[]);
        check_code("impl/src/forks.rs", "unsafe { x() }", &[(1, "unsafe")]);
    }

    #[test]
    fn the_library_exports_from_one_file() {
        let text = "#[unsafe(no_mangle)]\npub extern \"C\" fn f() {}";
        check_code("impl/src/abi/entry.rs", text, &[]);
        check_code("impl/src/abi/counter.rs", text, &[(1, "exported symbol")]);
        check_code("loader/src/open.rs", "#[export_name = \"x\"]\nfn f() {}", &[(1, "exported symbol")]);
        check_code("loader/src/open.rs", "// no_mangle\nfn f() {}", &[]);
    }

    #[test]
    fn the_implementation_takes_atomics_through_one_door() {
        let bad = [
            "use std::sync::atomic::AtomicU64;",
            "use core::sync::atomic::{AtomicU64, Ordering};",
            "use std::sync::{atomic::AtomicU64, Arc};",
            "use std::{sync::{Arc, atomic::AtomicU64}, thread};",
            "fn f() { std::sync::atomic::fence(Ordering::SeqCst) }",
        ];
        for text in bad {
            check_code("impl/src/registry/mod.rs", text, &[(1, "atomics")]);
            check_code("impl/src/cell/hot.rs", text, &[(1, "atomics")]);
            check_code("impl/src/sync.rs", text, &[]);
            check_code("loader/src/search.rs", text, &[]);
        }
        check_code("impl/src/fork.rs", "use std::sync::Arc;\nuse crate::sync::{AtomicU64, Ordering};", &[]);
        check_code("impl/src/fork.rs", "use std::sync::Arc;\nuse crate::sync::atomic::AtomicU64;", &[]);
        check_code("impl/src/fork.rs", "use std::sync::Arc; // atomic\nlet atomic = 1;", &[]);
    }

    #[test]
    fn two_crates_have_one_user_each() {
        check_code("loader/src/open.rs", "use libloading::Library;", &[]);
        check_code("loader/src/search.rs", "\nuse libloading::Library;", &[(2, "libloading")]);
        check_code("rust-binding/src/lib.rs", "fn f() { libloading::library_filename(\"x\"); }", &[(1, "libloading")]);
        check_code("python-binding/src/lib.rs", "use pyo3::prelude::*;", &[]);
        check_code("examples/worker/rust-host/src/main.rs", "use pyo3::prelude::*;", &[(1, "pyo3")]);
        check_code("xtask/src/demo.rs", "let tool = \"pyo3\"; // libloading", &[]);
    }

    #[test]
    fn a_place_that_needs_no_permission_is_found() {
        let source = |path: &str, text: &str| Source::new(path, text.to_owned());
        let needing = |sources: &[Source]| {
            let mut findings = Vec::new();
            unneeded(sources, &mut findings);
            findings.iter().filter(|it| it.what.starts_with("loader/src/open.rs ")).count()
        };
        assert_eq!(needing(&[source("loader/src/open.rs", "use libloading::Library;")]), 0);
        assert_eq!(
            needing(&[source("loader/src/open.rs", "// libloading"), source("loader/src/x.rs", "libloading")]),
            1
        );
    }
}

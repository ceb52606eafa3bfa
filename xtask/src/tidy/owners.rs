// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Every slot and callback of the interface through which a pointer changes hands says whose it is. Arguments are
//! borrowed and say so once, for all slots; what is told here is the rest: handles that are given out, and what is lent to
//! a callback.

use super::source::Source;
use super::tags::{comment, slot};
use super::Finding;

const RULE: &str = "owner";
/// Words by which a comment says that what it gives is not to be released.
const LENT: [&str; 4] = ["lent", "Lent", "lends", "for ever"];
/// An article that says it with all its circumstances.
const ARTICLE: &str = "docs/abi/ownership.md";

pub(super) fn check(source: &Source, findings: &mut Vec<Finding>) {
    if !source.path.starts_with("interface/src/") {
        return;
    }
    let lines: Vec<&str> = source.text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        let alias = line.strip_prefix("pub type ").and_then(|rest| rest.split_once(" ="));
        let (name, callback) = match (slot(line, lines.get(number + 1).unwrap_or(&"")), alias) {
            (Some(name), _) => (name, false),
            (None, Some((name, _))) => (name, true),
            (None, None) => continue,
        };
        let declared = declaration(&lines[number..]);
        let said = comment(&lines[..number]);
        for flaw in flaws(&declared, &said, callback) {
            let what = format!("{} {name}: {flaw}", if callback { "callback" } else { "slot" });
            let cure = format!("say in its comment whose it is, or name {ARTICLE}");
            findings.push(source.finding(number + 1, RULE, what, &cure));
        }
    }
}

/// A declaration from its first line to its end, as one line.
fn declaration(lines: &[&str]) -> String {
    let mut whole = String::new();
    for line in lines {
        whole.push_str(line.trim());
        let open = whole.matches('(').count();
        if open > 0 && open == whole.matches(')').count() && whole.ends_with([',', ';']) {
            break;
        }
        whole.push(' ');
    }
    whole
}

fn flaws(declared: &str, said: &str, callback: bool) -> Vec<String> {
    let Some((_, function)) = declared.split_once("fn(") else { return Vec::new() };
    let (parameters, answer) = function.rsplit_once("->").unwrap_or((function, ""));
    if said.contains(ARTICLE) {
        return Vec::new();
    }
    let lent = || LENT.iter().any(|word| said.contains(word));
    let callers = || said.contains("the caller's");
    let mut flaws = Vec::new();
    for (name, kind) in parameters.split(',').filter_map(|one| one.split_once(": ")) {
        let name = name.trim();
        if kind.starts_with("*mut *mut ") && name != "error" && !(callers() && said.contains(&format!("`*{name}`"))) {
            flaws.push(format!("it gives `*{name}` out and does not say that it is the caller's"));
        } else if kind.starts_with("*mut *const ") && !lent() {
            flaws.push(format!("it sets `*{name}` and does not say how long that lives"));
        } else if callback && name != "user" && kind.starts_with(['*']) && !lent() {
            flaws.push(format!("it is told `{name}` and does not say that this is lent"));
        }
    }
    if answer.trim_start().starts_with("*mut ") && !callers() {
        flaws.push("it returns a handle and does not say that it is the caller's".to_owned());
    } else if answer.trim_start().starts_with("*const ") && !lent() {
        flaws.push("it returns a pointer and does not say how long that lives".to_owned());
    }
    flaws
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(text: &str, want: &[&str]) {
        let mut findings = Vec::new();
        check(&Source::new("interface/src/v1/x.rs", text.to_owned()), &mut findings);
        let got: Vec<&str> = findings.iter().map(|finding| finding.what.as_str()).collect();
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn a_handle_that_is_given_out_is_somebodys() {
        let slot = "    pub open: unsafe extern \"C\" fn(\n        desc: *const D,\n        client: *mut *mut Client,\n        error: *mut *mut Error,\n    ) -> Status,";
        check_text(&format!("    /// Opens; `*client` is the caller's.\n{slot}"), &[]);
        check_text(&format!("    /// Opens. See docs/abi/ownership.md#roots.\n{slot}"), &[]);
        let flaw = "slot open: it gives `*client` out and does not say that it is the caller's";
        check_text(&format!("    /// Opens.\n{slot}"), &[flaw]);
        check_text(&format!("    /// Opens the caller's client.\n{slot}"), &[flaw]);
        check_text(
            "    /// The root.\n    pub root: unsafe extern \"C\" fn() -> *mut Registry,",
            &["slot root: it returns a handle and does not say that it is the caller's"],
        );
        check_text("    /// The root, the caller's.\n    pub root: unsafe extern \"C\" fn() -> *mut Registry,", &[]);
    }

    #[test]
    fn what_is_lent_says_how_long() {
        let slot = "pub get: unsafe extern \"C\" fn(v: u32) -> *const c_void,";
        check_text(&format!("    /// A table, for ever.\n    {slot}"), &[]);
        check_text(
            &format!("    /// A table.\n    {slot}"),
            &["slot get: it returns a pointer and does not say how long that lives"],
        );
        check_text(
            "    /// Elects.\n    pub elect: unsafe extern \"C\" fn(winner: *mut *const B) -> Status,",
            &["slot elect: it sets `*winner` and does not say how long that lives"],
        );
    }

    #[test]
    fn callbacks_say_that_they_are_lent_what_they_are_told() {
        let alias = "pub type F =\n    unsafe extern \"C\" fn(user: *mut c_void, copy: *const Copy) -> Status;";
        check_text(&format!("/// Hears. `copy` is lent for the call.\n{alias}"), &[]);
        check_text(
            &format!("/// Hears.\n{alias}"),
            &["callback F: it is told `copy` and does not say that this is lent"],
        );
        check_text("/// Ends it.\npub type DropFn = unsafe extern \"C\" fn(user: *mut c_void);", &[]);
        check_text("/// A status.\npub type Status = i32;", &[]);
    }

    #[test]
    fn arguments_are_borrowed_as_the_rules_say_once() {
        check_text("    /// Adds.\n    pub add: unsafe extern \"C\" fn(counter: *mut Counter, n: u64),", &[]);
    }
}

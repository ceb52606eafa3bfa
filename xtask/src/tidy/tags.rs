// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Every slot of the interface says in tags at its comment's end where it may be called.

use super::source::Source;
use super::Finding;

const RULE: &str = "tags";
/// All there are, in the order in which they are written.
const KNOWN: [&str; 6] = ["any-thread", "lock-free", "may-block", "no-alloc", "signal-safe", "fork-child-ok"];

pub(super) fn check(source: &Source, findings: &mut Vec<Finding>) {
    if !source.path.starts_with("interface/src/") {
        return;
    }
    let lines: Vec<&str> = source.text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        let Some(name) = slot(line, lines.get(number + 1).unwrap_or(&"")) else { continue };
        if let Err(flaw) = tags(&comment(&lines[..number])).and_then(|tags| judge(&tags)) {
            let cure = format!("end its comment in a list of these, in this order: [{}]", KNOWN.join(", "));
            findings.push(source.finding(number + 1, RULE, format!("slot {name}: {flaw}"), &cure));
        }
    }
}

/// The name of the slot that this line declares.
pub(super) fn slot<'a>(line: &'a str, next: &str) -> Option<&'a str> {
    let (name, kind) = line.trim().strip_prefix("pub ")?.split_once(':')?;
    let kind = if kind.trim().is_empty() { next.trim() } else { kind.trim() };
    let kind = kind.strip_prefix("Option<").unwrap_or(kind);
    kind.starts_with("unsafe extern \"C\" fn").then_some(name)
}

/// The doc comment that ends these lines, as one line.
pub(super) fn comment(lines: &[&str]) -> String {
    let attribute = |line: &&&str| line.trim_start().starts_with("#[");
    let mut parts: Vec<&str> = Vec::new();
    for line in lines.iter().rev().skip_while(attribute) {
        let Some(part) = line.trim_start().strip_prefix("///") else { break };
        parts.insert(0, part.trim());
    }
    parts.join(" ")
}

fn tags(comment: &str) -> Result<Vec<&str>, String> {
    if comment.is_empty() {
        return Err("it has no comment".to_owned());
    }
    let list = comment.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    let (said, list) = list.ok_or("its comment does not end in tags")?;
    if !said.contains(char::is_alphabetic) {
        return Err("its comment is tags alone: say what it does".to_owned());
    }
    Ok(list.split(',').map(str::trim).collect())
}

fn judge(tags: &[&str]) -> Result<(), String> {
    let mut last = None;
    for tag in tags {
        let place = KNOWN.iter().position(|known| known == tag).ok_or_else(|| format!("`{tag}` is no tag"))?;
        if last.is_some_and(|last| last >= place) {
            return Err(format!("`{tag}` is out of order, or there twice"));
        }
        last = Some(place);
    }
    let has = |tag| tags.contains(&tag);
    if !has("any-thread") {
        return Err("`any-thread` is missing: every slot promises it".to_owned());
    }
    if has("lock-free") == has("may-block") {
        return Err("it is either `lock-free` or `may-block`".to_owned());
    }
    if has("signal-safe") && !(has("lock-free") && has("no-alloc")) {
        return Err("what is `signal-safe` is also `lock-free` and `no-alloc`".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_slot(comment: &str, want: Option<&str>) {
        let text = format!("struct T {{\n{comment}\n    pub inc: unsafe extern \"C\" fn(c: *mut C),\n}}\n");
        let mut findings = Vec::new();
        check(&Source::new("interface/src/v1/counter.rs", text.clone()), &mut findings);
        let got = findings.first().map(|finding| finding.what.trim_start_matches("slot inc: "));
        assert_eq!(got, want, "{text}");
        if let Some(finding) = findings.first() {
            assert_eq!(finding.line, text.lines().position(|line| line.contains("pub inc")).unwrap() + 1);
        }
    }

    #[test]
    fn tags_at_the_end_of_the_comment_pass() {
        check_slot("    /// Adds. [any-thread, lock-free, no-alloc, signal-safe, fork-child-ok]", None);
        check_slot("    /// Adds `[x]`.\n    /// [any-thread,\n    /// may-block]", None);
        check_slot("    /// Adds. [any-thread, may-block]\n    #[deprecated]", None);
    }

    #[test]
    fn a_slot_without_them_is_found() {
        check_slot("    /// Adds.", Some("its comment does not end in tags"));
        check_slot("    /// Adds. [any-thread, may-block].", Some("its comment does not end in tags"));
        check_slot("", Some("it has no comment"));
        check_slot("    // Adds. [any-thread, may-block]", Some("it has no comment"));
        check_slot("    /// [any-thread, may-block]", Some("its comment is tags alone: say what it does"));
    }

    #[test]
    fn tags_that_say_nothing_or_contradict_are_found() {
        check_slot("    /// A. [any-thread, quick]", Some("`quick` is no tag"));
        check_slot("    /// A. [may-block, any-thread]", Some("`any-thread` is out of order, or there twice"));
        check_slot("    /// A. [lock-free]", Some("`any-thread` is missing: every slot promises it"));
        check_slot("    /// A. [any-thread]", Some("it is either `lock-free` or `may-block`"));
        check_slot("    /// A. [any-thread, lock-free, may-block]", Some("it is either `lock-free` or `may-block`"));
        check_slot(
            "    /// A. [any-thread, lock-free, signal-safe]",
            Some("what is `signal-safe` is also `lock-free` and `no-alloc`"),
        );
    }

    #[test]
    fn every_file_of_the_interface_is_checked_and_no_other() {
        let text = "struct T {\n    pub inc: unsafe extern \"C\" fn(c: *mut C),\n}\n";
        for (path, want) in
            [("interface/src/host.rs", 1), ("interface/src/draft/process.rs", 1), ("loader/src/stub.rs", 0)]
        {
            let mut findings = Vec::new();
            check(&Source::new(path, text.to_owned()), &mut findings);
            assert_eq!(findings.len(), want, "{path}");
        }
    }

    #[test]
    fn slots_are_told_from_fields_however_they_are_broken() {
        assert_eq!(slot("    pub explain:", "        unsafe extern \"C\" fn(wanted: u32) -> u64,"), Some("explain"));
        assert_eq!(slot("    pub drop: Option<unsafe extern \"C\" fn(*mut u8)>,", ""), Some("drop"));
        assert_eq!(slot("    pub name: Text,", ""), None);
        assert_eq!(slot("pub type F = unsafe extern \"C\" fn(u32);", ""), None);
    }
}

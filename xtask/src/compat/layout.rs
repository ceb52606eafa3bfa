// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where every slot and field is, and of which type, in a release's header and in today's. Each header is asked by a
//! program that is compiled against it; what was there must be there still, and what differs is named.
//!
//! The comparison is tried on copies of the header with a fault in them first: it must name the fault.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::{child, compile, Lab, Row};

/// `counter_v1.inc`, say, to where and what it is; and `counter_v1` to its size.
type Layout = BTreeMap<String, String>;

/// What the fault is, the text that is there, what takes its place, and what must be named for it.
const FAULTS: [(&str, &str, &str, &str); 4] = [
    (
        "two slots exchanged",
        "    void (CMETRICS_CALL *inc)(cmetrics_counter *counter);",
        "    uint64_t (CMETRICS_CALL *value)(cmetrics_counter *counter);",
        "cmetrics_counter_v1.inc",
    ),
    (
        "a slot of another type",
        "void (CMETRICS_CALL *add)(cmetrics_counter *counter, uint64_t n);",
        "void (CMETRICS_CALL *add)(cmetrics_counter *counter, int64_t n);",
        "cmetrics_counter_v1.add",
    ),
    (
        "a slot put in between",
        "    int32_t (CMETRICS_CALL *attached)(cmetrics_metric *metric);",
        "    int32_t (CMETRICS_CALL *between)(cmetrics_metric *metric);\n    \
         int32_t (CMETRICS_CALL *attached)(cmetrics_metric *metric);",
        "cmetrics_metric_v1.attached",
    ),
    (
        "a field of another type",
        "    uint64_t timeout_ns;\n};",
        "    double timeout_ns;\n};",
        "cmetrics_report_options.timeout_ns",
    ),
];

pub(super) fn rows(lab: &Lab<'_>, table: &str, release: &str, include: &Path) -> Result<Vec<Row>, String> {
    let folder = lab.folder(&format!("layout/{release}"))?;
    let header = header(include)?;
    let old = ask(&header, &folder.join("release"))?;
    let new = ask(&self::header(&lab.include())?, &folder.join("today"))?;
    let on = format!("beside {release}");
    let faults = differences(&old, &new);
    let row = Row::new(table, "slots and fields of today", &on, if faults.is_empty() { "the same" } else { "differ" });
    let cure =
        "--> put it back, and add what is new in a new version; while version 1 is a draft, record a later commit \
                in compat-tests/releases.toml";
    let mut rows = vec![if faults.is_empty() { row } else { row.wrong(format!("{}\n{cure}", faults.join("\n"))) }];
    for (what, there, instead, named) in FAULTS {
        let faults = differences(&old, &ask(&faulty(&header, there, instead)?, &folder.join("fault"))?);
        let is_named = faults.iter().any(|fault| fault.starts_with(&format!("{named} ")));
        let row = Row::new(table, &format!("a copy with {what}"), &on, if is_named { "named" } else { "not named" });
        rows.push(if is_named { row } else { row.wrong(format!("{named} is not in: {}", faults.join(", "))) });
    }
    Ok(rows)
}

/// What was there and is not as it was. A struct that tells its size may grow at its end, unless it is a vtable or
/// table of version 1.
fn differences(old: &Layout, new: &Layout) -> Vec<String> {
    let size = |text: &str| text.strip_suffix(" bytes").and_then(|size| size.parse::<u64>().ok());
    let mut faults = Vec::new();
    for (name, was) in old {
        let may_grow = !name.ends_with("_v1") && old.contains_key(&format!("{name}.struct_size"));
        match new.get(name) {
            None => faults.push(format!("{name} is gone; it was {was}")),
            Some(is) if is == was || may_grow && size(is) > size(was) => {}
            Some(is) => faults.push(format!("{name} is {is}; it was {was}")),
        }
    }
    faults
}

/// The header with one text in place of another, or the two exchanged if both are there.
fn faulty(header: &str, there: &str, instead: &str) -> Result<String, String> {
    match (header.find(there), header.find(instead)) {
        (None, _) => Err(format!("the header has no `{}`, which the comparison is tried on", there.trim())),
        (Some(_), None) => Ok(header.replacen(there, instead, 1)),
        (Some(_), Some(_)) => {
            Ok(header.replacen(there, "\0", 1).replacen(instead, there, 1).replacen('\0', instead, 1))
        }
    }
}

fn header(include: &Path) -> Result<String, String> {
    let file = include.join("cmetrics-1/cmetrics.h");
    std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))
}

/// Compiles a program against a header and runs it. Types are told by the compiler's own name for them.
fn ask(header: &str, folder: &Path) -> Result<Layout, String> {
    let mut source = "// Written by cargo xtask compat.\n#include <cstddef>\n#include <cstdio>\n#include <typeinfo>\n\
                      #include <cmetrics-1/cmetrics.h>\nint main() {\n"
        .to_owned();
    for (name, field) in asserted(header) {
        source.push_str(&match field {
            Some(field) => format!(
                "std::printf(\"{name}.{field} at %zu, of type %s\\n\", offsetof({name}, {field}), \
                 typeid(decltype({name}::{field})).name());\n"
            ),
            None => format!("std::printf(\"{name} %zu bytes\\n\", sizeof({name}));\n"),
        });
    }
    source.push_str("return 0;\n}\n");
    // Without what asserts the layout: that would stop the program that is to tell of it.
    let tells = header.lines().filter(|line| !line.starts_with(ASSERT)).flat_map(|line| [line, "\n"]);
    let copy = folder.join("include/cmetrics-1");
    let write = |file: &Path, text: &str| std::fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()));
    std::fs::create_dir_all(&copy).map_err(|e| format!("{}: {e}", copy.display()))?;
    write(&copy.join("cmetrics.h"), &tells.collect::<String>())?;
    let file = folder.join("layout.cpp");
    write(&file, &source)?;
    let program = compile::compile(&file, &folder.join("layout"), &folder.join("include"), &[])?;
    let told = child::must(&mut Command::new(program))?;
    let pairs = told.lines().filter_map(|line| line.split_once(' '));
    let layout: Layout = pairs.map(|(name, is)| (name.to_owned(), is.to_owned())).collect();
    if layout.len() < 100 {
        return Err(format!("the header asserts the places of {} fields and sizes, which cannot be all", layout.len()));
    }
    Ok(layout)
}

const ASSERT: &str = "CMETRICS_ASSERT_LAYOUT(";

/// Every struct and field whose place the header asserts: that is all of them, since the header is generated.
fn asserted(header: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    header.lines().filter_map(|line| {
        let line = line.strip_prefix(ASSERT)?;
        if let Some(rest) = line.strip_prefix("sizeof(") {
            return Some((rest.split_once(')')?.0, None));
        }
        let (name, rest) = line.strip_prefix("offsetof(")?.split_once(", ")?;
        Some((name, Some(rest.split_once(')')?.0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_moved_or_retyped_is_named_and_growth_is_not() {
        let layout = |pairs: &[(&str, &str)]| -> Layout {
            pairs.iter().map(|(name, is)| (name.to_string(), is.to_string())).collect()
        };
        let old =
            layout(&[("a_v1", "16 bytes"), ("a_v1.f", "at 8, of type i"), ("b", "8 bytes"), ("b.struct_size", "at 0")]);
        let mut new = old.clone();
        new.insert("b".to_owned(), "16 bytes".to_owned());
        new.insert("c_v2".to_owned(), "9 bytes".to_owned());
        assert_eq!(differences(&old, &new), [""; 0]);
        new.insert("a_v1".to_owned(), "24 bytes".to_owned());
        new.remove("a_v1.f");
        assert_eq!(
            differences(&old, &new),
            ["a_v1 is 24 bytes; it was 16 bytes", "a_v1.f is gone; it was at 8, of type i"]
        );
    }

    #[test]
    fn faults_are_made_and_exchange_what_is_there_twice() {
        assert_eq!(faulty("a b c", "a", "c").unwrap(), "c b a");
        assert_eq!(faulty("a b c", "b", "x b").unwrap(), "a x b c");
        assert!(faulty("a", "z", "y").is_err());
    }
}

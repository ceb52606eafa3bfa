// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! That a change is found: every field, slot and number of the interface is changed in turn, in memory, and the comparison
//! with the golden text must name it.

use std::path::Path;

use super::change::judge;
use super::golden::{version_of, Golden};
use super::source::{Constant, Names, Source};

/// Tries every change on what all versions share and on one version. Says how many were found, if all were.
pub(crate) fn prove(root: &Path, version: u32) -> Result<(), String> {
    let mut sources = super::sources(root)?;
    let names = Names::of(&sources);
    let mut tried = 0;
    for version in [0, version] {
        let golden = Golden::read(root, version)?.ok_or_else(|| format!("version {version} has no golden text"))?;
        for source in 0..sources.len() {
            if version_of(&sources[source].name) != version {
                continue;
            }
            for item in 0..sources[source].structs.len() {
                for field in 0..sources[source].structs[item].fields.len() {
                    let whole = sources[source].structs[item].fields.clone();
                    let name = field_in_c(&sources[source].structs[item].name, &whole[field].0, &names)?;
                    retype(&mut sources[source].structs[item].fields[field].1);
                    found(&golden, &sources, &name, "another type")?;
                    sources[source].structs[item].fields.clone_from(&whole);
                    sources[source].structs[item].fields.remove(field);
                    found(&golden, &sources, &name, "its removal")?;
                    sources[source].structs[item].fields.clone_from(&whole);
                    if field > 0 {
                        sources[source].structs[item].fields.swap(field - 1, field);
                        found(&golden, &sources, &name, "another place")?;
                    }
                    sources[source].structs[item].fields = whole;
                    tried += 1;
                }
            }
            for constant in 0..sources[source].constants.len() {
                let name = sources[source].constants[constant].name.clone();
                if name == "NEWEST" {
                    continue;
                }
                let was = renumber(&mut sources[source].constants[constant]);
                found(&golden, &sources, &format!("CMETRICS_{name}"), "another value")?;
                sources[source].constants[constant].value = was;
                tried += 1;
            }
        }
    }
    if tried == 0 {
        return Err("the interface has nothing to change, which proves nothing".to_owned());
    }
    Ok(())
}

/// The comparison fails and names what was changed.
fn found(golden: &Golden, sources: &[Source], name: &str, what: &str) -> Result<(), String> {
    // A layout with padding is refused before it is compared, by the name of the field that it stands before.
    let said = super::lines(sources).and_then(|all| {
        let now = all.into_iter().find(|(version, _)| *version == golden.version);
        judge(golden, &now.map(|(_, lines)| lines).unwrap_or_default())
    });
    match said {
        Err(why) if why.contains(name) || why.contains(" would be padded") => Ok(()),
        Err(why) => Err(format!("{name}: {what} is told without its name:\n{why}")),
        Ok(()) => Err(format!("{name}: {what} is not found")),
    }
}

fn field_in_c(holder: &str, field: &str, names: &Names) -> Result<String, String> {
    Ok(format!("{}.{}", names.get(holder)?, field.trim_end_matches('_')))
}

/// Another type, and where that can be one of the same size.
fn retype(kind: &mut String) {
    let other = match kind.as_str() {
        "u32" => "i32",
        "i32" | "Status" => "u32",
        "u64" => "i64",
        "i64" => "u64",
        "Text" => "[u64; 2]",
        _ if kind.contains("fn(") && kind.contains("->") => kind.split("->").next().unwrap_or_default().trim_end(),
        _ if kind.contains("fn(") => &format!("{kind} -> u32"),
        _ if kind.starts_with("*const ") => &kind.replacen("*const ", "*mut ", 1),
        _ => "*const c_void",
    };
    *kind = other.to_owned();
}

/// Changes a constant, and gives the value that it had.
fn renumber(constant: &mut Constant) -> String {
    let other = if constant.value.contains('"') { "*b\"other\"".to_owned() } else { "77".to_owned() };
    std::mem::replace(&mut constant.value, other)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn every_change_of_the_interface_is_found_by_name() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        super::prove(root, 1).unwrap();
    }

    #[test]
    fn other_types_are_other_types() {
        let types =
            ["u32", "i32", "Status", "u64", "i64", "Text", "*const Text", "*mut Text", "[u8; 16]", "Option<DropFn>"];
        for was in types.into_iter().chain(["unsafe extern \"C\" fn(x: u32)", "unsafe extern \"C\" fn() -> u64"]) {
            let mut is = was.to_owned();
            super::retype(&mut is);
            assert_ne!(is, was);
        }
    }
}

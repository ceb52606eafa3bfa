// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The list by which `interface/tests/abi_snapshot` asks the compiler for every offset, size, type and number. It is text
//! to be included, so that rustfmt leaves it alone.

use super::golden::version_of;
use super::source::{Names, Source};

pub(super) const FILE: &str = "interface/tests/abi_snapshot/declared.in";

const OPENING: &str = "// SPDX-FileCopyrightText: The cmetrics authors\n\
                       // SPDX-License-Identifier: MIT OR Apache-2.0\n\n\
                       // Generated from interface/src by `cargo xtask codegen`. Do not edit.\n";

pub(super) fn write(sources: &[Source], names: &Names) -> Result<String, String> {
    let mut versions: Vec<u32> = sources.iter().map(|source| version_of(&source.name)).collect();
    versions.sort_unstable();
    versions.dedup();
    let mut out = OPENING.to_owned();
    for version in versions {
        let home =
            if version == 0 { "cmetrics_interface".to_owned() } else { format!("cmetrics_interface::v{version}") };
        out.push_str(&format!("\nfn declared_v{version}(all: &mut Vec<Line>) {{\n"));
        for source in sources.iter().filter(|source| version_of(&source.name) == version) {
            for item in source.constants.iter().chain(&source.hidden).filter(|item| item.name != "NEWEST") {
                out.push_str(&format!("    constant!(all, \"CMETRICS_{}\", {home}::{});\n", item.name, item.name));
            }
            for handle in &source.opaque {
                out.push_str(&format!("    opaque!(all, \"{}\", {home}::{handle});\n", names.get(handle)?));
            }
            for (alias, _) in &source.aliases {
                out.push_str(&format!("    callback!(all, \"{}\", {home}::{alias});\n", names.get(alias)?));
            }
            for item in &source.structs {
                let fields: Vec<&str> = item.fields.iter().map(|(name, _)| name.as_str()).collect();
                let c = names.get(&item.name)?;
                out.push_str(&format!(
                    "    structure!(all, \"{c}\", {home}::{} {{ {} }});\n",
                    item.name,
                    fields.join(", ")
                ));
            }
        }
        out.push_str("}\n");
    }
    Ok(out)
}

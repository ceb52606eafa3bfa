// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The golden texts are the ones that their hashes are of.

use sha2::{Digest, Sha256};

fn hash(lines: &[&str]) -> String {
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    Sha256::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn check(file: &str, text: &str) {
    let cure = if text.lines().any(|line| line == "# frozen: yes") {
        "a frozen file is edited by nobody: take it back from the history (git checkout)"
    } else {
        "run: cargo xtask codegen"
    };
    let lines: Vec<&str> = text.lines().collect();
    // What joined a frozen text stands below it, with a hash of its own.
    let end = lines.iter().position(|line| line.starts_with("# joined-sha256: ")).unwrap_or(lines.len());
    for (lines, label) in [(&lines[..end], "# sha256: "), (&lines[end..], "# joined-sha256: ")] {
        let recorded = lines.iter().find_map(|line| line.strip_prefix(label));
        let body: Vec<&str> = lines.iter().filter(|line| !line.starts_with('#')).copied().collect();
        let is = hash(&body);
        let holds = recorded == Some(is.as_str()) || lines.is_empty();
        assert!(holds, "{file}: its lines hash to {is}, its head says {recorded:?}\n--> {cure}");
    }
    assert!(end > 100, "{file} holds {end} lines, which cannot be all");
}

#[test]
fn every_golden_text_has_the_hash_of_its_lines() {
    check("abi/v0.txt", include_str!("../../abi/v0.txt"));
    check("abi/v1.txt", include_str!("../../abi/v1.txt"));
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Who may import whom: `interface ← impl`, `interface ← loader ← rust-binding ← python-binding`.

use serde_json::Value;

use super::Finding;

const RULE: &str = "import";

/// A package of the workspace, and the packages of the workspace that it may depend on, in any way.
struct Room {
    package: &'static str,
    may_import: &'static [&'static str],
    /// It may have dependencies from outside the workspace.
    outside: bool,
}

const ROOMS: [Room; 9] = [
    Room { package: "cmetrics-interface", may_import: &[], outside: false },
    Room { package: "cmetrics-impl", may_import: &["cmetrics-interface"], outside: true },
    Room { package: "cmetrics-loader", may_import: &["cmetrics-interface"], outside: true },
    Room {
        package: "cmetrics",
        may_import: &["cmetrics-interface", "cmetrics-loader", "cmetrics-impl"],
        outside: true,
    },
    Room { package: "cmetrics-python", may_import: &["cmetrics"], outside: true },
    Room { package: "worker-rust-plugin", may_import: &["cmetrics"], outside: true },
    Room { package: "worker-rust-host", may_import: &["cmetrics", "worker-rust-plugin"], outside: true },
    Room { package: "migrating", may_import: &["cmetrics"], outside: true },
    Room { package: "xtask", may_import: &[], outside: true },
];

/// A package from outside that only one of ours may know, with those that belong to it (`pyo3-build-config`).
const ONLY: [(&str, &str); 2] = [("libloading", "cmetrics-loader"), ("pyo3", "cmetrics-python")];

pub(super) fn check(metadata: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let none = Vec::new();
    let packages = metadata["packages"].as_array().unwrap_or(&none);
    let ours: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        let file = manifest.strip_prefix(root).unwrap_or(manifest).trim_start_matches(['/', '\\']).replace('\\', "/");
        let mut found = |what: String, cure: String| {
            findings.push(Finding { file: file.clone(), line: 1, rule: RULE, what, cure });
        };
        let Some(room) = ROOMS.iter().find(|room| room.package == name) else {
            let cure =
                "say in xtask/src/tidy/imports.rs what it may import, and in docs/architecture.md what it is for";
            found(format!("{name} has no room"), cure.to_owned());
            continue;
        };
        for dependency in package["dependencies"].as_array().unwrap_or(&none) {
            let other = dependency["name"].as_str().unwrap_or_default();
            let inside = ours.contains(&other);
            // A package's tests may ask for features of its own.
            let own_tests = other == name && dependency["kind"] == "dev";
            if inside && !own_tests && !room.may_import.contains(&other) {
                let may = if room.may_import.is_empty() { "nothing".to_owned() } else { room.may_import.join(", ") };
                found(
                    format!("{name} imports {other}"),
                    format!("of the workspace it may import {may}: reach the other through the ABI, or move the code"),
                );
            }
            // What tests use reaches no user.
            if !inside && !room.outside && dependency["kind"] != "dev" {
                found(
                    format!("{name} imports {other}"),
                    "it has no dependencies: move the code to its user".to_owned(),
                );
            }
            for (only, owner) in ONLY {
                if (other == only || other.starts_with(&format!("{only}-"))) && name != owner {
                    found(format!("{name} imports {other}"), format!("only {owner} may: call what it offers"));
                }
            }
        }
        if name == "cmetrics" {
            embedded(package, &mut found);
        }
    }
    findings
}

/// The Rust binding may contain a copy of the library, but only where a program asks for it.
fn embedded(package: &Value, found: &mut impl FnMut(String, String)) {
    let none = Vec::new();
    for dependency in package["dependencies"].as_array().unwrap_or(&none) {
        if dependency["name"] == "cmetrics-impl" && (dependency["optional"] != true || !dependency["kind"].is_null()) {
            found(
                "cmetrics imports cmetrics-impl without being asked to".to_owned(),
                "make it an optional dependency, behind the feature `embedded` alone".to_owned(),
            );
        }
    }
    for (feature, turns_on) in package["features"].as_object().into_iter().flatten() {
        let on = turns_on.as_array().unwrap_or(&none).iter().filter_map(Value::as_str);
        for word in on {
            let package = word.trim_start_matches("dep:").split(['/', '?']).next();
            let asks = package == Some("cmetrics_impl") || word == "embedded";
            if asks && feature != "embedded" {
                found(
                    format!("the feature `{feature}` turns on the embedded copy"),
                    "only `embedded` may, and no other feature includes it".to_owned(),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn workspace(name: &str, dependencies: &Value, features: &Value) -> Value {
        let all = ROOMS.iter().map(|room| {
            let its = if room.package == name { dependencies.clone() } else { json!([]) };
            let on = if room.package == name { features.clone() } else { json!({}) };
            json!({"name": room.package, "manifest_path": format!("/x/{}/Cargo.toml", room.package),
                   "dependencies": its, "features": on})
        });
        json!({"workspace_root": "/x", "packages": all.collect::<Vec<_>>()})
    }

    fn check_one(name: &str, dependencies: &Value, want: &[&str]) {
        let findings = check(&workspace(name, dependencies, &json!({})));
        let got: Vec<&str> = findings.iter().map(|finding| finding.what.as_str()).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn what_the_house_allows_passes() {
        check_one("cmetrics-loader", &json!([{"name": "cmetrics-interface"}, {"name": "libloading"}]), &[]);
        check_one("cmetrics-python", &json!([{"name": "cmetrics"}, {"name": "pyo3"}]), &[]);
        check_one("cmetrics", &json!([{"name": "cmetrics-impl", "optional": true, "kind": null}]), &[]);
        check_one("cmetrics", &json!([{"name": "cmetrics", "kind": "dev"}]), &[]);
        check_one("cmetrics-interface", &json!([{"name": "sha2", "kind": "dev"}]), &[]);
    }

    #[test]
    fn what_the_house_forbids_is_named_with_its_manifest() {
        check_one("cmetrics-impl", &json!([{"name": "cmetrics-loader"}]), &["cmetrics-impl imports cmetrics-loader"]);
        check_one(
            "cmetrics-loader",
            &json!([{"name": "cmetrics-impl", "kind": "dev"}]),
            &["cmetrics-loader imports cmetrics-impl"],
        );
        check_one("cmetrics-interface", &json!([{"name": "libc"}]), &["cmetrics-interface imports libc"]);
        check_one(
            "cmetrics-interface",
            &json!([{"name": "libc", "kind": "build"}]),
            &["cmetrics-interface imports libc"],
        );
        check_one("cmetrics-impl", &json!([{"name": "libloading"}]), &["cmetrics-impl imports libloading"]);
        check_one("worker-rust-host", &json!([{"name": "pyo3"}]), &["worker-rust-host imports pyo3"]);
        let findings = check(&workspace("cmetrics-python", &json!([{"name": "cmetrics-loader"}]), &json!({})));
        assert_eq!(findings[0].file, "cmetrics-python/Cargo.toml");
        assert!(findings[0].cure.contains("may import cmetrics:"), "{}", findings[0]);
    }

    #[test]
    fn the_embedded_copy_comes_only_when_asked_for() {
        let why = "cmetrics imports cmetrics-impl without being asked to";
        check_one("cmetrics", &json!([{"name": "cmetrics-impl", "optional": false, "kind": null}]), &[why]);
        check_one("cmetrics", &json!([{"name": "cmetrics-impl", "optional": true, "kind": "dev"}]), &[why]);
        let features = json!({"embedded": ["dep:cmetrics_impl"], "default": ["embedded"], "x": ["cmetrics_impl?/y"]});
        let findings = check(&workspace("cmetrics", &json!([]), &features));
        let got: Vec<&str> = findings.iter().map(|finding| finding.what.as_str()).collect();
        assert_eq!(
            got,
            ["the feature `default` turns on the embedded copy", "the feature `x` turns on the embedded copy"]
        );
    }

    #[test]
    fn a_new_package_needs_a_room() {
        let one = json!({"workspace_root": "/x", "packages": [{"name": "cmetrics-more", "manifest_path": "/x/more/Cargo.toml"}]});
        assert_eq!(
            check(&one)[0].to_string().lines().next(),
            Some("more/Cargo.toml:1: import: cmetrics-more has no room")
        );
    }
}

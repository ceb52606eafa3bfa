// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::ffi::OsString;

use crate::search::{plan, Candidate, Given, Misnamed, Os, Plan};
use crate::Origin;

/// `-` is none, `=value` is a value.
fn variable(field: &str) -> Option<OsString> {
    match field.strip_prefix('=') {
        Some(value) => Some(value.into()),
        None => {
            assert_eq!(field, "-", "a variable is - or =value");
            None
        }
    }
}

fn list(field: &str) -> Vec<&str> {
    field.split(';').filter(|entry| *entry != "-").collect()
}

fn tell(plan: &Result<Plan, Misnamed>) -> (String, String) {
    let (outcome, detail) = match plan {
        Ok(Plan::Disabled) => ("disabled", "-".to_owned()),
        Err(Misnamed::Relative) => ("error", "relative".to_owned()),
        Err(Misnamed::Folder) => ("error", "folder".to_owned()),
        Ok(Plan::Search(candidates)) => {
            let tell = |candidate: &Candidate| {
                let step = match candidate.origin {
                    Origin::Forced => "forced",
                    Origin::Loaded => "loaded",
                    Origin::Beside => "beside",
                    Origin::System => "system",
                    Origin::Embedded | Origin::Disabled => "none",
                };
                format!("{step}:{}", candidate.path.to_str().expect("the cases are UTF-8"))
            };
            ("search", candidates.iter().map(tell).collect::<Vec<_>>().join(";"))
        }
    };
    (outcome.to_owned(), detail)
}

#[test]
fn the_search_goes_as_the_shared_table_says() {
    let table = include_str!("../../../compat-tests/locating/vectors.txt");
    let mut cases = 0;
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let [name, os, library, disable, loaded, folder, outcome, detail] = fields[..] else {
            panic!("eight fields, please: {line}");
        };
        let given = Given {
            os: match os {
                "linux" => Os::Linux,
                "macos" => Os::Mac,
                "windows" => Os::Windows,
                _ => panic!("an unknown system: {line}"),
            },
            library: variable(library),
            disable: variable(disable),
            loaded: list(loaded).into_iter().map(Into::into).collect(),
            folder: (folder != "-").then(|| folder.into()),
        };
        assert_eq!(tell(&plan(&given)), (outcome.to_owned(), detail.to_owned()), "{name}");
        cases += 1;
    }
    assert!(cases >= 65, "only {cases} cases");
}

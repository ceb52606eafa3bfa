// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The mock libraries: one source, `compat-tests/mock/mock.c`, in many shapes.

use std::path::PathBuf;

use super::rule::{ranges, Range, Shape, NEWEST};
use crate::compat::{compile, Lab};

/// The package version that every mock says it has.
pub(super) const SEMVER: &str = "0.0.7";

/// A library file of our name, in a folder of its own.
pub(super) struct Mock {
    /// A column of the matrix.
    pub(super) name: String,
    pub(super) shape: Shape,
    pub(super) folder: PathBuf,
    pub(super) file: PathBuf,
}

pub(super) fn build(lab: &Lab<'_>) -> Result<Vec<Mock>, String> {
    let mut shapes: Vec<(String, Shape, Vec<String>)> = Vec::new();
    for range in ranges() {
        shapes.push((range.to_string(), Shape::Serves(range), defines(range, &[])));
    }
    let all = Range { oldest: 1, newest: NEWEST };
    let one = Range { oldest: 1, newest: 1 };
    let odd = |name: &str, shape, define: &str| (name.to_owned(), shape, defines(one, &[define]));
    shapes.push((format!("{all} longer"), Shape::Serves(all), defines(all, &["LONGER"])));
    shapes.push(odd("1 longer", Shape::Serves(one), "LONGER"));
    shapes.push(odd("1 short table", Shape::Short(one), "SHORT_TABLE"));
    shapes.push(odd("1 short vtable", Shape::Short(one), "SHORT_REGISTRY"));
    shapes.push(odd("wrong magic", Shape::Stranger("magic"), "WRONG_MAGIC"));
    shapes.push(odd("always NULL", Shape::Stranger("no card"), "ALWAYS_NULL"));
    shapes.push(odd("no export", Shape::Stranger("no entry"), "NO_EXPORT"));
    shapes.push(odd("another project", Shape::Stranger("no entry"), "ANOTHER_PROJECT"));
    shapes.push(odd("crashes", Shape::Crashes, "ABORTS"));

    let mut mocks = Vec::new();
    for (name, shape, defines) in shapes {
        let folder = lab.folder(&format!("mocks/{}", name.replace(' ', "-")))?;
        let defines: Vec<&str> = defines.iter().map(String::as_str).collect();
        let file = folder.join("libcmetrics.so.1");
        compile::c(lab, "mock/mock.c", &file, &lab.include(), &defines)?;
        mocks.push(Mock { name, shape, folder, file });
    }
    Ok(mocks)
}

fn defines(range: Range, more: &[&str]) -> Vec<String> {
    let mut all = vec![format!("-DOLDEST={}", range.oldest), format!("-DNEWEST={}", range.newest)];
    all.push(format!("-DSEMVER=\"{SEMVER}\""));
    all.extend(more.iter().map(|define| format!("-D{define}")));
    all
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What release this copy is.

/// The package version as a literal. A copy that serves the draft of the next ABI version says so.
#[cfg(not(feature = "draft"))]
macro_rules! version {
    () => {
        env!("CARGO_PKG_VERSION")
    };
}
#[cfg(feature = "draft")]
macro_rules! version {
    () => {
        concat!(env!("CARGO_PKG_VERSION"), "+draft")
    };
}
pub(crate) use version;

pub(crate) const SEMVER: &str = version!();
pub(crate) const BUILD_ID: &str = concat!("cmetrics-", version!());

/// The package version as one number: a million of a part make one of the part before it.
pub(crate) const RANK: u64 = {
    number(env!("CARGO_PKG_VERSION_MAJOR")) * 1_000_000_000_000
        + number(env!("CARGO_PKG_VERSION_MINOR")) * 1_000_000
        + number(env!("CARGO_PKG_VERSION_PATCH"))
        + cfg!(feature = "draft") as u64
};

const fn number(text: &str) -> u64 {
    let (bytes, mut i, mut n) = (text.as_bytes(), 0, 0);
    while i < bytes.len() {
        n = n * 10 + (bytes[i] - b'0') as u64;
        i += 1;
    }
    n
}

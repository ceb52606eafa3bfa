// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Every offset, size, type and number as the compiler has it, against the golden texts `abi/v0.txt` and `abi/v1.txt`.
//!
//! The golden texts are written from the sources by `cargo xtask codegen`, which computes layouts by itself; here the
//! compiler is asked. The list of what to ask for, `declared.in`, is written with them, and does not compile if it leaves
//! a field out.

mod ask;
mod golden;
mod words;

use ask::{callback, constant, opaque, structure};
use golden::{check, Line};

include!("declared.in");

#[test]
fn what_all_versions_share_is_as_the_golden_text_says() {
    check("abi/v0.txt", include_str!("../../../abi/v0.txt"), declared_v0);
}

#[test]
fn version_1_is_as_the_golden_text_says() {
    check("abi/v1.txt", include_str!("../../../abi/v1.txt"), declared_v1);
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the two programs `updates` and `series` share: contestants, rounds, and the records that they print.
//!
//! A program prints one JSON object per line: the case, who, at how many threads or series, the unit, and one figure for
//! each round. Nothing is summed up here: `cargo xtask bench` makes medians, quartiles and ratios of the rounds.

pub mod limits;
pub mod memory;
pub mod record;
pub mod rounds;
pub mod series;
pub mod updates;

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the fuzz targets share: an input read as a program, the library's tables called as a client in C would call
//! them, a model of what must come of it, and a strict reader of reports.
//!
//! `cargo xtask fuzz` builds and runs the targets. A rule that the library breaks is a panic here, which the fuzzer
//! reports with the input that led to it.

pub mod call;
pub mod collect;
pub mod expect;
pub mod exposition;
pub mod input;
pub mod lent;
pub mod lies;
pub mod model;
pub mod rules;
pub mod told;
pub mod update;
pub mod words;
pub mod world;

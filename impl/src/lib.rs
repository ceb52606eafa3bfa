// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `libcmetrics`: the one metrics library of a process.
//!
//! The layers, outermost first; each uses only those after it:
//!
//! - `abi`: the exported function, the tables, and the boundary: check, cast, delegate.
//! - `election`: which copy provides for the process. `version`: what release this copy is.
//! - `render`: exposition formats. `report`: the ordered walk over everything that a report holds.
//! - `collector`, `client`: code and parties outside that take part.
//! - `registry`: the tree, families, names, labels. `metric`: the seven kinds. `series`: where metrics lie, and how they
//!   are found. `cell`: the numbers.
//! - `grace`: when memory that readers look at without a lock can be used again. `sync`: the only door to locks and to
//!   atomics. `fork`: what a fork needs.
//!
//! Nothing here is public but the entry: a program that links a copy (feature `embedded` of the crate `cmetrics`)
//! reaches it through the same tables as everyone else.

mod abi;
mod cell;
mod client;
mod collected;
mod collector;
mod election;
mod error;
mod fork;
mod grace;
mod metric;
mod number;
mod registry;
mod render;
mod report;
mod self_metrics;
mod series;
mod stats;
mod sync;
mod version;

pub use abi::entry::get_api;

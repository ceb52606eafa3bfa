// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The boundary: check, cast, delegate. Nothing else happens here, and raw pointers are seen nowhere else.

pub(crate) mod bootstrap;
mod boundary;
mod cast;
mod client;
mod collector;
mod counter;
mod desc;
pub(crate) mod entry;
mod error;
mod gauge;
mod get;
mod metric;
mod registry;
mod satellite;
mod sink;
#[cfg(feature = "draft")]
mod table_draft;
mod table_v1;
mod value_counter;
mod visitor;

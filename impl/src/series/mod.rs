// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where series lie. A group has the metrics of one family with the same label names, in chunks that do not move
//! ([`group`]); label values are kept once each ([`text`]); readers find a metric by its values without a lock
//! ([`table`]); reports find them in order ([`order`]). `docs/decisions/0010-series.md` says why.

pub(crate) mod group;
pub(crate) mod hash;
pub(crate) mod once;
pub(crate) mod order;
pub(crate) mod probe;
pub(crate) mod rows;
mod slots;
pub(crate) mod table;
pub(crate) mod text;

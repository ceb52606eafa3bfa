// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Behaviour through the tables, as a client without an SDK sees it.

mod bad_input;
mod callbacks;
mod client;
mod collectors;
mod concurrent;
mod copies;
mod detached;
#[cfg(unix)]
mod fork;
mod kinds;
mod lifetime;
mod reports;
mod stress;
mod tables;
mod told_twice;
mod tool;

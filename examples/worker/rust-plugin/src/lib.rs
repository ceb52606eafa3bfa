// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The Rust part of the worker: metrics and updates as Dynamo's runtime has them. A plugin for the Python and the C++
//! host; the Rust host links it.

pub mod abi;
pub mod case;
mod handle;
pub mod library;
pub mod load;
pub mod replay;
pub mod stress;
pub mod trace;

/// Who acts here: named in conflicts.
///
/// # Errors
///
/// If the library cannot be found.
pub fn client() -> Result<cmetrics::Client, cmetrics::Error> {
    cmetrics::Client::builder("worker").version(env!("CARGO_PKG_VERSION")).language("rust").open()
}

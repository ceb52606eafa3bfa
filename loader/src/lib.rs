// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Finds the one `libcmetrics` of a process, agrees with it on an ABI version, and pins it.
//!
//! ```
//! use cmetrics_loader::{load, noop, Asker};
//!
//! let asker = Asker { version: "1.2.0", ..Asker::new("my-plugin") };
//! let api = match load(&asker) {
//!     Ok(loaded) => loaded.api(),
//!     Err(error) => {
//!         eprintln!("metrics go nowhere: {error}");
//!         noop()
//!     }
//! };
//! // SAFETY: a table of the library or the no-op table: complete, and callable from any thread.
//! let root = unsafe { ((*api.registry).root)(api) };
//! assert!(!root.is_null());
//! # unsafe { ((*api.registry).release)(root) };
//! ```
//!
//! Where it looks, what it accepts and what it remembers is the same in every language: `docs/abi/locating.md`.
//! [`survey`] tells how a search went, step by step, also where it succeeds.
//!
//! Decisions are pure (`search`, `negotiate`); `open` alone loads files.

mod asker;
mod bootstrap;
mod complete;
#[cfg(all(unix, not(target_vendor = "apple")))]
mod elf;
mod error;
mod file;
mod load;
mod loaded;
#[cfg(all(unix, not(target_vendor = "apple")))]
mod machine;
mod modules;
mod negotiate;
mod noop;
mod open;
mod origin;
mod provider;
mod reason;
mod search;
mod stub;
mod survey;

pub use asker::Asker;
pub use error::{LoadError, Step, Verdict};
pub use load::load;
pub use loaded::Loaded;
pub use noop::noop;
pub use origin::Origin;
pub use survey::{survey, LoadedCopy, Survey};

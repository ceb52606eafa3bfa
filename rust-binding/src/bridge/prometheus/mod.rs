// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A bridge to the crate [`prometheus`], both ways. With the feature `prometheus-bridge`.
//!
//! [`attach`]: what one of its registries holds shows in our report. [`expose`]: what ours holds shows when theirs is
//! gathered. Both may be done with the same two registries: each family shows once on either side, for what came over the
//! bridge does not go back.
//!
//! ```
//! use cmetrics::bridge::prometheus::{attach, expose};
//!
//! let theirs = prometheus::Registry::new();
//! let tokens = prometheus::IntCounter::new("tokens_total", "Tokens")?;
//! theirs.register(Box::new(tokens.clone()))?;
//! let ours = cmetrics::Registry::isolated(); // in a program: cmetrics::root()
//!
//! attach(&theirs).to(&ours)?;
//! expose(&ours).to(&theirs)?;
//! tokens.inc_by(3);
//! ours.int_gauge("queue_depth").get().set(7);
//!
//! assert!(ours.render()?.contains("tokens_total 3\n"));
//! let text = prometheus::TextEncoder::new().encode_to_string(&theirs.gather())?;
//! assert!(text.contains("queue_depth 7\n"));
//! assert_eq!(text.matches("tokens_total 3\n").count(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A bridge keeps the registry that it shows, and an exposure both, until it is ended: [`Attached::detach`],
//! [`Exposed::hide`].
//!
//! A family that both sides define is refused: when the bridge is made by an error that names it, later by a warning. It
//! shows on the side that defines it, and is never there twice.

mod attach;
mod expose;
mod live;
mod ours;
mod reserved;
mod theirs;

pub use attach::{attach, Attach, Attached};
pub use expose::{expose, Expose, Exposed};

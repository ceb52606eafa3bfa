// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Test your instrumentation: what a piece of code told its metrics, and what a report would show.
//!
//! With the feature `testing`, which belongs into a program's `[dev-dependencies]`. The kits of the other languages have
//! the same words and give the same messages.
//!
//! ```
//! use cmetrics::assert_metric;
//! use cmetrics::testing::{ScopedRoot, Snapshot};
//!
//! // The code under test asks for the root, as programs do.
//! fn handle(path: &str) {
//!     cmetrics::root().counter("requests").label("path", path).get().inc();
//! }
//!
//! let root = ScopedRoot::new(); // this thread's root until it is dropped
//! handle("/a");
//! assert_metric!(root, "requests_total", [("path", "/a")], 1);
//!
//! let before = Snapshot::of(&root);
//! handle("/a");
//! handle("/b");
//! let after = Snapshot::of(&root);
//! assert_eq!(
//!     before.diff(&after).to_string(),
//!     "requests_total{path=\"/a\"} 1 -> 2\nnew requests_total{path=\"/b\"} 1"
//! );
//! ```
//!
//! | what | how |
//! |---|---|
//! | a root of its own | [`Registry::isolated`] |
//! | one that `root()` of this thread gives | [`ScopedRoot`], [`Registry::enter`] |
//! | everything that a registry holds | [`Snapshot`], and the [`Diff`] of two |
//! | one number | [`assert_metric!`](crate::assert_metric), which tells near misses |
//! | the whole report | [`assert_report!`](crate::assert_report), against a golden file |
//! | every update in order | [`Recorder`] |
//! | a registry that keeps nothing | [`noop`] |
//! | what is passed instead of a registry | [`Metrics`](crate::Metrics) |

mod assert;
mod diff;
mod event;
mod golden;
mod mismatch;
mod near;
mod notes;
mod observe;
mod recorder;
mod sample;
mod scoped;
mod slots;
mod snapshot;
mod table;
mod unified;

pub use assert::{assert_metric, check_metric};
pub use diff::{Change, Diff};
pub use event::{Event, Operation};
pub use golden::{assert_report, check_report};
pub use mismatch::Mismatch;
pub use observe::Observe;
pub use recorder::Recorder;
pub use sample::SnapshotSample;
pub use scoped::ScopedRoot;
pub use snapshot::Snapshot;

pub(crate) use table::api_of;

use crate::Registry;

/// A registry that keeps nothing: updates vanish, reads are 0, its report is empty. For code that must be given a
/// registry and is not asked about it.
///
/// ```
/// let reg = cmetrics::testing::noop();
/// let requests = reg.counter("requests").get();
/// requests.inc();
/// assert_eq!((requests.value(), reg.render()?.as_str()), (0, ""));
/// # Ok::<(), cmetrics::Error>(())
/// ```
pub fn noop() -> Registry {
    Registry::noop()
}

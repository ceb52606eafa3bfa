// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What version 2 could be: one vtable more, one vtable longer, one behaviour changed. Behind the feature `draft`, so
//! that the compatibility tests have a later library and a later client than those of today. No promise is made of
//! it, and no release holds it.
//!
//! In this version `registry->metric` refuses a description without help with INVALID_ARGUMENT; in version 1 it takes
//! it, also from the same library.

mod api;
mod counter;
mod process;

pub use api::ApiV2;
pub use counter::CounterV2;
pub use process::ProcessV2;

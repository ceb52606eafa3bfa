// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the loader decides, against the tables that all implementations share. The decisions are private, so their files
//! are compiled here once more: in `src` the tables would be missing from the package that is published.

#[path = "../../src/negotiate.rs"]
mod negotiate;
mod negotiated;
#[allow(dead_code, unreachable_pub, reason = "nothing is told here, to nobody")]
#[path = "../../src/origin.rs"]
mod origin;
#[allow(dead_code, reason = "nothing is searched here")]
#[path = "../../src/search.rs"]
mod search;
mod searched;

use origin::Origin;

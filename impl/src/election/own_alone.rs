// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! This copy's slot where no other copy can find it.

use super::slot::Slot;

static SLOT: Slot = Slot::alone();

/// This copy's slot.
pub(crate) fn own() -> &'static Slot {
    &SLOT
}

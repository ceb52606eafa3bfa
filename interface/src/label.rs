// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::offset_of;

use crate::Text;

/// One label. The order of labels is no part of identity; an empty value is the same as no label. Unsized: never
/// changes. See docs/abi/strings.md#limits.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// `[a-zA-Z_][a-zA-Z0-9_]*`, at most 256 bytes, not beginning with `__`, not `le` and not `quantile`.
    pub key: Text,
    /// Any UTF-8, at most 4096 bytes.
    pub value: Text,
}

const _: () = assert!(offset_of!(Label, value) == size_of::<Text>());

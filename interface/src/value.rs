// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

use crate::{Label, Text};

/// `bits` is a `uint64_t`.
pub const VALUE_U64: i32 = 0;
/// `bits` is an `int64_t`.
pub const VALUE_I64: i32 = 1;
/// `bits` is the pattern of a `double`.
pub const VALUE_F64: i32 = 2;
/// `bits` is a `uint64_t` number of nanoseconds, exposed as exact decimal seconds.
pub const VALUE_U64_NS: i32 = 3;
/// `bits` is an `int64_t` number of nanoseconds, exposed as exact decimal seconds.
pub const VALUE_I64_NS: i32 = 4;

/// One sample of a point: `family.name + suffix {labels…, extra} value`. Unsized: never changes.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Value {
    /// What the sample's name adds to the family's: absent, `_sum`, `_count`, `_bucket` and so on.
    pub suffix: Text,
    /// A label of this sample alone, `le` or `quantile` for instance. Absent where its key is.
    pub extra: Label,
    /// How `bits` is read: one of `CMETRICS_VALUE_…`.
    pub type_: i32,
    /// Zero.
    pub zero: u32,
    /// The number.
    pub bits: u64,
}

const _: () =
    assert!(offset_of!(Value, type_) == 3 * size_of::<Text>() && size_of::<Value>() == 3 * size_of::<Text>() + 16);

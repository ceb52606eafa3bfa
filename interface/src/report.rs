// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::mem::{offset_of, size_of};

use crate::Text;

/// Prometheus text exposition format, version 0.0.4.
pub const FORMAT_PROMETHEUS_TEXT: i32 = 0;

/// Leave out the library's own families, whose names begin with `cmetrics_`.
pub const REPORT_NO_SELF: u32 = 1;

/// What a report or visit holds. All zero (but for the size) is the usual report; NULL is the same. See
/// docs/abi/versions.md#structs.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ReportOptions {
    /// The `sizeof` of this struct.
    pub struct_size: u32,
    /// `CMETRICS_REPORT_…`.
    pub flags: u32,
    /// One of `CMETRICS_FORMAT_…`. Ignored by visits.
    pub format: i32,
    /// The least important priority that is still reported: one of `CMETRICS_PRIORITY_…`.
    pub verbosity: i32,
    /// Only families of these full names (or with a sample of such a name). `n_names == 0` is all.
    pub names: *const Text,
    /// How many `names`.
    pub n_names: u64,
    /// How long the call may take, in nanoseconds from its start, checked between chunks and handed on to collectors;
    /// after it the call returns `CMETRICS_CANCELLED`. Zero is without limit.
    pub timeout_ns: u64,
}

const _: () = assert!(offset_of!(ReportOptions, names) == 16 && size_of::<ReportOptions>() == 32 + size_of::<usize>());

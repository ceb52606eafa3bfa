// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

/// Reported at every verbosity.
pub const PRIORITY_CRITICAL: i32 = -200;
/// More important than usual.
pub const PRIORITY_HIGH: i32 = -100;
/// The default, of metrics and of reports.
pub const PRIORITY_NORMAL: i32 = 0;
/// Left out of a report unless asked for.
pub const PRIORITY_LOW: i32 = 100;
/// Left out of a report unless everything is asked for.
pub const PRIORITY_DEBUG: i32 = 200;

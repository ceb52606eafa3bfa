// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

/// What a call came to: `CMETRICS_OK`, or what went wrong. An open set: treat an unknown number as a failure. A
/// callback of the client returns 0 to go on and anything else to stop. See docs/abi/errors.md#statuses.
pub type Status = i32;

/// The call did what it says.
pub const OK: Status = 0;
/// An argument breaks the contract: a name, a label, a pointer, a size. Fix the call.
pub const INVALID_ARGUMENT: Status = 1;
/// The same name already stands for something else.
pub const CONFLICT: Status = 2;
/// Nothing of that identity is there.
pub const NOT_FOUND: Status = 3;
/// A limit that was set on the root is reached.
pub const LIMIT: Status = 4;
/// The registry, client or metric was removed or closed before.
pub const GONE: Status = 5;
/// A sink or visitor stopped the call, or its time was up.
pub const CANCELLED: Status = 6;
/// A number, flag, field or function from a later version than this library serves.
pub const UNSUPPORTED: Status = 7;
/// Another copy of the library is this process's provider already.
pub const ALREADY_ELECTED: Status = 8;
/// Memory ran out; nothing was changed.
pub const OUT_OF_MEMORY: Status = 9;
/// A fault of the library. Please report it.
pub const INTERNAL: Status = 10;
/// No library could be found, or metrics are disabled. Told by loaders, never by the library.
pub const UNAVAILABLE: Status = 11;

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;

use cmetrics_interface as abi;

/// What kind of failure an [`Error`](crate::Error) is. More may come.
///
/// ```
/// use cmetrics::ErrorCode;
///
/// assert_eq!(ErrorCode::Conflict.to_string(), "conflict");
/// assert_eq!(ErrorCode::from_raw(ErrorCode::Gone.as_raw()), ErrorCode::Gone);
/// assert_eq!(ErrorCode::from_raw(4711), ErrorCode::Other(4711));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// An argument breaks the contract.
    InvalidArgument,
    /// The same name already stands for something else.
    Conflict,
    /// Nothing of that identity is there.
    NotFound,
    /// A limit that was set on the root is reached.
    Limit,
    /// The registry, client or metric was removed or closed before.
    Gone,
    /// A writer or visitor stopped the call, or its time was up.
    Cancelled,
    /// The library is older than what was asked of it.
    Unsupported,
    /// Another copy of the library is this process's provider already.
    AlreadyElected,
    /// Memory ran out; nothing was changed.
    OutOfMemory,
    /// A fault of the library.
    Internal,
    /// No library was found.
    Unavailable,
    /// A number that this crate does not know, from a later library.
    Other(i32),
}

impl ErrorCode {
    /// The code of a number of the binary interface.
    ///
    /// ```
    /// assert_eq!(cmetrics::ErrorCode::from_raw(2), cmetrics::ErrorCode::Conflict);
    /// ```
    pub const fn from_raw(status: i32) -> ErrorCode {
        match status {
            abi::INVALID_ARGUMENT => ErrorCode::InvalidArgument,
            abi::CONFLICT => ErrorCode::Conflict,
            abi::NOT_FOUND => ErrorCode::NotFound,
            abi::LIMIT => ErrorCode::Limit,
            abi::GONE => ErrorCode::Gone,
            abi::CANCELLED => ErrorCode::Cancelled,
            abi::UNSUPPORTED => ErrorCode::Unsupported,
            abi::ALREADY_ELECTED => ErrorCode::AlreadyElected,
            abi::OUT_OF_MEMORY => ErrorCode::OutOfMemory,
            abi::INTERNAL => ErrorCode::Internal,
            abi::UNAVAILABLE => ErrorCode::Unavailable,
            other => ErrorCode::Other(other),
        }
    }

    /// Its number in the binary interface, the same in every language.
    ///
    /// ```
    /// assert_eq!(cmetrics::ErrorCode::InvalidArgument.as_raw(), 1);
    /// ```
    pub const fn as_raw(self) -> i32 {
        match self {
            ErrorCode::InvalidArgument => abi::INVALID_ARGUMENT,
            ErrorCode::Conflict => abi::CONFLICT,
            ErrorCode::NotFound => abi::NOT_FOUND,
            ErrorCode::Limit => abi::LIMIT,
            ErrorCode::Gone => abi::GONE,
            ErrorCode::Cancelled => abi::CANCELLED,
            ErrorCode::Unsupported => abi::UNSUPPORTED,
            ErrorCode::AlreadyElected => abi::ALREADY_ELECTED,
            ErrorCode::OutOfMemory => abi::OUT_OF_MEMORY,
            ErrorCode::Internal => abi::INTERNAL,
            ErrorCode::Unavailable => abi::UNAVAILABLE,
            ErrorCode::Other(other) => other,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ErrorCode::InvalidArgument => "invalid argument",
            ErrorCode::Conflict => "conflict",
            ErrorCode::NotFound => "not found",
            ErrorCode::Limit => "limit reached",
            ErrorCode::Gone => "gone",
            ErrorCode::Cancelled => "cancelled",
            ErrorCode::Unsupported => "unsupported",
            ErrorCode::AlreadyElected => "already elected",
            ErrorCode::OutOfMemory => "out of memory",
            ErrorCode::Internal => "internal error",
            ErrorCode::Unavailable => "unavailable",
            ErrorCode::Other(other) => return write!(f, "error {other}"),
        })
    }
}

/// Who can mend an [`Error`](crate::Error). More may come.
///
/// ```
/// let err = cmetrics::Registry::isolated().counter("9lives").try_get().unwrap_err();
/// assert_eq!(err.category(), cmetrics::Category::FixCall);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// The call is wrong: change the arguments.
    FixCall,
    /// The call is right and its surroundings are not: a library, a file, a limit, another plugin.
    FixEnvironment,
    /// The same call may succeed later.
    Retry,
    /// The library is wrong.
    ReportBug,
    /// A number that this crate does not know, from a later library.
    Other(i32),
}

impl Category {
    pub(crate) const fn from_raw(category: i32) -> Category {
        match category {
            abi::CATEGORY_FIX_CALL => Category::FixCall,
            abi::CATEGORY_FIX_ENVIRONMENT => Category::FixEnvironment,
            abi::CATEGORY_RETRY => Category::Retry,
            abi::CATEGORY_REPORT_BUG => Category::ReportBug,
            other => Category::Other(other),
        }
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What goes wrong, as a story that someone can act on.

use cmetrics_interface as abi;

/// What an error says: see `cmetrics_error_info`.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) code: abi::Status,
    pub(crate) category: i32,
    pub(crate) message: String,
    pub(crate) hint: String,
    pub(crate) subject: String,
    pub(crate) existing: String,
    pub(crate) requested: String,
}

/// A failure on its way to the boundary.
#[derive(Debug)]
pub(crate) struct Fault(Box<Story>);

pub(crate) type Result<T> = core::result::Result<T, Fault>;

impl Fault {
    pub(crate) fn new(code: abi::Status, category: i32, message: impl Into<String>) -> Self {
        Self(Box::new(Story {
            code,
            category,
            message: message.into(),
            hint: String::new(),
            subject: String::new(),
            existing: String::new(),
            requested: String::new(),
        }))
    }

    /// The call breaks the contract.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(abi::INVALID_ARGUMENT, abi::CATEGORY_FIX_CALL, message)
    }

    /// A number, flag or field that a later version may know.
    pub(crate) fn unsupported(message: impl Into<String>) -> Self {
        Self::new(abi::UNSUPPORTED, abi::CATEGORY_FIX_ENVIRONMENT, message)
            .hint("use a newer libcmetrics, or ask for what this one serves")
    }

    /// The handle's thing was removed.
    pub(crate) fn gone(message: impl Into<String>) -> Self {
        Self::new(abi::GONE, abi::CATEGORY_FIX_CALL, message)
    }

    pub(crate) fn conflict(message: impl Into<String>, existing: String, requested: String) -> Self {
        let mut fault = Self::new(abi::CONFLICT, abi::CATEGORY_FIX_CALL, message);
        fault.0.existing = existing;
        fault.0.requested = requested;
        fault
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = hint.into();
        self
    }

    pub(crate) fn subject(mut self, subject: impl Into<String>) -> Self {
        self.0.subject = subject.into();
        self
    }

    pub(crate) fn code(&self) -> abi::Status {
        self.0.code
    }

    pub(crate) fn into_story(self) -> Story {
        *self.0
    }
}

/// `text` for a message: quoted, cut where it is long, control characters escaped.
pub(crate) fn quote(text: &str) -> String {
    const MOST: usize = 80;
    if text.chars().count() <= MOST {
        return format!("{text:?}");
    }
    let head: String = text.chars().take(MOST).collect();
    format!("{head:?}… ({} bytes)", text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_offenders_are_cut_in_messages() {
        assert_eq!(quote("a\nb"), r#""a\nb""#);
        assert!(quote(&"é".repeat(100)).ends_with("… (200 bytes)"));
    }
}

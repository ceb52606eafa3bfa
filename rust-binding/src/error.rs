// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::error::Error as StdError;
use std::fmt;
use std::ptr;
use std::sync::Arc;

use cmetrics_interface as abi;

use crate::ffi::{self, Api};
use crate::{Category, ErrorCode};

/// What went wrong, as the library tells it: what was tried, which name, label or number is to blame, and what to do.
///
/// It is opaque, cheap to clone, and has predicates for the cases that programs act upon.
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// reg.int_gauge("queue_depth").get().set(3);
///
/// let err = reg.counter("queue_depth").try_get().unwrap_err();
/// assert!(err.is_conflict());
/// assert!(err.subject().unwrap().starts_with("queue_depth"));
/// assert!(err.existing().unwrap().contains("gauge"), "{err}");
/// ```
#[derive(Clone)]
pub struct Error {
    inner: Arc<Inner>,
}

struct Inner {
    code: ErrorCode,
    category: Category,
    message: String,
    hint: Option<String>,
    subject: Option<String>,
    existing: Option<String>,
    requested: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// What kind of failure it is.
    ///
    /// ```
    /// let err = cmetrics::Registry::isolated().counter("not a name").try_get().unwrap_err();
    /// assert_eq!(err.code(), cmetrics::ErrorCode::InvalidArgument);
    /// ```
    pub fn code(&self) -> ErrorCode {
        self.inner.code
    }

    /// Who can mend it.
    ///
    /// ```
    /// let err = cmetrics::Registry::isolated().counter("not a name").try_get().unwrap_err();
    /// assert_eq!(err.category(), cmetrics::Category::FixCall);
    /// ```
    pub fn category(&self) -> Category {
        self.inner.category
    }

    /// What was wrong, in one sentence that names the offender. `Display` adds the hint to it.
    ///
    /// ```
    /// let err = cmetrics::Registry::isolated().counter("not a name").try_get().unwrap_err();
    /// assert!(err.message().contains("not a name"));
    /// ```
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// What to do about it.
    ///
    /// ```
    /// let err = cmetrics::Registry::isolated().duration_counter("wait_ms").try_get().unwrap_err();
    /// assert!(err.hint().is_some());
    /// ```
    pub fn hint(&self) -> Option<&str> {
        self.inner.hint.as_deref()
    }

    /// The offending name, label or number by itself.
    ///
    /// ```
    /// let err = cmetrics::Registry::isolated().counter("not a name").try_get().unwrap_err();
    /// assert_eq!(err.subject(), Some("not a name"));
    /// ```
    pub fn subject(&self) -> Option<&str> {
        self.inner.subject.as_deref()
    }

    /// In a conflict, what was there before and who made it.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.int_gauge("depth").get();
    /// let err = reg.float_gauge("depth").try_get().unwrap_err();
    /// assert!(err.existing().is_some());
    /// ```
    pub fn existing(&self) -> Option<&str> {
        self.inner.existing.as_deref()
    }

    /// In a conflict, what was asked for and by whom.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.int_gauge("depth").get();
    /// let err = reg.float_gauge("depth").try_get().unwrap_err();
    /// assert!(err.requested().is_some());
    /// ```
    pub fn requested(&self) -> Option<&str> {
        self.inner.requested.as_deref()
    }

    /// An argument breaks the contract: a name, a label, a number of label values. Fix the call.
    ///
    /// ```
    /// let err = cmetrics::Registry::isolated().counter("").try_get().unwrap_err();
    /// assert!(err.is_invalid_argument());
    /// ```
    pub fn is_invalid_argument(&self) -> bool {
        self.code() == ErrorCode::InvalidArgument
    }

    /// The same name already stands for something else; see [`existing`](Error::existing) and
    /// [`requested`](Error::requested).
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").get();
    /// assert!(reg.int_gauge("requests").try_get().unwrap_err().is_conflict());
    /// ```
    pub fn is_conflict(&self) -> bool {
        self.code() == ErrorCode::Conflict
    }

    /// Nothing of that identity is there.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let errors = reg.counter_family("errors", ["type"]).get();
    /// assert!(errors.remove(["never made"]).unwrap_err().is_not_found());
    /// ```
    pub fn is_not_found(&self) -> bool {
        self.code() == ErrorCode::NotFound
    }

    /// A limit that was set on the root is reached.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.limit_series(Some(1))?;
    /// let errors = reg.counter_family("errors", ["type"]).get();
    /// errors.with(["first"]).inc();
    /// assert!(errors.try_with(["second"]).unwrap_err().is_limit());
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn is_limit(&self) -> bool {
        self.code() == ErrorCode::Limit
    }

    /// The registry, client or metric was removed or closed before.
    ///
    /// ```
    /// let child = cmetrics::Registry::isolated().child("engine").get();
    /// child.remove()?;
    /// assert!(child.counter("steps").try_get().unwrap_err().is_gone());
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn is_gone(&self) -> bool {
        self.code() == ErrorCode::Gone
    }

    /// A writer or visitor stopped the call, or its time was up.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").get();
    /// let mut full: &mut [u8] = &mut [];
    /// let err = reg.render_to(&mut full, &cmetrics::ReportOptions::new()).unwrap_err();
    /// assert!(err.is_cancelled());
    /// assert!(std::error::Error::source(&err).unwrap().is::<std::io::Error>());
    /// ```
    pub fn is_cancelled(&self) -> bool {
        self.code() == ErrorCode::Cancelled
    }

    /// The library is older than what was asked of it, or a file that was found is not ours.
    ///
    /// ```
    /// let err = cmetrics::Registry::isolated().counter("").try_get().unwrap_err();
    /// assert!(!err.is_unsupported());
    /// ```
    pub fn is_unsupported(&self) -> bool {
        self.code() == ErrorCode::Unsupported
    }

    /// No library was found. The message lists every place that was looked at.
    ///
    /// ```
    /// match cmetrics::try_root() {
    ///     Ok(root) => root.counter("starts").get().inc(),
    ///     Err(err) if err.is_unavailable() => eprintln!("no metrics: {err}"),
    ///     Err(err) => panic!("{err}"),
    /// }
    /// ```
    pub fn is_unavailable(&self) -> bool {
        self.code() == ErrorCode::Unavailable
    }

    /// An error of this crate itself, where the library was not asked.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Error {
        let category = match code {
            ErrorCode::Unavailable | ErrorCode::Limit | ErrorCode::AlreadyElected => Category::FixEnvironment,
            ErrorCode::Internal => Category::ReportBug,
            ErrorCode::OutOfMemory | ErrorCode::Cancelled => Category::Retry,
            _ => Category::FixCall,
        };
        Error::from_inner(Inner {
            code,
            category,
            message: message.into(),
            hint: None,
            subject: None,
            existing: None,
            requested: None,
            source: None,
        })
    }

    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Error {
        self.change(|inner| inner.hint = Some(hint.into()))
    }

    pub(crate) fn with_subject(self, subject: impl Into<String>) -> Error {
        self.change(|inner| inner.subject = Some(subject.into()))
    }

    pub(crate) fn with_category(self, category: Category) -> Error {
        self.change(|inner| inner.category = category)
    }

    pub(crate) fn with_source(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        self.change(|inner| inner.source = Some(source.into()))
    }

    fn from_inner(inner: Inner) -> Error {
        Error { inner: Arc::new(inner) }
    }

    /// Changes an error that was made a moment ago and has one owner.
    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Error {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            change(inner);
        }
        self
    }

    /// Turns what a slot returned into a result. Takes the error object over, if there is one.
    ///
    /// # Safety
    ///
    /// `error` is NULL or an error of `api`'s with a reference that the caller gives up.
    pub(crate) unsafe fn check(
        api: Api,
        status: abi::Status,
        error: *mut abi::Error,
        tried: &str,
    ) -> Result<(), Error> {
        let told = if error.is_null() {
            None
        } else {
            // SAFETY: the caller promises an error of this table.
            unsafe { read(api, error) }
        };
        // SAFETY: the caller gives the reference up; NULL is ignored.
        unsafe { (api.error().release)(error) };
        match (status, told) {
            (abi::OK, _) => Ok(()),
            (_, Some(inner)) => Err(Error::from_inner(inner)),
            (status, None) => {
                let code = ErrorCode::from_raw(status);
                Err(Error::new(code, format!("{tried}: {code} (status {status}, and the library told no more)")))
            }
        }
    }
}

/// Calls a slot that has an `error` argument.
#[inline]
pub(crate) fn call(api: Api, tried: &str, slot: impl FnOnce(*mut *mut abi::Error) -> abi::Status) -> Result<(), Error> {
    let mut error = ptr::null_mut();
    let status = slot(&mut error);
    if status == abi::OK && error.is_null() {
        return Ok(());
    }
    // SAFETY: a slot sets `error` to NULL or to an object that is the caller's (interface, "Errors").
    unsafe { Error::check(api, status, error, tried) }
}

/// # Safety
///
/// `error` is a live error of `api`'s.
unsafe fn read(api: Api, error: *const abi::Error) -> Option<Inner> {
    let mut info = abi::ErrorInfo {
        struct_size: ffi::size_of::<abi::ErrorInfo>(),
        flags: 0,
        code: abi::INTERNAL,
        category: 0,
        message: abi::Text::ABSENT,
        hint: abi::Text::ABSENT,
        subject: abi::Text::ABSENT,
        existing: abi::Text::ABSENT,
        requested: abi::Text::ABSENT,
    };
    // SAFETY: the error is live and `info` says its own size.
    if unsafe { (api.error().read)(error, &mut info) } != abi::OK {
        return None;
    }
    // SAFETY: the texts are lent until the error is released, which is after this.
    let text = |text: abi::Text| (text.len != 0).then(|| unsafe { ffi::copy_text(text) });
    Some(Inner {
        code: ErrorCode::from_raw(info.code),
        category: Category::from_raw(info.category),
        message: text(info.message).unwrap_or_default(),
        hint: text(info.hint),
        subject: text(info.subject),
        existing: text(info.existing),
        requested: text(info.requested),
        source: None,
    })
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.message)?;
        match &self.inner.hint {
            // The report of a search ends with what to do.
            Some(hint) if !self.inner.message.contains(hint.as_str()) => write!(f, " (hint: {hint})"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { code, category, message, hint, subject, existing, requested, source } = &*self.inner;
        let mut out = f.debug_struct("Error");
        out.field("code", code).field("category", category).field("message", message);
        let optional = [("hint", hint), ("subject", subject), ("existing", existing), ("requested", requested)];
        for (name, text) in optional {
            if let Some(text) = text {
                out.field(name, text);
            }
        }
        if let Some(source) = source {
            out.field("source", source);
        }
        out.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_without_an_error_object_is_told_by_its_status() {
        let failed = |status| call(Api::noop(), "making tea", |_| status).unwrap_err();
        assert!(failed(abi::GONE).is_gone());
        assert_eq!(failed(abi::GONE).to_string(), "making tea: gone (status 5, and the library told no more)");
        assert_eq!(failed(4711).code(), ErrorCode::Other(4711));
        assert!(call(Api::noop(), "making tea", |_| abi::OK).is_ok());
    }

    #[test]
    fn a_hint_that_the_message_ends_with_is_not_repeated() {
        let error = Error::new(ErrorCode::Unavailable, "no library; install it").with_hint("install it");
        assert_eq!(error.to_string(), "no library; install it");
        assert_eq!(Error::new(ErrorCode::Gone, "gone").with_hint("try again").to_string(), "gone (hint: try again)");
    }
}

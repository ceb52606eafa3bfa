// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reports: the library writes chunks, and a writer of the program takes them.

use std::any::Any;
use std::ffi::c_void;
use std::io;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};

use cmetrics_interface::{self as abi, Status, Text};

use crate::error::call;
use crate::ffi;
use crate::{root, Error, ErrorCode, Registry, ReportOptions};

/// The whole process's report at normal verbosity, in the Prometheus text format: what an endpoint answers.
///
/// Never fails: where no library is found, or the report breaks off, it is empty, and that is logged.
///
/// ```
/// cmetrics::root().counter("page_views").get().inc();
/// assert!(cmetrics::render().contains("page_views_total 1\n"));
/// ```
pub fn render() -> String {
    root().render().unwrap_or_else(|err| {
        log::warn!(target: "cmetrics", "the report is empty: {err}");
        String::new()
    })
}

/// The media type of a report, for an HTTP `Content-Type`.
///
/// ```
/// assert_eq!(cmetrics::content_type(), "text/plain; version=0.0.4; charset=utf-8");
/// ```
pub fn content_type() -> &'static str {
    let (registry, mut media_type) = (root(), Text::ABSENT);
    let api = registry.api();
    // SAFETY: the slot takes the table it was read from, and the text is there for the call.
    let status = unsafe { (api.registry().content_type)(api.raw(), abi::FORMAT_PROMETHEUS_TEXT, &mut media_type) };
    if status != abi::OK || media_type.len == 0 {
        return "text/plain; version=0.0.4; charset=utf-8";
    }
    // SAFETY: a media type is lent for ever, and texts are UTF-8 (interface, `RegistryV1` and `Text`).
    unsafe { ffi::lent_str(media_type) }
}

impl Registry {
    /// The report of this registry and below at normal verbosity, in the Prometheus text format. Nothing to report is
    /// an empty string.
    ///
    /// # Errors
    ///
    /// [`is_gone`](Error::is_gone) if the registry was removed.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.int_gauge("queue_depth").help("Requests that wait").get().set(3);
    /// assert_eq!(reg.render()?, "# HELP queue_depth Requests that wait\n# TYPE queue_depth gauge\nqueue_depth 3\n");
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn render(&self) -> Result<String, Error> {
        self.render_with(&ReportOptions::new())
    }

    /// The report of this registry and below, in the Prometheus text format.
    ///
    /// # Errors
    ///
    /// [`is_gone`](Error::is_gone) if the registry was removed, [`is_cancelled`](Error::is_cancelled) if the time was
    /// up.
    ///
    /// ```
    /// use cmetrics::{Priority, Registry, ReportOptions};
    ///
    /// let everything = ReportOptions::new().verbosity(Priority::Debug);
    /// assert!(Registry::isolated().render_with(&everything)?.contains("cmetrics_info"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn render_with(&self, options: &ReportOptions) -> Result<String, Error> {
        let mut bytes = Vec::new();
        self.render_to(&mut bytes, options)?;
        String::from_utf8(bytes)
            .map_err(|err| Error::new(ErrorCode::Internal, "the library's report is not UTF-8").with_source(err))
    }

    /// Writes the report of this registry and below to `writer` in chunks, in the Prometheus text format. No lock is
    /// held while the writer runs.
    ///
    /// # Errors
    ///
    /// [`is_cancelled`](Error::is_cancelled) if the writer failed (its error is the source) or the time was up;
    /// [`is_gone`](Error::is_gone) if the registry was removed. What was written stays written.
    ///
    /// # Panics
    ///
    /// If the writer panics, with its panic.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").get().inc();
    /// let mut out = Vec::new();
    /// reg.render_to(&mut out, &cmetrics::ReportOptions::new())?;
    /// assert!(out.ends_with(b"requests_total 1\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn render_to<W: io::Write + ?Sized>(&self, writer: &mut W, options: &ReportOptions) -> Result<(), Error> {
        let mut state = Writing { writer, failure: None, panic: None };
        let sink = abi::Sink {
            struct_size: ffi::size_of::<abi::Sink>(),
            flags: 0,
            write: Some(write::<W>),
            user: ffi::user_of(&mut state),
        };
        let done = options.lend(|options| {
            call(self.api(), "making a report", |error| {
                // SAFETY: the registry is live; options, sink and state are there for the call, and nothing else uses
                // them meanwhile.
                unsafe { (self.api().registry().render)(self.raw(), options, &sink, error) }
            })
        });
        if let Some(panic) = state.panic {
            resume_unwind(panic);
        }
        match state.failure {
            Some(failure) => {
                let message = format!("making a report: the writer failed: {failure}");
                Err(Error::new(ErrorCode::Cancelled, message).with_source(failure))
            }
            None => done,
        }
    }
}

struct Writing<'a, W: ?Sized> {
    writer: &'a mut W,
    failure: Option<io::Error>,
    panic: Option<Box<dyn Any + Send>>,
}

/// What the library sees of any failure of the writer; the rest waits in [`Writing`].
const STOP: Status = abi::CANCELLED;

unsafe extern "C" fn write<W: io::Write + ?Sized>(user: *mut c_void, bytes: *const u8, len: u64) -> Status {
    // SAFETY: `user` is the state that `render_to` made for this call, and calls of one sink are never concurrent.
    let state = unsafe { &mut *user.cast::<Writing<'_, W>>() };
    // SAFETY: the library lends `len` bytes for this call.
    let bytes = unsafe { ffi::slice(bytes, len) };
    match catch_unwind(AssertUnwindSafe(|| state.writer.write_all(bytes))) {
        Ok(Ok(())) => abi::OK,
        Ok(Err(failure)) => {
            state.failure = Some(failure);
            STOP
        }
        Err(panic) => {
            state.panic = Some(panic);
            STOP
        }
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Finding the library, and what happens while there is none.

use std::sync::atomic::{AtomicU64, Ordering};

use cmetrics_loader::{Asker, LoadError, Loaded, Origin};

use crate::ffi::Api;
use crate::{log_once, Category, Client, Error, ErrorCode};

/// The library that this process uses.
///
/// ```
/// match cmetrics::library() {
///     Ok(library) => println!("{} {} (ABI {})", library.path, library.semver, library.abi_version),
///     Err(err) => println!("no metrics: {err}"),
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LibraryInfo {
    /// The file that it was loaded from; empty if there is none, as when metrics are disabled.
    pub path: String,
    /// Its package version.
    pub semver: String,
    /// The version of the binary interface that this crate and the library agreed upon.
    pub abi_version: u32,
    /// Which step of the search found it.
    pub origin: Origin,
}

/// Which library this process uses, searching for it if that has not succeeded yet.
///
/// # Errors
///
/// [`is_unavailable`](Error::is_unavailable) where there is none and [`is_unsupported`](Error::is_unsupported) where
/// what is there cannot serve this crate. The message lists every place that was looked at.
///
/// ```
/// let library = cmetrics::library()?;
/// assert_eq!(library.abi_version, 1);
/// # Ok::<(), cmetrics::Error>(())
/// ```
pub fn library() -> Result<LibraryInfo, Error> {
    let loaded = Client::this_program().load()?;
    Ok(LibraryInfo {
        path: loaded.path().to_owned(),
        semver: loaded.semver().to_owned(),
        abi_version: loaded.version(),
        origin: loaded.origin(),
    })
}

/// Looks for the library on behalf of `asker`. A success is remembered by the loader, a failure never is.
pub(crate) fn load(asker: &Asker<'_>) -> Result<Loaded, Error> {
    cmetrics_loader::load(asker).map_err(error_of)
}

/// The copy that is linked into this program, where there is one.
pub(crate) const fn embedded() -> Option<cmetrics_interface::GetApi> {
    #[cfg(feature = "embedded")]
    {
        Some(cmetrics_impl::get_api)
    }
    #[cfg(not(feature = "embedded"))]
    {
        None
    }
}

fn error_of(err: LoadError) -> Error {
    let code = ErrorCode::from_raw(err.status());
    let error = Error::new(code, err.to_string()).with_category(Category::FixEnvironment);
    let error = match err.hint() {
        "" => error,
        hint => error.with_hint(hint),
    };
    error.with_source(err)
}

/// Handles that were made before the library was found: what they are told goes nowhere.
static NOOP_HANDLES: AtomicU64 = AtomicU64::new(0);

/// Counts a metric handle that `api` gave out, if it is a no-op.
pub(crate) fn count_handle(api: Api) {
    if api.is_noop() {
        // Relaxed: the count publishes nothing but itself.
        NOOP_HANDLES.fetch_add(1, Ordering::Relaxed);
    }
}

/// Tells the library, once it is there, how many handles were made before it, and warns of them once.
pub(crate) fn report_noop_handles(api: Api, client: *mut cmetrics_interface::v1::Client) {
    // Relaxed: the count publishes nothing but itself. The load keeps the usual case free of a write.
    if api.is_noop() || NOOP_HANDLES.load(Ordering::Relaxed) == 0 {
        return;
    }
    let handles = NOOP_HANDLES.swap(0, Ordering::Relaxed);
    if handles == 0 {
        return;
    }
    // SAFETY: the client is the caller's and live; the table is the one that made it.
    unsafe { (api.client().noop_handles)(api.raw(), client, handles) };
    log_once::warn("noop handles", || {
        format!(
            "{handles} metrics were made before the library was found: their updates go nowhere (hint: make them again, \
             or see that the library is found at the start)"
        )
    });
}

/// Logs, once for each distinct message, why there is no library.
pub(crate) fn warn_unavailable(err: &Error) {
    log_once::warn(&format!("unavailable {err}"), || format!("no metrics are kept: {err}"));
}

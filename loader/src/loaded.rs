// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::mem::offset_of;

use cmetrics_interface::v1::ApiV1;
use cmetrics_interface::{GetApi, NEWEST};

use crate::complete::{complete, pointer, Completed, HEAD};
use crate::negotiate::Range;
use crate::provider::Provider;
use crate::{noop, Origin};

/// A library that was found, or the no-op table that stands in for it because `CMETRICS_DISABLE` is set. It lives as
/// long as the process.
///
/// ```
/// use cmetrics_loader::{load, Asker, Origin};
///
/// match load(&Asker::new("my-program")) {
///     Ok(loaded) => println!("{} ({}), by: {}", loaded.path(), loaded.semver(), loaded.origin()),
///     Err(error) => eprintln!("{error}"),
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Loaded(&'static Details);

#[derive(Debug)]
struct Details {
    api: &'static ApiV1,
    given: ApiV1,
    version: u32,
    origin: Origin,
    path: String,
    semver: String,
    /// The entry, and the versions that it serves; none for the no-op table.
    source: Option<(GetApi, Range)>,
}

impl Loaded {
    /// # Safety
    /// `provider` came of `provider::settle`, and its module is pinned.
    pub(crate) unsafe fn new(provider: Provider, origin: Origin) -> Loaded {
        // SAFETY: promised by the caller.
        let Completed { given, api } = unsafe { complete(provider.api) };
        Loaded(Box::leak(Box::new(Details {
            api,
            given,
            version: provider.version,
            origin,
            path: provider.path,
            semver: provider.semver,
            source: Some((provider.get_api, provider.offered)),
        })))
    }

    /// The same library at another version. `None` for the no-op table.
    ///
    /// # Safety
    /// `api` is the library's table for `version`.
    pub(crate) unsafe fn again(&self, version: u32, api: *const ApiV1) -> Loaded {
        // SAFETY: promised by the caller.
        let Completed { given, api } = unsafe { complete(api) };
        let Details { origin, path, semver, source, .. } = self.0;
        let (path, semver) = (path.clone(), semver.clone());
        Loaded(Box::leak(Box::new(Details { api, given, version, origin: *origin, path, semver, source: *source })))
    }

    pub(crate) fn disabled() -> Loaded {
        static DETAILS: std::sync::LazyLock<Details> = std::sync::LazyLock::new(|| Details {
            api: noop(),
            given: *noop(),
            version: NEWEST,
            origin: Origin::Disabled,
            path: String::new(),
            semver: String::new(),
            source: None,
        });
        Loaded(&DETAILS)
    }

    pub(crate) fn source(&self) -> Option<(GetApi, Range)> {
        self.0.source
    }

    /// The table to call. No pointer in it is NULL: where the library has less than version 1 has, stubs answer
    /// UNSUPPORTED, 0 or nothing.
    pub fn api(&self) -> &'static ApiV1 {
        self.0.api
    }

    /// The ABI version that was agreed on: the newest that both the asker and the library know.
    pub fn version(&self) -> u32 {
        self.0.version
    }

    /// By which step it was found.
    pub fn origin(&self) -> Origin {
        self.0.origin
    }

    /// The file of the copy that provides for this process. That is the one that was found, unless another copy had been
    /// elected before or won the election. Empty for the no-op table.
    pub fn path(&self) -> &'static str {
        &self.0.path
    }

    /// The package version of that copy. Empty for the no-op table.
    pub fn semver(&self) -> &'static str {
        &self.0.semver
    }

    /// Whether the library itself has a slot: `false` where a stub stands in. `vtable` is the vtable's offset in
    /// [`ApiV1`], `slot` the slot's offset in the vtable; what is no such offset is not provided.
    ///
    /// ```
    /// # use cmetrics_loader::{load, Asker};
    /// use cmetrics_interface::v1::{ApiV1, RegistryV1};
    /// use std::mem::offset_of;
    ///
    /// if let Ok(loaded) = load(&Asker::new("my-program")) {
    ///     if loaded.provides(offset_of!(ApiV1, registry), offset_of!(RegistryV1, limit_series)) {
    ///         println!("series can be limited");
    ///     }
    /// }
    /// ```
    pub fn provides(&self, vtable: usize, slot: usize) -> bool {
        let is_pointer = |offset: usize| offset >= HEAD && offset.is_multiple_of(size_of::<usize>());
        if !is_pointer(vtable) || !is_pointer(slot) || vtable > offset_of!(ApiV1, error) {
            return false;
        }
        // SAFETY: `given` has all of ApiV1, whose pointers are to vtables of the library or NULL; `pointer` checks the
        // vtable's own size.
        unsafe {
            let vtable = (&raw const self.0.given).byte_add(vtable).cast::<*const u32>().read();
            !pointer(vtable, slot).is_null()
        }
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::ffi::c_void;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::{fmt, ptr};

use cmetrics_interface::v1::{self, RegistryDesc};
use cmetrics_interface::{self as abi, Status};

use crate::client::Opened;
use crate::error::call;
use crate::ffi::{self, Api};
use crate::{library, Client, Error, ErrorCode, MetricKind};

/// A node in the tree of names and default labels. What is made in it gets its prefix and its labels, and those of the
/// registries above.
///
/// The tree owns its registries and metrics: dropping a handle removes nothing. A clone is the same registry.
///
/// ```
/// let reg = cmetrics::Registry::isolated(); // in a program: cmetrics::root()
/// let engine = reg.child("vllm").label("engine", "0").get();
/// engine.counter("requests").help("Requests that came in").get().inc();
/// let report = reg.render()?;
/// assert_eq!(report.lines().last(), Some(r#"vllm_requests_total{engine="0"} 1"#));
/// # Ok::<(), cmetrics::Error>(())
/// ```
pub struct Registry {
    api: Api,
    raw: *mut v1::Registry,
    /// Whose creations these are; nobody's where there is no library.
    owner: Option<Arc<Opened>>,
}

// SAFETY: registries may be used from any thread (interface, `RegistryV1`: every slot is any-thread).
unsafe impl Send for Registry {}
// SAFETY: as for Send.
unsafe impl Sync for Registry {}

/// What a registry adds to names and labels, with all that is above it.
///
/// ```
/// let reg = cmetrics::Registry::isolated().child("dynamo").get().child("component").label("name", "backend").get();
/// let info = reg.describe()?;
/// assert_eq!(info.prefix, "dynamo_component");
/// assert_eq!(info.labels, [("name".to_owned(), "backend".to_owned())]);
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistryInfo {
    /// Every prefix from the root down, joined.
    pub prefix: String,
    /// Every default label, merged.
    pub labels: Vec<(String, String)>,
}

impl Registry {
    /// A new root of its own, for tests: nothing in it shows in the process's report. It lives while any of its
    /// registries does. Never fails, as [`root`](crate::root).
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.counter("requests").get().inc();
    /// assert_ne!(reg, cmetrics::Registry::isolated());
    /// ```
    pub fn isolated() -> Registry {
        Client::this_program().isolated()
    }

    /// A new root of its own, for tests.
    ///
    /// # Errors
    ///
    /// Those of [`try_root`](crate::try_root).
    ///
    /// ```
    /// let reg = cmetrics::Registry::try_isolated()?;
    /// reg.counter("requests").try_get()?.inc();
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn try_isolated() -> Result<Registry, Error> {
        Client::this_program().try_isolated()
    }

    /// Its number, never reused in this process; 0 where no library was found. Registries are equal if it is.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// assert_eq!(reg.child("a").get().id(), reg.child("a").get().id());
    /// assert_ne!(reg.child("a").get().id(), reg.child("b").get().id());
    /// ```
    pub fn id(&self) -> u64 {
        // SAFETY: the registry is live while `self` holds its reference.
        unsafe { (self.api.registry().id)(self.raw) }
    }

    /// The full prefix and the merged labels, which a metric made here gets.
    ///
    /// # Errors
    ///
    /// None that a program can cause.
    ///
    /// ```
    /// let info = cmetrics::Registry::isolated().child("vllm:").get().describe()?;
    /// assert_eq!(info.prefix, "vllm:");
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn describe(&self) -> Result<RegistryInfo, Error> {
        unsafe extern "C" fn hear(user: *mut c_void, desc: *const RegistryDesc) -> Status {
            // SAFETY: `user` is the info below, and the library lends `desc` for this call.
            let (info, desc) = unsafe { (&mut *user.cast::<RegistryInfo>(), &*desc) };
            // SAFETY: as above: the texts are lent with `desc`.
            unsafe {
                info.prefix = ffi::copy_text(desc.prefix);
                info.labels = ffi::copy_labels(desc.labels, desc.n_labels);
            }
            abi::OK
        }
        let mut info = RegistryInfo { prefix: String::new(), labels: Vec::new() };
        // SAFETY: the registry is live; `info` outlives the call, and nothing else uses it meanwhile.
        match unsafe { (self.api.registry().describe)(self.raw, Some(hear), ffi::user_of(&mut info)) } {
            abi::OK => Ok(info),
            status => Err(Error::new(ErrorCode::from_raw(status), "describing a registry: the library refused")),
        }
    }

    /// Takes a metric out of this registry. It leaves the report when the last registry through which it was made has
    /// let it go, and is detached for good then: old handles update it unseen, and making it again starts a new series
    /// at zero.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) if it was not made through this registry.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let requests = reg.counter("requests").get();
    /// reg.remove_metric(&requests)?;
    /// assert!(!requests.is_attached());
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn remove_metric<K: MetricKind>(&self, metric: &K) -> Result<(), Error> {
        let metric = metric.as_metric();
        call(self.api, "removing a metric", |error| {
            // SAFETY: both are live while `self` and `metric` hold their references.
            unsafe { (self.api.registry().remove_metric)(self.raw, metric.handle().raw(), error) }
        })
    }

    /// Removes this registry with all below it: metrics as by [`remove_metric`](Registry::remove_metric), collectors as
    /// by [`Collector::remove`](crate::Collector::remove), which waits for those that run.
    ///
    /// # Errors
    ///
    /// [`is_invalid_argument`](Error::is_invalid_argument) on a root.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let engine = reg.child("vllm").get();
    /// engine.counter("requests").get().inc();
    /// engine.remove()?;
    /// assert_eq!(reg.render()?, "");
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn remove(&self) -> Result<(), Error> {
        call(self.api, "removing a registry", |error| {
            // SAFETY: the registry is live while `self` holds its reference.
            unsafe { (self.api.registry().remove)(self.raw, error) }
        })
    }

    /// Sets every metric of this registry and below to zero, one after the other: for a forked child that does not want
    /// its parent's counts.
    ///
    /// # Errors
    ///
    /// [`is_gone`](Error::is_gone) if the registry was removed.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let requests = reg.counter("requests").get();
    /// requests.inc();
    /// reg.reset()?;
    /// assert_eq!(requests.value(), 0);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn reset(&self) -> Result<(), Error> {
        call(self.api, "resetting a registry", |error| {
            // SAFETY: the registry is live while `self` holds its reference.
            unsafe { (self.api.registry().reset)(self.raw, error) }
        })
    }

    /// Caps the series of every family of this root, for what is made from now on; `None` is without limit, the
    /// default.
    ///
    /// # Errors
    ///
    /// [`is_invalid_argument`](Error::is_invalid_argument) on a registry that is no root, and for `Some(0)`.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.limit_series(Some(1))?;
    /// reg.counter("requests").label("user", "a").try_get()?;
    /// assert!(reg.counter("requests").label("user", "b").try_get().unwrap_err().is_limit());
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn limit_series(&self, per_family: Option<u64>) -> Result<(), Error> {
        if per_family == Some(0) {
            let message = "limiting the series of a family to 0: nothing could be made";
            return Err(Error::new(ErrorCode::InvalidArgument, message).with_hint("use None for no limit"));
        }
        call(self.api, "limiting series", |error| {
            // SAFETY: the registry is live while `self` holds its reference.
            unsafe { (self.api.registry().limit_series)(self.raw, per_family.unwrap_or(0), error) }
        })
    }

    /// The root of this process, or the one that this thread entered last.
    pub(crate) fn root_of(owner: &Arc<Opened>) -> Registry {
        let api = owner.api;
        // SAFETY: `root` takes the table it was read from.
        let raw = unsafe { (api.registry().root)(api.raw()) };
        #[cfg(feature = "testing")]
        let api = crate::testing::api_of(api, raw);
        // SAFETY: the slot gave a reference that is ours; a recorder's table has the library's handles.
        unsafe { Registry::own(api, raw, Some(Arc::clone(owner))) }
    }

    pub(crate) fn isolated_of(owner: &Arc<Opened>) -> Result<Registry, Error> {
        let api = owner.api;
        let desc = RegistryDesc {
            struct_size: ffi::size_of::<RegistryDesc>(),
            flags: 0,
            prefix: abi::Text::ABSENT,
            labels: ptr::null(),
            n_labels: 0,
            owner: owner.raw,
        };
        let mut raw = ptr::null_mut();
        call(api, "making an isolated root", |error| {
            // SAFETY: the desc is there for the call, and its owner is live.
            unsafe { (api.registry().isolated)(api.raw(), &desc, &mut raw, error) }
        })?;
        // SAFETY: the slot succeeded, so that `raw` is a registry of this table with a reference that is ours.
        Ok(unsafe { Registry::own(api, raw, Some(Arc::clone(owner))) })
    }

    /// The registry that keeps nothing.
    pub(crate) fn noop() -> Registry {
        let api = Api::noop();
        // SAFETY: as in `root_of`.
        unsafe { Registry::own(api, (api.registry().root)(api.raw()), None) }
    }

    /// The registry that keeps nothing, with a warning why.
    pub(crate) fn noop_after(err: &Error) -> Registry {
        library::warn_unavailable(err);
        Registry::noop()
    }

    /// Takes over one reference.
    ///
    /// # Safety
    ///
    /// `raw` is a registry of `api`'s with a reference that the caller gives up.
    pub(crate) unsafe fn own(api: Api, raw: *mut v1::Registry, owner: Option<Arc<Opened>>) -> Registry {
        Registry { api, raw, owner }
    }

    /// The same registry on another table that understands its handle.
    #[cfg(feature = "testing")]
    pub(crate) fn on(&self, api: Api) -> Registry {
        let mut registry = self.clone();
        registry.api = api;
        registry
    }

    pub(crate) fn api(&self) -> Api {
        self.api
    }

    /// Live while `self` is.
    pub(crate) fn raw(&self) -> *mut v1::Registry {
        self.raw
    }

    pub(crate) fn owner(&self) -> Option<Arc<Opened>> {
        self.owner.clone()
    }

    pub(crate) fn owner_raw(&self) -> *mut v1::Client {
        self.owner.as_ref().map_or(ptr::null_mut(), |owner| owner.raw)
    }

    pub(crate) fn is_noop(&self) -> bool {
        self.api.is_noop()
    }
}

impl Clone for Registry {
    fn clone(&self) -> Registry {
        // SAFETY: the registry is live while `self` holds its reference; the new reference is the clone's.
        unsafe { (self.api.registry().retain)(self.raw) };
        Registry { api: self.api, raw: self.raw, owner: self.owner.clone() }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // SAFETY: this gives back the one reference that `self` holds.
        unsafe { (self.api.registry().release)(self.raw) };
    }
}

impl PartialEq for Registry {
    fn eq(&self, other: &Registry) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Registry {}

impl Hash for Registry {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Registry");
        out.field("id", &self.id());
        if let Ok(RegistryInfo { prefix, labels }) = self.describe() {
            out.field("prefix", &prefix).field("labels", &labels);
        }
        out.finish()
    }
}

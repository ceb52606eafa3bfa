// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::hash::{Hash, Hasher};
use std::{fmt, ptr};

use cmetrics_interface::v1;

use crate::ffi::Api;
use crate::snapshot;
use crate::spec::Spec;
use crate::{
    Counter, DurationCounter, DurationGauge, Error, FloatCounter, FloatGauge, IntCounter, IntGauge, Kind, MetricInfo,
    Registry,
};

/// A metric of any kind: what the handles of all kinds have in common.
///
/// Programs use the typed handles; this one is for bindings and for code that learns the kind at run time, with
/// [`Registry::metric`](crate::Registry::metric).
///
/// ```
/// use cmetrics::{Kind, Registry};
///
/// let reg = Registry::isolated();
/// let metric = reg.metric(Kind::IntGauge, "queue_depth").help("Requests that wait").get();
/// assert_eq!(metric.kind(), Kind::IntGauge);
/// metric.into_int_gauge().unwrap().set(3);
/// assert_eq!(reg.int_gauge("queue_depth").get().value(), 3);
/// ```
#[derive(Clone)]
pub struct Metric {
    handle: Handle,
    kind: Kind,
}

impl Metric {
    pub(crate) fn new(handle: Handle, kind: Kind) -> Metric {
        Metric { handle, kind }
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    pub(crate) fn into_handle(self) -> Handle {
        self.handle
    }

    /// What kind of metric it is.
    ///
    /// ```
    /// let metric = cmetrics::Registry::isolated().counter("requests").get().as_metric();
    /// assert_eq!(metric.kind(), cmetrics::Kind::Counter);
    /// ```
    #[inline]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its number, never reused in this process; 0 where no library was found.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// assert_eq!(reg.counter("requests").get().id(), reg.counter("requests").get().as_metric().id());
    /// ```
    #[inline]
    pub fn id(&self) -> u64 {
        self.handle.id()
    }

    /// Whether reports show it: false once it was removed or its root is gone, and from the start where creating it
    /// failed.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let metric = reg.counter("requests").get().as_metric();
    /// assert!(metric.is_attached());
    /// drop(reg);
    /// assert!(!metric.is_attached());
    /// ```
    #[inline]
    pub fn is_attached(&self) -> bool {
        self.handle.is_attached()
    }

    /// Its family, labels and values as they are now.
    ///
    /// # Errors
    ///
    /// None that a program can cause; [`ErrorCode::Unavailable`](crate::ErrorCode::Unavailable) where no library was
    /// found.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let metric = reg.counter("requests").label("model", "llama").get().as_metric();
    /// let info = metric.describe()?;
    /// assert_eq!(info.family.name, "requests_total");
    /// assert_eq!(info.labels, [("model".to_owned(), "llama".to_owned())]);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn describe(&self) -> Result<MetricInfo, Error> {
        self.handle.describe()
    }
}

macro_rules! into_kind {
    ($($method:ident $name:ident;)*) => {
        impl Metric {
            $(
                #[doc = concat!("This metric as a [`", stringify!($name), "`], if it is one.")]
                ///
                /// ```
                /// # use cmetrics::{Kind, Registry};
                /// # let reg = Registry::isolated();
                #[doc = concat!("let metric = reg.metric(Kind::", stringify!($name), ", \"it\").get();")]
                #[doc = concat!("assert!(metric.", stringify!($method), "().is_some());")]
                /// ```
                pub fn $method(self) -> Option<$name> {
                    (self.kind == Kind::$name).then(|| $name::new(self.handle))
                }
            )*
        }
    };
}

into_kind! {
    into_counter Counter;
    into_int_counter IntCounter;
    into_float_counter FloatCounter;
    into_duration_counter DurationCounter;
    into_int_gauge IntGauge;
    into_float_gauge FloatGauge;
    into_duration_gauge DurationGauge;
}

impl PartialEq for Metric {
    fn eq(&self, other: &Metric) -> bool {
        self.handle == other.handle
    }
}

impl Eq for Metric {}

impl Hash for Metric {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.handle.hash(state);
    }
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.handle.fmt_as("Metric", f)
    }
}

/// A reference to a metric, and the table that it came from. What every handle is made of.
pub(crate) struct Handle {
    api: Api,
    raw: *mut v1::Metric,
}

// SAFETY: every slot that takes a metric is any-thread (interface, `MetricV1` and the vtables of the kinds).
unsafe impl Send for Handle {}
// SAFETY: as for Send.
unsafe impl Sync for Handle {}

impl Handle {
    /// Takes over one reference.
    ///
    /// # Safety
    ///
    /// `raw` is NULL or a metric of `api`'s with a reference that the caller gives up.
    pub(crate) unsafe fn own(api: Api, raw: *mut v1::Metric) -> Handle {
        Handle { api, raw }
    }

    /// A metric that keeps nothing.
    pub(crate) fn noop(kind: Kind) -> Handle {
        let (api, registry) = (Api::noop(), Registry::noop());
        let desc = Spec::new(kind, "noop".into()).desc(&[], ptr::null_mut(), 0);
        let mut raw = ptr::null_mut();
        // SAFETY: the registry is live and the desc is there for the call; nobody asks for the error.
        unsafe { (api.registry().metric)(registry.raw(), &desc, &mut raw, ptr::null_mut()) };
        // SAFETY: `raw` is a metric of the no-op table with a reference that is ours, or NULL, which takes updates too.
        unsafe { Handle::own(api, raw) }
    }

    #[inline]
    pub(crate) fn api(&self) -> Api {
        self.api
    }

    /// The metric, to be cast to what its kind is called in a vtable. Live while `self` is.
    #[inline]
    pub(crate) fn raw<T>(&self) -> *mut T {
        self.raw.cast()
    }

    #[inline]
    pub(crate) fn id(&self) -> u64 {
        // SAFETY: the metric is live while `self` holds its reference.
        unsafe { (self.api.metric().id)(self.raw) }
    }

    #[inline]
    pub(crate) fn is_attached(&self) -> bool {
        // SAFETY: as in `id`.
        unsafe { (self.api.metric().attached)(self.raw) != 0 }
    }

    /// Counts an amount that this crate dropped, for one of the reasons `REFUSED_…`.
    pub(crate) fn refuse(&self, reason: i32) {
        // SAFETY: as in `id`.
        unsafe { (self.api.metric().refuse)(self.raw, reason) };
    }

    pub(crate) fn describe(&self) -> Result<MetricInfo, Error> {
        snapshot::describe(self)
    }

    /// `Name(family{label="value"} 3)`: what people look for when they print a handle.
    pub(crate) fn fmt_as(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.describe() {
            Ok(info) => write!(f, "{name}({info})"),
            Err(_) => write!(f, "{name}(no-op)"),
        }
    }
}

impl Clone for Handle {
    fn clone(&self) -> Handle {
        // SAFETY: the metric is live while `self` holds its reference; the new reference is the clone's.
        unsafe { (self.api.metric().retain)(self.raw) };
        Handle { api: self.api, raw: self.raw }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: this gives back the one reference that `self` holds.
        unsafe { (self.api.metric().release)(self.raw) };
    }
}

/// Equal pointers are the same metric while both are held, and both are. (Ids would do as well, but no-op metrics have
/// none.)
impl PartialEq for Handle {
    fn eq(&self, other: &Handle) -> bool {
        ptr::eq(self.raw, other.raw)
    }
}

impl Eq for Handle {}

impl Hash for Handle {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

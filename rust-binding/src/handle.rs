// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the handles of the seven kinds share.

use crate::Metric;

/// A type of metric handle: the seven kinds, and [`Metric`]. What registries make and families hold.
///
/// It is sealed: kinds come from the library.
///
/// ```
/// fn is_shown<K: cmetrics::MetricKind>(handle: &K) -> bool {
///     handle.as_metric().is_attached()
/// }
///
/// let reg = cmetrics::Registry::isolated();
/// assert!(is_shown(&reg.counter("requests").get()));
/// assert!(is_shown(&reg.float_gauge("load").get()));
/// ```
pub trait MetricKind: sealed::Sealed + Clone + Send + Sync + 'static {
    /// The same metric as a handle for any kind.
    ///
    /// ```
    /// use cmetrics::MetricKind;
    ///
    /// let counter = cmetrics::Registry::isolated().counter("requests").get();
    /// assert_eq!(MetricKind::as_metric(&counter).id(), counter.id());
    /// ```
    fn as_metric(&self) -> Metric;
}

pub(crate) mod sealed {
    use crate::Metric;

    /// Makes a typed handle of a metric that is of its kind.
    pub trait Sealed: Sized {
        fn from_metric(metric: Metric) -> Self;

        /// Whether reports show it.
        fn is_shown(&self) -> bool;
    }
}

impl MetricKind for Metric {
    fn as_metric(&self) -> Metric {
        self.clone()
    }
}

impl sealed::Sealed for Metric {
    fn from_metric(metric: Metric) -> Metric {
        metric
    }

    #[inline]
    fn is_shown(&self) -> bool {
        self.is_attached()
    }
}

/// Gives a type `{vtable, handle}` what all kinds have: identity, description, and the way to and from [`Metric`].
macro_rules! handle {
    ($name:ident, $make:ident) => {
        impl $name {
            /// Wraps a metric of this kind.
            pub(crate) fn new(handle: $crate::metric::Handle) -> $name {
                $name { vtable: handle.api().$make(), handle }
            }

            /// Its number, never reused in this process; 0 where no library was found.
            ///
            /// ```
            /// let reg = cmetrics::Registry::isolated();
            #[doc = concat!("let first = reg.", stringify!($make), "(\"first\").get();")]
            #[doc = concat!("assert_eq!(first.id(), reg.", stringify!($make), "(\"first\").get().id());")]
            #[doc = concat!("assert_ne!(first.id(), reg.", stringify!($make), "(\"second\").get().id());")]
            /// ```
            #[inline]
            pub fn id(&self) -> u64 {
                self.handle.id()
            }

            #[doc = concat!("[`Kind::", stringify!($name), "`](crate::Kind::", stringify!($name), ").")]
            ///
            /// ```
            #[doc = concat!("let metric = cmetrics::Registry::isolated().", stringify!($make), "(\"it\").get();")]
            #[doc = concat!("assert_eq!(metric.kind(), cmetrics::Kind::", stringify!($name), ");")]
            /// ```
            #[inline]
            pub fn kind(&self) -> $crate::Kind {
                $crate::Kind::$name
            }

            /// Whether reports show it: false once it was removed or its root is gone, and from the start where
            /// creating it failed. Updates are taken all the same.
            ///
            /// ```
            /// let reg = cmetrics::Registry::isolated();
            #[doc = concat!("let metric = reg.", stringify!($make), "(\"it\").get();")]
            /// assert!(metric.is_attached());
            /// reg.remove_metric(&metric)?;
            /// assert!(!metric.is_attached());
            /// # Ok::<(), cmetrics::Error>(())
            /// ```
            #[inline]
            pub fn is_attached(&self) -> bool {
                self.handle.is_attached()
            }

            /// Its family, labels and values as they are now.
            ///
            /// # Errors
            ///
            /// None that a program can cause; [`ErrorCode::Unavailable`](crate::ErrorCode::Unavailable) where no
            /// library was found.
            ///
            /// ```
            /// let reg = cmetrics::Registry::isolated();
            #[doc = concat!("let metric = reg.", stringify!($make), "(\"it\").label(\"model\", \"llama\").get();")]
            /// assert_eq!(metric.describe()?.labels[0].1, "llama");
            /// # Ok::<(), cmetrics::Error>(())
            /// ```
            pub fn describe(&self) -> Result<$crate::MetricInfo, $crate::Error> {
                self.handle.describe()
            }

            /// The same metric as a handle for any kind.
            ///
            /// ```
            #[doc = concat!("let typed = cmetrics::Registry::isolated().", stringify!($make), "(\"it\").get();")]
            #[doc = concat!("let again = typed.as_metric().into_", stringify!($make), "().unwrap();")]
            /// assert_eq!(typed, again);
            /// ```
            pub fn as_metric(&self) -> $crate::Metric {
                $crate::Metric::new(self.handle.clone(), $crate::Kind::$name)
            }
        }

        impl $crate::MetricKind for $name {
            fn as_metric(&self) -> $crate::Metric {
                $name::as_metric(self)
            }
        }

        impl $crate::handle::sealed::Sealed for $name {
            fn from_metric(metric: $crate::Metric) -> $name {
                debug_assert_eq!(metric.kind(), $crate::Kind::$name);
                $name::new(metric.into_handle())
            }

            #[inline]
            fn is_shown(&self) -> bool {
                self.handle.is_attached()
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &$name) -> bool {
                self.handle == other.handle
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.handle.hash(state);
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.handle.fmt_as(stringify!($name), f)
            }
        }
    };
}

pub(crate) use handle;

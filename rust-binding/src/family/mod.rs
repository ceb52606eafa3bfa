// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

mod cache;
mod key;
mod member;
mod pins;
mod sync;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use cmetrics_interface::{Label, Text};

use crate::builder::warn_detached;
use crate::metric::Handle;
use crate::spec::Spec;
use crate::{Error, ErrorCode, LabelValues, Metric, MetricKind, Registry, DYNAMIC};

use cache::Cache;
pub use member::Member;

/// Metrics of one name that differ in the values of the same labels: errors by type, requests by method and code.
///
/// `N` is the number of labels, checked by the compiler, where the names were an array. Where they were a slice or a
/// vector, `N` is [`DYNAMIC`], the default, and the number of values is checked at run time.
///
/// Handles are remembered: [`with`](Family::with) is a look-up without a lock or an allocation, and threads do not disturb
/// each other. Where the values are known beforehand, keep the handle: `errors.with(["io"]).clone()`.
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// let errors = reg.counter_family("errors", ["error_type"]).help("Failures").get();
/// errors.with(["generate"]).inc();
/// errors.with(["route"]).add(2);
/// assert!(reg.render()?.ends_with("errors_total{error_type=\"generate\"} 1\nerrors_total{error_type=\"route\"} 2\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
///
/// A wrong number of values does not compile:
///
/// ```compile_fail
/// let errors = cmetrics::Registry::isolated().counter_family("errors", ["error_type"]).get();
/// errors.with(["generate", "route"]).inc();
/// ```
///
/// A clone is the same family.
pub struct Family<K, const N: usize = DYNAMIC> {
    inner: Arc<Inner<K>>,
}

struct Inner<K> {
    registry: Registry,
    spec: Spec<'static>,
    label_names: Vec<String>,
    cache: Cache<K>,
}

#[expect(clippy::needless_pass_by_value, reason = "`with([\"GET\", \"200\"])` reads better than with `&[…]`")]
impl<K: MetricKind, const N: usize> Family<K, N> {
    pub(crate) fn new(registry: Registry, spec: Spec<'static>, label_names: Vec<String>) -> Self {
        Family { inner: Arc::new(Inner { registry, spec, label_names, cache: Cache::new() }) }
    }

    /// The metric of these label values, made if it is not there. Never fails: where
    /// [`try_with`](Family::try_with) would, this logs one warning for each name and reason and gives a handle whose
    /// updates no report shows.
    ///
    /// ```
    /// let errors = cmetrics::Registry::isolated().counter_family("errors", ["error_type"]).get();
    /// errors.with(["generate"]).inc();
    /// assert_eq!(errors.with(["generate"]).value(), 1);
    /// ```
    #[inline]
    pub fn with(&self, values: impl LabelValues<N>) -> Member<'_, K> {
        let values = values.as_values();
        match self.inner.cache.get(values, self.usable()) {
            Some(member) => member,
            None => self.make(values),
        }
    }

    #[cold]
    fn make<V: AsRef<str>>(&self, values: &[V]) -> Member<'_, K> {
        let Inner { registry, spec, cache, .. } = &*self.inner;
        if let Some(member) = cache.search(values, self.usable()) {
            return member;
        }
        if let Err(err) = self.check(values) {
            warn_detached(&spec.name, &err);
            return Member::own(K::from_metric(Metric::new(Handle::noop(spec.kind), spec.kind)));
        }
        self.remember(values, registry.get_metric(spec, &self.labels(values)))
    }

    /// The metric of these label values, made if it is not there.
    ///
    /// # Errors
    ///
    /// Those of [`MetricBuilder::try_get`](crate::MetricBuilder::try_get), and
    /// [`is_invalid_argument`](Error::is_invalid_argument) for a wrong number of values, naming the family and its labels.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let errors = reg.counter_family("errors", vec!["error_type", "model"]).get();
    /// let err = errors.try_with(vec!["generate"]).unwrap_err();
    /// assert!(err.to_string().contains("error_type, model"), "{err}");
    /// ```
    #[inline]
    pub fn try_with(&self, values: impl LabelValues<N>) -> Result<Member<'_, K>, Error> {
        let values = values.as_values();
        match self.inner.cache.get(values, self.usable()) {
            Some(member) => Ok(member),
            None => self.try_make(values),
        }
    }

    #[cold]
    fn try_make<V: AsRef<str>>(&self, values: &[V]) -> Result<Member<'_, K>, Error> {
        let Inner { registry, spec, cache, .. } = &*self.inner;
        if let Some(member) = cache.search(values, self.usable()) {
            return Ok(member);
        }
        self.check(values)?;
        Ok(self.remember(values, registry.try_get_metric(spec, &self.labels(values))?))
    }

    /// Takes the metric of these label values out of the registry. It leaves the report; asking for it again starts a
    /// new series at zero.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](Error::is_not_found) if there is none, [`is_invalid_argument`](Error::is_invalid_argument) for
    /// a wrong number of values.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let sessions = reg.int_gauge_family("sessions", ["user"]).get();
    /// sessions.with(["ada"]).inc();
    /// sessions.remove(["ada"])?;
    /// assert_eq!(reg.render()?, "");
    /// assert_eq!(sessions.with(["ada"]).value(), 0);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn remove(&self, values: impl LabelValues<N>) -> Result<(), Error> {
        let Inner { registry, spec, cache, label_names, .. } = &*self.inner;
        let values = values.as_values();
        self.check(values)?;
        match registry.find_metric::<K>(spec, &self.labels(values))? {
            Some(handle) => {
                registry.remove_metric(&handle)?;
                cache.removed(self.usable());
                Ok(())
            }
            None => {
                let values: Vec<_> =
                    label_names.iter().zip(values).map(|(n, v)| format!("{n}={:?}", v.as_ref())).collect();
                let message = format!("removing from the family {:?}: it has no {}", spec.name, values.join(", "));
                Err(Error::new(ErrorCode::NotFound, message).with_subject(&*spec.name))
            }
        }
    }

    /// The names of the labels, in the order of the values.
    ///
    /// ```
    /// let http = cmetrics::Registry::isolated().counter_family("http", ["method", "code"]).get();
    /// assert_eq!(http.label_names(), ["method", "code"]);
    /// ```
    pub fn label_names(&self) -> &[String] {
        &self.inner.label_names
    }

    /// Whether a handle that was made before is the one to use now: it is, unless it was removed. (Nothing attaches a
    /// no-op one.)
    #[inline]
    fn usable(&self) -> impl Fn(&K) -> bool + '_ {
        |handle| handle.is_shown() || self.inner.registry.is_noop()
    }

    /// Keeps a handle, unless it is detached: the next call tries again then.
    fn remember<V: AsRef<str>>(&self, values: &[V], handle: K) -> Member<'_, K> {
        if self.usable()(&handle) {
            self.inner.cache.insert(values, handle.clone(), self.usable());
        }
        Member::own(handle)
    }

    fn labels<'a, V: AsRef<str>>(&'a self, values: &'a [V]) -> Vec<Label> {
        let own = self.inner.label_names.iter().zip(values);
        let lent = own.map(|(key, value)| Label { key: Text::lend(key), value: Text::lend(value.as_ref()) });
        self.inner.spec.labels.lend_with(lent)
    }

    fn check<V>(&self, values: &[V]) -> Result<(), Error> {
        let Inner { spec, label_names, .. } = &*self.inner;
        if values.len() == label_names.len() {
            return Ok(());
        }
        let (name, got, want, names) = (&spec.name, values.len(), label_names.len(), label_names.join(", "));
        let message = format!("the family {name:?} got {got} label values and has {want} labels ({names})");
        Err(Error::new(ErrorCode::InvalidArgument, message)
            .with_subject(&**name)
            .with_hint("give one value for each label, in this order"))
    }
}

impl<K, const N: usize> Clone for Family<K, N> {
    fn clone(&self) -> Self {
        Family { inner: Arc::clone(&self.inner) }
    }
}

impl<K, const N: usize> fmt::Debug for Family<K, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { spec, label_names, .. } = &*self.inner;
        f.debug_struct("Family")
            .field("name", &spec.name)
            .field("kind", &spec.kind)
            .field("labels", label_names)
            .finish()
    }
}

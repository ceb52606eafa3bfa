// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::ptr;

use cmetrics_interface::v1::{RegistryDesc, REGISTRY_LOCKED};
use cmetrics_interface::Text;

use crate::error::call;
use crate::labels::warn_reserved;
use crate::{ffi, log_once, Error, Registry};

/// A registry in the making, below another one; see [`Registry::child`].
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// let component = reg.child("dynamo").label("component", "backend").get();
/// component.counter("requests").get().inc();
/// assert!(reg.render()?.ends_with("dynamo_requests_total{component=\"backend\"} 1\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder makes nothing until get() or try_get()"]
pub struct ChildBuilder {
    parent: Registry,
    prefix: String,
    labels: Vec<(String, String)>,
    flags: u32,
}

impl Registry {
    /// Begins a registry below this one: `prefix` joins the names in it with `_`, unless it ends in `_` or `:`. An empty
    /// prefix adds nothing; it is for labels alone.
    ///
    /// The same prefix and labels are the same child.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// assert_eq!(reg.child("vllm:").get(), reg.child("vllm:").get());
    /// reg.child("vllm:").get().counter("requests").get().inc();
    /// reg.child("").label("engine", "0").get().int_gauge("load").get().set(1);
    /// assert!(reg.render()?.contains("vllm:requests_total 1\n"));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn child(&self, prefix: impl Into<String>) -> ChildBuilder {
        ChildBuilder { parent: self.clone(), prefix: prefix.into(), labels: Vec::new(), flags: 0 }
    }
}

impl ChildBuilder {
    /// A default label of everything below.
    ///
    /// ```
    /// let engine = cmetrics::Registry::isolated().child("vllm").label("engine", "0").get();
    /// assert_eq!(engine.describe()?.labels, [("engine".to_owned(), "0".to_owned())]);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.push((key.into(), value.into()));
        self
    }

    /// Default labels of everything below.
    ///
    /// ```
    /// let engine = cmetrics::Registry::isolated().child("vllm").labels([("engine", "0"), ("model", "llama")]).get();
    /// assert_eq!(engine.describe()?.labels.len(), 2);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn labels<P, V>(mut self, labels: impl IntoIterator<Item = (P, V)>) -> Self
    where
        P: Into<String>,
        V: Into<String>,
    {
        self.labels.extend(labels.into_iter().map(|(key, value)| (key.into(), value.into())));
        self
    }

    /// Lets this registry's labels win over those of the metrics and registries below. Otherwise the more specific
    /// wins.
    ///
    /// ```
    /// let tenant = cmetrics::Registry::isolated().child("").label("tenant", "a").locked().get();
    /// let metric = tenant.counter("requests").label("tenant", "b").get();
    /// assert_eq!(metric.describe()?.labels, [("tenant".to_owned(), "a".to_owned())]);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn locked(mut self) -> Self {
        self.flags |= REGISTRY_LOCKED;
        self
    }

    /// The registry, made if it is not there. Never fails, for instrumentation must not stop a worker: where
    /// [`try_get`](ChildBuilder::try_get) would, this logs one warning for each prefix and reason, and gives a registry
    /// that no report shows.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// reg.child("not a prefix").get().counter("requests").get().inc();
    /// assert_eq!(reg.render_with(&cmetrics::ReportOptions::new().no_self())?, "");
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn get(self) -> Registry {
        let (prefix, owner) = (self.prefix.clone(), self.parent.owner());
        self.try_get().unwrap_or_else(|err| {
            log_once::warn(&format!("registry {prefix:?} {}", err.code()), || {
                format!("the registry {prefix:?} is detached, what is made in it is not reported: {err}")
            });
            owner.and_then(|owner| Registry::isolated_of(&owner).ok()).unwrap_or_else(Registry::noop)
        })
    }

    /// The registry, made if it is not there.
    ///
    /// # Errors
    ///
    /// [`is_invalid_argument`](Error::is_invalid_argument) for a prefix or label that is malformed, too long or
    /// reserved, or a label given twice; [`is_gone`](Error::is_gone) if the parent was removed or the client closed.
    ///
    /// ```
    /// let err = cmetrics::Registry::isolated().child("").label("le", "1").try_get().unwrap_err();
    /// assert!(err.is_invalid_argument());
    /// ```
    pub fn try_get(self) -> Result<Registry, Error> {
        let ChildBuilder { parent, prefix, labels, flags } = self;
        warn_reserved(labels.iter().map(|(key, _)| key.as_str()));
        let lent = ffi::lend_labels(&labels);
        let desc = RegistryDesc {
            struct_size: ffi::size_of::<RegistryDesc>(),
            flags,
            prefix: Text::lend(&prefix),
            labels: lent.as_ptr(),
            n_labels: lent.len() as u64,
            owner: parent.owner_raw(),
        };
        let mut raw = ptr::null_mut();
        call(parent.api(), "making a child registry", |error| {
            // SAFETY: the parent is live, and so are the desc and its texts for this call, which copies them.
            unsafe { (parent.api().registry().child)(parent.raw(), &desc, &mut raw, error) }
        })?;
        // SAFETY: the slot succeeded, so that `raw` is a registry of this table with a reference that is ours.
        Ok(unsafe { Registry::own(parent.api(), raw, parent.owner()) })
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::marker::PhantomData;

use crate::error::call;
use crate::ffi::Api;
use crate::{log_once, Error, Registry};

/// While it lives, [`root`](crate::root) on this thread is another root; see [`Registry::enter`].
///
/// Scopes nest, and are left in the opposite order: drop the one that was entered last first, as blocks do by themselves.
///
/// ```
/// let reg = cmetrics::Registry::isolated();
/// {
///     let _scope = reg.enter();
///     cmetrics::root().counter("requests").get().inc(); // as the code under test does
/// }
/// assert!(reg.render()?.contains("requests_total 1\n"));
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a scope that is dropped at once changes nothing: bind it to a name such as _scope"]
pub struct Scope {
    /// Where there is something to leave.
    api: Option<Api>,
    /// It belongs to its thread.
    not_send: PhantomData<*const ()>,
}

impl Registry {
    /// From now on, until the scope is dropped, [`root`](crate::root) on this thread is this registry's root: for tests
    /// of code that uses the root. Never fails: where [`try_enter`](Registry::try_enter) would, this logs a warning, and
    /// the root stays.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let _scope = reg.enter();
    /// assert_eq!(cmetrics::root(), reg);
    /// ```
    pub fn enter(&self) -> Scope {
        self.try_enter().unwrap_or_else(|err| {
            log_once::warn(&format!("scope {}", err.code()), || format!("the root of this thread stays: {err}"));
            Scope { api: None, not_send: PhantomData }
        })
    }

    /// From now on, until the scope is dropped, [`root`](crate::root) on this thread is this registry's root.
    ///
    /// # Errors
    ///
    /// [`is_gone`](Error::is_gone) if the registry was removed.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let scope = reg.child("engine").get().try_enter()?;
    /// assert_eq!(cmetrics::root(), reg);
    /// drop(scope);
    /// assert_ne!(cmetrics::root(), reg);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn try_enter(&self) -> Result<Scope, Error> {
        let api = self.api();
        call(api, "entering a scope", |error| {
            // SAFETY: the registry is live while `self` holds its reference.
            unsafe { (api.registry().scope_enter)(api.raw(), self.raw(), error) }
        })?;
        Ok(Scope { api: Some(api), not_send: PhantomData })
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        if let Some(api) = self.api {
            // SAFETY: the slot takes the table it was read from; this thread entered, for a scope never leaves it.
            unsafe { (api.registry().scope_leave)(api.raw()) };
        }
    }
}

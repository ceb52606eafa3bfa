// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::ops::Deref;

use crate::{Error, Registry, Scope};

/// An isolated root that is the [`root`](crate::root) of this thread until it is dropped, in every language: for tests
/// of code that asks for the root, plugins included.
///
/// It derefs to its [`Registry`]. Tests run side by side on threads of their own; a thread that the code under test
/// starts is outside, unless it [enters](Registry::enter) the registry too.
///
/// ```
/// use cmetrics::assert_metric;
/// use cmetrics::testing::ScopedRoot;
///
/// let before = cmetrics::root();
/// {
///     let root = ScopedRoot::new();
///     cmetrics::root().counter("requests").get().inc(); // as the code under test does
///     assert_metric!(root, "requests_total", 1);
/// }
/// assert_eq!(cmetrics::root(), before);
/// ```
#[derive(Debug)]
#[must_use = "a scope that is dropped at once changes nothing: bind it to a name"]
pub struct ScopedRoot {
    /// Left before the registry is let go.
    _scope: Scope,
    registry: Registry,
}

impl ScopedRoot {
    /// Makes the root and enters it.
    ///
    /// # Panics
    ///
    /// If there is no library: a test that sees nothing must not pass.
    ///
    /// ```
    /// let root = cmetrics::testing::ScopedRoot::new();
    /// assert_eq!(cmetrics::root(), *root);
    /// ```
    #[track_caller]
    #[expect(clippy::new_without_default, reason = "a default must not change a thread's root")]
    pub fn new() -> ScopedRoot {
        match ScopedRoot::try_new() {
            Ok(scoped) => scoped,
            Err(err) => panic!("{err}"),
        }
    }

    /// Makes the root and enters it.
    ///
    /// # Errors
    ///
    /// Those of [`try_root`](crate::try_root).
    ///
    /// ```
    /// let root = cmetrics::testing::ScopedRoot::try_new()?;
    /// assert_eq!(cmetrics::root(), *root);
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn try_new() -> Result<ScopedRoot, Error> {
        let registry = Registry::try_isolated()?;
        Ok(ScopedRoot { _scope: registry.try_enter()?, registry })
    }

    /// The registry.
    ///
    /// ```
    /// let root = cmetrics::testing::ScopedRoot::new();
    /// assert_eq!(root.registry(), &cmetrics::root());
    /// ```
    pub fn registry(&self) -> &Registry {
        &self.registry
    }
}

impl Deref for ScopedRoot {
    type Target = Registry;

    fn deref(&self) -> &Registry {
        &self.registry
    }
}

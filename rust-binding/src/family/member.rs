// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use super::pins::Pin;

/// A metric of a [`Family`](crate::Family), as [`with`](crate::Family::with) lends it: use it as the metric itself.
///
/// It is made for one statement: `errors.with(["io"]).inc()`. To keep a metric, clone it, which gives the handle:
///
/// ```
/// use cmetrics::Counter;
///
/// let errors = cmetrics::Registry::isolated().counter_family("errors", ["type"]).get();
/// errors.with(["io"]).inc();
/// let io: Counter = errors.with(["io"]).clone();
/// io.inc();
/// assert_eq!(errors.with(["io"]).value(), 2);
/// ```
///
/// While one lives, what it lends stays in memory, even if the metric is removed meanwhile. A thread that holds more than
/// eight at a time looks further ones up in the library.
pub struct Member<'a, K> {
    handle: NonNull<K>,
    /// What keeps the family from dropping the handle; nothing where the handle is this one's own, in a box.
    pin: Option<Pin>,
    family: PhantomData<&'a K>,
}

// SAFETY: it shares the handle, and may drop one of its own; any thread may take a pin away.
unsafe impl<K: Send + Sync> Send for Member<'_, K> {}
// SAFETY: it shares the handle.
unsafe impl<K: Sync> Sync for Member<'_, K> {}

impl<K> Member<'_, K> {
    /// # Safety
    ///
    /// The handle lives while it is pinned by `pin`.
    #[inline(always)]
    pub(crate) unsafe fn lent(handle: NonNull<K>, pin: Pin) -> Self {
        Member { handle, pin: Some(pin), family: PhantomData }
    }

    /// Of a handle that the family does not remember, or did not until now.
    pub(crate) fn own(handle: K) -> Self {
        Member { handle: NonNull::from(Box::leak(Box::new(handle))), pin: None, family: PhantomData }
    }
}

impl<K> Deref for Member<'_, K> {
    type Target = K;

    #[inline(always)]
    fn deref(&self) -> &K {
        // SAFETY: the handle is pinned, as `lent` was promised, or this one's own, until `self` is dropped.
        unsafe { self.handle.as_ref() }
    }
}

impl<K> Drop for Member<'_, K> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.pin.is_none() {
            // SAFETY: `own` put it into a box.
            unsafe { drop_own(self.handle) };
        }
    }
}

/// # Safety
///
/// The handle is of a box that nothing else is left of.
#[cold]
unsafe fn drop_own<K>(handle: NonNull<K>) {
    // SAFETY: the caller gives the box up.
    drop(unsafe { Box::from_raw(handle.as_ptr()) });
}

impl<K: PartialEq> PartialEq for Member<'_, K> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<K: Eq> Eq for Member<'_, K> {}

impl<K: PartialEq> PartialEq<K> for Member<'_, K> {
    fn eq(&self, other: &K) -> bool {
        **self == *other
    }
}

impl<K: fmt::Debug> fmt::Debug for Member<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

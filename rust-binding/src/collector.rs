// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::error::Error as StdError;
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use cmetrics_interface::v1::{self, CollectorDesc};
use cmetrics_interface::{self as abi, Status};

use crate::error::call;
use crate::ffi::{self, Api};
use crate::unwind::caught;
use crate::{Collect, Error, Registry};

/// Code that tells of families when a report is made; see [`Registry::collector`].
///
/// Dropping this handle removes nothing: the collector stays in its registry until [`remove`](Collector::remove), or
/// until its registry, client or root goes.
///
/// ```
/// # use cmetrics::{CollectedFamily, MetricType, Registry};
/// let reg = Registry::isolated();
/// let collector = reg.collector(|out| {
///     out.family(&CollectedFamily::new("threads", MetricType::Gauge))?;
///     out.value(&[], 8_u64)
/// })?;
/// assert!(reg.render()?.contains("threads 8\n"));
/// collector.remove()?;
/// assert_eq!(reg.render()?, "");
/// # Ok::<(), cmetrics::Error>(())
/// ```
#[derive(Debug)]
pub struct Collector {
    api: Api,
    raw: *mut v1::Collector,
}

// SAFETY: collectors may be used from any thread (interface, `CollectorV1`: every slot is any-thread).
unsafe impl Send for Collector {}
// SAFETY: as for Send.
unsafe impl Sync for Collector {}

impl Collector {
    /// Removes it and waits until it runs nowhere, except from inside itself. Removing twice does nothing. Afterwards
    /// the closure is dropped.
    ///
    /// Do not remove a collector from inside another one that may wait for this one.
    ///
    /// # Errors
    ///
    /// None that a program can cause.
    ///
    /// ```
    /// let reg = cmetrics::Registry::isolated();
    /// let collector = reg.collector(|_out| Ok::<(), cmetrics::Error>(()))?;
    /// collector.remove()?;
    /// collector.remove()?;
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn remove(&self) -> Result<(), Error> {
        call(self.api, "removing a collector", |error| {
            // SAFETY: the collector is live while `self` holds its reference.
            unsafe { (self.api.collector().remove)(self.raw, error) }
        })
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        // SAFETY: this gives back the one reference that `self` holds.
        unsafe { (self.api.collector().release)(self.raw) };
    }
}

impl Registry {
    /// Adds a collector: `collect` is called for every report of this registry or one above, on the thread that asks
    /// for the report, perhaps on several at once, with no lock held. It may use the library.
    ///
    /// If it fails or panics, what this call told is dropped, and the failure is counted in
    /// `cmetrics_collector_errors_total` and logged (once, until it succeeds again). The rest of the report stands.
    ///
    /// # Errors
    ///
    /// [`is_gone`](Error::is_gone) if the registry was removed or the client closed.
    ///
    /// ```
    /// # use cmetrics::{CollectedFamily, MetricType, Registry};
    /// let reg = Registry::isolated();
    /// let started = std::time::Instant::now();
    /// reg.collector(move |out| {
    ///     out.family(&CollectedFamily::new("uptime_seconds", MetricType::Gauge))?;
    ///     out.value(&[], started.elapsed().as_secs_f64())
    /// })?;
    /// assert!(reg.render()?.contains("uptime_seconds "));
    /// # Ok::<(), cmetrics::Error>(())
    /// ```
    pub fn collector<F, E>(&self, collect: F) -> Result<Collector, Error>
    where
        F: Fn(&mut Collect<'_>) -> Result<(), E> + Send + Sync + 'static,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let state = Box::into_raw(Box::new(State { collect, failing: AtomicBool::new(false) }));
        let desc = CollectorDesc {
            struct_size: ffi::size_of::<CollectorDesc>(),
            flags: 0,
            owner: self.owner_raw(),
            collect: Some(run::<F, E>),
            drop: Some(end::<F>),
            user: state.cast(),
        };
        let mut raw = ptr::null_mut();
        let added = call(self.api(), "adding a collector", |error| {
            // SAFETY: the registry is live, the desc is there for the call, and `state` until `end`.
            unsafe { (self.api().collector().add)(self.raw(), &desc, &mut raw, error) }
        });
        if let Err(err) = added {
            // SAFETY: `drop` is called only after success, so that the state is still ours.
            drop(unsafe { Box::from_raw(state) });
            return Err(err);
        }
        Ok(Collector { api: self.api(), raw })
    }
}

struct State<F> {
    collect: F,
    /// Whether the last call failed: one line in the log for each spell of failures.
    failing: AtomicBool,
}

unsafe extern "C" fn run<F, E>(
    user: *mut c_void,
    options: *const abi::ReportOptions,
    into: *const abi::Visitor,
) -> Status
where
    F: Fn(&mut Collect<'_>) -> Result<(), E>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    // SAFETY: `user` is the state that `collector` gave, alive until `end`; calls share it.
    let state = unsafe { &*user.cast::<State<F>>() };
    // SAFETY: the library lends both for this call, and the value does not outlive it.
    let mut out = unsafe { Collect::new(options, into) };
    // Everything that is the program's own runs inside: the closure, and what its error says.
    let told = caught(|| (state.collect)(&mut out).map_err(|err| err.into().to_string()));
    let failure = match told {
        Ok(told) => told.err(),
        Err(panic) => Some(format!("it panicked: {panic}")),
    };
    // Relaxed: the flag publishes nothing but itself.
    let failed_before = state.failing.swap(failure.is_some(), Ordering::Relaxed);
    match failure {
        None => abi::OK,
        Some(failure) => {
            if !failed_before {
                // A logger that panics must not unwind into the library either.
                drop(caught(|| log::warn!(target: "cmetrics", "a collector failed: {failure}")));
            }
            abi::INTERNAL
        }
    }
}

unsafe extern "C" fn end<F>(user: *mut c_void) {
    // SAFETY: `user` is the state that `collector` gave; the library calls this once, after the last use.
    let state = unsafe { Box::from_raw(user.cast::<State<F>>()) };
    drop(caught(|| drop(state)));
}

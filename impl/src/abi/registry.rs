// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::c_void;
use core::mem::size_of;
use core::ptr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cmetrics_interface as abi;
use cmetrics_interface::v1::{self, ApiV1, DescribeRegistryFn, RegistryDesc, RegistryV1};
use cmetrics_interface::{Label, ReportOptions, Sink, Status, Text, Visitor};

use super::boundary::{boundary, quietly, status};
use super::desc::{self, Extra};
use super::{cast, get, satellite, sink, visitor};
use crate::error::{Fault, Result};
use crate::registry::{check_priority, scope, Registry, Root};
use crate::render;
use crate::report::{walk, Options};

pub(super) static REGISTRY: RegistryV1 = RegistryV1 {
    struct_size: size_of::<RegistryV1>() as u32,
    version: 1,
    retain,
    release,
    root,
    isolated,
    child,
    scope_enter,
    scope_leave,
    limit_series,
    metric: get::metric,
    find: get::find,
    remove_metric,
    remove,
    reset,
    id,
    describe,
    visit,
    render: render_report,
    content_type,
};

/// A place of the caller's for a handle. It is NULL until it is set.
pub(super) struct Out<T>(*mut *mut T);

/// # Safety
///
/// `place` is NULL or may be written for the duration of the call.
pub(super) unsafe fn out<T>(place: *mut *mut T, what: &str) -> Result<Out<T>> {
    if place.is_null() || !place.is_aligned() {
        return Err(Fault::invalid(format!("there is no place for the {what}: its pointer is NULL or not aligned"))
            .subject(what)
            .hint("pass the address of a pointer"));
    }
    // SAFETY: as promised by the caller.
    unsafe { place.write(ptr::null_mut()) };
    Ok(Out(place))
}

impl<T> Out<T> {
    pub(super) fn set(&self, handle: *mut T) {
        // SAFETY: whoever called out promised that it may be written for the duration of the call.
        unsafe { self.0.write(handle) };
    }
}

unsafe extern "C" fn retain(registry: *mut v1::Registry) {
    // SAFETY: a handle of the caller's (interface, Ownership).
    unsafe { cast::registry_retain(registry) }
}

unsafe extern "C" fn release(registry: *mut v1::Registry) {
    // SAFETY: a reference that the caller gives back.
    quietly(|| unsafe { cast::registry_release(registry) });
}

unsafe extern "C" fn root(_: *const ApiV1) -> *mut v1::Registry {
    std::panic::catch_unwind(|| {
        let root = scope::root();
        cast::registry_out(Arc::clone(&root.top), root)
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn isolated(
    _: *const ApiV1,
    desc: *const RegistryDesc,
    registry: *mut *mut v1::Registry,
    error: *mut *mut abi::Error,
) -> Status {
    boundary(error, || {
        // SAFETY: the caller lends the place for the handle, and the description with all that it points to.
        let (registry, owner) = unsafe {
            let registry = out(registry, "registry")?;
            let owner = if desc.is_null() { None } else { isolated_owner(desc)? };
            (registry, owner)
        };
        let root = Root::isolated(owner);
        registry.set(cast::registry_out(Arc::clone(&root.top), root));
        Ok(())
    })
}

/// # Safety
///
/// `desc` is lent with all that it points to.
unsafe fn isolated_owner(desc: *const RegistryDesc) -> Result<Option<Arc<crate::client::ClientInfo>>> {
    // SAFETY: as promised by the caller.
    let desc = unsafe { desc::read(desc, "cmetrics_registry_desc", v1::REGISTRY_LOCKED, Extra::MustBeZero) }?;
    if desc.prefix.len != 0 || desc.n_labels != 0 || desc.flags != 0 {
        return Err(Fault::invalid("a root has neither prefix nor labels").hint("give them to a child of it"));
    }
    // SAFETY: as promised by the caller.
    unsafe { desc::owner(desc.owner) }
}

unsafe extern "C" fn child(
    registry: *mut v1::Registry,
    desc: *const RegistryDesc,
    child: *mut *mut v1::Registry,
    error: *mut *mut abi::Error,
) -> Status {
    // SAFETY: the caller lends the handle, the place and the description with all that it points to.
    boundary(error, || unsafe {
        let place = out(child, "child")?;
        let registry = cast::registry(registry)?;
        let desc = desc::read(desc, "cmetrics_registry_desc", v1::REGISTRY_LOCKED, Extra::MustBeZero)?;
        let prefix = desc::text(desc.prefix, "registry prefix")?;
        let labels = desc::labels(desc.labels, desc.n_labels)?;
        let locked = desc.flags & v1::REGISTRY_LOCKED != 0;
        let child = registry.child(prefix, &labels, locked, desc::owner(desc.owner)?)?;
        place.set(cast::registry_out(child, registry.root()?));
        Ok(())
    })
}

unsafe extern "C" fn scope_enter(_: *const ApiV1, registry: *mut v1::Registry, error: *mut *mut abi::Error) -> Status {
    boundary(error, || {
        // SAFETY: the caller lends the handle.
        let registry = unsafe { cast::registry(registry) }?;
        let root = registry.root()?;
        root.store.state.lock().check_there(registry.id)?;
        scope::enter(root);
        Ok(())
    })
}

unsafe extern "C" fn scope_leave(_: *const ApiV1) {
    quietly(scope::leave);
}

unsafe extern "C" fn limit_series(registry: *mut v1::Registry, per_family: u64, error: *mut *mut abi::Error) -> Status {
    // SAFETY: the caller lends the handle.
    boundary(error, || unsafe { cast::registry(registry) }?.limit_series(per_family))
}

unsafe extern "C" fn remove_metric(
    registry: *mut v1::Registry,
    metric: *mut v1::Metric,
    error: *mut *mut abi::Error,
) -> Status {
    // SAFETY: the caller lends both handles.
    boundary(error, || unsafe { cast::registry(registry)?.remove_metric(&cast::metric_shared(metric)?) })
}

unsafe extern "C" fn remove(registry: *mut v1::Registry, error: *mut *mut abi::Error) -> Status {
    // SAFETY: the caller lends the handle; a reference of our own lets its callbacks release it.
    boundary(error, || unsafe { cast::registry_shared(registry) }?.remove())
}

unsafe extern "C" fn reset(registry: *mut v1::Registry, error: *mut *mut abi::Error) -> Status {
    boundary(error, || {
        // SAFETY: the caller lends the handle.
        let registry = unsafe { cast::registry(registry) }?;
        registry.root()?.reset(registry)
    })
}

unsafe extern "C" fn id(registry: *mut v1::Registry) -> u64 {
    // SAFETY: the caller lends the handle, or it is NULL.
    unsafe { registry.cast::<Registry>().as_ref() }.map_or(0, |registry| registry.id)
}

unsafe extern "C" fn describe(
    registry: *mut v1::Registry,
    describe: Option<DescribeRegistryFn>,
    user: *mut c_void,
) -> Status {
    status(|| {
        // SAFETY: the caller lends the handle.
        let registry = unsafe { cast::registry(registry) }.map_err(|fault| fault.code())?;
        let describe = describe.ok_or(abi::INVALID_ARGUMENT)?;
        let labels = registry.labels();
        let labels: Vec<Label> = visitor::lend_labels(labels.iter());
        let lent = RegistryDesc {
            struct_size: size_of::<RegistryDesc>() as u32,
            flags: 0,
            prefix: Text::lend(&registry.prefix),
            labels: labels.as_ptr(),
            n_labels: labels.len() as u64,
            owner: ptr::null_mut(),
        };
        // SAFETY: the caller promises that its function may be called with data lent for the call (interface).
        match unsafe { describe(user, &raw const lent) } {
            abi::OK => Ok(()),
            stopped => Err(stopped),
        }
    })
}

unsafe extern "C" fn visit(
    registry: *mut v1::Registry,
    options: *const ReportOptions,
    visitor: *const Visitor,
    error: *mut *mut abi::Error,
) -> Status {
    // SAFETY: the caller lends all of them for the call.
    boundary(error, || unsafe {
        let registry = Held::hold(registry)?;
        if let Some(winner) = registry.reported_by() {
            return winner.visit(options, visitor);
        }
        let mut visitor = visitor::visitor(visitor)?;
        walk(&registry.registry, &read_options(options, Extra::MustBeZero)?, &mut visitor)
    })
}

unsafe extern "C" fn render_report(
    registry: *mut v1::Registry,
    options: *const ReportOptions,
    sink: *const Sink,
    error: *mut *mut abi::Error,
) -> Status {
    // SAFETY: the caller lends all of them for the call.
    boundary(error, || unsafe {
        let registry = Held::hold(registry)?;
        if let Some(winner) = registry.reported_by() {
            return winner.render(options, sink);
        }
        let mut sink = sink::sink(sink)?;
        render::render(&registry.registry, &read_options(options, Extra::MustBeZero)?, &mut sink)
    })
}

/// A registry with references of our own, so that a callback may release the caller's.
struct Held {
    registry: Arc<Registry>,
    _root: Arc<Root>,
}

impl Held {
    /// # Safety
    ///
    /// `raw` is NULL or a handle.
    unsafe fn hold(raw: *mut v1::Registry) -> Result<Self> {
        // SAFETY: as promised by the caller.
        let registry = unsafe { cast::registry_shared(raw) }?;
        let _root = registry.root()?;
        Ok(Self { registry, _root })
    }

    /// Who reports of the whole process, if this is its root and not this copy does.
    fn reported_by(&self) -> Option<&'static satellite::Winner> {
        satellite::winner().filter(|_| Arc::ptr_eq(&self.registry, &Root::process().top))
    }
}

/// # Safety
///
/// `options` is NULL or lent with all that it points to, for `'a`.
pub(super) unsafe fn read_options<'a>(options: *const ReportOptions, extra: Extra) -> Result<Options<'a>> {
    if options.is_null() {
        return Ok(Options::default());
    }
    // SAFETY: as promised by the caller.
    unsafe {
        let read = desc::read(options, "cmetrics_report_options", abi::REPORT_NO_SELF, extra)?;
        let names = desc::array(read.names, read.n_names, u64::MAX, "names")?;
        Ok(Options {
            format: read.format,
            verbosity: check_priority(read.verbosity, "verbosity")?,
            names: names.iter().map(|name| desc::text(*name, "family name")).collect::<Result<_>>()?,
            deadline: match read.timeout_ns {
                0 => None,
                // A time beyond what the clock can tell is without limit.
                ns => Instant::now().checked_add(Duration::from_nanos(ns)),
            },
            no_self: read.flags & abi::REPORT_NO_SELF != 0,
        })
    }
}

unsafe extern "C" fn content_type(_: *const ApiV1, format: i32, media_type: *mut Text) -> Status {
    status(|| {
        if media_type.is_null() || !media_type.is_aligned() {
            return Err(abi::INVALID_ARGUMENT);
        }
        let told = render::content_type(format).ok_or(abi::UNSUPPORTED)?;
        // SAFETY: the caller lends the place.
        unsafe { media_type.write(Text::lend(told)) };
        Ok(())
    })
}

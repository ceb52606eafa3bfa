// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The least that the tests need to call the tables.

use core::ffi::c_void;
use core::mem::size_of;
use core::ptr::{null, null_mut};

use cmetrics_interface::v1::*;
use cmetrics_interface::*;

pub(crate) fn api() -> &'static ApiV1 {
    // SAFETY: version 1 is served, and its table lives for ever.
    unsafe { &*cmetrics::get_api(1).cast::<ApiV1>() }
}

macro_rules! call {
    ($vtable:ident . $slot:ident ( $($arg:expr),* $(,)? )) => {
        // SAFETY: the test passes what the slot's contract asks for, or what it must refuse.
        unsafe { ((*crate::tool::api().$vtable).$slot)($($arg),*) }
    };
}
pub(crate) use call;

/// What an error object said.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Told {
    pub(crate) code: i32,
    pub(crate) category: i32,
    pub(crate) message: String,
    pub(crate) hint: String,
    pub(crate) subject: String,
    pub(crate) existing: String,
    pub(crate) requested: String,
}

pub(crate) fn string(text: Text) -> String {
    if text.len == 0 {
        return String::new();
    }
    // SAFETY: the library lends the text.
    let bytes = unsafe { core::slice::from_raw_parts(text.data.cast::<u8>(), text.len as usize) };
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Reads and releases an error.
pub(crate) fn told(error: *mut Error) -> Told {
    if error.is_null() {
        return Told::default();
    }
    let absent = Text::ABSENT;
    let mut info = ErrorInfo {
        struct_size: size_of::<ErrorInfo>() as u32,
        flags: 0,
        code: 0,
        category: 0,
        message: absent,
        hint: absent,
        subject: absent,
        existing: absent,
        requested: absent,
    };
    assert_eq!(call!(error.read(error, &raw mut info)), OK);
    let told = Told {
        code: info.code,
        category: info.category,
        message: string(info.message),
        hint: string(info.hint),
        subject: string(info.subject),
        existing: string(info.existing),
        requested: string(info.requested),
    };
    call!(error.release(error));
    told
}

/// A call with an error place; the status must agree with the error.
pub(crate) fn attempt(call: impl FnOnce(*mut *mut Error) -> Status) -> Result<(), Box<Told>> {
    let mut error = core::ptr::dangling_mut::<Error>();
    let status = call(&raw mut error);
    if status == OK {
        assert!(error.is_null());
        return Ok(());
    }
    let told = told(error);
    assert!(status == told.code || status == NOT_FOUND && told.code == 0, "{status} {told:?}");
    Err(Box::new(told))
}

pub(crate) fn registry_desc<'a>(prefix: &'a str, labels: &'a [Label]) -> RegistryDesc {
    RegistryDesc {
        struct_size: size_of::<RegistryDesc>() as u32,
        flags: 0,
        prefix: Text::lend(prefix),
        labels: labels.as_ptr(),
        n_labels: labels.len() as u64,
        owner: null_mut(),
    }
}

pub(crate) fn metric_desc<'a>(kind: i32, name: &'a str, labels: &'a [Label]) -> MetricDesc {
    MetricDesc {
        struct_size: size_of::<MetricDesc>() as u32,
        flags: 0,
        kind,
        priority: 0,
        name: Text::lend(name),
        help: Text::ABSENT,
        unit: Text::ABSENT,
        labels: labels.as_ptr(),
        n_labels: labels.len() as u64,
        owner: null_mut(),
    }
}

pub(crate) fn label<'a>(key: &'a str, value: &'a str) -> Label {
    Label { key: Text::lend(key), value: Text::lend(value) }
}

pub(crate) fn isolated() -> *mut Registry {
    let mut registry = null_mut();
    attempt(|error| call!(registry.isolated(api(), null(), &raw mut registry, error))).unwrap();
    registry
}

pub(crate) fn child(registry: *mut Registry, prefix: &str) -> *mut Registry {
    let mut child = null_mut();
    let desc = registry_desc(prefix, &[]);
    attempt(|error| call!(registry.child(registry, &raw const desc, &raw mut child, error))).unwrap();
    child
}

pub(crate) fn create(registry: *mut Registry, desc: &MetricDesc) -> Result<*mut Metric, Box<Told>> {
    let mut metric = core::ptr::dangling_mut();
    let made = attempt(|error| call!(registry.metric(registry, desc, &raw mut metric, error)));
    made.map(|()| metric).inspect_err(|_| assert!(metric.is_null()))
}

pub(crate) fn counter(registry: *mut Registry, name: &str) -> *mut Counter {
    create(registry, &metric_desc(KIND_COUNTER, name, &[])).unwrap().cast()
}

/// Releases a metric of any kind.
pub(crate) fn release<M>(metric: *mut M) {
    call!(metric.release(metric.cast()));
}

pub(crate) fn options() -> ReportOptions {
    ReportOptions {
        struct_size: size_of::<ReportOptions>() as u32,
        flags: REPORT_NO_SELF,
        format: 0,
        verbosity: PRIORITY_DEBUG,
        names: null(),
        n_names: 0,
        timeout_ns: 0,
    }
}

unsafe extern "C" fn append(user: *mut c_void, bytes: *const u8, len: u64) -> Status {
    assert!(len > 0);
    // SAFETY: render lends the chunk, and user is the vector below.
    unsafe { (*user.cast::<Vec<u8>>()).extend_from_slice(core::slice::from_raw_parts(bytes, len as usize)) };
    OK
}

pub(crate) fn render(registry: *mut Registry, options: &ReportOptions) -> Result<String, Box<Told>> {
    let mut text = Vec::new();
    let user = core::ptr::from_mut(&mut text).cast();
    let sink = Sink { struct_size: size_of::<Sink>() as u32, flags: 0, write: Some(append), user };
    attempt(|error| call!(registry.render(registry, options, &raw const sink, error)))?;
    Ok(String::from_utf8(text).unwrap())
}

pub(crate) fn report(registry: *mut Registry) -> String {
    render(registry, &options()).unwrap()
}

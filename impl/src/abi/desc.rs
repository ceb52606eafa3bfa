// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reads what clients describe: structs of a size of their own, texts, arrays. Everything is checked before it is used.

use core::mem::{align_of, size_of};
use core::slice;

use cmetrics_interface as abi;
use cmetrics_interface::{v1, Label, Text};

use super::cast;
use crate::client::ClientInfo;
use crate::error::{quote, Fault, Result};
use crate::metric::Kind;
use crate::registry::labels::MOST_LABELS;
use crate::registry::query::Query;
use crate::registry::site;
use crate::registry::Wanted;
use std::sync::Arc;

/// No struct of any version is larger; a larger size is a lie.
const LARGEST: u32 = 4096;
/// No text of any slot is longer.
const LONGEST_TEXT: u64 = 1 << 20;
/// No array of any slot has more elements.
const MOST_ELEMENTS: u64 = 1 << 16;

/// Structs that begin with `struct_size` and `flags`, and whose every pattern of bits is a value.
///
/// # Safety
///
/// The type is `repr(C)`, begins with two `u32`, and has neither padding nor patterns that are no value.
pub(super) unsafe trait Sized32: Copy {}

// SAFETY: these are repr(C) structs of integers, pointers and optional functions without padding (interface asserts their
// layout), beginning with struct_size and flags.
unsafe impl Sized32 for v1::ClientDesc {}
// SAFETY: as above.
unsafe impl Sized32 for v1::RegistryDesc {}
// SAFETY: as above.
unsafe impl Sized32 for v1::MetricDesc {}
// SAFETY: as above.
unsafe impl Sized32 for v1::CollectorDesc {}
// SAFETY: as above.
unsafe impl Sized32 for abi::ReportOptions {}
// SAFETY: as above.
unsafe impl Sized32 for abi::Sink {}
// SAFETY: as above.
unsafe impl Sized32 for abi::Visitor {}
// SAFETY: as above.
unsafe impl Sized32 for abi::Family {}
// SAFETY: as above.
unsafe impl Sized32 for abi::Point {}

/// Whether bytes beyond what this library knows must be zero.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    /// Data that a client passes: something there is UNSUPPORTED.
    MustBeZero,
    /// Callback structs: it is ignored.
    Ignored,
}

/// Copies a struct that the caller lends, with flags of `known` only.
///
/// # Safety
///
/// `raw` is NULL or points to as many readable bytes as its first four say (interface, Structs).
pub(super) unsafe fn read<T: Sized32>(raw: *const T, what: &str, known: u32, extra: Extra) -> Result<T> {
    // SAFETY: as promised by the caller.
    unsafe { lent(raw, what, known, extra) }.copied()
}

/// A struct that the caller lends, with flags of `known` only.
///
/// # Safety
///
/// As for [`read`], for `'a`.
#[inline]
pub(super) unsafe fn lent<'a, T: Sized32>(raw: *const T, what: &str, known: u32, extra: Extra) -> Result<&'a T> {
    if raw.is_null() || !raw.is_aligned() {
        return Err(misplaced(raw.is_null(), what));
    }
    // SAFETY: every such struct begins with two u32; the caller lends it.
    let [size, flags] = unsafe { raw.cast::<[u32; 2]>().read() };
    let least = size_of::<T>();
    if size as usize != least {
        if (size as usize) < least || size > LARGEST {
            return Err(missized(size, least, what));
        }
        if extra == Extra::MustBeZero {
            // SAFETY: the caller lends `size` bytes.
            let beyond = unsafe { slice::from_raw_parts(raw.cast::<u8>().add(least), size as usize - least) };
            all_zero(beyond, what)?;
        }
    }
    if flags & !known != 0 {
        return Err(unknown_flags(flags & !known, what));
    }
    // SAFETY: at least size_of::<T>() bytes are lent, aligned as checked, and any pattern of bits is a T.
    Ok(unsafe { &*raw })
}

#[cold]
fn misplaced(is_null: bool, what: &str) -> Fault {
    let why = if is_null { "NULL" } else { "not aligned" };
    Fault::invalid(format!("the {what} is {why}")).subject(what.to_owned()).hint(format!("pass a pointer to a {what}"))
}

#[cold]
fn missized(size: u32, least: usize, what: &str) -> Fault {
    Fault::invalid(format!("the struct_size of the {what} is {size}; it has {least} bytes or a few more"))
        .subject(what.to_owned())
        .hint(format!("set struct_size to sizeof({what}) and the rest to zero"))
}

#[cold]
fn all_zero(beyond: &[u8], what: &str) -> Result<()> {
    if beyond.iter().all(|byte| *byte == 0) {
        return Ok(());
    }
    Err(Fault::unsupported(format!("the {what} has a field that this library does not know"))
        .subject(what.to_owned())
        .hint("leave what is beyond this version zero, or use a newer libcmetrics"))
}

#[cold]
fn unknown_flags(unknown: u32, what: &str) -> Fault {
    Fault::unsupported(format!("the {what} has flags {unknown:#x} that are not known here"))
        .subject(format!("{unknown:#x}"))
}

/// # Safety
///
/// `text` is absent or lends `len` readable bytes for `'a`.
pub(super) unsafe fn text<'a>(text: Text, what: &str) -> Result<&'a str> {
    let wrong = |why: &str, hint: &str| Err(Fault::invalid(format!("the {what} {why}")).subject(what).hint(hint));
    if text.len == 0 {
        return Ok("");
    }
    if text.data.is_null() {
        return wrong("has a length but no bytes", "set data, or len to 0 for an absent text");
    }
    if text.len > LONGEST_TEXT {
        return wrong(&format!("has {} bytes, which no text here can have", text.len), "check its len");
    }
    // SAFETY: the caller lends `len` bytes; the length is small enough for a slice.
    let bytes = unsafe { slice::from_raw_parts(text.data.cast::<u8>(), text.len as usize) };
    match core::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => wrong(
            &format!("is not UTF-8 from byte {}: {}", error.valid_up_to(), quote(&String::from_utf8_lossy(bytes))),
            "convert it to UTF-8",
        ),
    }
}

/// # Safety
///
/// `data` lends `len` readable elements for `'a`, or `len` is 0.
pub(super) unsafe fn array<'a, T>(data: *const T, len: u64, most: u64, what: &str) -> Result<&'a [T]> {
    let wrong = |why: &str, hint: &str| Err(Fault::invalid(format!("the {what} {why}")).subject(what).hint(hint));
    if len == 0 {
        return Ok(&[]);
    }
    if len > most.min(MOST_ELEMENTS) {
        return wrong(
            &format!("are {len}; the most is {}", most.min(MOST_ELEMENTS)),
            "give fewer, and check the count",
        );
    }
    if data.is_null() || !data.is_aligned() {
        let align = align_of::<T>();
        return wrong("have a count but no array", &format!("pass an array aligned to {align} bytes, or a count of 0"));
    }
    // SAFETY: the caller lends `len` elements, aligned and few enough as checked.
    Ok(unsafe { slice::from_raw_parts(data, len as usize) })
}

/// # Safety
///
/// As for [`array`], and every text in it is lent too.
pub(super) unsafe fn labels<'a>(data: *const Label, len: u64) -> Result<Vec<(&'a str, &'a str)>> {
    // SAFETY: as promised by the caller.
    let labels = unsafe { array(data, len, MOST_LABELS as u64, "labels") }?;
    // SAFETY: as promised by the caller.
    labels.iter().map(|label| unsafe { self::label(*label) }).collect()
}

/// # Safety
///
/// Both texts are lent for `'a`.
pub(super) unsafe fn label<'a>(label: Label) -> Result<(&'a str, &'a str)> {
    // SAFETY: as promised by the caller.
    unsafe { Ok((text(label.key, "label name")?, text(label.value, "label value")?)) }
}

/// Who acts, if the caller said so.
///
/// # Safety
///
/// `raw` is NULL or a client's handle.
pub(super) unsafe fn owner(raw: *mut v1::Client) -> Result<Option<Arc<ClientInfo>>> {
    if raw.is_null() {
        return Ok(None);
    }
    // SAFETY: as promised by the caller.
    unsafe { cast::client(raw) }?.info().map(Some)
}

/// A metric that is wanted, and its labels to borrow. `kind` is None where it is 0 and may be.
pub(super) struct MetricWanted<'a> {
    pub(super) desc: v1::MetricDesc,
    pub(super) kind: Option<Kind>,
    pub(super) name: &'a str,
    pub(super) help: &'a str,
    pub(super) unit: &'a str,
    pub(super) labels: Vec<(&'a str, &'a str)>,
    pub(super) owner: Option<Arc<ClientInfo>>,
}

impl MetricWanted<'_> {
    pub(super) fn wanted(&self, kind: Kind) -> Wanted<'_> {
        Wanted {
            kind,
            total_only: self.desc.flags & v1::METRIC_TOTAL_ONLY != 0,
            verbatim: self.desc.flags & v1::METRIC_VERBATIM != 0,
            priority: self.desc.priority,
            name: self.name,
            help: self.help,
            unit: self.unit,
            labels: &self.labels,
            owner: self.owner.clone(),
        }
    }
}

pub(super) const METRIC_FLAGS: u32 = v1::METRIC_TOTAL_ONLY | v1::METRIC_VERBATIM | v1::METRIC_DETACHED_ON_ERROR;

/// The kind of a description, if it can be read at all.
pub(super) fn kind(desc: &v1::MetricDesc) -> Result<Option<Kind>> {
    match Kind::from_number(desc.kind) {
        None if desc.kind != 0 => Err(Fault::unsupported(format!("the metric kind {} is not known here", desc.kind))
            .subject(desc.kind.to_string())
            .hint("use one of CMETRICS_KIND_…, or a newer libcmetrics")),
        kind => Ok(kind),
    }
}

/// The bytes of a description, neither checked nor copied. None if it has many labels, or if something is wrong with it
/// that [`metric`] will tell.
///
/// # Safety
///
/// Everything that `desc` points to is lent for `'a`.
#[inline]
pub(super) unsafe fn query<'a>(desc: &'a v1::MetricDesc, registry: u64) -> Option<Query<'a>> {
    if !desc.owner.is_null() {
        // SAFETY: the caller lends the handle.
        unsafe { cast::client_lent(desc.owner) }.filter(|client| client.is_open())?;
    }
    let labels = match desc.n_labels {
        0 => &[][..],
        n if n <= site::MOST_LABELS as u64 && !desc.labels.is_null() && desc.labels.is_aligned() => {
            // SAFETY: the caller lends `n` labels, aligned as checked.
            unsafe { slice::from_raw_parts(desc.labels, n as usize) }
        }
        _ => return None,
    };
    let words = (desc.kind, desc.flags & (v1::METRIC_TOTAL_ONLY | v1::METRIC_VERBATIM), desc.priority);
    // SAFETY: the caller lends the texts.
    Some(unsafe { Query::new(registry, words, [desc.name, desc.help, desc.unit], labels) })
}

/// # Safety
///
/// Everything that `desc` points to is lent for `'a`.
pub(super) unsafe fn metric<'a>(desc: v1::MetricDesc) -> Result<MetricWanted<'a>> {
    // SAFETY: as promised by the caller.
    unsafe {
        Ok(MetricWanted {
            kind: kind(&desc)?,
            name: text(desc.name, "metric name")?,
            help: text(desc.help, "help")?,
            unit: text(desc.unit, "unit")?,
            labels: labels(desc.labels, desc.n_labels)?,
            owner: owner(desc.owner)?,
            desc,
        })
    }
}

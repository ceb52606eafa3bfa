// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The binary interface of `libcmetrics`, as Rust types.
//!
//! This crate has no behaviour and no dependencies: it says what crosses the boundary between the one library of a
//! process and its clients in any language. The C header `cmetrics-1/cmetrics.h` is generated from it.
//!
//! The library exports one function, [`GetApi`] (`cmetrics_get_api`):
//!
//! - version 0 gives this copy's [`Bootstrap`], without side effects;
//! - version 1 gives [`v1::ApiV1`], a struct of vtables;
//! - any other number gives NULL.
//!
//! # Rules of every version
//!
//! *Structs* that a client passes begin with `struct_size` (its `sizeof`) and `flags`. Zero means default in every
//! field. The library accepts a larger struct than it knows, up to 4096 bytes; nonzero bytes beyond what it knows, and
//! unknown flags, are [`UNSUPPORTED`]. In callback structs ([`Sink`], [`Visitor`]) and in data that the library lends,
//! extra bytes are ignored. See docs/abi/versions.md#structs.
//!
//! *Strings* are [`Text`]: UTF-8, never NUL-terminated by assumption. The library copies what it keeps. What it tells is
//! lent for the length of a callback. See docs/abi/strings.md.
//!
//! *Ownership*: create and get give one reference, arguments are borrowed, NULL is ignored by updates and `release`. See
//! docs/abi/ownership.md.
//!
//! *Errors*: a status, and where a slot has `error`, one owned object there on failure and NULL on success. `error`
//! itself may be NULL. No function unwinds. See docs/abi/errors.md.
//!
//! *Tags* end the comment of every slot: `any-thread`; `lock-free` or `may-block`; `no-alloc`; `signal-safe`;
//! `fork-child-ok`. See docs/abi/threads.md#the-tags and docs/abi/fork-and-unload.md#in-a-child.
//!
//! *Versions*: a published table never changes, and none is ever dropped. See docs/abi/versions.md and
//! docs/abi/policy.md.
#![no_std]

mod bootstrap;
#[cfg(feature = "draft")]
pub mod draft;
mod error;
mod host;
mod label;
mod note;
mod priority;
mod report;
mod sink;
mod status;
mod text;
pub mod v1;
mod value;
mod version;
mod visitor;

pub use bootstrap::{Bootstrap, Copy, CopyFn, GetApi, COPY_EMBEDDED, COPY_FORCED, COPY_SATELLITE, COPY_WINNER, MAGIC};
pub use error::{Error, ErrorInfo, CATEGORY_FIX_CALL, CATEGORY_FIX_ENVIRONMENT, CATEGORY_REPORT_BUG, CATEGORY_RETRY};
pub use host::{Host, HOST_EXTENSION};
pub use label::Label;
pub use note::{
    NoteSlot, NOTE_MAGIC, NOTE_NAME, NOTE_TYPE, NOTE_TYPE_TABLES, SLOT_EMBEDDED, SLOT_FORCED, SLOT_SATELLITE,
};
pub use priority::{PRIORITY_CRITICAL, PRIORITY_DEBUG, PRIORITY_HIGH, PRIORITY_LOW, PRIORITY_NORMAL};
pub use report::{ReportOptions, FORMAT_PROMETHEUS_TEXT, REPORT_NO_SELF};
pub use sink::{Sink, SinkWriteFn};
pub use status::{
    Status, ALREADY_ELECTED, CANCELLED, CONFLICT, GONE, INTERNAL, INVALID_ARGUMENT, LIMIT, NOT_FOUND, OK,
    OUT_OF_MEMORY, UNAVAILABLE, UNSUPPORTED,
};
pub use text::Text;
pub use value::{Value, VALUE_F64, VALUE_I64, VALUE_I64_NS, VALUE_U64, VALUE_U64_NS};
pub use version::{GET_API_SYMBOL, NEWEST, OLDEST, SONAME};
pub use visitor::{
    Family, Point, VisitFamilyFn, VisitPointFn, Visitor, KIND_COUNTER, KIND_DURATION_COUNTER, KIND_DURATION_GAUGE,
    KIND_FLOAT_COUNTER, KIND_FLOAT_GAUGE, KIND_INT_COUNTER, KIND_INT_GAUGE, TYPE_COUNTER, TYPE_GAUGE,
    TYPE_GAUGE_HISTOGRAM, TYPE_HISTOGRAM, TYPE_INFO, TYPE_STATE_SET, TYPE_SUMMARY, TYPE_UNKNOWN,
};

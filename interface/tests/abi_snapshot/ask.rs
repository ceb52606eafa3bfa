// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Asks the compiler.

use std::any::type_name;
use std::mem::{align_of, size_of};

use crate::golden::Line;
use crate::words::in_c;

/// A constant as the golden text tells it.
pub(crate) trait Told {
    fn told(&self) -> String;
}

impl Told for u32 {
    fn told(&self) -> String {
        format!("uint32_t {self}")
    }
}

impl Told for i32 {
    fn told(&self) -> String {
        format!("int32_t {self}")
    }
}

impl Told for &str {
    fn told(&self) -> String {
        format!("\"{self}\"")
    }
}

impl Told for &[u8] {
    fn told(&self) -> String {
        format!("\"{}\"", String::from_utf8_lossy(self).replace('\0', "\\0"))
    }
}

impl<const N: usize> Told for [u8; N] {
    fn told(&self) -> String {
        self.as_slice().told()
    }
}

impl<const N: usize> Told for &[u8; N] {
    fn told(&self) -> String {
        self.as_slice().told()
    }
}

/// A struct's own line.
pub(crate) fn whole<T>() -> String {
    format!("struct, size {}, align {}", size_of::<T>(), align_of::<T>())
}

/// The line of the field that `_get` gets. Its type is as the compiler has it, whatever the sources call it.
pub(crate) fn field<T, F>(at: usize, _get: fn(&T) -> &F) -> String {
    format!("at {at}, size {}, {}", size_of::<F>(), in_c(type_name::<F>()))
}

pub(crate) fn add(all: &mut Vec<Line>, name: &str, what: String) {
    all.push((name.to_owned(), what));
}

macro_rules! constant {
    ($all:ident, $c:literal, $rust:path) => {
        ask::add($all, $c, ask::Told::told(&$rust));
    };
}

macro_rules! opaque {
    ($all:ident, $c:literal, $rust:path) => {
        let size = std::mem::size_of::<$rust>();
        ask::add($all, $c, if size == 0 { "opaque".to_owned() } else { format!("a handle of {size} bytes") });
    };
}

macro_rules! callback {
    ($all:ident, $c:literal, $rust:path) => {
        ask::add($all, $c, words::in_c(std::any::type_name::<$rust>()));
    };
}

macro_rules! structure {
    ($all:ident, $c:literal, $rust:path { $($field:ident),* }) => {
        ask::add($all, $c, ask::whole::<$rust>());
        // Does not compile if there is a field that the list leaves out.
        let _ = |it: &$rust| { let $rust { $($field: _),* } = it; };
        $(
            let name = format!("{}.{}", $c, stringify!($field).trim_end_matches('_'));
            ask::add($all, &name, ask::field(std::mem::offset_of!($rust, $field), |it: &$rust| &it.$field));
        )*
    };
}

pub(crate) use {callback, constant, opaque, structure};

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The label values of a metric that is looked for, in the order of its group.

use core::mem::MaybeUninit;

use super::query::Query;
use super::site::{Site, MOST_SOURCES};
use crate::series::hash::{combine, Part};
use crate::series::text::Sym;

#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    /// As the caller has it, and its hash.
    Given(Part<'a>, u32),
    /// One of the site's own.
    Inherited(Sym),
}

pub(super) struct Row<'a> {
    hash: u32,
    len: usize,
    /// The first `len` of them are there.
    values: [MaybeUninit<Value<'a>>; MOST_SOURCES],
}

impl<'a> Row<'a> {
    #[inline]
    pub(super) fn new() -> Self {
        Self { hash: 0, len: 0, values: [const { MaybeUninit::uninit() }; MOST_SOURCES] }
    }

    /// Takes the values that a metric of the site's group has if the query asks for it. None if one of them is no label's
    /// value, or empty: then it is not asked for.
    ///
    /// # Safety
    ///
    /// The site is there.
    #[inline]
    pub(super) unsafe fn fill(&mut self, site: &Site, query: &Query<'a>) -> Option<()> {
        (self.hash, self.len) = (0, 0);
        for (source, place) in site.sources().iter().zip(&mut self.values) {
            let (value, hash) = match source.place() {
                Ok(at) => {
                    let part = Part::of(query.value(at)?);
                    let hash = part.hash();
                    (Value::Given(part, hash), hash)
                }
                // SAFETY: the site has a use of it.
                Err(sym) => (Value::Inherited(sym), unsafe { sym.hash() }),
            };
            place.write(value);
            self.hash = combine(self.hash, hash);
            self.len += 1;
        }
        Some(())
    }

    #[inline]
    pub(super) fn hash(&self) -> u32 {
        self.hash
    }

    #[inline]
    pub(super) fn values(&self) -> &[Value<'a>] {
        // SAFETY: `fill` wrote that many.
        unsafe { core::slice::from_raw_parts(self.values.as_ptr().cast(), self.len) }
    }

    /// Is this the value at this place?
    ///
    /// # Safety
    ///
    /// As for [`Sym::is`].
    #[inline]
    pub(super) unsafe fn is(&self, at: usize, sym: Sym) -> bool {
        match self.values().get(at) {
            // SAFETY: as the caller promises.
            Some(Value::Given(part, _)) => unsafe { sym.is(part) },
            Some(Value::Inherited(own)) => *own == sym,
            None => false,
        }
    }
}

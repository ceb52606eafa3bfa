// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Sites: descriptions of metrics that were asked for before, but for their label values. Who asks in the same words
//! again finds the group without a lock, without joining or checking names, and there the metric by its values. A site
//! is made when something is asked for that was there already, so that creations alone leave none.

use core::ptr::{null_mut, NonNull};

use super::members::SetId;
use super::name::LONGEST_NAME;
use super::query::Query;
use super::row::Row;
use super::words::Words;
use crate::metric::MetricRef;
use crate::series::group::Group;
use crate::series::hash::{combine, Part};
use crate::series::text::Sym;
use crate::sync::{AtomicBool, AtomicPtr, Ordering};

/// Sites have up to so many labels.
pub(crate) const MOST_LABELS: usize = 8;
/// Groups of sites have up to so many.
pub(super) const MOST_SOURCES: usize = 16;
/// How many sites a root remembers, and how many of them with one hash, which are searched one after the other: a name
/// that is asked for with ever new helps.
const MOST_SITES: usize = 8192;
const MOST_ALIKE: usize = 16;

/// Where a label of a group's metrics comes from: the place of one that is given, or a text that is inherited, whose
/// number is never that small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source(u32);

impl Source {
    const GIVEN: u32 = 1 << 8;

    pub(super) fn given(at: u8) -> Self {
        Self(u32::from(at))
    }

    pub(super) fn inherited(sym: Sym) -> Self {
        debug_assert!(sym.number() >= Self::GIVEN);
        Self(sym.number())
    }

    #[inline]
    pub(super) fn place(self) -> Result<u8, Sym> {
        if self.0 < Self::GIVEN {
            Ok(self.0 as u8)
        } else {
            Err(Sym::from_number(self.0))
        }
    }
}

/// What a look-up reads of it is on one line, but for its texts.
#[derive(Debug)]
#[repr(C, align(64))]
pub(super) struct Site {
    hash: u32,
    /// The set of the registry alone.
    pub(super) members: SetId,
    pub(super) registry: u64,
    pub(super) group: NonNull<Group>,
    words: Words,
    kind: i32,
    priority: i32,
    flags: u32,
    n_sources: u8,
    /// It was forgotten. Under the lock alone.
    gone: AtomicBool,
    sources: [Source; MOST_SOURCES],
}

// SAFETY: a site is read by all threads, and points to a group, which is there while the site is.
unsafe impl Send for Site {}

/// What can be said of a query.
pub(super) enum Found<'l> {
    /// The metric is there, and its registry alone made it.
    Metric(MetricRef),
    /// The metric was not there.
    Site(&'l Site),
    Nothing,
}

/// Open addressing, linear, at most half full.
#[derive(Debug)]
pub(super) struct SiteTable(Box<[AtomicPtr<Site>]>);

#[derive(Debug, Default)]
pub(crate) struct Sites(AtomicPtr<SiteTable>);

/// What readers cannot reach any more.
#[derive(Debug)]
pub(super) enum Old {
    Site(Box<Site>),
    /// Its sites are not its own.
    Table(#[expect(dead_code, reason = "it is dropped in its time")] Box<SiteTable>),
}

impl Query<'_> {
    /// Of what tells it from most others. None if it has no name that could be one.
    #[inline]
    fn hash(&self) -> Option<u32> {
        let [_, help, _] = self.texts();
        // (Where a name is asked for with help and without, that is two sites.)
        let words = combine(self.registry as u32, self.labels().len() as u32 ^ (help.len() as u32) << 8);
        Some(combine(words, Part::of(self.name().short(LONGEST_NAME)?).hash()))
    }
}

impl Site {
    /// Under the lock: is its group in the tree, and its registry?
    pub(super) fn is_there(&self) -> bool {
        !self.gone.load(Ordering::Relaxed)
    }

    /// None if the query has something that no description of a metric has, or if there are too many sources.
    pub(super) fn new(query: &Query<'_>, group: NonNull<Group>, from: &[Source], members: SetId) -> Option<Self> {
        let mut sources = [Source::given(0); MOST_SOURCES];
        sources.get_mut(..from.len())?.copy_from_slice(from);
        Some(Self {
            hash: query.hash()?,
            members,
            registry: query.registry,
            group,
            words: Words::of(query)?,
            kind: query.kind,
            priority: query.priority,
            flags: query.flags,
            n_sources: from.len() as u8,
            gone: AtomicBool::new(false),
            sources,
        })
    }

    /// For each label of the group.
    #[inline]
    pub(super) fn sources(&self) -> &[Source] {
        self.sources.get(..usize::from(self.n_sources)).unwrap_or(&[])
    }

    /// (A call, so that the search keeps no registers for it.)
    #[inline(never)]
    fn is_of(&self, query: &Query<'_>) -> bool {
        self.registry == query.registry
            && self.kind == query.kind
            && self.flags == query.flags
            && self.priority == query.priority
            && self.words.are_of(query)
    }
}

impl SiteTable {
    fn room(count: usize) -> Self {
        let room = ((count + 1) * 2).next_power_of_two().max(16);
        Self((0..room).map(|_| AtomicPtr::new(null_mut())).collect())
    }

    fn sites(&self) -> impl Iterator<Item = NonNull<Site>> + '_ {
        self.0.iter().filter_map(|slot| NonNull::new(slot.load(Ordering::Acquire)))
    }

    fn put(&self, hash: u32, site: *mut Site) {
        let mask = self.0.len() - 1;
        let mut at = hash as usize & mask;
        while !self.0[at].load(Ordering::Relaxed).is_null() {
            at = (at + 1) & mask;
        }
        // Release: who sees the site sees what it is.
        self.0[at].store(site, Ordering::Release);
    }
}

impl Sites {
    /// # Safety
    ///
    /// The caller has the lock of the root, or is in a section.
    unsafe fn table(&self) -> Option<&SiteTable> {
        // SAFETY: as the caller promises, the table is not freed meanwhile. Acquire: its sites are seen.
        unsafe { self.0.load(Ordering::Acquire).as_ref() }
    }

    /// # Safety
    ///
    /// As for `table`.
    #[inline]
    unsafe fn site(&self, query: &Query<'_>) -> Option<&Site> {
        // SAFETY: as the caller promises.
        let slots = unsafe { &self.table()?.0 };
        let hash = query.hash()?;
        let mask = slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            // SAFETY: a site is freed after it has left the table, and not under a reader. Acquire: it is seen.
            let site = unsafe { slots[at].load(Ordering::Acquire).as_ref() }?;
            if site.hash == hash && site.is_of(query) {
                return Some(site);
            }
            at = (at + 1) & mask;
        }
    }

    /// What is said of the query without a lock. `row` gets its values where there is a site.
    ///
    /// # Safety
    ///
    /// The caller has the lock of the root, or is in a section, for as long as it uses what it gets.
    #[inline]
    pub(super) unsafe fn find<'a>(&self, query: &Query<'a>, row: &mut Row<'a>) -> Found<'_> {
        // SAFETY: as the caller promises; the group is there while the site is.
        let Some(site) = (unsafe { self.site(query) }) else { return Found::Nothing };
        // SAFETY: as above.
        let (group, is_asked) = unsafe { (site.group.as_ref(), row.fill(site, query)) };
        if is_asked.is_none() {
            return Found::Nothing;
        }
        // SAFETY: as the caller promises; `find` asks for values of attached metrics.
        let Some(metric) = (unsafe { group.find(row.hash(), |at, sym| row.is(at, sym)) }) else {
            return Found::Site(site);
        };
        // SAFETY: as above. (No reference is given up in here, which could be the last one.)
        if unsafe { metric.as_ref() }.members() != site.members {
            // Another registry made it, or others as well: that is seen to under the lock.
            return Found::Nothing;
        }
        // SAFETY: as above.
        unsafe { MetricRef::try_retain(metric) }.map_or(Found::Site(site), Found::Metric)
    }

    /// Under the lock: remembers a site, if there is room. The old table is returned.
    pub(super) fn add(&self, site: Site, count: usize) -> Option<Old> {
        let hash = site.hash;
        let site = Box::into_raw(Box::new(site));
        // SAFETY: under the lock.
        match unsafe { self.table() } {
            Some(table) if (count + 1) * 2 <= table.0.len() => {
                table.put(hash, site);
                None
            }
            there => {
                let table = SiteTable::room(count * 2);
                for old in there.into_iter().flat_map(SiteTable::sites) {
                    // SAFETY: in the table.
                    table.put(unsafe { old.as_ref() }.hash, old.as_ptr());
                }
                table.put(hash, site);
                self.replace(table)
            }
        }
    }

    /// Under the lock: is there room for another one, and none for this query?
    pub(super) fn wants(&self, query: &Query<'_>, count: usize) -> bool {
        let (Some(hash), true) = (query.hash(), count < MOST_SITES && query.keys().len() <= MOST_LABELS) else {
            return false;
        };
        // SAFETY: under the lock.
        unsafe { self.site(query).is_none() && self.alike(hash) < MOST_ALIKE }
    }

    /// How many sites have this hash.
    ///
    /// # Safety
    ///
    /// As for `table`.
    unsafe fn alike(&self, hash: u32) -> usize {
        // SAFETY: as the caller promises.
        let Some(SiteTable(slots)) = (unsafe { self.table() }) else { return 0 };
        let from = hash as usize & (slots.len() - 1);
        let run = slots[from..].iter().chain(&slots[..from]).map(|slot| slot.load(Ordering::Relaxed));
        // SAFETY: as above.
        run.map_while(|site| unsafe { site.as_ref() }).filter(|site| site.hash == hash).count()
    }

    /// Under the lock: forgets sites. They and the old table are returned.
    pub(super) fn forget(&self, gone: impl Fn(&Site) -> bool) -> Vec<Old> {
        // SAFETY: under the lock.
        let Some(table) = (unsafe { self.table() }) else { return Vec::new() };
        // SAFETY: as above.
        let (out, kept): (Vec<_>, Vec<_>) = table.sites().partition(|site| gone(unsafe { site.as_ref() }));
        if out.is_empty() {
            return Vec::new();
        }
        for site in &out {
            // SAFETY: as above.
            unsafe { site.as_ref() }.gone.store(true, Ordering::Relaxed);
        }
        let new = SiteTable::room(kept.len());
        for site in kept {
            // SAFETY: as above.
            new.put(unsafe { site.as_ref() }.hash, site.as_ptr());
        }
        let old = self.replace(new);
        // SAFETY: made from boxes in `add`, and out of the table.
        let out = out.into_iter().map(|site| Old::Site(unsafe { Box::from_raw(site.as_ptr()) }));
        out.chain(old).collect()
    }

    fn replace(&self, table: SiteTable) -> Option<Old> {
        let old = self.0.swap(Box::into_raw(Box::new(table)), Ordering::AcqRel);
        // SAFETY: made from a box just so.
        (!old.is_null()).then(|| Old::Table(unsafe { Box::from_raw(old) }))
    }
}

impl Drop for Sites {
    fn drop(&mut self) {
        // SAFETY: nobody has the sites any more.
        let sites = unsafe { self.table() }.into_iter().flat_map(SiteTable::sites).collect::<Vec<_>>();
        let table = NonNull::new(self.0.load(Ordering::Relaxed));
        // SAFETY: made from boxes in `add` and `replace`.
        unsafe {
            sites.into_iter().for_each(|site| drop(Box::from_raw(site.as_ptr())));
            table.into_iter().for_each(|table| drop(Box::from_raw(table.as_ptr())));
        }
    }
}

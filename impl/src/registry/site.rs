// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Sites: descriptions of metrics that were asked for before, but for their label values. Who asks in the same words
//! again finds the group without a lock, without joining or checking names, and there the metric by its values. A site
//! is made when something is asked for that was there already, so that creations alone leave none.

use core::ptr::{null_mut, NonNull};

use super::labels::LONGEST_VALUE;
use super::members::SetId;
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

/// A description as it was given, unchecked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<'a> {
    pub(crate) registry: u64,
    pub(crate) kind: i32,
    pub(crate) flags: u32,
    pub(crate) priority: i32,
    pub(crate) name: &'a [u8],
    pub(crate) help: &'a [u8],
    pub(crate) unit: &'a [u8],
    /// Names and values.
    pub(crate) labels: &'a [(&'a [u8], &'a [u8])],
}

/// Where a label of a group's metrics comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    Given(u8),
    Inherited(Sym),
}

#[derive(Debug)]
pub(super) struct Site {
    hash: u32,
    pub(super) registry: u64,
    kind: i32,
    flags: u32,
    priority: i32,
    /// Name, help, unit, and the names of labels.
    texts: Box<[Text]>,
    /// It was forgotten. Under the lock alone.
    gone: AtomicBool,
    pub(super) group: NonNull<Group>,
    /// For each label of the group.
    pub(super) sources: Box<[Source]>,
    /// The set of the registry alone.
    pub(super) members: SetId,
}

// SAFETY: a site is read by all threads, and points to a group, which is there while the site is.
unsafe impl Send for Site {}

/// What can be said of a query.
pub(super) enum Found<'l> {
    /// The metric is there, and its registry alone made it.
    Metric(MetricRef),
    /// The metric was not there; the hash of its row.
    Site(&'l Site, u32),
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

impl<'a> Query<'a> {
    /// All but the values of labels.
    #[inline]
    fn texts(&self) -> impl Iterator<Item = &'a [u8]> {
        [self.name, self.help, self.unit].into_iter().chain(self.labels.iter().map(|(key, _)| *key))
    }

    /// Could every value be a label's, as far as its length says? (Names and all else are those of a site.)
    pub(super) fn values_are_right(&self) -> bool {
        let right = |value: &[u8]| !value.is_empty() && value.len() <= LONGEST_VALUE;
        self.labels.iter().all(|(_, value)| right(value))
    }

    fn hash(&self) -> u32 {
        let words = combine(self.registry as u32, self.labels.len() as u32);
        combine(words, Part::of(self.name).hash())
    }
}

/// A text of a site, with its first and last bytes as words to compare.
#[derive(Debug)]
struct Text {
    bytes: Box<[u8]>,
    first: u64,
    last: u64,
}

impl Text {
    fn new(bytes: &[u8]) -> Self {
        let Part { first, last, .. } = Part::of(bytes);
        Self { bytes: bytes.into(), first, last }
    }

    #[inline]
    fn is(&self, given: &[u8]) -> bool {
        let n = given.len();
        if self.bytes.len() != n {
            return false;
        }
        let Part { first, last, .. } = Part::of(given);
        self.first == first && self.last == last && (n <= 16 || self.bytes[8..n - 8] == given[8..n - 8])
    }
}

impl Site {
    /// Under the lock: is its group in the tree, and its registry?
    pub(super) fn is_there(&self) -> bool {
        !self.gone.load(Ordering::Relaxed)
    }

    pub(super) fn new(query: &Query<'_>, group: NonNull<Group>, sources: Vec<Source>, members: SetId) -> Self {
        Self {
            hash: query.hash(),
            registry: query.registry,
            kind: query.kind,
            flags: query.flags,
            priority: query.priority,
            texts: query.texts().map(Text::new).collect(),
            gone: AtomicBool::new(false),
            group,
            sources: sources.into(),
            members,
        }
    }

    fn is_of(&self, query: &Query<'_>, hash: u32) -> bool {
        self.hash == hash
            && (self.registry, self.kind, self.flags, self.priority)
                == (query.registry, query.kind, query.flags, query.priority)
            && self.texts.len() == query.labels.len() + 3
            && self.texts.iter().zip(query.texts()).all(|(own, given)| own.is(given))
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
        let hash = query.hash();
        let mask = slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            // SAFETY: a site is freed after it has left the table, and not under a reader. Acquire: it is seen.
            let site = unsafe { slots[at].load(Ordering::Acquire).as_ref() }?;
            if site.is_of(query, hash) {
                return Some(site);
            }
            at = (at + 1) & mask;
        }
    }

    /// What is said of the query without a lock.
    ///
    /// # Safety
    ///
    /// The caller has the lock of the root, or is in a section, for as long as it uses what it gets.
    #[inline]
    pub(super) unsafe fn find<'l>(&'l self, query: &Query<'_>) -> Found<'l> {
        // SAFETY: as the caller promises; the group is there while the site is.
        let Some(site) = (unsafe { self.site(query) }) else { return Found::Nothing };
        // SAFETY: as above.
        let group = unsafe { site.group.as_ref() };
        let mut values = [Part::EMPTY; MOST_LABELS];
        for (value, (_, given)) in values.iter_mut().zip(query.labels) {
            if given.is_empty() {
                // It is no label, and the group another one.
                return Found::Nothing;
            }
            *value = Part::of(given);
        }
        let mut hash = 0;
        for source in &site.sources {
            hash = combine(
                hash,
                match source {
                    Source::Given(at) => values[usize::from(*at) % MOST_LABELS].hash(),
                    // SAFETY: the site has a use of it.
                    Source::Inherited(sym) => unsafe { sym.hash() },
                },
            );
        }
        let is = |i: usize, sym: Sym| match site.sources.get(i) {
            // SAFETY: `find` asks for values of attached metrics.
            Some(Source::Given(at)) => unsafe { sym.is(&values[usize::from(*at) % MOST_LABELS]) },
            Some(Source::Inherited(own)) => *own == sym,
            None => false,
        };
        // SAFETY: as the caller promises.
        let Some(metric) = (unsafe { group.find(hash, is) }) else { return Found::Site(site, hash) };
        // SAFETY: as above. (No reference is given up in here, which could be the last one.)
        if unsafe { metric.as_ref() }.members() != site.members {
            // Another registry made it, or others as well: that is seen to under the lock.
            return Found::Nothing;
        }
        // SAFETY: as above.
        unsafe { MetricRef::try_retain(metric) }.map_or(Found::Site(site, hash), Found::Metric)
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
        if count >= MOST_SITES || query.labels.len() > MOST_LABELS {
            return false;
        }
        // SAFETY: under the lock.
        unsafe { self.site(query).is_none() && self.alike(query.hash()) < MOST_ALIKE }
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

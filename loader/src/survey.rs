// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A search that tells how it went, for people who wonder which library a process uses and why.

use std::ffi::c_void;
use std::ops::RangeInclusive;

use cmetrics_interface::{
    Copy, Status, Text, COPY_EMBEDDED, COPY_FORCED, COPY_SATELLITE, COPY_WINNER, INVALID_ARGUMENT, OK,
};

use crate::bootstrap::ask;
use crate::load::follow;
use crate::{Asker, LoadError, Loaded, Step};

/// How a search went: every step, its end, and the copies of the library in this process.
#[derive(Clone, Debug)]
pub struct Survey {
    asker: String,
    asked: RangeInclusive<u32>,
    steps: Vec<Step>,
    result: Result<Loaded, LoadError>,
    copies: Vec<LoadedCopy>,
}

/// A copy of the library in this process, by the word of the copy that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadedCopy {
    /// The file that it was loaded from. Empty if it does not know.
    pub path: String,
    /// Its package version.
    pub semver: String,
    /// What build it is.
    pub build_id: String,
    /// The oldest ABI version that it serves.
    pub oldest: u32,
    /// The newest ABI version that it serves.
    pub newest: u32,
    /// Its age among releases: the higher is the newer.
    pub rank: u64,
    /// It provides for this process.
    pub winner: bool,
    /// It is linked into a program or plugin.
    pub embedded: bool,
    /// It was named by `CMETRICS_LIBRARY`.
    pub forced: bool,
    /// It serves clients that the winner is too old for, in the winner's reports.
    pub satellite: bool,
}

/// Searches as [`load`](crate::load) does, whatever was found before, and tells every step of it.
///
/// It is a real search, for tools: what it finds is loaded, takes part in the election and is never unloaded. It is not
/// kept for later calls of `load`, which find it as a copy that is loaded already. Each call that succeeds keeps a few
/// hundred bytes for ever.
///
/// ```
/// use cmetrics_loader::{survey, Asker};
///
/// let survey = survey(&Asker::new("my-program"));
/// println!("{} can use ABI versions {:?}", survey.asker(), survey.asked());
/// for step in survey.steps() {
///     println!("{step}");
/// }
/// match survey.result() {
///     Ok(loaded) => println!("{} copies, {} provides", survey.copies().len(), loaded.path()),
///     Err(error) => println!("hint: {}", error.hint()),
/// }
/// ```
pub fn survey(asker: &Asker<'_>) -> Survey {
    let mut steps = Vec::new();
    let found = follow(asker, &mut steps);
    steps.sort_by_key(|step| step.origin() as u8);
    let copies = found.as_ref().map(copies).unwrap_or_default();
    let result = found.ok_or_else(|| LoadError::new(asker, steps.clone()));
    Survey { asker: asker.to_string(), asked: asker.oldest..=asker.newest, steps, result, copies }
}

impl Survey {
    /// Who asked, as errors name it: `vllm 0.6.0 (python, /srv/vllm/metrics.py)`.
    pub fn asker(&self) -> &str {
        &self.asker
    }

    /// The ABI versions that the asker can use.
    pub fn asked(&self) -> RangeInclusive<u32> {
        self.asked.clone()
    }

    /// What came of every step, in the order of the search: those without a candidate, those that failed, the one that
    /// is used, and those that nobody tried because of it.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What the search ended with.
    ///
    /// # Errors
    ///
    /// Those of [`load`](crate::load).
    pub fn result(&self) -> Result<&Loaded, &LoadError> {
        self.result.as_ref()
    }

    /// All copies of the library in this process, as the one that was found tells. Empty if none was found.
    pub fn copies(&self) -> &[LoadedCopy] {
        &self.copies
    }

    /// The ABI versions that the copy that provides serves. `None` if there is none.
    pub fn served(&self) -> Option<RangeInclusive<u32>> {
        let (_, range) = self.result.as_ref().ok()?.source()?;
        Some(range.oldest..=range.newest)
    }
}

fn copies(loaded: &Loaded) -> Vec<LoadedCopy> {
    let Some((get_api, _)) = loaded.source() else { return Vec::new() };
    let mut all: Vec<LoadedCopy> = Vec::new();
    let user: *mut Vec<LoadedCopy> = &mut all;
    // SAFETY: the entry of a library that the search pinned.
    if let Ok(card) = unsafe { ask(get_api) } {
        // SAFETY: `hear` gets `user`, which outlives the call, and copies that are lent to it.
        unsafe { (card.bootstrap.copies)(Some(hear), user.cast()) };
    }
    all
}

/// Adds one copy to the `Vec` at `user`.
unsafe extern "C" fn hear(user: *mut c_void, copy: *const Copy) -> Status {
    // SAFETY: `copies` above lends `user`, which nobody else uses during the call; the library lends `copy`, whose first
    // field is its size in every version of it.
    let (all, size) = unsafe { (&mut *user.cast::<Vec<LoadedCopy>>(), (*copy).struct_size) };
    if (size as usize) < size_of::<Copy>() {
        return INVALID_ARGUMENT;
    }
    // SAFETY: as large as the struct that is read, by its own word.
    let copy = unsafe { *copy };
    // SAFETY: the library lends a copy's texts with it.
    let text = |text: Text| unsafe { owned(text) };
    let is = |flag| copy.flags & flag != 0;
    all.push(LoadedCopy {
        path: text(copy.path),
        semver: text(copy.semver),
        build_id: text(copy.build_id),
        oldest: copy.oldest,
        newest: copy.newest,
        rank: copy.rank,
        winner: is(COPY_WINNER),
        embedded: is(COPY_EMBEDDED),
        forced: is(COPY_FORCED),
        satellite: is(COPY_SATELLITE),
    });
    OK
}

/// # Safety
/// `text` is absent, or points to `len` readable bytes for this call.
unsafe fn owned(text: Text) -> String {
    let len = usize::try_from(text.len).unwrap_or(0);
    if len == 0 || text.data.is_null() {
        return String::new();
    }
    // SAFETY: not absent; the caller promises the rest.
    let bytes = unsafe { std::slice::from_raw_parts(text.data.cast::<u8>(), len) };
    String::from_utf8_lossy(bytes).into_owned()
}

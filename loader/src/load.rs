// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The search itself: asks the world, follows the plan, keeps what came of it.

use std::ffi::{c_void, OsStr};
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};

use crate::bootstrap::ask;
use crate::error::Step;
use crate::negotiate::negotiate;
use crate::provider::{settle, table, worthwhile};
use crate::reason::Reason;
use crate::search::{plan, Candidate, Given, Misnamed, Os, Plan};
use crate::{file, modules, open, Asker, LoadError, Loaded, Origin};

/// What was found: one entry for each version that was agreed on, all of one library.
///
/// No lock is held during a search: it opens modules, whose constructors may search themselves, under the dynamic linker's
/// own lock. Threads that search at once do the work twice; the first to end decides (`keep`).
static FOUND: RwLock<Vec<Loaded>> = RwLock::new(Vec::new());

/// Finds the library of this process, agrees on an ABI version, and pins the library: it is never unloaded.
///
/// The search goes as `docs/abi/locating.md` says: `CMETRICS_LIBRARY`, a copy that is loaded already, beside the module
/// that asks, the system's search path, and at last `asker.embedded`. If `CMETRICS_DISABLE` is set, the result is the
/// no-op table with [`Origin::Disabled`].
///
/// What was found is kept for the life of the process, for this copy of this crate; later calls look at nothing else.
/// Absence is never kept: the next call searches again.
///
/// # Errors
///
/// Nothing usable was found, or nothing that serves a version from `asker.oldest` to `asker.newest`. With
/// `CMETRICS_LIBRARY` set, whatever is wrong with that file is an error; nothing else is tried.
///
/// # Panics
///
/// Never. Constructors of a file that is loaded may do anything; see `docs/abi/locating.md` for which files are loaded.
///
/// ```
/// use cmetrics_loader::{load, noop, Asker};
///
/// let api = match load(&Asker { version: "1.2.0", ..Asker::new("my-plugin") }) {
///     Ok(loaded) => loaded.api(),
///     // Instrumentation goes on without effect.
///     Err(_) => noop(),
/// };
/// assert!(!api.registry.is_null());
/// ```
pub fn load(asker: &Asker<'_>) -> Result<Loaded, LoadError> {
    let found = FOUND.read().unwrap_or_else(PoisonError::into_inner).clone();
    match found.first() {
        Some(first) => match serve(asker, &found, *first) {
            Ok(loaded) => Ok(loaded),
            // What was found is too old for this asker: there may be a copy that serves beside it.
            Err(_) => search(asker).map(keep),
        },
        None => search(asker).map(keep),
    }
}

/// Keeps the first success; a thread that was slower takes that one too, if it is the same version.
fn keep(loaded: Loaded) -> Loaded {
    if loaded.source().is_none() {
        return loaded;
    }
    let mut found = FOUND.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(earlier) = found.iter().find(|earlier| earlier.version() == loaded.version()) {
        return *earlier;
    }
    found.push(loaded);
    loaded
}

/// Serves an asker from what was found for another, at a version of its own.
fn serve(asker: &Asker<'_>, found: &[Loaded], first: Loaded) -> Result<Loaded, LoadError> {
    let asked = asker.asked();
    let fail = |reason| LoadError::new(asker, vec![Step::new(first.origin(), Some(first.path().to_owned()), reason)]);
    let Some((get_api, offered)) = first.source() else { return Ok(first) };
    let semver = first.semver().to_owned();
    let version = negotiate(asked, offered)
        .map_err(|why| fail(Reason::Versions { found: None, provider: None, semver, asked, offered, why }))?;
    if let Some(loaded) = found.iter().find(|loaded| loaded.version() == version) {
        return Ok(*loaded);
    }
    // SAFETY: the library was pinned when it was found.
    let api =
        unsafe { table(get_api, version) }.ok_or_else(|| fail(Reason::NoTable { version, said: String::new() }))?;
    // SAFETY: just asked for, of a pinned library.
    Ok(keep(unsafe { first.again(version, api) }))
}

fn search(asker: &Asker<'_>) -> Result<Loaded, LoadError> {
    let mut steps = Vec::new();
    follow(asker, &mut steps).ok_or_else(|| LoadError::new(asker, steps))
}

/// Follows the plan, and notes in `steps` what came of every candidate: also of the one that is used, and of those that
/// nobody tried because of it.
pub(crate) fn follow(asker: &Asker<'_>, steps: &mut Vec<Step>) -> Option<Loaded> {
    let given = given(asker);
    let candidates = match plan(&given) {
        Ok(Plan::Disabled) => {
            steps.push(Step::new(Origin::Disabled, None, Reason::Disabled));
            return Some(Loaded::disabled());
        }
        Ok(Plan::Search(candidates)) => candidates,
        Err(misnamed) => {
            let reason = match misnamed {
                Misnamed::Relative => Reason::Relative,
                Misnamed::Folder => Reason::EndsInSeparator,
            };
            let path = given.library.as_ref().map(|path| path.to_string_lossy().into_owned());
            steps.push(Step::new(Origin::Forced, path, reason));
            steps.extend(passed_over());
            return None;
        }
    };
    let forced = candidates[0].origin == Origin::Forced;
    steps.extend(if forced { passed_over() } else { skipped(&given, &candidates) });
    let (mut used, mut ended) = (None, false);
    for Candidate { origin, path } in &candidates {
        let told = Some(path.to_string_lossy().into_owned());
        if ended {
            steps.push(Step::new(*origin, told, Reason::NotTried));
            continue;
        }
        let reason = match attempt(asker, *origin, path) {
            Ok((loaded, found)) => {
                ended = true;
                used = Some(loaded);
                Reason::used(told.as_deref(), &found, loaded.path())
            }
            Err(reason) => {
                // Nothing that is found later could replace a copy that provides already.
                ended = matches!(reason, Reason::Versions { provider: Some(_), .. });
                reason
            }
        };
        steps.push(Step::new(*origin, told, reason));
    }
    if let Some(get_api) = asker.embedded.filter(|_| !forced && !ended) {
        let reason = match adopt(asker, Origin::Embedded, get_api, || {}) {
            Ok((loaded, found)) => {
                used = Some(loaded);
                Reason::used(None, &found, loaded.path())
            }
            Err(reason) => reason,
        };
        steps.push(Step::new(Origin::Embedded, None, reason));
    }
    used
}

/// The steps that nobody takes because `CMETRICS_LIBRARY` is set.
fn passed_over() -> Vec<Step> {
    [Origin::Loaded, Origin::Beside, Origin::System].map(|origin| Step::new(origin, None, Reason::NotTried)).into()
}

/// The steps of a search that have no candidate.
fn skipped(given: &Given, candidates: &[Candidate]) -> Vec<Step> {
    let mut steps = vec![Step::new(Origin::Forced, None, Reason::NotSet)];
    let lacks = |origin| candidates.iter().all(|candidate| candidate.origin != origin);
    if lacks(Origin::Loaded) {
        steps.push(Step::new(Origin::Loaded, None, Reason::NoneLoaded));
    }
    if lacks(Origin::Beside) {
        let reason = if given.folder.is_some() { Reason::RelativeFolder } else { Reason::NoFolder };
        let folder = given.folder.as_ref().map(|folder| folder.to_string_lossy().into_owned());
        steps.push(Step::new(Origin::Beside, folder.filter(|folder| !folder.is_empty()), reason));
    }
    steps
}

/// Reads what the search depends on.
fn given(asker: &Asker<'_>) -> Given {
    let module = match asker.module {
        Some(module) => Some(module.to_owned()),
        None => own_file(),
    };
    Given {
        os: Os::HERE,
        library: std::env::var_os("CMETRICS_LIBRARY"),
        disable: std::env::var_os("CMETRICS_DISABLE"),
        loaded: modules::files(),
        folder: module.as_deref().and_then(|module| module.parent()).map(|folder| folder.as_os_str().to_owned()),
    }
}

/// The file of the module that this code is linked into.
fn own_file() -> Option<PathBuf> {
    modules::file_of(own_file as *const c_void)
}

/// Opens one candidate and has it serve, or tells what is in the way. Beside the library in use it tells which file the
/// candidate itself was loaded from.
fn attempt(asker: &Asker<'_>, origin: Origin, path: &OsStr) -> Result<(Loaded, String), Reason> {
    if !matches!(origin, Origin::Loaded | Origin::System) {
        file::is_there(path)?;
    }
    let module = match (open::loaded(path), origin) {
        (Some(module), _) => module,
        (None, Origin::Loaded) => return Err(Reason::CannotLoad("it was unloaded meanwhile".to_owned())),
        (None, Origin::System) => open::system(path)?,
        (None, _) => {
            file::is_ours(path)?;
            open::file(path)?
        }
    };
    let get_api = module.get_api().ok_or(Reason::NoExport)?;
    adopt(asker, origin, get_api, || module.pin(path))
}

/// From an entry to a library in use. `pin` is called once the copy is accepted.
fn adopt(
    asker: &Asker<'_>,
    origin: Origin,
    get_api: cmetrics_interface::GetApi,
    pin: impl FnOnce(),
) -> Result<(Loaded, String), Reason> {
    // SAFETY: the entry of a module that is open, or linked in.
    let card = unsafe { ask(get_api) }?;
    worthwhile(&card, origin, asker.asked())?;
    pin();
    // SAFETY: pinned just now.
    let provider = unsafe { settle(get_api, &card, origin, asker.asked()) }?;
    // SAFETY: the provider of a pinned copy; it is pinned itself by the election.
    Ok((unsafe { Loaded::new(provider, origin) }, card.path()))
}

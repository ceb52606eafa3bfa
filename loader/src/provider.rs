// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! From a copy that was found to the table of the copy that provides for this process.

use std::ffi::c_void;

use cmetrics_interface::v1::ApiV1;
use cmetrics_interface::{Bootstrap, Copy, GetApi, Status, ALREADY_ELECTED, COPY_FORCED, COPY_WINNER, OK};

use crate::bootstrap::{check, Card};
use crate::negotiate::{negotiate, Mismatch, Range};
use crate::reason::Reason;
use crate::Origin;

/// The copy that provides, and its table for the version that was agreed on.
pub(crate) struct Provider {
    pub(crate) get_api: GetApi,
    pub(crate) offered: Range,
    pub(crate) version: u32,
    pub(crate) api: *const ApiV1,
    pub(crate) path: String,
    pub(crate) semver: String,
}

/// Whether this copy is worth an election: it serves a common version, or a copy that provides already does. Otherwise
/// it is left alone, so that a better copy that is found later can still win.
pub(crate) fn worthwhile(card: &Card, origin: Origin, asked: Range) -> Result<(), Reason> {
    negotiate(asked, card.offered).map(drop).or_else(|why| {
        let mut elected = Elected { asked, fits: false };
        let user: *mut Elected = &mut elected;
        // SAFETY: `hear` gets `user`, which outlives the call, and copies that are lent to it.
        unsafe { (card.bootstrap.copies)(Some(hear), user.cast()) };
        if elected.fits {
            return Ok(());
        }
        let (semver, offered) = (card.semver.clone(), card.offered);
        let found = (origin == Origin::System).then(|| card.path());
        Err(Reason::Versions { found, provider: None, semver, asked, offered, why })
    })
}

struct Elected {
    asked: Range,
    fits: bool,
}

/// Notes whether `copy` provides already and serves a common version.
unsafe extern "C" fn hear(user: *mut c_void, copy: *const Copy) -> Status {
    // SAFETY: `worthwhile` lends `user`; nobody else uses it during the call.
    let elected = unsafe { &mut *user.cast::<Elected>() };
    // SAFETY: `copies` lends `copy`, whose first fields are there in every version of it.
    let (flags, offered) = unsafe { ((*copy).flags, Range { oldest: (*copy).oldest, newest: (*copy).newest }) };
    if flags & COPY_WINNER != 0 {
        elected.fits = negotiate(elected.asked, offered).is_ok();
    }
    OK
}

/// Lets `card` take part in the election, and asks the winner for a table.
///
/// # Safety
/// `get_api` is the entry that gave `card`, in a module that is never unloaded from now on.
pub(crate) unsafe fn settle(get_api: GetApi, card: &Card, origin: Origin, asked: Range) -> Result<Provider, Reason> {
    let flags = if origin == Origin::Forced { COPY_FORCED } else { 0 };
    let mut winner: *const Bootstrap = std::ptr::null();
    // SAFETY: `elect` may be called at any time, and `winner` is there to be written.
    let status = unsafe { (card.bootstrap.elect)(flags, &mut winner) };
    if winner.is_null() {
        return Err(match status {
            ALREADY_ELECTED => Reason::Lost { winner: "another copy".to_owned() },
            status => Reason::Election(status),
        });
    }
    // SAFETY: `elect` lends the winner's table for ever.
    let other = unsafe { check(winner.cast()) }?;
    let provides_itself = std::ptr::eq(winner, card.table);
    if origin == Origin::Forced && !provides_itself {
        return Err(Reason::Lost { winner: other.path() });
    }
    if status != OK && status != ALREADY_ELECTED {
        return Err(Reason::Election(status));
    }
    let (semver, offered) = (other.semver.clone(), other.offered);
    let version = match negotiate(asked, offered) {
        Ok(version) => version,
        Err(Mismatch::Older) if !provides_itself && negotiate(asked, card.offered).is_ok() => {
            // SAFETY: as promised by the caller.
            return unsafe { satellite(get_api, card, &other, asked) };
        }
        Err(why) => {
            let provider = (!provides_itself).then(|| other.path());
            return Err(Reason::Versions { found: None, provider, semver, asked, offered, why });
        }
    };
    // SAFETY: as promised by the caller.
    let api = unsafe { table(get_api, version) }
        .ok_or_else(|| Reason::NoTable { version, said: format!(": {}", other.explain(version)) })?;
    Ok(Provider { get_api, offered, version, api, path: other.path(), semver })
}

/// A table of `card`'s copy itself, which serves beside a winner that is too old: its root becomes part of the winner's
/// report (docs/abi/one-root.md).
///
/// # Safety
/// As for [`settle`].
unsafe fn satellite(get_api: GetApi, card: &Card, winner: &Card, asked: Range) -> Result<Provider, Reason> {
    let (semver, offered) = (card.semver.clone(), card.offered);
    let version = negotiate(asked, offered).ok();
    // SAFETY: as promised by the caller.
    let found = version.and_then(|version| Some((version, unsafe { table(get_api, version) }?)));
    let Some((version, api)) = found else {
        return Err(Reason::NoSatellite {
            semver,
            asked,
            winner: winner.path(),
            winner_semver: winner.semver.clone(),
            winner_offers: winner.offered,
            said: card.explain(asked.newest.min(offered.newest)),
        });
    };
    Ok(Provider { get_api, offered, version, api, path: card.path(), semver })
}

/// The table of a version: not NULL, and of that version by its own word.
///
/// # Safety
/// `get_api` is the entry of a copy of the library, which is never unloaded.
pub(crate) unsafe fn table(get_api: GetApi, version: u32) -> Option<*const ApiV1> {
    // SAFETY: by the type of the export any version may be asked for.
    let api: *const ApiV1 = unsafe { get_api(version) }.cast();
    if api.is_null() || !api.is_aligned() {
        return None;
    }
    // SAFETY: a table that is not NULL begins with these two numbers, in every version.
    let (size, its) = unsafe { ((*api).struct_size, (*api).version) };
    (size >= 8 && its == version).then_some(api)
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::{c_char, c_void};
use core::mem::size_of;
use core::ptr;

use cmetrics_interface as abi;
use cmetrics_interface::v1::ClientDesc;
use cmetrics_interface::{Bootstrap, Copy, CopyFn, Status, Text};

use super::boundary::status;
use super::{client, entry, satellite};
use crate::election;
use crate::version::{version, RANK, SEMVER};

/// No extension has a longer name.
const LONGEST_NAME: u64 = 64;
/// No path that is told is longer.
const LONGEST_PATH: usize = 1 << 16;

/// The C string of a literal.
macro_rules! c_literal {
    ($text:expr) => {
        concat!($text, "\0").as_ptr().cast::<c_char>()
    };
}

/// This copy's card.
pub(crate) static BOOTSTRAP: Bootstrap = Bootstrap {
    struct_size: size_of::<Bootstrap>() as u32,
    version: 0,
    magic: abi::MAGIC,
    oldest: abi::OLDEST,
    newest: abi::NEWEST,
    rank: RANK,
    semver: c_literal!(version!()),
    build_id: c_literal!(concat!("cmetrics-", version!())),
    elect,
    path,
    explain,
    copies,
    extension,
    get_api: entry::get_api,
};

unsafe extern "C" fn elect(flags: u32, winner: *mut *const Bootstrap) -> Status {
    status(|| {
        if flags & !abi::COPY_FORCED != 0 {
            return Err(abi::UNSUPPORTED);
        }
        let forced = flags & abi::COPY_FORCED != 0;
        let slot = election::settle(forced);
        if !winner.is_null() && winner.is_aligned() {
            // SAFETY: the caller lends the place (interface, elect).
            unsafe { winner.write(slot.card()) };
        }
        if forced && !ptr::eq(slot, election::own()) {
            return Err(abi::ALREADY_ELECTED);
        }
        Ok(())
    })
}

unsafe extern "C" fn path(buffer: *mut c_char, capacity: u64) -> u64 {
    // SAFETY: the caller lends `capacity` bytes.
    unsafe { put(&own_path(), buffer, capacity) }
}

unsafe extern "C" fn explain(wanted: u32, client: *const ClientDesc, buffer: *mut c_char, capacity: u64) -> u64 {
    let text = std::panic::catch_unwind(|| {
        // SAFETY: the caller lends the description, or it is NULL.
        let who = if client.is_null() { None } else { unsafe { client::read_info(client) }.ok() };
        story(wanted, &who.map_or_else(|| "a client".to_owned(), |info| info.who()))
    });
    // SAFETY: the caller lends `capacity` bytes.
    unsafe { put(&text.unwrap_or_default(), buffer, capacity) }
}

/// What came, or would come, of `who` asking for a version.
fn story(wanted: u32, who: &str) -> String {
    let asked = format!("{who} asked for ABI version {wanted} of libcmetrics");
    let this = format!("{}, version {SEMVER}", own_path());
    let range = |oldest, newest| match (oldest, newest) {
        (1, 1) => "serves 1".to_owned(),
        _ => format!("serves {oldest} to {newest}"),
    };
    let own = range(abi::OLDEST, abi::NEWEST);
    let serves = (abi::OLDEST..=abi::NEWEST).contains(&wanted);
    let cure = match wanted {
        0 => "ask for 1 or later: 0 is the bootstrap table",
        _ => "install a newer libcmetrics, or let the client ask for an older version",
    };
    let Some(other) = election::winner().filter(|winner| !ptr::eq(*winner, election::own())) else {
        return if serves {
            format!("{asked}; {this}, serves it")
        } else {
            format!("{asked}; {this}, answered and {own}: {cure}")
        };
    };
    // SAFETY: the election has found the winner's bootstrap table in order, and pinned its module.
    let card = unsafe { &*other.card() };
    // SAFETY: a bootstrap table's semver is a C string for ever.
    let semver = unsafe { core::ffi::CStr::from_ptr(card.semver) }.to_string_lossy();
    let provider = format!("{}, version {semver}, provides for this process", path_of(card));
    if (card.oldest..=card.newest).contains(&wanted) {
        return format!("{asked}; {provider} and serves it");
    }
    let provider = format!("{provider} and {}", range(card.oldest, card.newest));
    if !serves {
        return format!("{asked}; {this}, answered and {own}; {provider}: {cure}");
    }
    match satellite::failure() {
        None => format!("{asked}; {this}, serves it beside the provider; {provider}"),
        Some(why) => format!(
            "{asked}; {this}, answered and {own}, but cannot serve beside the provider: {why}; {provider}: set \
             CMETRICS_LIBRARY to the newer file before the process starts, or load it first"
        ),
    }
}

/// What a copy says of its file.
fn path_of(card: &Bootstrap) -> String {
    // SAFETY: path writes at most `capacity` bytes.
    let len = unsafe { (card.path)(ptr::null_mut(), 0) };
    let mut buffer = vec![0_u8; usize::try_from(len).unwrap_or(0).min(LONGEST_PATH) + 1];
    // SAFETY: as above.
    let len = unsafe { (card.path)(buffer.as_mut_ptr().cast(), buffer.len() as u64) };
    buffer.truncate(usize::try_from(len).unwrap_or(0).min(buffer.len() - 1));
    String::from_utf8_lossy(&buffer).into_owned()
}

unsafe extern "C" fn copies(copy: Option<CopyFn>, user: *mut c_void) -> Status {
    status(|| {
        let copy = copy.ok_or(abi::INVALID_ARGUMENT)?;
        for told in election::copies() {
            let lent = Copy {
                struct_size: size_of::<Copy>() as u32,
                flags: told.flags,
                oldest: told.oldest,
                newest: told.newest,
                rank: told.rank,
                path: Text::lend(&told.path),
                semver: Text::lend(&told.semver),
                build_id: Text::lend(&told.build_id),
            };
            // SAFETY: the caller promises that its function may be called with data lent for the call (interface, copies).
            match unsafe { copy(user, &raw const lent) } {
                abi::OK => {}
                stopped => return Err(stopped),
            }
        }
        Ok(())
    })
}

unsafe extern "C" fn extension(name: *const Text) -> *const c_void {
    if name.is_null() || !name.is_aligned() {
        return ptr::null();
    }
    // SAFETY: the caller lends the name.
    let bytes = unsafe {
        let name = *name;
        if name.data.is_null() || name.len > LONGEST_NAME {
            return ptr::null();
        }
        core::slice::from_raw_parts(name.data.cast::<u8>(), name.len as usize)
    };
    satellite::extension(bytes)
}

/// Writes `text` with a NUL, at most `capacity` bytes of it, and returns its length.
///
/// # Safety
///
/// `buffer` lends `capacity` writable bytes, or is NULL.
unsafe fn put(text: &str, buffer: *mut c_char, capacity: u64) -> u64 {
    if !buffer.is_null() && capacity > 0 {
        let mut n = text.len().min(usize::try_from(capacity - 1).unwrap_or(usize::MAX));
        while !text.is_char_boundary(n) {
            n -= 1;
        }
        // SAFETY: n + 1 bytes are within what the caller lends.
        unsafe {
            ptr::copy_nonoverlapping(text.as_ptr().cast::<c_char>(), buffer, n);
            buffer.add(n).write(0);
        }
    }
    text.len() as u64
}

/// The file that this copy was loaded from, or nothing where the system does not tell.
pub(super) fn own_path() -> String {
    #[cfg(unix)]
    {
        let mut info = core::mem::MaybeUninit::<libc::Dl_info>::zeroed();
        let own: unsafe extern "C" fn(u32) -> *const c_void = entry::get_api;
        // SAFETY: the address is of a function in this object; dladdr fills info where it returns nonzero, with a name that
        // lives as long as the object is loaded, which is now.
        unsafe {
            if libc::dladdr(own as *const c_void, info.as_mut_ptr()) != 0 {
                let name = info.assume_init().dli_fname;
                if !name.is_null() {
                    return program_or(core::ffi::CStr::from_ptr(name).to_string_lossy().into_owned());
                }
            }
        }
        String::new()
    }
    #[cfg(not(unix))]
    election::own_path()
}

/// `name`, or the program's file: a program is named as it was called, which leads nowhere.
#[cfg(unix)]
fn program_or(name: String) -> String {
    let program = std::env::current_exe().ok().map(|path| path.to_string_lossy().into_owned());
    let last = |path: &str| path.rsplit('/').next().map(str::to_owned);
    match program {
        Some(program) if !name.starts_with('/') && last(&name) == last(&program) => program,
        _ => name,
    }
}

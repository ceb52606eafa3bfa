// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use core::ffi::{c_char, c_void};
use core::mem::size_of;
use core::ptr;

use cmetrics_interface as abi;
use cmetrics_interface::v1::ClientDesc;
use cmetrics_interface::{Bootstrap, Copy, CopyFn, Status, Text};

use super::boundary::status;
use super::{client, entry};

/// The C string of a literal.
macro_rules! c_literal {
    ($text:expr) => {
        concat!($text, "\0").as_ptr().cast::<c_char>()
    };
}

const SEMVER: &str = env!("CARGO_PKG_VERSION");
const BUILD_ID: &str = concat!("cmetrics-", env!("CARGO_PKG_VERSION"));

/// This copy's card.
pub(super) static BOOTSTRAP: Bootstrap = Bootstrap {
    struct_size: size_of::<Bootstrap>() as u32,
    version: 0,
    magic: abi::MAGIC,
    oldest: abi::OLDEST,
    newest: abi::NEWEST,
    rank: RANK,
    semver: c_literal!(env!("CARGO_PKG_VERSION")),
    build_id: c_literal!(concat!("cmetrics-", env!("CARGO_PKG_VERSION"))),
    elect,
    path,
    explain,
    copies,
    extension,
    get_api: entry::cmetrics_get_api,
};

/// The package version as one number: a million of a part make one of the part before it.
const RANK: u64 = {
    number(env!("CARGO_PKG_VERSION_MAJOR")) * 1_000_000_000_000
        + number(env!("CARGO_PKG_VERSION_MINOR")) * 1_000_000
        + number(env!("CARGO_PKG_VERSION_PATCH"))
        + cfg!(feature = "draft") as u64
};

const fn number(text: &str) -> u64 {
    let (bytes, mut i, mut n) = (text.as_bytes(), 0, 0);
    while i < bytes.len() {
        n = n * 10 + (bytes[i] - b'0') as u64;
        i += 1;
    }
    n
}

unsafe extern "C" fn elect(flags: u32, winner: *mut *const Bootstrap) -> Status {
    if flags & !abi::COPY_FORCED != 0 {
        return abi::UNSUPPORTED;
    }
    if !winner.is_null() && winner.is_aligned() {
        // SAFETY: the caller lends the place (interface, elect).
        unsafe { winner.write(&raw const BOOTSTRAP) };
    }
    abi::OK
}

unsafe extern "C" fn path(buffer: *mut c_char, capacity: u64) -> u64 {
    // SAFETY: the caller lends `capacity` bytes.
    unsafe { put(&own_path(), buffer, capacity) }
}

unsafe extern "C" fn explain(wanted: u32, client: *const ClientDesc, buffer: *mut c_char, capacity: u64) -> u64 {
    let text = std::panic::catch_unwind(|| {
        // SAFETY: the caller lends the description, or it is NULL.
        let who = if client.is_null() { None } else { unsafe { client::read_info(client) }.ok() };
        let who = who.map_or_else(|| "a client".to_owned(), |info| info.who());
        let (oldest, newest) = (abi::OLDEST, abi::NEWEST);
        let answer = format!("{who} asked for ABI version {wanted} of libcmetrics; {}, version {SEMVER}", own_path());
        let cure = if (oldest..=newest).contains(&wanted) {
            return format!("{answer}, serves it");
        } else if wanted > newest {
            "install a newer libcmetrics, or let the client ask for an older version"
        } else {
            "ask for 1 or later: 0 is the bootstrap table"
        };
        format!("{answer}, answered and serves {oldest} to {newest}: {cure}")
    });
    // SAFETY: the caller lends `capacity` bytes.
    unsafe { put(&text.unwrap_or_default(), buffer, capacity) }
}

unsafe extern "C" fn copies(copy: Option<CopyFn>, user: *mut c_void) -> Status {
    status(|| {
        let copy = copy.ok_or(abi::INVALID_ARGUMENT)?;
        let path = own_path();
        let lent = Copy {
            struct_size: size_of::<Copy>() as u32,
            flags: abi::COPY_WINNER | if cfg!(feature = "export") { 0 } else { abi::COPY_EMBEDDED },
            oldest: abi::OLDEST,
            newest: abi::NEWEST,
            rank: RANK,
            path: Text::lend(&path),
            semver: Text::lend(SEMVER),
            build_id: Text::lend(BUILD_ID),
        };
        // SAFETY: the caller promises that its function may be called with data lent for the call (interface, copies).
        match unsafe { copy(user, &raw const lent) } {
            abi::OK => Ok(()),
            stopped => Err(stopped),
        }
    })
}

unsafe extern "C" fn extension(_: *const Text) -> *const c_void {
    ptr::null()
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
fn own_path() -> String {
    #[cfg(unix)]
    {
        let mut info = core::mem::MaybeUninit::<libc::Dl_info>::zeroed();
        let own: unsafe extern "C" fn(u32) -> *const c_void = entry::cmetrics_get_api;
        // SAFETY: the address is of a function in this object; dladdr fills info where it returns nonzero, with a name that
        // lives as long as the object is loaded, which is now.
        unsafe {
            if libc::dladdr(own as *const c_void, info.as_mut_ptr()) != 0 {
                let name = info.assume_init().dli_fname;
                if !name.is_null() {
                    return core::ffi::CStr::from_ptr(name).to_string_lossy().into_owned();
                }
            }
        }
    }
    String::new()
}

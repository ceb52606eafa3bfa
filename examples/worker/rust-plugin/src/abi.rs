// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `plugin.h` in Rust: the table that a host drives a part by, and this part's own.

use std::any::Any;
use std::ffi::{c_char, CStr};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::replay::{Failure, Replay};

/// The call did what it says.
pub const OK: i32 = 0;
/// It could not; `error` says why.
pub const FAILED: i32 = 1;
/// The case is at fault; `error` names its file and line.
pub const BAD_CASE: i32 = 2;
/// The version of the table.
pub const VERSION: u32 = 1;

/// How large a case is: `worker_case_size`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseSize {
    /// All metrics, of all languages.
    pub metrics: i64,
    /// All rows.
    pub rows: i64,
    /// The first row of the tail.
    pub tail: i64,
}

/// What a part sees of the library: `worker_touch_result`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The id of the root registry.
    pub root: u64,
    /// The counter `worker_touches_total` after this touch.
    pub total: u64,
}

/// One language's part of the worker: `worker_part`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The `sizeof` of this table.
    pub struct_size: u32,
    /// [`VERSION`].
    pub version: u32,
    /// As in `metrics.json`, with a NUL.
    pub language: *const c_char,
    /// Reads the case and creates this language's metrics.
    pub open: unsafe extern "C" fn(*const c_char, *mut CaseSize, *mut c_char, u64) -> i32,
    /// Replays this language's rows before the tail. How many, or -1.
    pub run_body: unsafe extern "C" fn(i32, *mut c_char, u64) -> i64,
    /// Replays one row if it is this language's. 1 if it was, 0 if not, -1 on failure.
    pub tail_row: unsafe extern "C" fn(i64, *mut c_char, u64) -> i32,
    /// Lets go of the case.
    pub close: unsafe extern "C" fn(),
    /// Counts 1 in `worker_touches_total`.
    pub touch: unsafe extern "C" fn(*mut Touched, *mut c_char, u64) -> i32,
    /// Gets and updates the same metrics on many threads.
    pub stress: unsafe extern "C" fn(i32, i32, i32, *mut c_char, u64) -> i32,
}

// SAFETY: the table and its text never change, and plugin.h lets any thread call its functions.
unsafe impl Sync for Part {}
// SAFETY: as for Sync.
unsafe impl Send for Part {}

static PART: Part = Part {
    struct_size: size_of::<Part>() as u32,
    version: VERSION,
    language: c"rust".as_ptr(),
    open,
    run_body,
    tail_row,
    close,
    touch,
    stress,
};

/// The Rust part, for a host that links it.
pub fn part() -> &'static Part {
    &PART
}

/// The Rust part, for a host that loads it.
#[no_mangle]
pub extern "C" fn worker_part_v1() -> *const Part {
    part()
}

static OPEN: Mutex<Option<Arc<Replay>>> = Mutex::new(None);

unsafe extern "C" fn open(folder: *const c_char, size: *mut CaseSize, error: *mut c_char, capacity: u64) -> i32 {
    // SAFETY: plugin.h: `folder` is a text with a NUL, lent for this call.
    let folder = unsafe { CStr::from_ptr(folder) };
    let opened = guarded(|| {
        let folder = folder.to_str().map_err(|e| Failure::BadCase(format!("the folder's name is not UTF-8: {e}")))?;
        Replay::open(&PathBuf::from(folder))
    });
    let done = opened.map(|replay| {
        let case = replay.case();
        let of = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        // SAFETY: plugin.h: the host lends `size` for this call.
        unsafe { *size = CaseSize { metrics: of(case.metrics.len()), rows: of(case.rows.len()), tail: of(case.tail) } };
        *OPEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(replay));
        OK
    });
    // SAFETY: plugin.h: the host lends `capacity` bytes at `error` for this call.
    done.unwrap_or_else(|failure| unsafe { report(&failure, error, capacity) })
}

unsafe extern "C" fn run_body(threads: i32, error: *mut c_char, capacity: u64) -> i64 {
    let done = guarded(|| Ok(opened()?.run_body(positive(threads)?)));
    done.map_or_else(
        |failure| {
            // SAFETY: as in `open`.
            unsafe { report(&failure, error, capacity) };
            -1
        },
        |rows| i64::try_from(rows).unwrap_or(i64::MAX),
    )
}

unsafe extern "C" fn tail_row(row: i64, error: *mut c_char, capacity: u64) -> i32 {
    let done = guarded(|| opened()?.tail_row(usize::try_from(row).unwrap_or(usize::MAX)));
    done.map_or_else(
        |failure| {
            // SAFETY: as in `open`.
            unsafe { report(&failure, error, capacity) };
            -1
        },
        i32::from,
    )
}

unsafe extern "C" fn close() {
    let _nothing_to_tell = guarded(|| Ok(OPEN.lock().unwrap_or_else(PoisonError::into_inner).take()));
}

unsafe extern "C" fn touch(result: *mut Touched, error: *mut c_char, capacity: u64) -> i32 {
    let touched = guarded(|| {
        let root = cmetrics::try_root()?;
        let counter = root.counter("worker_touches").try_get()?;
        counter.inc();
        Ok(Touched { root: root.id(), total: counter.value() })
    });
    let done = touched.map(|touched| {
        // SAFETY: plugin.h: the host lends `result` for this call.
        unsafe { *result = touched };
        OK
    });
    // SAFETY: as in `open`.
    done.unwrap_or_else(|failure| unsafe { report(&failure, error, capacity) })
}

unsafe extern "C" fn stress(threads: i32, metrics: i32, rounds: i32, error: *mut c_char, capacity: u64) -> i32 {
    let done = guarded(|| {
        let count = |n: i32| u32::try_from(n).unwrap_or(0);
        Ok(crate::stress::stress(positive(threads)?, count(metrics), count(rounds))?)
    });
    // SAFETY: as in `open`.
    done.map_or_else(|failure| unsafe { report(&failure, error, capacity) }, |()| OK)
}

fn opened() -> Result<Arc<Replay>, Failure> {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    open.ok_or_else(|| Failure::Failed("no case is open".to_owned()))
}

fn positive(threads: i32) -> Result<usize, Failure> {
    let threads = usize::try_from(threads).ok().filter(|n| *n > 0);
    threads.ok_or_else(|| Failure::Failed("at least one thread is wanted".to_owned()))
}

/// Runs `work`; a panic becomes a failure, since the host must not see it unwind.
fn guarded<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(Failure::Failed(message(panic.as_ref()))))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the Rust part panicked: {}", text.unwrap_or("without a message"))
}

/// Writes the message, cut to fit, and gives the status. `capacity` bytes at `error` are the host's to lend.
unsafe fn report(failure: &Failure, error: *mut c_char, capacity: u64) -> i32 {
    let (status, text) = match failure {
        Failure::BadCase(text) => (BAD_CASE, text),
        Failure::Failed(text) => (FAILED, text),
    };
    if let Some(room) = usize::try_from(capacity).unwrap_or(usize::MAX).checked_sub(1) {
        let bytes = &text.as_bytes()[..text.len().min(room)];
        // SAFETY: the caller lends `capacity` bytes at `error`: the message and its NUL are no more.
        unsafe {
            error.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            error.add(bytes.len()).write(0);
        }
    }
    status
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Loads another language's part, and calls it without pointers.

use std::ffi::{c_char, c_void, CStr, CString};
use std::path::Path;

use crate::abi::{CaseSize, Part, Touched, BAD_CASE, OK, VERSION};
use crate::library::Library;
use crate::replay::Failure;

/// A part that is there for good: linked, or loaded and never unloaded.
#[derive(Clone, Copy, Debug)]
pub struct Loaded(&'static Part);

/// The bytes that a part has for its message.
const CAPACITY: usize = 4096;

/// The parts' only export.
type PartV1 = unsafe extern "C" fn() -> *const Part;

impl Loaded {
    /// The part of `table`.
    ///
    /// # Errors
    ///
    /// If the table is of another version.
    pub fn from_table(table: &'static Part) -> Result<Loaded, String> {
        if table.version != VERSION || (table.struct_size as usize) < size_of::<Part>() {
            return Err(format!("it speaks version {} of plugin.h; this host wants {VERSION}", table.version));
        }
        Ok(Loaded(table))
    }

    /// Loads the plugin in `file` and takes the part that it exports.
    ///
    /// # Errors
    ///
    /// If the file is no library, or no part of a worker.
    pub fn load(file: &Path) -> Result<Loaded, String> {
        let library =
            Library::open(file, false).map_err(|why| format!("cannot load the plugin {}: {why}", file.display()))?;
        let symbol = library.symbol(c"worker_part_v1").map_err(|why| format!("{}: {why}", file.display()))?;
        // SAFETY: plugin.h: the symbol of this name has this type, and its table lives as long as the plugin, which is
        // never unloaded.
        let table = unsafe { &*std::mem::transmute::<*mut c_void, PartV1>(symbol)() };
        Loaded::from_table(table).map_err(|why| format!("{}: {why}", file.display()))
    }

    /// The language that it stands for.
    pub fn language(self) -> &'static str {
        // SAFETY: plugin.h: a text with a NUL that lives as long as the table.
        unsafe { CStr::from_ptr(self.0.language) }.to_str().unwrap_or("unknown")
    }

    /// Reads the case in `folder` and creates this language's metrics.
    ///
    /// # Errors
    ///
    /// The part's own message.
    pub fn open(self, folder: &Path) -> Result<CaseSize, Failure> {
        let folder =
            CString::new(folder.as_os_str().as_encoded_bytes()).map_err(|e| Failure::BadCase(e.to_string()))?;
        let mut size = CaseSize::default();
        // SAFETY: all that is lent lives longer than the call.
        let open = |error, capacity| unsafe { (self.0.open)(folder.as_ptr(), &mut size, error, capacity) };
        self.call(open, |status| status == OK)?;
        Ok(size)
    }

    /// Replays this language's rows before the tail; how many.
    ///
    /// # Errors
    ///
    /// The part's own message.
    pub fn run_body(self, threads: i32) -> Result<i64, Failure> {
        // SAFETY: as in `open`.
        self.call(|error, capacity| unsafe { (self.0.run_body)(threads, error, capacity) }, |rows| rows >= 0)
    }

    /// Replays row `row` if it is this language's; whether it was.
    ///
    /// # Errors
    ///
    /// The part's own message.
    pub fn tail_row(self, row: i64) -> Result<bool, Failure> {
        // SAFETY: as in `open`.
        self.call(|error, capacity| unsafe { (self.0.tail_row)(row, error, capacity) }, |s| s >= 0).map(|s| s == 1)
    }

    /// Lets go of the case.
    pub fn close(self) {
        // SAFETY: plugin.h: no condition.
        unsafe { (self.0.close)() };
    }

    /// Counts 1 in `worker_touches_total`.
    ///
    /// # Errors
    ///
    /// The part's own message.
    pub fn touch(self) -> Result<Touched, Failure> {
        let mut touched = Touched::default();
        // SAFETY: as in `open`.
        self.call(|error, capacity| unsafe { (self.0.touch)(&mut touched, error, capacity) }, |s| s == OK)?;
        Ok(touched)
    }

    /// Gets and updates the same metrics on many threads.
    ///
    /// # Errors
    ///
    /// The part's own message.
    pub fn stress(self, threads: i32, metrics: i32, rounds: i32) -> Result<(), Failure> {
        // SAFETY: as in `open`.
        let stress = |error, capacity| unsafe { (self.0.stress)(threads, metrics, rounds, error, capacity) };
        self.call(stress, |s| s == OK).map(drop)
    }

    fn call<S: Into<i64> + Copy>(
        self,
        function: impl FnOnce(*mut c_char, u64) -> S,
        succeeded: impl FnOnce(S) -> bool,
    ) -> Result<S, Failure> {
        let mut message = [0_u8; CAPACITY];
        let status = function(message.as_mut_ptr().cast(), CAPACITY as u64);
        if succeeded(status) {
            return Ok(status);
        }
        let text = CStr::from_bytes_until_nul(&message).unwrap_or(c"").to_string_lossy().into_owned();
        let bad_case = status.into() == i64::from(BAD_CASE);
        Err(if bad_case { Failure::BadCase(text) } else { Failure::Failed(format!("{}: {text}", self.language())) })
    }
}

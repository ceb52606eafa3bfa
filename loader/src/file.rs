// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What can be said of a file before it is loaded.

use std::ffi::OsStr;
use std::fs;
use std::io;

use crate::reason::Reason;

/// Whether there is a file at all. To be asked before the dynamic linker is: that would wait at a named pipe, even with
/// `RTLD_NOLOAD`.
pub(crate) fn is_there(path: &OsStr) -> Result<(), Reason> {
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        Err(Reason::Folder)
    } else if !metadata.is_file() {
        Err(Reason::NotRegular)
    } else if metadata.len() == 0 {
        Err(Reason::Empty)
    } else {
        Ok(())
    }
}

/// Whether loading the file would load a library of ours. Where files are ELF this is known from their bytes; elsewhere
/// only that it can be read.
pub(crate) fn is_ours(path: &OsStr) -> Result<(), Reason> {
    let file = fs::File::open(path).map_err(unreadable)?;
    #[cfg(all(unix, not(target_vendor = "apple")))]
    {
        let len = file.metadata().map_err(unreadable)?.len();
        crate::elf::examine(file, len)?;
    }
    #[cfg(not(all(unix, not(target_vendor = "apple"))))]
    drop(file);
    Ok(())
}

#[allow(clippy::needless_pass_by_value, reason = "an argument of map_err")]
pub(crate) fn unreadable(error: io::Error) -> Reason {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Reason::NoSuchFile,
        _ => Reason::Unreadable(error.to_string()),
    }
}

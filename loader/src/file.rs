// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What can be said of a file before it is loaded.

use std::ffi::OsStr;
use std::fs;
use std::io;

use crate::reason::Reason;

/// Whether loading `path` would load a library of ours. Where files are ELF this is known from their bytes; elsewhere
/// only that there is a file.
pub(crate) fn examine(path: &OsStr) -> Result<(), Reason> {
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(Reason::Folder);
    }
    if !metadata.is_file() {
        return Err(Reason::NotRegular);
    }
    if metadata.len() == 0 {
        return Err(Reason::Empty);
    }
    let file = fs::File::open(path).map_err(unreadable)?;
    #[cfg(all(unix, not(target_vendor = "apple")))]
    crate::elf::examine(&file, metadata.len())?;
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

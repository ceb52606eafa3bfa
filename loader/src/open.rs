// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Loads a file, looks its entry up, pins it: the only place that names `libloading`.

use std::ffi::OsStr;

use cmetrics_interface::{GetApi, GET_API_SYMBOL};

#[cfg(unix)]
use libloading::os::unix::Library;
#[cfg(windows)]
use libloading::os::windows::Library;

use crate::reason::Reason;

/// An open module. It is closed when dropped, unless it was pinned.
pub(crate) struct Module(Library);

/// The module of this path or name if it is loaded already. Loads nothing, runs nothing.
pub(crate) fn loaded(path: &OsStr) -> Option<Module> {
    #[cfg(unix)]
    // SAFETY: RTLD_NOLOAD runs no constructor. The handle counts, so that closing it runs a destructor only if the
    // module's other users have closed it meanwhile, who then expect that.
    let library = unsafe { Library::open(Some(path), libc::RTLD_NOW | libc::RTLD_LOCAL | libc::RTLD_NOLOAD) };
    #[cfg(windows)]
    let library = Library::open_already_loaded(path);
    library.ok().map(Module)
}

/// Loads a file by its absolute path.
pub(crate) fn file(path: &OsStr) -> Result<Module, Reason> {
    #[cfg(unix)]
    // SAFETY: `file::is_ours` found cmetrics_get_api in it where it could: constructors are those of a library of ours.
    // Elsewhere this is the risk that docs/abi/locating.md names.
    let library = unsafe { Library::open(Some(path), libc::RTLD_NOW | libc::RTLD_LOCAL) };
    #[cfg(windows)]
    // SAFETY: as on Unix; what it depends on is looked for beside it.
    let library = unsafe { Library::load_with_flags(path, libloading::os::windows::LOAD_WITH_ALTERED_SEARCH_PATH) };
    library.map(Module).map_err(cannot_load)
}

/// Loads what the system's search path has of this name.
pub(crate) fn system(name: &OsStr) -> Result<Module, Reason> {
    #[cfg(unix)]
    // SAFETY: what lies on the system's search path is trusted with its constructors, as any program does that links.
    let library = unsafe { Library::open(Some(name), libc::RTLD_NOW | libc::RTLD_LOCAL) };
    #[cfg(windows)]
    // SAFETY: as on Unix. The current folder is not part of these folders.
    let library = unsafe { Library::load_with_flags(name, libloading::os::windows::LOAD_LIBRARY_SEARCH_DEFAULT_DIRS) };
    library.map(Module).map_err(cannot_load)
}

impl Module {
    /// Its `cmetrics_get_api`, if it exports one.
    pub(crate) fn get_api(&self) -> Option<GetApi> {
        // SAFETY: a symbol of this name has this type: that is what the name promises (docs/abi/locating.md). An
        // Option of a function pointer holds the NULL of a symbol that has no address.
        let symbol = unsafe { self.0.get::<Option<GetApi>>(GET_API_SYMBOL) };
        symbol.ok().and_then(|symbol| *symbol)
    }

    /// Sees to it that it is never unloaded. `path` is what it was opened by.
    pub(crate) fn pin(self, path: &OsStr) {
        #[cfg(unix)]
        {
            let flags = libc::RTLD_NOW | libc::RTLD_NOLOAD | libc::RTLD_NODELETE;
            // SAFETY: RTLD_NOLOAD runs no constructor: the module is loaded. Should it not be found by this path any
            // more, then the handle that is kept below pins it alone.
            if let Ok(again) = unsafe { Library::open(Some(path), flags) } {
                std::mem::forget(again);
            }
        }
        #[cfg(windows)]
        {
            let _ = path;
            // A failure leaves the handle below, which pins as long as nobody frees it too often.
            let _ = self.0.pin();
        }
        std::mem::forget(self.0);
    }
}

/// The system's own words, which libloading keeps in the source of its error.
#[allow(clippy::needless_pass_by_value, reason = "an argument of map_err")]
fn cannot_load(error: libloading::Error) -> Reason {
    let said = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
    Reason::CannotLoad(said)
}

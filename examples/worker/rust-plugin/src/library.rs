// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A shared library that is loaded for good.

use std::ffi::{c_void, CStr};
use std::path::Path;

/// A shared library that is never unloaded.
#[derive(Clone, Copy, Debug)]
pub struct Library {
    #[cfg(unix)]
    handle: *mut c_void,
}

#[cfg(unix)]
impl Library {
    /// Loads `file`, and runs its constructors: whoever names the file trusts it. A `global` one lends its symbols to the
    /// libraries that are loaded after it.
    ///
    /// # Errors
    ///
    /// What the dynamic linker says.
    pub fn open(file: &Path, global: bool) -> Result<Library, String> {
        let name = std::ffi::CString::new(file.as_os_str().as_encoded_bytes()).map_err(|error| error.to_string())?;
        let scope = if global { libc::RTLD_GLOBAL } else { libc::RTLD_LOCAL };
        // SAFETY: a text with a NUL; its constructors are trusted, as promised above.
        let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW | scope) };
        if handle.is_null() {
            Err(last_error())
        } else {
            Ok(Library { handle })
        }
    }

    /// Where `name` is.
    ///
    /// # Errors
    ///
    /// What the dynamic linker says.
    pub fn symbol(self, name: &CStr) -> Result<*mut c_void, String> {
        // SAFETY: a live library and a text with a NUL.
        let symbol = unsafe { libc::dlsym(self.handle, name.as_ptr()) };
        if symbol.is_null() {
            Err(last_error())
        } else {
            Ok(symbol)
        }
    }
}

#[cfg(unix)]
fn last_error() -> String {
    // SAFETY: no condition; the text is this thread's until its next call of the linker.
    let text = unsafe { libc::dlerror() };
    if text.is_null() {
        return "the dynamic linker does not say why".to_owned();
    }
    // SAFETY: a text with a NUL, see above; it is copied here.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

#[cfg(not(unix))]
impl Library {
    /// Says that this example loads libraries on Unix only.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn open(_file: &Path, _global: bool) -> Result<Library, String> {
        Err("this example loads libraries on Unix only".to_owned())
    }

    /// There is no library to look in.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn symbol(self, name: &CStr) -> Result<*mut c_void, String> {
        Err(format!("no library to find {} in", name.to_string_lossy()))
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where to look: pure decisions. Nothing here reads a variable, a file or a module list.
//!
//! `docs/abi/locating.md` says the rules, `compat-tests/locating/vectors.txt` holds the cases.

use std::ffi::{OsStr, OsString};

use crate::Origin;

/// The rules of an operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "two of the three stand only in tests on any one system")]
pub(crate) enum Os {
    /// Linux and other ELF systems.
    Linux,
    Mac,
    Windows,
}

impl Os {
    /// The one that this code runs on.
    pub(crate) const HERE: Os = if cfg!(windows) {
        Os::Windows
    } else if cfg!(target_vendor = "apple") {
        Os::Mac
    } else {
        Os::Linux
    };

    /// The library's file names, the first one first.
    pub(crate) fn names(self) -> &'static [&'static str] {
        match self {
            Os::Linux => &[cmetrics_interface::SONAME, "libcmetrics.so"],
            Os::Mac => &["libcmetrics.1.dylib", "libcmetrics.dylib"],
            Os::Windows => &["cmetrics.dll"],
        }
    }

    fn is_separator(self, byte: u8) -> bool {
        byte == b'/' || (self == Os::Windows && byte == b'\\')
    }

    fn is_absolute(self, path: &[u8]) -> bool {
        match (self, path) {
            (Os::Windows, [drive, b':', separator, ..]) => drive.is_ascii_alphabetic() && self.is_separator(*separator),
            (Os::Windows, _) => path.starts_with(br"\\"),
            _ => path.starts_with(b"/"),
        }
    }

    /// Whether a loaded module of this path may be the library.
    fn is_ours(self, path: &[u8]) -> bool {
        let name = path.rsplit(|&byte| self.is_separator(byte)).next().unwrap_or(path);
        match self {
            Os::Linux => name == b"libcmetrics.so" || name.starts_with(b"libcmetrics.so."),
            Os::Mac => name.starts_with(b"libcmetrics.") && name.ends_with(b".dylib"),
            Os::Windows => name.eq_ignore_ascii_case(b"cmetrics.dll"),
        }
    }

    /// `folder` and `name`, with one separator between them.
    fn join(self, folder: &OsStr, name: &str) -> OsString {
        let mut path = folder.to_owned();
        if !folder.as_encoded_bytes().last().is_some_and(|&byte| self.is_separator(byte)) {
            path.push(if self == Os::Windows { r"\" } else { "/" });
        }
        path.push(name);
        path
    }
}

/// What the search depends on, as read from the world.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) os: Os,
    /// `CMETRICS_LIBRARY`.
    pub(crate) library: Option<OsString>,
    /// `CMETRICS_DISABLE`.
    pub(crate) disable: Option<OsString>,
    /// The files of all modules of this process, in load order.
    pub(crate) loaded: Vec<OsString>,
    /// The folder of the module that asks.
    pub(crate) folder: Option<OsString>,
}

/// One file to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) origin: Origin,
    /// A path, or for [`Origin::System`] a bare name.
    pub(crate) path: OsString,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Use the no-op table.
    Disabled,
    /// Try these, in this order.
    Search(Vec<Candidate>),
}

/// Why `CMETRICS_LIBRARY` cannot name a library, whatever the disk holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misnamed {
    /// It is not an absolute path.
    Relative,
    /// It ends in a separator.
    Folder,
}

/// The search for what is given.
pub(crate) fn plan(given: &Given) -> Result<Plan, Misnamed> {
    if given.disable.as_deref().is_some_and(says_yes) {
        return Ok(Plan::Disabled);
    }
    let os = given.os;
    if let Some(path) = given.library.as_ref().filter(|path| !path.is_empty()) {
        let bytes = path.as_encoded_bytes();
        if !os.is_absolute(bytes) {
            return Err(Misnamed::Relative);
        }
        if bytes.last().is_some_and(|&byte| os.is_separator(byte)) {
            return Err(Misnamed::Folder);
        }
        return Ok(Plan::Search(vec![Candidate { origin: Origin::Forced, path: path.clone() }]));
    }
    let mut candidates = Vec::new();
    for path in given.loaded.iter().filter(|path| os.is_ours(path.as_encoded_bytes())) {
        candidates.push(Candidate { origin: Origin::Loaded, path: path.clone() });
    }
    // A relative folder would be a folder of wherever the process happens to stand.
    if let Some(folder) = given.folder.as_ref().filter(|folder| os.is_absolute(folder.as_encoded_bytes())) {
        let lib = os.join(folder, "lib");
        for folder in [folder, &lib] {
            for name in os.names() {
                candidates.push(Candidate { origin: Origin::Beside, path: os.join(folder, name) });
            }
        }
    }
    candidates.push(Candidate { origin: Origin::System, path: os.names()[0].into() });
    Ok(Plan::Search(candidates))
}

/// Whether `CMETRICS_DISABLE` of this value disables.
fn says_yes(value: &OsStr) -> bool {
    let value = value.as_encoded_bytes();
    let no: [&[u8]; 5] = [b"", b"0", b"false", b"no", b"off"];
    !no.iter().any(|no| value.eq_ignore_ascii_case(no))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn paths_need_not_be_unicode() {
        use std::os::unix::ffi::OsStringExt;
        let folder = OsString::from_vec(b"/opt/\xff".to_vec());
        let given = Given { os: Os::Linux, library: None, disable: None, loaded: vec![], folder: Some(folder) };
        let Ok(Plan::Search(candidates)) = plan(&given) else { panic!("a search") };
        assert_eq!(candidates[0].path.as_encoded_bytes(), b"/opt/\xff/libcmetrics.so.1");
    }
}

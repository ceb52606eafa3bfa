// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Stands for the loader until that crate gives this interface: finds nothing.

use std::fmt;
use std::path::Path;

use cmetrics_interface::v1::ApiV1;
use cmetrics_interface::{GetApi, Status, NEWEST, OLDEST, UNAVAILABLE};

#[allow(dead_code, unreachable_pub)]
pub(crate) struct Asker<'a> {
    pub name: &'a str,
    pub version: &'a str,
    pub language: &'a str,
    pub file: &'a str,
    pub module: Option<&'a Path>,
    pub oldest: u32,
    pub newest: u32,
    pub embedded: Option<GetApi>,
}

impl<'a> Asker<'a> {
    pub(crate) fn new(name: &'a str) -> Asker<'a> {
        Asker {
            name,
            version: "",
            language: "rust",
            file: "",
            module: None,
            oldest: OLDEST,
            newest: NEWEST,
            embedded: None,
        }
    }
}

/// Which step of the search found the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Origin {
    Forced,
    Loaded,
    Beside,
    System,
    Embedded,
    Disabled,
}

#[derive(Clone, Copy)]
pub(crate) struct Loaded(&'static ApiV1);

impl Loaded {
    pub(crate) fn api(self) -> &'static ApiV1 {
        self.0
    }
    pub(crate) fn version(self) -> u32 {
        1
    }
    pub(crate) fn origin(self) -> Origin {
        Origin::System
    }
    pub(crate) fn path(self) -> &'static str {
        ""
    }
    pub(crate) fn semver(self) -> &'static str {
        ""
    }
}

#[derive(Debug)]
pub(crate) struct LoadError;

impl LoadError {
    pub(crate) fn status(&self) -> Status {
        UNAVAILABLE
    }
    pub(crate) fn hint(&self) -> &str {
        ""
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no library can be loaded yet")
    }
}

impl std::error::Error for LoadError {}

pub(crate) fn load(_asker: &Asker<'_>) -> Result<Loaded, LoadError> {
    Err(LoadError)
}

pub(crate) fn noop() -> &'static ApiV1 {
    panic!("no no-op table yet")
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fmt;
use std::path::Path;

use cmetrics_interface::{GetApi, NEWEST, OLDEST};

use crate::negotiate::Range;

/// Who asks for the library: named in every error, and the place beside which it is looked for.
///
/// ```
/// use cmetrics_loader::Asker;
///
/// let asker = Asker { version: "0.6.0", language: "python", file: "/srv/vllm/metrics.py", ..Asker::new("vllm") };
/// assert_eq!(asker.to_string(), "vllm 0.6.0 (python, /srv/vllm/metrics.py)");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// For instance `vllm`.
    pub name: &'a str,
    /// The asker's own version. May be empty.
    pub version: &'a str,
    /// For instance `python`. May be empty.
    pub language: &'a str,
    /// The program, module or plugin that it is, for messages. May be empty.
    pub file: &'a str,
    /// The absolute path of the file of the module that asks: the library is looked for beside it. `None` is the
    /// executable or shared object that this code is linked into.
    pub module: Option<&'a Path>,
    /// The oldest ABI version that it can use.
    pub oldest: u32,
    /// The newest ABI version that it can use.
    pub newest: u32,
    /// A copy that is linked into the program: used if the search finds nothing.
    pub embedded: Option<GetApi>,
}

impl<'a> Asker<'a> {
    /// An asker in Rust that can use every ABI version that this crate knows, and nothing else said.
    pub fn new(name: &'a str) -> Asker<'a> {
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

    pub(crate) fn asked(&self) -> Range {
        Range { oldest: self.oldest, newest: self.newest }
    }
}

impl fmt::Display for Asker<'_> {
    /// As messages name it: `vllm 0.6.0 (python, /srv/vllm/metrics.py)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.name.is_empty() { "an unnamed client" } else { self.name })?;
        if !self.version.is_empty() {
            write!(f, " {}", self.version)?;
        }
        match (self.language, self.file) {
            ("", "") => Ok(()),
            ("", one) | (one, "") => write!(f, " ({one})"),
            (language, file) => write!(f, " ({language}, {file})"),
        }
    }
}

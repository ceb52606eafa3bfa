// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What several parts stand on: the library of today, the library of later, and a folder for what is built.

use std::cell::OnceCell;
use std::path::PathBuf;

use super::compile;
use crate::tree::{shared_library, Tree};
use crate::worker::Ground;
use crate::{library, step};

/// Everything is built once, when it is first asked for.
pub(crate) struct Lab<'a> {
    pub(crate) tree: &'a Tree,
    /// The DLL of now for Windows, if it is not to be built.
    pub(super) dll: Option<PathBuf>,
    library: OnceCell<PathBuf>,
    draft: OnceCell<PathBuf>,
    ground: OnceCell<Ground>,
    rust_clients: OnceCell<PathBuf>,
}

impl<'a> Lab<'a> {
    pub(super) fn new(tree: &'a Tree) -> Lab<'a> {
        let (library, draft) = (OnceCell::new(), OnceCell::new());
        Lab { tree, dll: None, library, draft, ground: OnceCell::new(), rust_clients: OnceCell::new() }
    }

    /// A folder of this command's own, made if it is not there.
    pub(super) fn folder(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.tree.target.join("compat").join(name);
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(folder)
    }

    /// The library of this tree, as it would be installed: `…/libcmetrics.so.1`. Serves version 1.
    pub(super) fn library(&self) -> Result<PathBuf, String> {
        if let Some(file) = self.library.get() {
            return Ok(file.clone());
        }
        let file = library::build(self.tree)?.file;
        Ok(self.library.get_or_init(|| file).clone())
    }

    /// A later library: this tree's, built with the feature `draft`. Serves versions 1 and 2, and is one higher in rank.
    pub(super) fn draft(&self) -> Result<PathBuf, String> {
        if let Some(file) = self.draft.get() {
            return Ok(file.clone());
        }
        // A target folder of its own: features of one folder would undo each other's work.
        let target = self.tree.target.join("compat").join("draft");
        let mut cargo = self.tree.cargo();
        cargo.args(["build", "--locked", "-p", "cmetrics-impl", "--features", "draft", "--target-dir"]).arg(&target);
        step::must("building the library of later", &mut cargo, "")?;
        let built = target.join("debug").join(shared_library("cmetrics"));
        let name = self.library()?.file_name().map(PathBuf::from).ok_or("the library has no file name")?;
        let file = self.folder("later")?.join(name);
        std::fs::copy(&built, &file).map_err(|e| format!("{}: {e}", file.display()))?;
        Ok(self.draft.get_or_init(|| file).clone())
    }

    /// The headers of this tree.
    pub(super) fn include(&self) -> PathBuf {
        self.tree.root.join("headers/include")
    }

    /// `.venv`, with this tree's wheel in it.
    pub(super) fn ground(&self) -> Result<&Ground, String> {
        if self.ground.get().is_none() {
            let ground = Ground::ready(self.tree)?;
            return Ok(self.ground.get_or_init(|| ground));
        }
        self.ground.get().ok_or_else(|| "the environment is gone".to_owned())
    }

    /// The folder of the clients in Rust that use this tree's crates.
    pub(super) fn rust_clients(&self) -> Result<PathBuf, String> {
        if let Some(folder) = self.rust_clients.get() {
            return Ok(folder.clone());
        }
        let bins = [("ask", "ranges/ask.rs"), ("client", "clients/v1/client.rs"), ("newer", "clients/next/newer.rs")];
        let folder = compile::rust(self.tree, &self.tree.root, &self.folder("today")?, &bins)?;
        Ok(self.rust_clients.get_or_init(|| folder).clone())
    }
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Builds the library and lays it out as an installation would: `target/cmetrics/lib/libcmetrics.so.1`.

use std::path::{Path, PathBuf};

use crate::step;
use crate::tree::{shared_library, Tree};

/// Where the library lies.
pub(crate) struct Library {
    /// The folder for the dynamic linker's path.
    pub(crate) folder: PathBuf,
    /// The file itself, by the name that programs ask for.
    pub(crate) file: PathBuf,
}

/// The file's name where it is installed, and the plain name beside it, as a development package has it.
fn names() -> (&'static str, Option<&'static str>) {
    if cfg!(windows) {
        ("cmetrics.dll", None)
    } else if cfg!(target_os = "macos") {
        ("libcmetrics.1.dylib", Some("libcmetrics.dylib"))
    } else {
        ("libcmetrics.so.1", Some("libcmetrics.so"))
    }
}

/// Builds the library, and installs it if it changed.
pub(crate) fn build(tree: &Tree) -> Result<Library, String> {
    // With the package alone, so that no other package's features change what is built.
    step::must("building the library", tree.cargo().args(["build", "--locked", "-p", "cmetrics-impl"]), "")?;
    let built = tree.target.join("debug").join(shared_library("cmetrics"));
    let folder = tree.target.join("cmetrics").join("lib");
    let (name, plain) = names();
    let file = folder.join(name);
    install(&built, &file)?;
    if let Some(plain) = plain {
        link(name, &folder.join(plain))?;
    }
    Ok(Library { folder, file })
}

/// Copies `built` to `file` under another name first: a process that has the old file mapped keeps it.
fn install(built: &Path, file: &Path) -> Result<(), String> {
    let new = std::fs::read(built).map_err(|e| format!("{}: {e}", built.display()))?;
    if std::fs::read(file).is_ok_and(|old| old == new) {
        return Ok(());
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    let fresh = file.with_extension("new");
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    std::fs::copy(built, &fresh).map_err(|e| format!("{}: {e}", fresh.display()))?;
    std::fs::rename(&fresh, file).map_err(|e| format!("{}: {e}", file.display()))
}

#[cfg(unix)]
fn link(to: &str, link: &Path) -> Result<(), String> {
    if std::fs::read_link(link).is_ok_and(|there| there == Path::new(to)) {
        return Ok(());
    }
    if link.symlink_metadata().is_ok() {
        std::fs::remove_file(link).map_err(|e| format!("{}: {e}", link.display()))?;
    }
    std::os::unix::fs::symlink(to, link).map_err(|e| format!("{}: {e}", link.display()))
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_library_in_use_is_replaced_and_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let (built, file) = (folder.path().join("built"), folder.path().join("lib/libcmetrics.so.1"));
        std::fs::write(&built, "old").unwrap();
        install(&built, &file).unwrap();
        let in_use = std::fs::File::open(&file).unwrap();
        std::fs::write(&built, "new").unwrap();
        install(&built, &file).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(std::io::read_to_string(in_use).unwrap(), "old");
    }

    #[test]
    fn what_has_not_changed_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (built, file) = (folder.path().join("built"), folder.path().join("libcmetrics.so.1"));
        std::fs::write(&built, "same").unwrap();
        install(&built, &file).unwrap();
        let before = file.metadata().unwrap().modified().unwrap();
        install(&built, &file).unwrap();
        assert_eq!(file.metadata().unwrap().modified().unwrap(), before);
        assert!(!file.with_extension("new").exists());
    }

    #[test]
    fn a_link_that_leads_elsewhere_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("libcmetrics.so");
        for to in ["libcmetrics.so.0", "libcmetrics.so.1", "libcmetrics.so.1"] {
            link(to, &place).unwrap();
            assert_eq!(std::fs::read_link(&place).unwrap(), Path::new(to));
        }
    }
}

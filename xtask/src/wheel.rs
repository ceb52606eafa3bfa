// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Builds the wheel with maturin and installs it into `.venv`, as a user would get it: no editable install.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::library::Library;
use crate::python::Venv;
use crate::step;
use crate::tree::Tree;

/// What the wheel is made of, beside the library itself.
const INPUTS: [&str; 7] =
    ["Cargo.toml", "Cargo.lock", "interface", "loader", "rust-binding", "python-binding", ".cargo"];
/// What lies among them and goes into no wheel.
const NO_INPUT: [&str; 4] = ["tests", "__pycache__", "dist", "target"];

/// Builds and installs the wheel, unless what is installed was made of these very files.
pub(crate) fn install(tree: &Tree, venv: &Venv, library: &Library) -> Result<(), String> {
    let state = fingerprint(tree, library).map_err(|e| format!("reading what the wheel is made of: {e}"))?;
    let stamp = venv.stamp("wheel");
    if std::fs::read_to_string(&stamp).is_ok_and(|was| was == state) {
        return Ok(());
    }
    venv.install_builder(tree)?;
    // The library is a file of its own in the wheel: pyproject.toml includes it from beside the Python sources.
    let name = library.file.file_name().ok_or("the library has no file name")?;
    let beside = tree.root.join("python-binding/python/cmetrics").join(name);
    std::fs::copy(&library.file, &beside).map_err(|e| format!("{}: {e}", beside.display()))?;

    let folder = tree.target.join("wheels");
    // Earlier wheels would make it a guess which one is meant.
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let mut build = venv.command(tree, "maturin");
    build.args(["build", "--locked", "--manifest-path", "python-binding/Cargo.toml", "--interpreter"]);
    build.arg(&venv.python.executable).arg("--out").arg(&folder);
    step::must("building the wheel", &mut build, "")?;
    let wheel = only_wheel(&folder)?;
    step::must(
        "installing the wheel into .venv",
        venv.pip(tree, &["install", "--quiet", "--force-reinstall", "--no-deps", "--no-index"]).arg(&wheel),
        "",
    )?;
    std::fs::write(&stamp, state).map_err(|e| format!("{}: {e}", stamp.display()))
}

fn only_wheel(folder: &Path) -> Result<PathBuf, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut wheels: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    wheels.retain(|path| path.extension().is_some_and(|e| e == "whl"));
    match wheels.as_slice() {
        [one] => Ok(one.clone()),
        all => Err(format!("maturin left {} wheels in {}, not one", all.len(), folder.display())),
    }
}

/// One line that changes when any input does: path and content of each.
fn fingerprint(tree: &Tree, library: &Library) -> std::io::Result<String> {
    let mut files = vec![library.file.clone()];
    for input in INPUTS {
        collect(&tree.root.join(input), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in &files {
        file.hash(&mut hasher);
        std::fs::read(file)?.hash(&mut hasher);
    }
    Ok(format!("{} files, {:016x}\n", files.len(), hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_file() {
        // The copy that is laid there for maturin is the library, which is counted.
        let laid = path.extension().is_some_and(|e| e == "1" || e == "so" || e == "dylib" || e == "dll");
        if !laid {
            files.push(path.to_path_buf());
        }
        return Ok(());
    }
    if !path.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !NO_INPUT.contains(&name.as_ref()) {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_caches_are_no_input_and_sources_are() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        collect(root, &mut files).unwrap();
        assert!(files.iter().any(|file| file.ends_with("src/wheel.rs")));
        collect(&root.join("../interface"), &mut files).unwrap();
        assert!(!files.iter().any(|file| file.components().any(|part| part.as_os_str() == "tests")));
    }
}

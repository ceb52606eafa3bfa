// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask docs`: the site, by MkDocs in a folder of its own.

use std::path::{Path, PathBuf};

use crate::python::Venv;
use crate::step;
use crate::tree::Tree;

const PINS: &str = "docs/site/requirements.txt";

/// Build the documentation as a site, into target/site
///
/// Fails where a page is missing from the navigation, or a link or heading that a page names is not there.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Serve it on this port of this machine instead, and build anew what changes, until interrupted
    #[arg(long, value_name = "PORT")]
    serve: Option<u16>,
}

pub(crate) fn run(tree: &Tree, args: &Args) -> Result<(), String> {
    let Some(port) = args.serve else {
        let site = build(tree)?;
        println!("{}", site.join("index.html").display());
        return Ok(());
    };
    let mut serve = mkdocs(tree, &installed(tree)?)?;
    serve.args(["serve", "--dev-addr"]).arg(format!("127.0.0.1:{port}"));
    let ended = serve.status().map_err(|e| format!("mkdocs: {e}"))?;
    if ended.success() {
        Ok(())
    } else {
        Err(format!("mkdocs: {ended}"))
    }
}

/// Builds the site and says where it is.
pub(crate) fn build(tree: &Tree) -> Result<PathBuf, String> {
    let site = tree.target.join("site");
    let mut build = mkdocs(tree, &installed(tree)?)?;
    build.args(["build", "--clean", "--strict", "--site-dir"]).arg(&site);
    step::must("building the site", &mut build, "every warning names its page: mend that, or mkdocs.yml")?;
    Ok(site)
}

fn mkdocs(tree: &Tree, packages: &Path) -> Result<std::process::Command, String> {
    let mut python = Venv::ready(tree)?.command(tree, "python");
    // No byte code beside the sources, and no advertisement of other tools in the output.
    python.env("PYTHONPATH", packages).env("PYTHONDONTWRITEBYTECODE", "1").env("NO_MKDOCS_2_WARNING", "1");
    python.args(["-m", "mkdocs"]);
    Ok(python)
}

/// The folder that MkDocs is installed in: not `.venv`, which the tests of the wheel have.
fn installed(tree: &Tree) -> Result<PathBuf, String> {
    let venv = Venv::ready(tree)?;
    let folder = tree.target.join("docs");
    let (packages, stamp) = (folder.join("mkdocs"), folder.join("mkdocs.stamp"));
    let pins = std::fs::read_to_string(tree.root.join(PINS)).map_err(|e| format!("{PINS}: {e}"))?;
    let state = format!("{}\n{pins}", venv.python.executable.display());
    if !std::fs::read_to_string(&stamp).is_ok_and(|was| was == state) {
        if packages.exists() {
            std::fs::remove_dir_all(&packages).map_err(|e| format!("{}: {e}", packages.display()))?;
        }
        let mut install = venv.pip(tree, &["install", "--quiet", "--upgrade", "--target"]);
        step::must("installing MkDocs", install.arg(&packages).args(["-r", PINS]), "pip needs the network")?;
        std::fs::write(&stamp, state).map_err(|e| format!("{}: {e}", stamp.display()))?;
    }
    Ok(packages)
}

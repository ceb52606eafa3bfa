// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `cargo xtask dist`: everything that users download, for every platform, made twice and compared byte by byte; and
//! `cargo xtask dist --try`: each of it installed and used on the platform that it is for, as far as this machine can.
//!
//! A file per artifact (`tarball`, `wheel`, `deb`, `crates`, `sbom`); `source`, `toolchain`, `kit` and `library` are what
//! they stand on; `manifest` says what came of it.

mod crates;
mod deb;
mod debian_rust;
mod kit;
mod library;
mod manifest;
mod platform;
mod sbom;
mod source;
mod tarball;
mod toolchain;
mod trial;
mod unwinder;
mod wheel;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;

use crate::tree::Tree;
use kit::Kit;
use library::Build;
use manifest::Manifest;
pub(crate) use platform::Platform;
use source::Place;
pub(crate) use toolchain::Toolchain;

/// Make what users download into target/dist, for every platform, twice, and compare the bytes
///
/// Prints a line per artifact: its name, its size and the beginning of its SHA-256. Exits 1 if two builds differ.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these platforms, with commas between them
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PLATFORM")]
    target: Vec<Platform>,
    /// Build once, and prove nothing of a second time
    #[arg(long)]
    once: bool,
    /// Make nothing: install and use what was made, and print what came of it
    #[arg(long = "try", conflicts_with_all = ["target", "once"])]
    try_it: bool,
    /// Try these parts alone, with commas between them
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART", requires = "try_it")]
    only: Vec<trial::Part>,
}

/// The longest that one compilation may take, on a machine that has other work too.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// Where the artifacts are.
pub(crate) fn folder(tree: &Tree) -> PathBuf {
    tree.target.join("dist/artifacts")
}

pub(crate) fn run(tree: &Tree, args: &Args) -> Result<(), String> {
    if args.try_it {
        return trial::run(tree, &args.only);
    }
    let platforms: Vec<Platform> =
        if args.target.is_empty() { Platform::value_variants().to_vec() } else { args.target.clone() };
    kit::check(&platforms)?;
    let version = version(tree)?;
    let toolchains: Vec<(Platform, Toolchain)> =
        platforms.iter().map(|one| Ok((*one, Toolchain::of(tree, *one)?))).collect::<Result<_, String>>()?;
    let kit = Kit::ready(tree)?;
    // Of other lengths too: a path of equal length could hide in padding.
    let place = Place::ready(tree, &tree.target.join("dist/first"))?;
    everything(&kit, &place, &toolchains, &version, true)?;
    let artifacts = manifest::measure_all(&place.out)?;
    if !args.once {
        let again = Place::ready(tree, &tree.target.join("dist/once-more/in-another-folder"))?;
        everything(&kit, &again, &toolchains, &version, false)?;
        let differ = manifest::differences(&artifacts, &manifest::measure_all(&again.out)?);
        if !differ.is_empty() {
            return Err(format!(
                "two builds of one source differ in {}\n--> compare {} with {}",
                differ.join(", "),
                place.out.display(),
                again.out.display()
            ));
        }
    }
    let compilers = toolchains.iter().map(|(on, with)| (on.name().to_owned(), with.version.clone())).collect();
    let revision = source::revision(tree);
    let manifest = Manifest { version, revision, reproduced: !args.once, compilers, artifacts };
    publish(&place.out, &folder(tree), &manifest)?;
    print!("{}", manifest.table());
    println!(
        "{} artifacts of {}, {}, in {}",
        manifest.artifacts.len(),
        manifest.version,
        manifest.revision,
        folder(tree).display()
    );
    println!("{}", if manifest.reproduced { "built twice, in two folders: the same bytes" } else { "built once" });
    Ok(())
}

/// Makes all artifacts in one place.
fn everything(
    kit: &Kit<'_>,
    place: &Place,
    toolchains: &[(Platform, Toolchain)],
    version: &str,
    first: bool,
) -> Result<(), String> {
    // From the sources as they are, before a wheel's library is laid among them.
    crates::make(kit, place, version, first)?;
    for (platform, toolchain) in toolchains {
        let build = Build { kit, place, platform: *platform, toolchain };
        let made = build.library()?;
        let prefix = tarball::make(&build, &made, version)?;
        deb::make(&build, &prefix, version)?;
        wheel::make(&build, &made)?;
        sbom::make(&build, version)?;
    }
    Ok(())
}

/// Lays the artifacts where users of this command look for them.
fn publish(from: &Path, to: &Path, manifest: &Manifest) -> Result<(), String> {
    if to.exists() {
        std::fs::remove_dir_all(to).map_err(|e| format!("{}: {e}", to.display()))?;
    }
    std::fs::create_dir_all(to).map_err(|e| format!("{}: {e}", to.display()))?;
    for artifact in &manifest.artifacts {
        std::fs::copy(from.join(&artifact.file), to.join(&artifact.file))
            .map_err(|e| format!("{}: {e}", artifact.file))?;
    }
    manifest.write(to)
}

/// The version of the packages.
pub(crate) fn version(tree: &Tree) -> Result<String, String> {
    let packages = tree.metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    let ours = packages.iter().find(|package| package["name"] == "cmetrics-impl");
    let version = ours.and_then(|package| package["version"].as_str());
    version.map(str::to_owned).ok_or_else(|| "cargo metadata names no version of cmetrics-impl".to_owned())
}

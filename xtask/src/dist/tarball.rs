// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The archive for C and C++: the library, the headers, the files for CMake and pkg-config, the licences; and its debug
//! symbols in an archive of their own.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::library::{Build, Made};
use crate::step;

const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

/// Lays an installation out, and packs it. Gives the folder, which is a prefix.
pub(crate) fn make(build: &Build<'_>, made: &Made, version: &str) -> Result<PathBuf, String> {
    let name = format!("cmetrics-{version}-{}", build.platform.name());
    let prefix = install(build, &made.stripped, &name)?;
    let ending = if build.platform.is_windows() { "zip" } else { "tar.gz" };
    let (kit, place) = (build.kit, build.place);
    kit.pack(&prefix, &name, &place.out.join(format!("{name}.{ending}")), place.seconds)?;

    let symbols = place.staged(&format!("{}/symbols", build.platform.name()))?;
    // Beside the library is where a debugger looks for them.
    let folder = symbols.join(if build.platform.is_windows() { "bin" } else { "lib" });
    copy(&made.symbols, &folder)?;
    let name = format!("{name}-debug");
    kit.pack(&symbols, &name, &place.out.join(format!("{name}.{ending}")), place.seconds)?;
    Ok(prefix)
}

/// What `cmake --install` gives, and the licences.
fn install(build: &Build<'_>, library: &Path, name: &str) -> Result<PathBuf, String> {
    let folder = build.place.staged(build.platform.name())?;
    let (cmake, prefix) = (folder.join("cmake"), folder.join(name));
    let mut configure = build.kit.cmake(&build.place.source);
    configure.args(["-S", "headers", "-G", "Unix Makefiles", "-B"]).arg(&cmake);
    configure.arg(format!("-DCMETRICS_LIBRARY_FILE={}", library.display()));
    configure.args(["-DCMETRICS_BUILD_TESTS=OFF", "-DCMAKE_INSTALL_LIBDIR=lib"]);
    if build.platform.is_windows() {
        import_library(build, library)?;
        configure.args(["-DCMAKE_SYSTEM_NAME=Windows", "-DCMAKE_C_COMPILER=x86_64-w64-mingw32-gcc"]);
    }
    let what = format!("{}: laying the archive out", build.platform.name());
    step::must(&what, &mut configure, "")?;
    step::must(
        &what,
        build.kit.cmake(&build.place.source).arg("--install").arg(&cmake).arg("--prefix").arg(&prefix),
        "",
    )?;
    for file in LICENCES {
        copy(&build.place.source.join(file), &prefix.join("share/doc/cmetrics"))?;
    }
    Ok(prefix)
}

/// An import library that both linkers for Windows take: Zig's dlltool writes Microsoft's short form.
fn import_library(build: &Build<'_>, library: &Path) -> Result<(), String> {
    let definition = library.with_extension("def");
    let text = "LIBRARY cmetrics.dll\nEXPORTS\n    cmetrics_get_api\n";
    std::fs::write(&definition, text).map_err(|e| format!("{}: {e}", definition.display()))?;
    let mut import = library.as_os_str().to_owned();
    import.push(".lib");
    let mut zig = build.kit.command("python", &build.place.source);
    zig.args(["-m", "ziglang", "dlltool", "-m", "i386:x86-64", "-D", "cmetrics.dll", "-d"]);
    zig.arg(&definition).arg("-l").arg(&import);
    step::must(&format!("{}: writing the import library", build.platform.name()), &mut zig, "").map(|_| ())
}

/// Copies a file into a folder, which is made.
pub(super) fn copy(file: &Path, folder: &Path) -> Result<PathBuf, String> {
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let to = folder.join(file.file_name().unwrap_or_default());
    std::fs::copy(file, &to).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(to)
}

/// Copies a whole tree, links as links.
pub(super) fn copy_tree(from: &Path, to: &Path) -> Result<(), String> {
    let parent = to.parent().unwrap_or(to);
    std::fs::create_dir_all(parent).map_err(|e| format!("{}: {e}", parent.display()))?;
    let done = step::ask(Command::new("cp").args(["-R", "-P"]).arg(from).arg(to));
    done.map(|_| ()).ok_or_else(|| format!("{}: cannot be copied to {}", from.display(), to.display()))
}

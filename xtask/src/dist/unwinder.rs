// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The system's unwinder for the wheel's compiled module, where Zig would link one of its own.
//!
//! CPython before 3.14 ends a thread that comes back to an interpreter which is gone by `pthread_exit`, which unwinds the
//! thread's frames by `libgcc_s.so.1`. PyO3 stops that in a frame of the module, and Rust's code for it asks the unwinder
//! that the module is linked with: another one reads the first one's memory as its own, and the process crashes.
//!
//! What is linked is an empty library of that name; the linker needs no more. manylinux has the real one (PEP 599).

use super::library::Build;
use crate::step;

/// What the linker looks for; the name in what it makes is the system's.
const NAME: &str = "system_unwinder";
const SYSTEMS: &str = "libgcc_s.so.1";
/// What Rust's standard library calls of it.
const FUNCTIONS: [&str; 17] = [
    "Backtrace",
    "DeleteException",
    "FindEnclosingFunction",
    "ForcedUnwind",
    "GetCFA",
    "GetDataRelBase",
    "GetGR",
    "GetIP",
    "GetIPInfo",
    "GetLanguageSpecificData",
    "GetRegionStart",
    "GetTextRelBase",
    "RaiseException",
    "Resume",
    "Resume_or_Rethrow",
    "SetGR",
    "SetIP",
];

/// Makes the empty library, and gives the flags with which rustc links it before Zig adds its own.
pub(crate) fn flags(build: &Build<'_>) -> Result<Vec<String>, String> {
    if !build.platform.is_glibc() {
        return Ok(Vec::new());
    }
    let name = format!("{}/unwinder", build.platform.name());
    let folder = build.place.staged(&name)?;
    let source = folder.join("unwinder.c");
    let text: String = FUNCTIONS.iter().map(|one| format!("void _Unwind_{one}(void) {{}}\n")).collect();
    std::fs::write(&source, text).map_err(|e| format!("{}: {e}", source.display()))?;
    let mut zig = build.kit.command("python", &folder);
    zig.args(["-m", "ziglang", "cc", "-target", &build.platform.zig_triple().replace("-unknown", "")]);
    zig.args(["-shared", "-fPIC", "-nostdlib", &format!("-Wl,-soname,{SYSTEMS}"), "-o"]);
    zig.arg(folder.join(format!("lib{NAME}.so"))).arg(&source);
    step::must(&format!("{}: an empty {SYSTEMS}", build.platform.name()), &mut zig, "")?;
    // As rustc sees it from the root of the workspace: Cargo puts flags into the names of symbols, and a path that differs
    // from place to place would be in them.
    Ok(vec![format!("-Lnative=../stage/{name}"), format!("-ldylib={NAME}")])
}

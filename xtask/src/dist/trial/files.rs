// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the built libraries are, read from the files themselves: for ELF by readelf and nm, for Windows by objdump.

use std::path::Path;
use std::process::Command;

use super::super::platform::Platform;
use super::report::passed;
use super::{base, Row, Trial};

/// What a library may weigh without symbols.
const LARGEST: u64 = 1_000_000;
/// The glibc of manylinux2014 (PEP 599).
const OLDEST_GLIBC: (u32, u32) = (2, 17);

pub(super) fn run(trial: &Trial<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for platform in trial.platforms() {
        let artifact = trial.archive_name(platform);
        match Files::unpacked(trial, platform) {
            Ok(files) if platform.is_windows() => rows.extend(windows(&artifact, &files)),
            Ok(files) => rows.extend(elf(&artifact, platform, &files)),
            Err(why) => rows.push(Row::of(&artifact, "unpacking", || Err(why))),
        }
    }
    rows
}

/// A library and its symbols.
struct Files {
    library: std::path::PathBuf,
    symbols: std::path::PathBuf,
}

impl Files {
    fn unpacked(trial: &Trial<'_>, platform: Platform) -> Result<Files, String> {
        let prefix = trial.unpacked(platform, &format!("files/{}", platform.name()))?;
        let debug = trial.archive_name(platform).replace(platform.name(), &format!("{}-debug", platform.name()));
        let archive = trial.artifact(&debug).ok_or_else(|| format!("{debug} was not made"))?;
        let folder = trial.folder(&format!("files/{}-debug", platform.name()))?;
        trial.unpack(&archive, &folder)?;
        let lib = if platform.is_windows() { "bin" } else { "lib" };
        let unpacked = folder.join(debug.trim_end_matches(".zip").trim_end_matches(".tar.gz"));
        Ok(Files {
            library: prefix.join(lib).join(platform.library()),
            symbols: unpacked.join(lib).join(format!("{}.debug", platform.library())),
        })
    }

    fn size(&self) -> Result<u64, String> {
        self.library.metadata().map(|meta| meta.len()).map_err(|e| format!("{}: {e}", self.library.display()))
    }
}

fn tool(program: &str, args: &[&str], file: &Path) -> Result<String, String> {
    let (status, text) = crate::step::unseen(Command::new(program).args(args).arg(file))?;
    if status == Some(0) {
        Ok(text)
    } else {
        Err(format!("{program} {} {}: {text}", args.join(" "), base(file)))
    }
}

fn size(artifact: &str, files: &Files) -> Row {
    Row::of(artifact, "below 1 MB without symbols", || match files.size()? {
        bytes if bytes < LARGEST => passed(format!("{bytes} bytes")),
        bytes => Err(format!("{bytes} bytes")),
    })
}

fn elf(artifact: &str, platform: Platform, files: &Files) -> Vec<Row> {
    let of = |check: &str, run: &dyn Fn() -> Result<super::Outcome, String>| Row::of(artifact, check, run);
    vec![
        size(artifact, files),
        of("exports one symbol", &|| {
            let text = tool("nm", &["-D", "--defined-only"], &files.library)?;
            let names: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().last()).collect();
            if names == ["cmetrics_get_api"] {
                passed(names[0])
            } else {
                Err(format!("it exports {names:?}"))
            }
        }),
        of("what it asks of the system", &|| {
            let text = tool("readelf", &["-W", "-d", "-V"], &files.library)?;
            needs(platform, &text).and_then(passed)
        }),
        of("hardening", &|| hardening(platform, &files.library)),
        of("what runs when it is loaded", &|| {
            let array = tool("readelf", &["-W", "-S", "-r"], &files.library)?;
            let symbols = tool("nm", &["--defined-only"], &files.symbols)?;
            constructors(&array, &symbols).and_then(passed)
        }),
        of("its debug symbols belong to it", &|| {
            let of = |file: &Path| {
                let text = tool("readelf", &["-W", "-n"], file)?;
                let id = text.split("Build ID: ").nth(1).and_then(|rest| rest.split_whitespace().next());
                id.map(str::to_owned).ok_or_else(|| format!("{} has no build id", base(file)))
            };
            let (id, other) = (of(&files.library)?, of(&files.symbols)?);
            let lines = tool("readelf", &["-W", "-S"], &files.symbols)?.contains(".debug_line");
            if id == other && lines {
                passed(format!("build {}", &id[..12]))
            } else {
                Err(format!("{id}, {other}"))
            }
        }),
    ]
}

/// Which libraries and which glibc.
fn needs(platform: Platform, readelf: &str) -> Result<String, String> {
    let quoted = |line: &str| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned());
    let tagged = |tag: &str| readelf.lines().filter(|line| line.contains(tag)).filter_map(quoted).collect::<Vec<_>>();
    let (needed, soname) = (tagged("(NEEDED)"), tagged("(SONAME)"));
    if soname != ["libcmetrics.so.1"] {
        return Err(format!("its SONAME is {soname:?}"));
    }
    if !tagged("(RPATH)").is_empty() || !tagged("(RUNPATH)").is_empty() {
        return Err("it has a path of its own for other libraries".to_owned());
    }
    let part_of_libc = |name: &String| {
        let stem = name.split(".so").next().unwrap_or_default();
        ["libc", "libpthread", "libdl", "libm", "librt"].contains(&stem) || stem.starts_with("ld-")
    };
    if let Some(other) = needed.iter().find(|name| !part_of_libc(name)) {
        return Err(format!("it needs {other}, which is no part of the C library"));
    }
    if platform.is_musl() {
        return Ok(needed.join(", "));
    }
    let newest = readelf.split("GLIBC_").skip(1).filter_map(version).max().ok_or("it names no version of glibc")?;
    if newest > OLDEST_GLIBC {
        return Err(format!("it needs glibc {}.{}", newest.0, newest.1));
    }
    Ok(format!("glibc {}.{}: {}", newest.0, newest.1, needed.join(", ")))
}

/// The two first numbers of a version that a text begins with.
fn version(text: &str) -> Option<(u32, u32)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let mut numbers = text[..end].split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// What a system can do against an attacker, this file lets it.
pub(super) fn hardening(platform: Platform, library: &Path) -> Result<super::Outcome, String> {
    if !platform.is_windows() {
        return hardened(&tool("readelf", &["-W", "-d", "-l"], library)?).and_then(passed);
    }
    let text = objdump(library)?;
    let owed = ["HIGH_ENTROPY_VA", "DYNAMIC_BASE", "NX_COMPAT"];
    match owed.iter().find(|flag| !text.contains(*flag)) {
        Some(flag) => Err(format!("its flags lack {flag}")),
        None => passed("ASLR of 64 bits, NX"),
    }
}

/// The DLLs that a file for Windows needs, all of which any Windows or CPython has.
pub(super) fn asks_of_windows(file: &Path) -> Result<String, String> {
    let text = objdump(file)?;
    let names: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("DLL Name: ")).collect();
    let of_mingw = |name: &&&str| name.starts_with("libgcc") || name.starts_with("libwinpthread");
    match names.iter().find(of_mingw) {
        Some(name) => Err(format!("it needs {name}, which no Windows has")),
        None if names.is_empty() => Err("it has no table of imports".to_owned()),
        None => Ok(names.join(", ")),
    }
}

fn objdump(library: &Path) -> Result<String, String> {
    tool("x86_64-w64-mingw32-objdump", &["-p"], library)
}

/// Full RELRO, no executable stack, nothing both writable and executable, no relocations in code.
fn hardened(readelf: &str) -> Result<String, String> {
    let has = |word: &str| readelf.contains(word);
    let flags = |line: &str| {
        let after = line.split_whitespace().skip(6).collect::<Vec<_>>();
        after[..after.len().saturating_sub(1)].concat()
    };
    let segments = |kind: &str| {
        let lines = readelf.lines().map(str::trim).filter(|line| line.split_whitespace().next() == Some(kind));
        lines.map(flags).collect::<Vec<_>>()
    };
    let wrong = [
        (!has("GNU_RELRO"), "no RELRO"),
        (!has("BIND_NOW") && !has("Flags: NOW"), "symbols are bound late, so that RELRO is partial"),
        (has("TEXTREL"), "relocations in code"),
        (segments("GNU_STACK").is_empty(), "nothing is said of the stack"),
        (segments("GNU_STACK").iter().any(|flags| flags.contains('E')), "the stack is executable"),
        (segments("LOAD").is_empty(), "no segments"),
        (segments("LOAD").iter().any(|f| f.contains('W') && f.contains('E')), "a segment is writable and executable"),
    ];
    match wrong.iter().find(|(is, _)| *is) {
        Some((_, what)) => Err((*what).to_owned()),
        None => Ok("full RELRO, NX".to_owned()),
    }
}

/// Every function in `.init_array`, by name: the fork handlers (decision 0005), and what Rust's and the compiler's own
/// libraries bring along.
fn constructors(readelf: &str, nm: &str) -> Result<String, String> {
    // As both of rustc's manglings write them.
    const KNOWN: [(&str, &str); 6] = [
        ("8cmetrics4fork8handlers7at_load", "fork handlers"),
        ("ARGV_INIT_ARRAY", "Rust's note of the arguments"),
        ("frame_dummy", "the compiler's"),
        ("init_have_lse_atomics", "which atomics the processor has"),
        ("__init_cpu_features", "what else it has"),
        ("RUST_LSE_INIT", "Rust's look at the same"),
    ];
    let section = readelf.lines().find(|line| line.contains(".init_array")).ok_or("it has no .init_array")?;
    let words: Vec<&str> = section.split_whitespace().skip_while(|word| *word != ".init_array").collect();
    let number = |at: usize| words.get(at).and_then(|word| u64::from_str_radix(word, 16).ok()).unwrap_or_default();
    let (from, size) = (number(2), number(4));
    let mut found = Vec::new();
    for line in readelf.lines().filter(|line| line.contains("_RELATIVE")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let hex = |word: Option<&&str>| word.and_then(|word| u64::from_str_radix(word, 16).ok());
        let (Some(at), Some(to)) = (hex(words.first()), hex(words.last())) else { continue };
        if (from..from + size).contains(&at) {
            let address = format!("{to:016x}");
            let name = nm
                .lines()
                .find(|line| line.starts_with(&address) && !line.contains(" $"))
                .unwrap_or("a nameless function");
            let known = KNOWN.iter().find(|(part, _)| name.contains(part));
            found.push(known.map_or_else(|| Err(name.to_owned()), |(_, what)| Ok(*what)));
        }
    }
    if found.len() as u64 != size / 8 {
        return Err(format!("{} of {} entries were found", found.len(), size / 8));
    }
    let all: Vec<&str> = found.into_iter().collect::<Result<_, String>>().map_err(|name| format!("it runs {name}"))?;
    Ok(all.join(", "))
}

fn windows(artifact: &str, files: &Files) -> Vec<Row> {
    let objdump = || objdump(&files.library);
    vec![
        size(artifact, files),
        Row::of(artifact, "exports one symbol", || {
            let text = objdump()?;
            let table = text.split("[Ordinal/Name Pointer] Table").nth(1).ok_or("it has no table of exports")?;
            let names: Vec<&str> = table
                .lines()
                .skip(1)
                .take_while(|line| line.trim_start().starts_with('['))
                .filter_map(|line| line.split_whitespace().last())
                .collect();
            if names == ["cmetrics_get_api"] {
                passed(names[0])
            } else {
                Err(format!("it exports {names:?}"))
            }
        }),
        Row::of(artifact, "what it asks of the system", || asks_of_windows(&files.library).and_then(passed)),
        Row::of(artifact, "hardening", || hardening(Platform::WindowsX64, &files.library)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "  LOAD           0x000000 0x0 0x0 0x1 0x1 R E 0x1000\n  GNU_RELRO      0x0 0x0 0x0 0x3 0x3 R   0x1\n  \
                        GNU_STACK      0x0 0x0 0x0 0x0 0x0 RW  0\n (FLAGS) BIND_NOW\n";

    #[test]
    fn each_weakness_is_named() {
        assert!(hardened(GOOD).is_ok());
        let stack = GOOD.replace("RW  0\n", "RWE 0\n");
        assert_eq!(hardened(&stack).unwrap_err(), "the stack is executable");
        let segment = GOOD.replace("R E 0x1000", "RWE 0x1000");
        assert_eq!(hardened(&segment).unwrap_err(), "a segment is writable and executable");
        assert!(hardened(&GOOD.replace("BIND_NOW", "")).unwrap_err().contains("partial"));
    }

    #[test]
    fn a_newer_glibc_and_another_library_are_named() {
        let text =
            " (SONAME) Library soname: [libcmetrics.so.1]\n (NEEDED) Shared library: [libc.so.6]\n Name: GLIBC_2.17\n";
        assert_eq!(needs(Platform::LinuxX64, text).unwrap(), "glibc 2.17: libc.so.6");
        let newer = text.replace("2.17", "2.34");
        assert_eq!(needs(Platform::LinuxX64, &newer).unwrap_err(), "it needs glibc 2.34");
        let other = text.replace("libc.so.6", "libgcc_s.so.1");
        assert!(needs(Platform::LinuxX64, &other).unwrap_err().contains("libgcc_s.so.1"));
    }

    #[test]
    fn a_stranger_among_the_constructors_is_named() {
        let readelf = "  [19] .init_array INIT_ARRAY 00000000000d50e0 0b50e0 000008 00  WA  0   0  8\n\
                       00000000000d50e0  0000000000000403 R_AARCH64_RELATIVE  8a6cc\n";
        let nm = |name: &str| format!("000000000008a6cc t {name}\n");
        assert_eq!(constructors(readelf, &nm("frame_dummy")).unwrap(), "the compiler's");
        assert!(constructors(readelf, &nm("stray")).unwrap_err().contains("stray"));
        assert!(constructors(&readelf.replace("000008 00", "000010 00"), &nm("frame_dummy")).is_err());
    }
}

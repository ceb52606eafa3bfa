// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Files that are not ours, or no library at all: recognised, reported, not executed.

use std::fs;
use std::path::Path;

use cmetrics_interface::UNAVAILABLE;

use crate::case::Case;
use crate::files::{folder, mock};

/// A file that `make` writes is refused with these words: forced, as an error at once; beside the module, as one step of
/// a search that goes on to a good copy.
#[track_caller]
fn check(make: impl Fn(&Path), words: &str) {
    let temp = folder();
    let path = temp.path().join("libcmetrics.so.1");
    make(&path);
    let line = format!("{}: {words}", path.display());

    let told = Case::new().set("CMETRICS_LIBRARY", &path).run();
    told.failed(
        UNAVAILABLE,
        &["  CMETRICS_LIBRARY: ", &line, "hint: set CMETRICS_LIBRARY to the absolute path of a libcmetrics.so.1"],
    );
    assert_eq!(told.get("steps"), "1", "a forced file has no fallback");

    let told = Case::beside(temp.path()).run();
    told.failed(UNAVAILABLE, &["\n  beside the module: ", &line, "\n  system search path: "]);

    mock(&temp.path().join("lib"), "libcmetrics.so.1", &[]);
    Case::beside(temp.path()).run().found("beside the module", "the mock");
}

/// A library that must not be loaded: its constructor would end the process.
fn bomb(path: &Path, options: &[&str]) {
    let options = [&["-DABORT"], options].concat();
    mock(path.parent().unwrap(), path.file_name().unwrap().to_str().unwrap(), &options);
}

/// The same, with one number of its ELF header changed.
fn patched(path: &Path, offset: usize, bytes: &[u8]) {
    bomb(path, &[]);
    let mut image = fs::read(path).unwrap();
    image[offset..offset + bytes.len()].copy_from_slice(bytes);
    fs::write(path, image).unwrap();
}

#[test]
fn what_is_no_library() {
    check(|path| fs::create_dir(path).unwrap(), "is a folder\n");
    check(|path| fs::write(path, "").unwrap(), "is empty\n");
    check(|path| fs::write(path, "INPUT(libcmetrics.so.1)\n").unwrap(), "is not an ELF file\n");
    check(|path| fs::write(path, "x").unwrap(), "is not an ELF file\n");
    check(|path| fs::write(path, b"\x7fELF").unwrap(), "is cut short or damaged: its header\n");
    check(|path| std::os::unix::fs::symlink("nowhere", path).unwrap(), "no such file\n");
    check(|path| std::os::unix::fs::symlink("libcmetrics.so.1", path).unwrap(), "cannot be read: ");
    check(
        |path| {
            let done = std::process::Command::new("mkfifo").arg(path).status().unwrap();
            assert!(done.success());
        },
        "is not a regular file\n",
    );
}

#[test]
fn another_architecture() {
    let ours = std::env::consts::ARCH;
    let (number, name) = if ours == "aarch64" { (62_u16, "x86_64") } else { (183, "aarch64") };
    let words =
        format!("is for another machine: it is for {name} (64-bit, little-endian), this process is for {ours} (64-bit");
    check(|path| patched(path, 18, &number.to_ne_bytes()), &words);
    check(|path| patched(path, 18, &60_000_u16.to_ne_bytes()), "is for another machine: it is for machine 60000 (");
    check(|path| patched(path, 4, &[1]), &format!("is for another machine: it is for {ours} (32-bit, little-endian)"));
    check(|path| patched(path, 5, &[2]), "is for another machine: it is for machine 15872 (64-bit, big-endian)");
}

#[test]
fn a_file_that_is_cut_short() {
    for part in [64, 256, 4096, 8192] {
        let cut = |path: &Path| {
            bomb(path, &[]);
            fs::File::options().write(true).open(path).unwrap().set_len(part).unwrap();
        };
        check(cut, "is cut short or damaged: ");
    }
    // The type of an executable that is not position independent.
    check(|path| patched(path, 16, &2_u16.to_ne_bytes()), "is not a shared object\n");
}

#[test]
fn a_stranger_is_not_even_loaded() {
    let words = "is another project's library: it does not export cmetrics_get_api\n";
    for style in ["-Wl,--hash-style=sysv", "-Wl,--hash-style=gnu", "-Wl,--hash-style=both"] {
        check(|path| bomb(path, &["-DSTRANGER", style]), words);
    }
    // A program of that name.
    check(|path| assert!(fs::copy("/bin/sh", path).unwrap() > 0), words);
}

#[test]
fn a_stranger_on_the_search_path_is_closed_again() {
    let temp = folder();
    let notes = temp.path().join("notes");
    mock(temp.path(), "libcmetrics.so.1", &["-DSTRANGER", "-DNOTES"]);
    let told = Case::new().set("LD_LIBRARY_PATH", temp.path()).set("MOCK_NOTES", &notes).run();
    told.failed(
        UNAVAILABLE,
        &["system search path: libcmetrics.so.1: is another project's library: it does not export"],
    );
    assert_eq!(fs::read_to_string(notes).unwrap(), "+-");
}

#[test]
fn a_stranger_that_is_loaded_already_is_reported() {
    let temp = folder();
    let stranger = mock(temp.path(), "libcmetrics.so.1", &["-DSTRANGER"]);
    let told = Case::new().set("CASE_OPEN", &stranger).run();
    let line = format!("already loaded: {}: is another project's library", stranger.display());
    told.failed(UNAVAILABLE, &[&line, "system search path"]);
}

#[test]
fn an_entry_that_is_not_ours() {
    let cases = [
        ("-DBOOTSTRAP(table)=NULL", "gives no bootstrap table"),
        ("-DBOOTSTRAP(table)=(const void*)64", "gives a bootstrap table that is no table of a loaded module"),
        ("-DBOOTSTRAP(table)=(const char*)(table)+1", "gives a bootstrap table that is no table of a loaded module"),
        ("-DBOOTSTRAP(table)=calloc(1,4096)", "gives a bootstrap table that is no table of a loaded module"),
        ("-DBOOT_MAGIC=\"cmetrics-abi-9\"", "gives a bootstrap table of another magic"),
        ("-DBOOT_SIZE=88", "gives a bootstrap table that is too small, or of another version"),
        ("-DBOOT_VERSION=1", "gives a bootstrap table that is too small, or of another version"),
        ("-DOLDEST=2", "gives a bootstrap table whose range of ABI versions is none"),
        ("-DOLDEST=0", "gives a bootstrap table whose range of ABI versions is none"),
        ("-DBOOT_ELECT=NULL", "gives a bootstrap table with a function that is none"),
        ("-DBOOT_ELECT=(void*)64", "gives a bootstrap table with a function that is none"),
    ];
    for (option, words) in cases {
        let make = |path: &Path| drop(mock(path.parent().unwrap(), "libcmetrics.so.1", &[option, "-Wno-unused"]));
        check(make, &format!("is another project's library: its cmetrics_get_api {words}\n"));
    }
}

#[test]
fn a_library_that_does_not_keep_its_word() {
    let words = "has no table for ABI version 1, although it says so: the mock explains\n";
    for option in ["-DNO_TABLE", "-DTABLE_VERSION=2", "-DTABLE_SIZE=4"] {
        check(|path| drop(mock(path.parent().unwrap(), "libcmetrics.so.1", &[option, "-Wno-unused"])), words);
    }
}

#[test]
fn a_library_whose_election_fails() {
    let make = |path: &Path| drop(mock(path.parent().unwrap(), "libcmetrics.so.1", &["-DELECT_STATUS=10"]));
    check(make, "is loaded, but its election failed with status 10\n");
}

#[test]
fn a_forced_path_must_be_one() {
    let temp = folder();
    mock(temp.path(), "libcmetrics.so.1", &["-DABORT"]);
    for (path, words) in [
        ("libcmetrics.so.1", "CMETRICS_LIBRARY: libcmetrics.so.1: is not an absolute path"),
        ("./libcmetrics.so.1", "CMETRICS_LIBRARY: ./libcmetrics.so.1: is not an absolute path"),
        ("/nowhere/", "CMETRICS_LIBRARY: /nowhere/: names a folder: it ends in a separator"),
        ("/nowhere/at/all.so", "CMETRICS_LIBRARY: /nowhere/at/all.so: no such file"),
    ] {
        let told = Case::beside(temp.path()).standing_in(temp.path()).set("CMETRICS_LIBRARY", path).run();
        told.failed(UNAVAILABLE, &[words, "hint: set CMETRICS_LIBRARY to the absolute path"]);
        assert_eq!(told.get("steps"), "1");
    }
}

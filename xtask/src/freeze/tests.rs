// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Copies of the tree that are changed, frozen, and changed again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::codegen;
use crate::codegen::golden::Golden;

/// What the generator and the interface's test read, in a folder that goes away.
fn copy() -> TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let copy = tempfile::tempdir().unwrap();
    for part in ["interface/src", "interface/tests", "abi", "headers/include/cmetrics-1"] {
        copy_folder(&root.join(part), &copy.path().join(part));
    }
    fs::copy(root.join("headers/cbindgen.toml"), copy.path().join("headers/cbindgen.toml")).unwrap();
    // As a draft, whatever the tree's own state is.
    for version in [0, 1] {
        let mut golden = Golden::read(copy.path(), version).unwrap().unwrap();
        (golden.frozen, golden.header) = (false, String::new());
        fs::write(copy.path().join(codegen::golden::file(version)), golden.text()).unwrap();
    }
    codegen::run(copy.path(), false).unwrap();
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

fn edit(root: &Path, file: &str, was: &str, is: &str) {
    let path = root.join("interface/src").join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(was).count(), 1, "{file}: {was}");
    fs::write(path, text.replace(was, is)).unwrap();
}

/// Every file below `abi`, with its text.
fn abi(root: &Path) -> Vec<(PathBuf, String)> {
    let files = ["abi/v0.txt", "abi/v1.txt", "abi/v1/cmetrics-1/cmetrics.h"];
    files.iter().map(|file| (PathBuf::from(file), fs::read_to_string(root.join(file)).unwrap())).collect()
}

const RETYPED: (&str, &str, &str) =
    ("v1/counter.rs", "fn(counter: *mut Counter, n: u64)", "fn(counter: *mut Counter, n: u32)");

#[test]
fn a_draft_that_changed_is_stale_and_is_written_anew() {
    let copy = copy();
    edit(copy.path(), RETYPED.0, RETYPED.1, RETYPED.2);
    let why = codegen::run(copy.path(), true).unwrap_err();
    assert!(
        why.contains("cmetrics_counter_v1.add changed its type") && why.ends_with("run: cargo xtask codegen"),
        "{why}"
    );
    codegen::run(copy.path(), false).unwrap();
    codegen::run(copy.path(), true).unwrap();
}

#[test]
fn what_is_stale_is_not_frozen() {
    let copy = copy();
    edit(copy.path(), RETYPED.0, RETYPED.1, RETYPED.2);
    let before = abi(copy.path());
    assert!(codegen::freeze(copy.path(), 1).is_err_and(|why| why.contains("cmetrics_counter_v1.add")));
    assert_eq!(abi(copy.path()), before);
}

#[test]
fn after_the_freeze_no_slot_changes() {
    let copy = copy();
    let header = abi(copy.path())[2].clone();
    let written = codegen::freeze(copy.path(), 1).unwrap();
    assert_eq!(written, ["abi/v0.txt", "abi/v1/cmetrics-1/cmetrics.h", "abi/v1.txt"]);
    let frozen = abi(copy.path());
    assert!(frozen[0].1.contains("\n# frozen: yes\n") && frozen[1].1.contains("\n# frozen: yes\n"));
    assert!(frozen[1].1.contains(&format!("# header-sha256: {}", codegen::golden::hash(&header.1))));
    codegen::run(copy.path(), true).unwrap();

    edit(copy.path(), RETYPED.0, RETYPED.1, RETYPED.2);
    for check in [true, false] {
        let why = codegen::run(copy.path(), check).unwrap_err();
        assert!(
            why.contains("cmetrics_counter_v1.add changed its type from `void (*)(cmetrics_counter *, uint64_t)`"),
            "{why}"
        );
        assert!(why.contains("a published version never changes"), "{why}");
    }
    edit(copy.path(), RETYPED.0, RETYPED.2, RETYPED.1);
    edit(copy.path(), "note.rs", "pub provider: u64", "pub provided: u64");
    let why = codegen::run(copy.path(), false).unwrap_err();
    assert!(why.contains("cmetrics_note_slot.provider vanished"), "{why}");
    assert_eq!(abi(copy.path()), frozen);
}

#[test]
fn after_the_freeze_numbers_may_join_and_then_stay() {
    let copy = copy();
    codegen::freeze(copy.path(), 1).unwrap();
    let frozen = abi(copy.path());
    let last = "pub const UNAVAILABLE: Status = 11;";
    edit(copy.path(), "status.rs", last, &format!("{last}\n/// New.\npub const NEW: Status = 12;"));
    edit(copy.path(), "v1/counter.rs", "Adds one event.", "Adds exactly one event.");
    let why = codegen::run(copy.path(), true).unwrap_err();
    assert!(why.contains("run: cargo xtask codegen"), "{why}");
    codegen::run(copy.path(), false).unwrap();
    codegen::run(copy.path(), true).unwrap();
    let grown = abi(copy.path());
    assert!(grown[0].1.starts_with(&frozen[0].1), "the frozen lines and their hash stay");
    assert!(grown[0].1.ends_with("CMETRICS_NEW = int32_t 12\n"), "{}", grown[0].1);
    assert_eq!(grown[1..], frozen[1..]);

    edit(copy.path(), "status.rs", "Status = 12;", "Status = 13;");
    let why = codegen::run(copy.path(), false).unwrap_err();
    assert!(why.contains("CMETRICS_NEW changed from `int32_t 12` to `int32_t 13`"), "{why}");
}

#[test]
fn what_was_kept_at_the_freeze_is_not_edited() {
    let copy = copy();
    codegen::freeze(copy.path(), 1).unwrap();
    for (file, text) in abi(copy.path()) {
        fs::write(copy.path().join(&file), text.replace("uint64_t", "uint32_t")).unwrap();
        for check in [true, false] {
            let why = codegen::run(copy.path(), check).unwrap_err();
            assert!(why.contains(&*file.to_string_lossy()) && why.contains("git checkout"), "{why}");
        }
        fs::write(copy.path().join(&file), text).unwrap();
        codegen::run(copy.path(), true).unwrap();
    }
}

/// Compiles the copy's interface and its snapshot test, and gives what came of either.
fn compiled(root: &Path) -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let library = root.join("libcmetrics_interface.rlib");
    let test = root.join("abi_snapshot");
    let mut interface = Command::new(&rustc);
    interface.args(["--edition=2021", "--crate-type=lib", "--crate-name=cmetrics_interface", "-o"]).arg(&library);
    let mut snapshot = Command::new(&rustc);
    snapshot.args(["--edition=2021", "--test", "-o"]).arg(&test);
    snapshot.arg(format!("--extern=cmetrics_interface={}", library.display()));
    for command in [
        interface.arg(root.join("interface/src/lib.rs")),
        snapshot.arg(root.join("interface/tests/abi_snapshot/main.rs")),
        &mut Command::new(&test),
    ] {
        let out = command.output().unwrap();
        if !out.status.success() {
            return format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        }
    }
    "it holds".to_owned()
}

#[test]
fn the_compiler_names_a_slot_of_another_type() {
    let copy = copy();
    assert_eq!(compiled(copy.path()), "it holds");
    edit(copy.path(), RETYPED.0, RETYPED.1, RETYPED.2);
    let said = compiled(copy.path());
    let want = "cmetrics_counter_v1.add was: at 16, size 8, void (*)(cmetrics_counter *, uint64_t); \
                it is: at 16, size 8, void (*)(cmetrics_counter *, uint32_t)";
    assert!(said.contains(want), "{said}");
}

#[test]
fn the_compiler_names_slots_that_changed_places() {
    let copy = copy();
    edit(copy.path(), "v1/metric.rs", "pub id: unsafe", "pub kind_: unsafe");
    edit(copy.path(), "v1/metric.rs", "pub kind: unsafe", "pub id: unsafe");
    edit(copy.path(), "v1/metric.rs", "pub kind_: unsafe", "pub kind: unsafe");
    let said = compiled(copy.path());
    assert!(
        said.contains("cmetrics_metric_v1.id was: at 24, size 8") && said.contains("cmetrics_metric_v1.kind was: "),
        "{said}"
    );
}

#[test]
fn the_compiler_refuses_a_list_that_leaves_a_field_out() {
    let copy = copy();
    edit(
        copy.path(),
        "sink.rs",
        "    pub user: *mut c_void,",
        "    pub user: *mut c_void,\n    /// New.\n    pub more: u64,",
    );
    edit(copy.path(), "sink.rs", "size_of::<Sink>() == 8 +", "size_of::<Sink>() == 16 +");
    let said = compiled(copy.path());
    assert!(said.contains("error: pattern ") && said.contains("cmetrics_interface::Sink { "), "{said}");
}

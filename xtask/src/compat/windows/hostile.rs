// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! DLLs with sections, slots and headers that lie (`hostile.c`), each loaded before and after copies of ours.

use super::super::election::cases::Case;
use super::super::Row;
use super::ground::{dos, Ground};

pub(super) const TABLE: &str = "planted sections";

/// What is to come of a lie.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// Nobody lists it, and not a byte of it is written.
    Ignored,
    /// It could be a copy that is still being loaded: the winner may be written into its slot, and nothing more.
    Spared,
    /// It lies about the winner alone: it is one copy of several, and nobody believes it.
    Disbelieved,
}
use Fate::{Disbelieved, Ignored, Spared};

/// A lie, as macros for `hostile.c`, and its fate.
const LIES: [(&str, &[&str], Fate); 36] = [
    // Its section and its headers.
    ("a section of constants", &["-DSECTION=.cmetric,\"dr\""], Ignored),
    ("a section of another name", &["-DSECTION=.cmetrix,\"dw\""], Ignored),
    ("a section too small", &["-DCUT=1"], Ignored),
    ("misaligned", &["-DSHIFT=4"], Ignored),
    ("a slot made read-only", &["-DHIDE_SLOT=PAGE_READONLY"], Ignored),
    ("a slot that none may read", &["-DHIDE_SLOT=PAGE_NOACCESS"], Ignored),
    ("headers that none may read", &["-DHIDE_HEADERS"], Ignored),
    ("headers elsewhere", &["-DLIE_ABOUT_NT=0x7ffffff0"], Ignored),
    ("headers before the module", &["-DLIE_ABOUT_NT=-4096"], Ignored),
    ("sections elsewhere", &["-DLIE_ABOUT_OPTIONAL=0xffff"], Ignored),
    ("sections without end", &["-DLIE_ABOUT_COUNT=0xffff", "-DSLOT_SIZE=127"], Ignored),
    ("a section beyond the module", &["-DLIE_ABOUT_ADDRESS=0x7ff00000"], Ignored),
    ("a section at the highest address", &["-DLIE_ABOUT_ADDRESS=0xffffffc0"], Ignored),
    ("a section of 4 GiB", &["-DLIE_ABOUT_SIZE=0xffffffff", "-DSLOT_SIZE=127"], Ignored),
    // What the slot says.
    ("another magic", &["-DMAGIC=\"cmetrics-slot-2\""], Ignored),
    ("too small", &["-DSLOT_SIZE=127"], Ignored),
    ("words that are to be zero", &["-DZERO=1"], Ignored),
    ("versions 0 to 0", &["-DOLDEST=0", "-DNEWEST=0"], Ignored),
    ("versions upside down", &["-DOLDEST=5", "-DNEWEST=2"], Ignored),
    ("an entry in data", &["-DENTRY=hostile_card - ."], Ignored),
    ("an entry outside", &["-DENTRY=0x40000000"], Ignored),
    ("a table outside", &["-DCARD=0x40000000"], Ignored),
    ("a table before the module", &["-DCARD=-0x40000000"], Ignored),
    ("a misaligned table", &["-DCARD=hostile_card + 4 - ."], Ignored),
    // What its table says.
    ("garbage for a table", &["-DCARD=hostile_garbage - ."], Spared),
    ("garbage, and forced", &["-DCARD=hostile_garbage - .", "-DFLAGS=2"], Spared),
    ("a table of another magic", &["-DCARD_MAGIC=\"cmetrics-abi-1\\\\0\""], Spared),
    ("a table too small", &["-DCARD_SIZE=16"], Spared),
    ("a table of another range", &["-DCARD_NEWEST=9"], Spared),
    ("a table of another rank", &["-DCARD_RANK=1"], Spared),
    ("a table that names another entry", &["-DCARD_GET_API=hostile_other_entry"], Spared),
    ("a table with functions in data", &["-DCARD_FUNCTION=hostile_card"], Spared),
    ("a table without a version's text", &["-DCARD_SEMVER=1"], Spared),
    ("itself for the provider, of a bad table", &["-DPROVIDER=hostile_slot", "-DCARD_MAGIC=\"\""], Spared),
    // Whom it names as the winner.
    ("a provider nowhere", &["-DPROVIDER=0xdeadbeefdeadbee8", "-DRANK=0"], Disbelieved),
    ("a provider in code", &["-DPROVIDER=hostile_entry", "-DRANK=0"], Disbelieved),
];

pub(super) fn run(ground: &Ground<'_>) -> Result<Vec<Row>, String> {
    let copies = ground.copies("beside-hostile", &ground.now, 2)?;
    let (a, b) = (&copies[0][..], &copies[1][..]);
    let compile = |what: &str, macros: &[&str]| {
        let name = format!("{}.dll", what.replace([' ', ','], "-"));
        let flags = [macros, &["-nostdlib", "-shared", "-Wl,-e,DllMain", "-lkernel32"]].concat();
        ground.compile("windows/hostile.c", &name, &flags).map(|path| dos(&path))
    };
    let mut rows = Vec::new();
    for (what, macros, fate) in LIES {
        let object = compile(what, macros)?;
        let promise = match fate {
            Ignored => "ignored",
            Spared => "not listed, not called",
            Disbelieved => "not believed",
        };
        rows.push(ground.steps((TABLE, what, promise), &cases(&object, fate, a, b))?);
    }
    // Without a lie, a DLL of this kind is a copy as good as any: so it is its lie that each of the others fails for.
    let object = compile("no lie", &["-DRANK=0"])?;
    let told =
        Case::new("no lie").steps("slotted h {} load a {} use a winner a copies 2 listed {}", &[&object, a, &object]);
    rows.push(ground.steps((TABLE, "no lie, and the lowest rank", "listed, and not elected"), &[told])?);
    Ok(rows)
}

fn cases(object: &str, fate: Fate, a: &str, b: &str) -> Vec<Case> {
    let other = if fate == Ignored { "other" } else { "slotted" };
    let listed = if fate == Disbelieved { "listed" } else { "unlisted" };
    let copies = 2 + usize::from(fate == Disbelieved);
    let end = format!("winner a one copies {copies} {listed} {{}} untouched h");
    let case = |name: &str, text: &str, paths: &[&str]| Case::new(name).steps(&format!("{text} {end}"), paths);
    vec![
        case("before", &format!("{other} h {{}} load a {{}} load b {{}} use b"), &[object, a, b, object]),
        case("between", &format!("load a {{}} {other} h {{}} load b {{}} use b"), &[a, object, b, object]),
        case("after", &format!("load a {{}} use a {other} h {{}} load b {{}} use b"), &[a, object, b, object]),
    ]
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Objects with notes and slots that lie (`hostile.c`), each loaded before and after copies of ours: nobody crashes, calls
//! into one, or elects one.

use super::super::Row;
use super::cases::{row, Case};
use super::ground::Ground;

const TABLE: &str = "planted notes";

/// What is to come of a lie.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// Nobody lists it, and not a byte of it is written.
    Ignored,
    /// Its slot could be that of a copy which is still being loaded: the winner may be written there, and nothing more.
    Spared,
    /// It lies about the winner alone: it is one copy of several, and nobody believes it.
    Disbelieved,
}
use Fate::{Disbelieved, Ignored, Spared};

/// No slot but the one that the note leads to.
const NO_SLOT: &str = "-DMAGIC=\"no-slot-at-all.\"";

/// A lie, as macros for `hostile.c`, and its fate.
const LIES: [(&str, &[&str], Fate); 56] = [
    // The note.
    ("a name without end", &["-DNAMESZ=0xfffffff0"], Ignored),
    ("a name of all bytes", &["-DNAMESZ=0xffffffff"], Ignored),
    ("a content without end", &["-DDESCSZ=0xffffffff"], Ignored),
    ("a content of 2 GiB", &["-DDESCSZ=0x80000000"], Ignored),
    ("name and content without end", &["-DNAMESZ=0xffffffff", "-DDESCSZ=0xffffffff"], Ignored),
    ("a content that ends early", &["-DDESCSZ=8"], Ignored),
    ("no content", &["-DDESCSZ=0"], Ignored),
    ("nothing after the head", &["-DNOTE=\".long 9, 16, 0x434d5431\\n\""], Ignored),
    ("half a head", &["-DNOTE=\".long 9, 16\\n\""], Ignored),
    ("nothing after the name", &["-DWORDS=\"\""], Ignored),
    ("one word", &["-DWORDS=\".quad hostile_slot - .\\n\""], Ignored),
    ("another name", &["-DNAME=\".ascii \\\"CMETRICX\\\\0\\\\0\\\\0\\\\0\\\"\\n\""], Ignored),
    ("another type", &["-DTYPE=0x434d5430"], Ignored),
    ("empty notes without end before it", &["-DBEFORE=\".fill 3000, 4, 0\\n\"", NO_SLOT], Ignored),
    ("an endless note before it", &["-DBEFORE=\".long 0xfffffffc, 0xfffffffc, 1\\n\"", NO_SLOT], Ignored),
    // Its words. The object holds no other slot, which a search could come upon.
    ("a slot beyond the object", &["-DWORD0=0x40000000", NO_SLOT], Ignored),
    ("a slot before the object", &["-DWORD0=-0x40000000", NO_SLOT], Ignored),
    ("a slot at the highest offset", &["-DWORD0=0x7fffffffffffffff", NO_SLOT], Ignored),
    ("a slot at the lowest offset", &["-DWORD0=-0x8000000000000000", NO_SLOT], Ignored),
    ("both words at the highest", &["-DWORD0=-1", "-DWORD1=0x7fffffffffffffff", NO_SLOT], Ignored),
    ("both words at the lowest", &["-DWORD0=1", "-DWORD1=-0x8000000000000000", NO_SLOT], Ignored),
    ("a slot in code", &["-DWORD0=hostile_entry - .", NO_SLOT], Ignored),
    ("a slot on the heap", &["-DHEAP_SLOT"], Ignored),
    // Where the slot lies.
    ("in constants", &["-DSLOT_SECTION=.rodata"], Ignored),
    ("in what is sealed after relocation", &["-DSLOT_SECTION=.data.rel.ro, \"aw\"", "-Wl,-z,relro,-z,now"], Ignored),
    ("partly outside", &["-DWORD0=_end - 64 - .", "-DHALF_A_SLOT"], Ignored),
    ("misaligned", &["-DSHIFT=4"], Ignored),
    ("misaligned by one", &["-DSHIFT=1"], Ignored),
    // What the slot says.
    ("another magic", &["-DMAGIC=\"cmetrics-slot-2\""], Ignored),
    ("no magic", &["-DMAGIC=\"\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\""], Ignored),
    ("too small", &["-DSIZE=127"], Ignored),
    ("too large", &["-DSIZE=4096"], Ignored),
    ("words that are to be zero", &["-DZERO=1"], Ignored),
    ("versions 0 to 0", &["-DOLDEST=0", "-DNEWEST=0"], Ignored),
    ("versions upside down", &["-DOLDEST=5", "-DNEWEST=2"], Ignored),
    ("an entry in data", &["-DENTRY=hostile_card - ."], Ignored),
    ("an entry outside", &["-DENTRY=0x40000000"], Ignored),
    ("an entry at the lowest offset", &["-DENTRY=-0x8000000000000000"], Ignored),
    ("a table outside", &["-DCARD=0x40000000"], Ignored),
    ("a table partly outside", &["-DCARD=_end - 32 - ."], Ignored),
    ("a table in another object", &["-DSTRANGERS_CARD"], Ignored),
    ("a misaligned table", &["-DCARD=hostile_card + 4 - ."], Ignored),
    // What its table says.
    ("garbage for a table", &["-DCARD=hostile_garbage - ."], Spared),
    ("garbage, and forced", &["-DCARD=hostile_garbage - .", "-DFLAGS=2"], Spared),
    ("a table of another magic", &["-DCARD_MAGIC=\"cmetrics-abi-1\\\\0\""], Spared),
    ("a table too small", &["-DCARD_SIZE=16"], Spared),
    ("a table of another version", &["-DCARD_VERSION=1"], Spared),
    ("a table of another range", &["-DCARD_NEWEST=9"], Spared),
    ("a table of another rank", &["-DCARD_RANK=1"], Spared),
    ("a table that names another entry", &["-DCARD_GET_API=hostile_other_entry"], Spared),
    ("a table without functions", &["-DCARD_FUNCTION=0"], Spared),
    ("a table without a version's text", &["-DCARD_SEMVER=1"], Spared),
    ("itself for the provider, of a bad table", &["-DPROVIDER=hostile_slot", "-DCARD_MAGIC=\"\""], Spared),
    // Whom it names as the winner.
    ("a provider nowhere", &["-DPROVIDER=0xdeadbeefdeadbee8", "-DRANK=0"], Disbelieved),
    ("a provider in code", &["-DPROVIDER=hostile_entry", "-DRANK=0"], Disbelieved),
    ("a provider on the heap", &["-DHEAP_PROVIDER", "-DRANK=0"], Disbelieved),
];

pub(super) fn run(ground: &Ground) -> Result<Vec<Row>, String> {
    let steps = ground.compile("steps.c", "steps", &[])?;
    let copies = ground.plain("beside-hostile", &ground.now, 2)?;
    let (a, b) = (&copies[0][..], &copies[1][..]);
    let mut rows = Vec::new();
    for (what, macros, fate) in LIES {
        let name = format!("hostile/{}.so", what.replace([' ', ','], "-"));
        let object = ground.compile("hostile.c", &name, macros)?.display().to_string();
        let promise = match fate {
            Ignored => "ignored",
            Spared => "not listed, not called",
            Disbelieved => "not believed",
        };
        rows.push(row(ground, &steps, (TABLE, what, promise), &cases(&object, fate, a, b))?);
    }
    // Without a lie, an object of this kind is a copy as good as any: so it is its lie that each of the others fails for.
    let object = ground.compile("hostile.c", "hostile/no-lie.so", &["-DRANK=0"])?.display().to_string();
    let told =
        Case::new("no lie").steps("slotted h {} load a {} use a winner a copies 2 listed {}", &[&object, a, &object]);
    rows.push(row(ground, &steps, (TABLE, "no lie, and the lowest rank", "listed, and not elected"), &[told])?);
    Ok(rows)
}

fn cases(object: &str, fate: Fate, a: &str, b: &str) -> Vec<Case> {
    let other = if fate == Ignored { "other" } else { "slotted" };
    let listed = if fate == Disbelieved { "listed" } else { "unlisted" };
    let more = usize::from(fate == Disbelieved);
    let end = |copies: usize| format!("one copies {} {listed} {{}} untouched h", copies + more);
    let case = |name: &str, text: String, paths: &[&str]| Case::new(name).steps(&text, paths);
    vec![
        case("before", format!("{other} h {{}} load a {{}} use a winner a {}", end(1)), &[object, a, object]),
        case(
            "between",
            format!("load a {{}} {other} h {{}} load b {{}} use b winner a {}", end(2)),
            &[a, object, b, object],
        ),
        case(
            "after",
            format!("load a {{}} use a {other} h {{}} load b {{}} use b winner a {}", end(2)),
            &[a, object, b, object],
        ),
    ]
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Files and modules that may be the library, or hostile: what the loader reads of a file before it loads it, what the
//! election reads of a module that is loaded, and the decisions of the search. The sources are the library's and the
//! loader's own, which show none of this to others.
#![no_main]

use std::io::{Read, Seek, SeekFrom};

use cmetrics_fuzz::input::Input;
use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "a part of what is there is read here")]
mod election;
mod module;
mod places;

#[rustfmt::skip]
#[path = "../../../loader/src/elf.rs"]
mod elf;
#[allow(dead_code, reason = "a part of what is there is read here")]
#[path = "../../../loader/src/file.rs"]
mod file;
#[path = "../../../loader/src/machine.rs"]
mod machine;
#[path = "../../../loader/src/negotiate.rs"]
mod negotiate;
#[allow(dead_code, reason = "as above")]
#[path = "../../../loader/src/origin.rs"]
mod origin;
#[allow(dead_code, reason = "as above")]
#[path = "../../../loader/src/reason.rs"]
mod reason;
#[allow(dead_code, reason = "as above")]
#[path = "../../../loader/src/search.rs"]
mod search;

use origin::Origin;

mod sync {
    pub(crate) use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
}

mod version {
    pub(crate) const SEMVER: &str = env!("CARGO_PKG_VERSION");
}

/// A file that notes how often it is read.
struct Counted<'a> {
    bytes: &'a [u8],
    at: usize,
    reads: usize,
}

impl Read for &mut Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.reads += 1;
        assert!(
            self.at <= self.bytes.len() && buffer.len() <= self.bytes.len(),
            "nothing beyond the file is asked for"
        );
        let n = (&self.bytes[self.at..]).read(buffer)?;
        self.at += n;
        Ok(n)
    }
}

impl Seek for &mut Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let SeekFrom::Start(at) = to else { panic!("places are counted from the start") };
        self.at = at as usize;
        Ok(at)
    }
}

/// A file of any bytes is judged in little time, and is the library only if it has the name of its export.
fn file(bytes: &[u8]) {
    let mut file = Counted { bytes, at: 0, reads: 0 };
    let judged = elf::examine(&mut file, bytes.len() as u64);
    // Both chains of a hash table are bounded, with up to three reads for each link.
    assert!(file.reads <= 4 << 16, "{} reads", file.reads);
    let named = bytes.windows(17).any(|part| part == cmetrics_interface::GET_API_SYMBOL);
    assert!(judged.is_err() || named, "{judged:?} of a file without the name");
    if let Err(reason) = judged {
        assert!(!reason.to_string().is_empty(), "a refusal says why");
    }
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    match input.byte() {
        0x7f => file(data),
        n if n < 64 => {
            let notes = input.0;
            let n = election::leads(notes, usize::from(n));
            assert!(n <= notes.len() / 37, "no two notes share bytes");
        }
        n if n < 192 => module::check(&mut input),
        _ => places::check(&mut input),
    }
});

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the library's election reads of a module that is loaded.

#[path = "../../../impl/src/election/found.rs"]
pub(crate) mod found;
#[path = "../../../impl/src/election/note.rs"]
pub(crate) mod note;
#[path = "../../../impl/src/election/object.rs"]
mod object;
#[path = "../../../impl/src/election/slot.rs"]
mod slot;

/// Every copy of the library that a module holds.
///
/// # Safety
///
/// What `info` calls loaded is there.
pub(crate) unsafe fn copies(info: &libc::dl_phdr_info, page: usize) -> Vec<found::Found<()>> {
    let mut all = Vec::new();
    // SAFETY: as the caller promises.
    let object = unsafe { object::Object::new(info, page) };
    object.copies(&mut |found| all.push(found));
    let _ = object.is_nodelete();
    all
}

/// How many notes of ours there are in these bytes.
pub(crate) fn leads(notes: &[u8], align: usize) -> usize {
    let mut n = 0;
    note::leads(notes, align, |lead| {
        assert!(lead.at + 16 <= notes.len());
        n += 1;
    });
    n
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! ELF notes in memory: pure. The format is that of the System V ABI, "Note Section", with 32-bit words and the
//! alignment of the segment.

use cmetrics_interface as abi;

/// The two words of a note that leads to a slot, and where they lie in the notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lead {
    /// Where the words begin, from the start of the notes.
    pub(super) at: usize,
    /// From the first word to the slot.
    pub(super) slot: i64,
    /// From the second word to the ELF header.
    pub(super) header: i64,
}

/// Tells `tell` of every note in `notes` that leads to a slot of ours. What is cut short or damaged ends the walk.
pub(super) fn leads(notes: &[u8], align: usize, mut tell: impl FnMut(Lead)) {
    let align = if align == 8 { 8 } else { 4 };
    let word = |at: usize| Some(u32::from_ne_bytes(*notes.get(at..)?.first_chunk()?));
    let long = |at: usize| Some(i64::from_ne_bytes(*notes.get(at..)?.first_chunk()?));
    let mut at = 0;
    while let (Some(name_len), Some(len), Some(kind)) = (word(at), word(at + 4), word(at + 8)) {
        let name = at + 12;
        let Some(after_name) = name.checked_add(name_len as usize) else { return };
        let desc = after_name.next_multiple_of(align);
        let ours = kind == abi::NOTE_TYPE && len == 16 && notes.get(name..after_name) == Some(abi::NOTE_NAME);
        if let (true, Some(slot), Some(header)) = (ours, long(desc), long(desc + 8)) {
            tell(Lead { at: desc, slot, header });
        }
        let Some(end) = desc.checked_add(len as usize) else { return };
        at = end.next_multiple_of(align);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(name_len: u32, len: u32, kind: u32, name: &[u8], desc: &[u8]) -> Vec<u8> {
        let mut bytes: Vec<u8> = [name_len, len, kind].iter().flat_map(|word| word.to_ne_bytes()).collect();
        for part in [name, desc] {
            bytes.extend_from_slice(part);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }

    fn ours(slot: i64, header: i64) -> Vec<u8> {
        let desc = [slot.to_ne_bytes(), header.to_ne_bytes()].concat();
        note(9, 16, abi::NOTE_TYPE, abi::NOTE_NAME, &desc)
    }

    fn told(notes: &[u8], align: usize) -> Vec<(i64, i64)> {
        let mut all = Vec::new();
        leads(notes, align, |lead| all.push((lead.slot, lead.header)));
        all
    }

    #[test]
    fn ours_are_found_among_others() {
        let build_id = note(4, 20, 3, b"GNU\0", &[7; 20]);
        let sizes = note(9, 12, abi::NOTE_TYPE_TABLES, abi::NOTE_NAME, &[1; 12]);
        let all = [build_id.clone(), ours(1000, -2000), sizes, ours(3, 4), build_id].concat();
        assert_eq!(told(&all, 4), [(1000, -2000), (3, 4)]);
        let mut at = Vec::new();
        leads(&ours(1, 2), 4, |lead| at.push(lead.at));
        assert_eq!(at, [24]);
    }

    #[test]
    fn notes_of_eight_byte_segments_are_found() {
        // 12 bytes of head, 9 of name, 3 of padding: the content lies at 24, a multiple of 8.
        let property = note(4, 16, 5, b"GNU\0", &[0; 16]);
        assert_eq!(told(&[property, ours(5, 6)].concat(), 8), [(5, 6)]);
    }

    #[test]
    fn others_that_resemble_ours_are_passed_over() {
        let desc = [0_u8; 16];
        let check = |note: Vec<u8>| assert_eq!(told(&[note, ours(8, 9)].concat(), 4), [(8, 9)]);
        check(note(9, 16, abi::NOTE_TYPE + 7, abi::NOTE_NAME, &desc));
        check(note(9, 16, abi::NOTE_TYPE, b"CMETRICX\0", &desc));
        check(note(8, 16, abi::NOTE_TYPE, b"CMETRICS", &desc));
        check(note(9, 12, abi::NOTE_TYPE, abi::NOTE_NAME, &desc[..12]));
    }

    #[test]
    fn damaged_notes_are_not_followed_out_of_their_bounds() {
        for lying in [u32::MAX, u32::MAX - 3, 0x7fff_fff0, 4096, 61] {
            let mut name = ours(1, 2);
            name[..4].copy_from_slice(&lying.to_ne_bytes());
            assert_eq!(told(&name, 4), []);
            let mut len = ours(1, 2);
            len[4..8].copy_from_slice(&lying.to_ne_bytes());
            assert_eq!(told(&len, 4), []);
        }
        let whole = ours(1, 2);
        for cut in 0..whole.len() {
            assert_eq!(told(&whole[..cut], 4), [], "{cut}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_fail(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200), wide: bool) {
            leads(&bytes, if wide { 8 } else { 4 }, |lead| assert!(lead.at + 16 <= bytes.len()));
        }
    }
}

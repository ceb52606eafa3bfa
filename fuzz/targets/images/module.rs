// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A module in memory, sound at first, then damaged: its note, its slot, its bootstrap table, and the program headers that
//! say where they are. The segments that are loaded are there, as the dynamic linker sees to it; everything else may lie.

use std::mem::{offset_of, size_of};

use cmetrics_fuzz::input::Input;
use cmetrics_interface::{Bootstrap, NoteSlot, MAGIC, NOTE_MAGIC, NOTE_NAME, NOTE_TYPE};

use crate::election;

/// Where things are in the sound module: a page of code and constants, and one that can be written.
const PAGE: usize = 1024;
const NOTE: usize = 64;
const CARD: usize = 256;
const TEXTS: usize = 512;
const CODE: usize = 640;
const SLOT: usize = PAGE + 64;
const DYNAMIC: usize = PAGE + 512;
const END: usize = 2 * PAGE;

/// Words, aligned as a page is enough for the slot.
struct Memory(Box<[u64]>);

impl Memory {
    fn base(&self) -> usize {
        self.0.as_ptr().expose_provenance()
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        let len = bytes.len().min(END - at);
        for (i, byte) in bytes[..len].iter().enumerate() {
            let (word, shift) = ((at + i) / 8, (at + i) % 8);
            let mut is = self.0[word].to_ne_bytes();
            is[shift] = *byte;
            self.0[word] = u64::from_ne_bytes(is);
        }
    }

    fn put_u64(&mut self, at: usize, n: u64) {
        self.put(at, &n.to_ne_bytes());
    }

    fn put_u32(&mut self, at: usize, n: u32) {
        self.put(at, &n.to_ne_bytes());
    }

    fn sound() -> Memory {
        let mut all = Memory(vec![0; END / 8].into());
        let base = all.base() as u64;
        for (i, word) in [NOTE_NAME.len() as u32, 16, NOTE_TYPE].into_iter().enumerate() {
            all.put_u32(NOTE + 4 * i, word);
        }
        all.put(NOTE + 12, NOTE_NAME);
        all.put_u64(NOTE + 24, (SLOT - NOTE - 24) as u64);
        all.put_u64(NOTE + 32, (-(NOTE as i64 + 32)) as u64);
        all.put(SLOT, &NOTE_MAGIC);
        all.put_u32(SLOT + offset_of!(NoteSlot, size), size_of::<NoteSlot>() as u32);
        all.put_u32(SLOT + offset_of!(NoteSlot, oldest), 1);
        all.put_u32(SLOT + offset_of!(NoteSlot, newest), 2);
        all.put_u64(SLOT + offset_of!(NoteSlot, rank), 7);
        let far = |to: usize, from: usize| (to as i64 - from as i64) as u64;
        let (entry, card) = (SLOT + offset_of!(NoteSlot, entry_rel), SLOT + offset_of!(NoteSlot, card_rel));
        all.put_u64(entry, far(CODE, entry));
        all.put_u64(card, far(CARD, card));
        all.put_u32(CARD, size_of::<Bootstrap>() as u32);
        all.put(CARD + offset_of!(Bootstrap, magic), &MAGIC);
        all.put_u32(CARD + offset_of!(Bootstrap, oldest), 1);
        all.put_u32(CARD + offset_of!(Bootstrap, newest), 2);
        all.put_u64(CARD + offset_of!(Bootstrap, rank), 7);
        for field in [
            offset_of!(Bootstrap, elect),
            offset_of!(Bootstrap, path),
            offset_of!(Bootstrap, explain),
            offset_of!(Bootstrap, copies),
            offset_of!(Bootstrap, extension),
            offset_of!(Bootstrap, get_api),
        ] {
            all.put_u64(CARD + field, base + CODE as u64);
        }
        all.put_u64(CARD + offset_of!(Bootstrap, semver), base + TEXTS as u64);
        all.put_u64(CARD + offset_of!(Bootstrap, build_id), base + TEXTS as u64 + 8);
        all.put(TEXTS, b"1.2.3\0\0\0build\0");
        all.put_u64(DYNAMIC, 0x6fff_fffb);
        all.put_u64(DYNAMIC + 8, 8);
        all
    }
}

fn header(kind: u32, flags: u32, at: usize, len: usize, align: u64) -> libc::Elf64_Phdr {
    libc::Elf64_Phdr {
        p_type: kind,
        p_flags: flags,
        p_offset: at as u64,
        p_vaddr: at as u64,
        p_paddr: at as u64,
        p_filesz: len as u64,
        p_memsz: len as u64,
        p_align: align,
    }
}

fn sound_headers() -> Vec<libc::Elf64_Phdr> {
    vec![
        header(libc::PT_LOAD, libc::PF_R | libc::PF_X, 0, PAGE, 4096),
        header(libc::PT_LOAD, libc::PF_R | libc::PF_W, PAGE, PAGE, 4096),
        header(libc::PT_NOTE, libc::PF_R, NOTE, 40, 4),
        header(libc::PT_DYNAMIC, libc::PF_R | libc::PF_W, DYNAMIC, 32, 8),
        header(libc::PT_GNU_RELRO, libc::PF_R, DYNAMIC, 32, 8),
    ]
}

/// Something for a place or a length: near what is there, or anything.
fn word(input: &mut Input<'_>) -> u64 {
    match input.below(4) {
        0 => u64::from(input.byte()) * 8,
        1 => u64::from(input.byte()),
        2 => (END as u64).wrapping_sub(u64::from(input.byte())),
        _ => input.number(),
    }
}

pub(crate) fn check(input: &mut Input<'_>) {
    let (mut memory, mut headers) = (Memory::sound(), sound_headers());
    let (base, mut sound, mut page) = (memory.base(), true, 8);
    while !input.is_over() {
        sound = false;
        match input.below(5) {
            4 => page = input.pick(&[8, 64, 4096, 1 << 16]),
            0 => {
                let (at, n) = (input.number() as usize % END, 1 + input.below(8));
                memory.put(at, input.bytes(n));
            }
            1 => {
                // An address in the module, or near it.
                let (at, to) = (word(input) as usize % END, word(input));
                memory.put_u64(at & !7, (base as u64).wrapping_add(to));
            }
            2 => {
                let at = 2 + input.below(headers.len() - 2);
                let (field, to) = (input.below(5), word(input));
                let header = &mut headers[at];
                match field {
                    0 => header.p_vaddr = to,
                    1 => header.p_memsz = to,
                    2 => header.p_filesz = to,
                    3 => header.p_align = to,
                    _ => header.p_flags = to as u32,
                }
            }
            _ => {
                // What is loaded is there: a segment of any rights, within the memory.
                let from = word(input) as usize % END;
                let len = word(input) as usize % (END - from + 1);
                let at = input.below(2);
                headers[at] = header(libc::PT_LOAD, u32::from(input.byte()), from, len, 4096);
            }
        }
    }
    let info = libc::dl_phdr_info {
        dlpi_addr: base as u64,
        dlpi_name: c"".as_ptr(),
        dlpi_phdr: headers.as_ptr(),
        dlpi_phnum: headers.len() as u16,
        dlpi_adds: 0,
        dlpi_subs: 0,
        dlpi_tls_modid: 0,
        dlpi_tls_data: std::ptr::null_mut(),
    };
    // SAFETY: what the headers call loaded lies in the memory.
    let copies = unsafe { election::copies(&info, page) };
    for copy in &copies {
        let within = |address: usize, len: usize| address >= base && address + len <= base + END;
        assert!(within(copy.slot, size_of::<NoteSlot>()) && within(copy.card, size_of::<Bootstrap>()));
        assert!(1 <= copy.oldest && copy.oldest <= copy.newest);
    }
    assert!(!sound || copies.len() == 1 && copies[0].ready, "a sound module holds one copy");
}

// SPDX-FileCopyrightText: The cmetrics authors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reads of an ELF file, without loading it, whether it defines `cmetrics_get_api` for this process's machine.
//!
//! The file may be anything: every offset and size in it is checked against its length.

use std::io::{Read, Seek, SeekFrom};

use crate::file::unreadable;
use crate::machine;
use crate::reason::Reason;

/// Whether words of a file for this process have 64 bits.
const WIDE: bool = cfg!(target_pointer_width = "64");
const PROGRAM_HEADER_SIZE: usize = if WIDE { 56 } else { 32 };
const SYMBOL_SIZE: u64 = if WIDE { 24 } else { 16 };
const WORD: usize = size_of::<usize>();

const ET_DYN: u16 = 3;
const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const DT_HASH: u64 = 4;
const DT_STRTAB: u64 = 5;
const DT_SYMTAB: u64 = 6;
const DT_STRSZ: u64 = 10;
const DT_GNU_HASH: u64 = 0x6fff_fef5;
const STT_FUNC: u8 = 2;
const STT_GNU_IFUNC: u8 = 10;

/// With its NUL: so it stands in a string table.
const NAME: &[u8] = cmetrics_interface::GET_API_SYMBOL;

/// The largest dynamic section that is read.
const DYNAMIC_LIMIT: u64 = 1 << 20;
/// The longest chain of a hash table that is followed: a sound table has a few symbols in each.
const CHAIN_LIMIT: u32 = 1 << 16;

/// Whether `file`, of `len` bytes, is a shared object for this process that defines `cmetrics_get_api`.
pub(crate) fn examine(file: impl Read + Seek, len: u64) -> Result<(), Reason> {
    let mut image = Image { file, len, loads: Vec::new() };
    let ident = image.read(0, len.min(20) as usize)?;
    if !ident.starts_with(b"\x7fELF") {
        return Err(Reason::NotElf);
    }
    if ident.len() < 20 {
        return Err(Reason::Damaged("its header"));
    }
    machine::check(&ident)?;
    if u16::from_ne_bytes([ident[16], ident[17]]) != ET_DYN {
        return Err(Reason::NotShared);
    }
    let dynamic = image.program_headers()?;
    let table = image.dynamic(dynamic)?;
    if image.defines(&table)? {
        Ok(())
    } else {
        Err(Reason::NoExport)
    }
}

/// A part of the file that is mapped: where, from where, how much.
struct Load {
    address: u64,
    offset: u64,
    len: u64,
}

/// Addresses of the tables that the dynamic linker looks symbols up in. Zero is absent.
#[derive(Default)]
struct Tables {
    symbols: u64,
    strings: u64,
    strings_len: u64,
    hash: u64,
    gnu_hash: u64,
}

struct Image<F> {
    file: F,
    len: u64,
    loads: Vec<Load>,
}

impl<F: Read + Seek> Image<F> {
    /// `n` bytes at `offset` of the file.
    fn read(&mut self, offset: u64, n: usize) -> Result<Vec<u8>, Reason> {
        if offset.checked_add(n as u64).is_none_or(|end| end > self.len) {
            return Err(Reason::Damaged("a table lies outside of the file"));
        }
        let mut bytes = vec![0; n];
        self.file.seek(SeekFrom::Start(offset)).map_err(unreadable)?;
        self.file.read_exact(&mut bytes).map_err(unreadable)?;
        Ok(bytes)
    }

    /// `n` bytes at `address` of the loaded image.
    fn at(&mut self, address: u64, n: usize) -> Result<Vec<u8>, Reason> {
        let offset = self.loads.iter().find_map(|load| {
            let within = address.checked_sub(load.address)?;
            (within.checked_add(n as u64)? <= load.len).then(|| load.offset.checked_add(within))?
        });
        match offset {
            Some(offset) => self.read(offset, n),
            None => Err(Reason::Damaged("an address lies in no part of it")),
        }
    }

    fn u32_at(&mut self, address: u64) -> Result<u32, Reason> {
        Ok(u32_in(&self.at(address, 4)?, 0))
    }

    /// Notes what is mapped; gives the dynamic section's place in the file.
    fn program_headers(&mut self) -> Result<(u64, u64), Reason> {
        let header = self.read(0, if WIDE { 64 } else { 52 })?;
        let offset = word_in(&header, if WIDE { 32 } else { 28 });
        let sizes = if WIDE { 54 } else { 42 };
        let (entry, count) = (u16_in(&header, sizes), u16_in(&header, sizes + 2));
        if usize::from(entry) != PROGRAM_HEADER_SIZE {
            return Err(Reason::Damaged("its program headers"));
        }
        let headers = self.read(offset, PROGRAM_HEADER_SIZE * usize::from(count))?;
        let mut dynamic = None;
        for header in headers.chunks_exact(PROGRAM_HEADER_SIZE) {
            let at = |wide, narrow| word_in(header, if WIDE { wide } else { narrow });
            let (offset, address, len) = (at(8, 4), at(16, 8), at(32, 16));
            match u32_in(header, 0) {
                // The dynamic linker maps it all the same; who reads the part that is not there gets a SIGBUS.
                PT_LOAD if offset.checked_add(len).is_none_or(|end| end > self.len) => {
                    return Err(Reason::Damaged("it ends before a part of it does"));
                }
                PT_LOAD => self.loads.push(Load { address, offset, len }),
                PT_DYNAMIC => dynamic = Some((offset, len)),
                _ => {}
            }
        }
        dynamic.ok_or(Reason::NotShared)
    }

    fn dynamic(&mut self, (offset, len): (u64, u64)) -> Result<Tables, Reason> {
        if len > DYNAMIC_LIMIT {
            return Err(Reason::Damaged("its dynamic section"));
        }
        let section = self.read(offset, len as usize)?;
        let mut tables = Tables::default();
        for entry in section.chunks_exact(2 * WORD) {
            let value = word_in(entry, WORD);
            match word_in(entry, 0) {
                0 => break,
                DT_SYMTAB => tables.symbols = value,
                DT_STRTAB => tables.strings = value,
                DT_STRSZ => tables.strings_len = value,
                DT_HASH => tables.hash = value,
                DT_GNU_HASH => tables.gnu_hash = value,
                _ => {}
            }
        }
        Ok(tables)
    }

    /// Looks the name up as the dynamic linker will.
    fn defines(&mut self, tables: &Tables) -> Result<bool, Reason> {
        if tables.symbols == 0 || tables.strings == 0 {
            return Ok(false);
        }
        if tables.gnu_hash != 0 {
            self.defines_by_gnu_hash(tables)
        } else if tables.hash != 0 {
            self.defines_by_hash(tables)
        } else {
            Ok(false)
        }
    }

    fn defines_by_gnu_hash(&mut self, tables: &Tables) -> Result<bool, Reason> {
        let hash = NAME[..NAME.len() - 1].iter().fold(5381_u32, |h, &c| h.wrapping_mul(33).wrapping_add(u32::from(c)));
        let header = self.at(tables.gnu_hash, 16)?;
        let (buckets, first, bloom) = (u32_in(&header, 0), u32_in(&header, 4), u32_in(&header, 8));
        if buckets == 0 {
            return Ok(false);
        }
        let bucket_table = tables.gnu_hash.wrapping_add(16 + u64::from(bloom) * WORD as u64);
        let chain_table = bucket_table.wrapping_add(4 * u64::from(buckets));
        let head = self.u32_at(bucket_table.wrapping_add(4 * u64::from(hash % buckets)))?;
        if head == 0 {
            return Ok(false);
        }
        // The chain ends where the lowest bit is set.
        for symbol in (head..=u32::MAX).take(CHAIN_LIMIT as usize) {
            let link = u64::from(symbol.checked_sub(first).ok_or(Reason::Damaged("its hash table"))?);
            let chained = self.u32_at(chain_table.wrapping_add(4 * link))?;
            if chained | 1 == hash | 1 && self.is_ours(tables, symbol)? {
                return Ok(true);
            }
            if chained & 1 == 1 {
                return Ok(false);
            }
        }
        Err(Reason::Damaged("its hash table"))
    }

    fn defines_by_hash(&mut self, tables: &Tables) -> Result<bool, Reason> {
        let hash = NAME[..NAME.len() - 1].iter().fold(0_u32, |h, &c| {
            let h = (h << 4).wrapping_add(u32::from(c));
            let high = h & 0xf000_0000;
            (h ^ (high >> 24)) & !high
        });
        let header = self.at(tables.hash, 8)?;
        let (buckets, chains) = (u32_in(&header, 0), u32_in(&header, 4));
        if buckets == 0 {
            return Ok(false);
        }
        let bucket_table = tables.hash.wrapping_add(8);
        let chain_table = bucket_table.wrapping_add(4 * u64::from(buckets));
        let mut symbol = self.u32_at(bucket_table.wrapping_add(4 * u64::from(hash % buckets)))?;
        // A chain visits no symbol twice, so that there are no more links than symbols. It ends with symbol 0.
        for _ in 0..=chains.min(CHAIN_LIMIT) {
            if symbol == 0 {
                return Ok(false);
            }
            if self.is_ours(tables, symbol)? {
                return Ok(true);
            }
            symbol = self.u32_at(chain_table.wrapping_add(4 * u64::from(symbol)))?;
        }
        Err(Reason::Damaged("its hash table"))
    }

    /// Whether a symbol is a function of that name which this file defines.
    fn is_ours(&mut self, tables: &Tables, index: u32) -> Result<bool, Reason> {
        let address = tables.symbols.checked_add(u64::from(index) * SYMBOL_SIZE);
        let symbol = self.at(address.ok_or(Reason::Damaged("its symbol table"))?, SYMBOL_SIZE as usize)?;
        let (name, info, section) =
            (u32_in(&symbol, 0), symbol[if WIDE { 4 } else { 12 }], u16_in(&symbol, if WIDE { 6 } else { 14 }));
        let within = u64::from(name).checked_add(NAME.len() as u64).is_some_and(|end| end <= tables.strings_len);
        if section == 0 || !matches!(info & 15, STT_FUNC | STT_GNU_IFUNC) || !within {
            return Ok(false);
        }
        let address = tables.strings.checked_add(u64::from(name)).ok_or(Reason::Damaged("its string table"))?;
        Ok(self.at(address, NAME.len())? == NAME)
    }
}

fn u16_in(bytes: &[u8], at: usize) -> u16 {
    u16::from_ne_bytes([bytes[at], bytes[at + 1]])
}

fn u32_in(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn word_in(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; WORD];
    word.copy_from_slice(&bytes[at..at + WORD]);
    usize::from_ne_bytes(word) as u64
}

#[cfg(test)]
mod tests;

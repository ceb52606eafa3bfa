# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What an ELF file tells the dynamic linker: its SONAME, what it exports, what its words become."""

from __future__ import annotations

import struct
import sys
from array import array
from typing import NamedTuple

from .elf import PT_DYNAMIC, Elf
from .source import LARGEST, DamagedError

_HASH, _STRINGS, _SYMBOLS, _RELOCATIONS, _RELOCATIONS_SIZE, _STRINGS_SIZE, _SONAME = 4, 5, 6, 7, 8, 10, 14
_GNU_HASH, _FLAGS_1 = 0x6FFFFEF5, 0x6FFFFFFB
_PIE = 0x8000000

# More symbols, and longer names, are not looked at.
_MOST_SYMBOLS = 1 << 17
_CHAIN = 1 << 12
_LONGEST_NAME = 1 << 10
# Bytes of relocations that are looked at, all together and at once.
_MOST_RELOCATIONS = 1 << 28
_PIECE = 24 << 16
# Relocation types "add the place where the object is loaded", by machine.
_RELATIVE = {"x86_64": 8, "aarch64": 1027, "riscv": 3, "s390x": 12, "powerpc64": 22, "loongarch": 3}


class Symbol(NamedTuple):
    """An exported symbol."""

    name: str
    address: int


class Dynamic:
    """The dynamic section of an ELF file; of one that has none, nothing."""

    def __init__(self, elf: Elf) -> None:
        self._elf = elf
        self._tags: dict[int, int] = {}
        pair = struct.Struct(elf.order + ("QQ" if elf.wide else "II"))
        for part in elf.parts(PT_DYNAMIC)[:1]:
            section = elf.at(part.address, part.file_size - part.file_size % pair.size)
            for tag, value in pair.iter_unpack(section):
                if tag == 0:
                    break
                self._tags.setdefault(tag, value)

    @property
    def soname(self) -> str | None:
        """The name by which others ask for it, if it has one."""
        name = self._tags.get(_SONAME)
        strings = self._tags.get(_STRINGS, 0)
        return None if name is None else self._elf.text(strings + name, _LONGEST_NAME)

    @property
    def program(self) -> bool:
        """Whether it is a program that may be loaded anywhere, which looks like a shared object."""
        return bool(self._tags.get(_FLAGS_1, 0) & _PIE)

    def exports(self) -> list[Symbol]:
        """Return what it defines for others, in the order of its table."""
        if not self._tags.get(_SYMBOLS) or not self._tags.get(_STRINGS):
            return []
        form = struct.Struct(self._elf.order + ("IBBHQ8x" if self._elf.wide else "II4xBBH"))
        first, end = self._defined()
        end = min(end, first + _MOST_SYMBOLS)
        table = self._elf.at(self._tags[_SYMBOLS] + first * form.size, max(0, end - first) * form.size)
        size = min(self._tags.get(_STRINGS_SIZE, 0), LARGEST)
        strings = self._elf.up_to(self._tags[_STRINGS], size)
        found = []
        for fields in form.iter_unpack(table):
            if self._elf.wide:
                name, info, other, section, address = fields
            else:
                name, address, info, other, section = fields
            # Global or weak, seen by others, and in a section of this file.
            if info >> 4 in (1, 2) and other & 3 in (0, 3) and section:
                found.append(Symbol(_name(strings, name), address))
        return found

    def _defined(self) -> tuple[int, int]:
        """Return the range of the table that may hold defined symbols."""
        at = self._elf.number
        if _GNU_HASH in self._tags:
            place = self._tags[_GNU_HASH]
            buckets, first, bloom = at(place, "I"), at(place + 4, "I"), at(place + 8, "I")
            table = place + 16 + bloom * (8 if self._elf.wide else 4)
            last = max(_numbers(self._elf, table, buckets), default=0)
            if last < first:
                return first, first
            # The chain of the last bucket ends where the lowest bit is set.
            chain = table + 4 * buckets
            for start in range(last, last + _MOST_SYMBOLS, _CHAIN):
                links = _numbers(self._elf, chain + 4 * (start - first), _CHAIN)
                end = next((place for place, link in enumerate(links) if link & 1), None)
                if end is not None:
                    return first, start + end + 1
                if len(links) < _CHAIN:
                    break
            raise DamagedError("its hash table does not end")
        if _HASH in self._tags:
            return 1, max(1, at(self._tags[_HASH] + 4, "I"))
        return 0, 0

    def relocated(self, address: int) -> int:
        """Return what the word at an address will be, as an address of the object: 0 where that is not known."""
        word = self._elf.pointer(address)
        if word or not self._elf.wide:
            return word
        # Most linkers leave zero in the place and say the value in the table of relocations, of 24 bytes each.
        table, size = self._tags.get(_RELOCATIONS, 0), min(self._tags.get(_RELOCATIONS_SIZE, 0), _MOST_RELOCATIONS)
        wanted = struct.pack(self._elf.order + "QQ", address, _RELATIVE.get(self._elf.machine, 0))
        for start in range(0, size - size % 24, _PIECE):
            piece = self._elf.at(table + start, min(_PIECE, size - size % 24 - start))
            found = piece.find(wanted)
            while found >= 0 and found % 24:
                found = piece.find(wanted, found + 1)
            if found >= 0:
                return int(struct.unpack_from(self._elf.order + "Q", piece, found + 16)[0])
        return 0


def _numbers(elf: Elf, address: int, most: int) -> array[int]:
    """Return the numbers of 32 bits from an address on: at most so many, fewer where the segment ends."""
    data = elf.up_to(address, 4 * most)
    found = array("I", data[: len(data) - len(data) % 4])
    if elf.little != (sys.byteorder == "little"):
        found.byteswap()
    return found


def _name(strings: bytes, start: int) -> str:
    end = strings.find(b"\0", start, start + _LONGEST_NAME)
    return strings[start : end if end >= 0 else start + 16].decode(errors="replace")

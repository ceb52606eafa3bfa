# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""ELF objects, in a file or in the memory of a process. Any bytes may pretend to be one."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from .source import LARGEST, DamagedError, Memory, Source

PT_LOAD, PT_DYNAMIC, PT_NOTE = 1, 2, 4
EXECUTABLE, WRITABLE, READABLE = 1, 2, 4

_MOST_SEGMENTS = 1 << 9

_MACHINES = {
    2: "sparc",
    3: "x86",
    8: "mips",
    20: "powerpc",
    21: "powerpc64",
    22: "s390x",
    40: "arm",
    43: "sparc64",
    62: "x86_64",
    183: "aarch64",
    243: "riscv",
    258: "loongarch",
}
_CORE = 4
_KINDS = {1: "object file", 2: "executable", 3: "shared object", 4: "core dump"}


class Segment(NamedTuple):
    """A program header: what of the file lies where in memory."""

    kind: int
    rights: int
    offset: int
    address: int
    file_size: int
    memory_size: int
    align: int


class Elf:
    """An ELF object. Addresses are those of its program headers, wherever it is loaded."""

    # What is added to its addresses in the values that its memory holds.
    bias = 0

    def __init__(self, source: Source) -> None:
        self._source = source
        start = source.read(0, 20)
        if start[:4] != b"\x7fELF":
            raise DamagedError("it is not an ELF file")
        if start[4] not in (1, 2) or start[5] not in (1, 2):
            raise DamagedError("its header names no known class and byte order")
        self.wide = start[4] == 2
        self.little = start[5] == 1
        self.order = "<" if self.little else ">"
        kind, machine = struct.unpack(self.order + "HH", start[16:20])
        self.kind: str = _KINDS.get(kind, f"file of type {kind}")
        self.machine: str = _MACHINES.get(machine, f"machine {machine}")
        # A core dump's program headers are no parts of one object.
        self.segments = list(self._segments()) if kind != _CORE else []

    def _segments(self) -> Iterator[Segment]:
        header = self._source.read(0, 64 if self.wide else 52)
        place = "32xQ14xHH" if self.wide else "28xI10xHH"
        offset, size, count = struct.unpack_from(self.order + place, header)
        form = struct.Struct(self.order + ("IIQQ8xQQQ" if self.wide else "III4xIIII"))
        if size != form.size and count:
            raise DamagedError("its program headers have an unknown size")
        if count > _MOST_SEGMENTS:
            raise DamagedError(f"it has {count} program headers, more than any linker makes")
        for fields in form.iter_unpack(self._source.read(offset, form.size * count)):
            if self.wide:
                kind, rights, offset, address, in_file, in_memory, align = fields
            else:
                kind, offset, address, in_file, in_memory, rights, align = fields
            yield Segment(kind, rights, offset, address, in_file, in_memory, align)

    @property
    def layout(self) -> str:
        """Class and byte order in words."""
        return f"{64 if self.wide else 32}-bit, {'little' if self.little else 'big'}-endian"

    def parts(self, kind: int) -> list[Segment]:
        """Return the program headers of a kind."""
        return [segment for segment in self.segments if segment.kind == kind]

    def holds(self, address: int, size: int, rights: int = 0) -> bool:
        """Tell whether so many bytes lie in one segment with these rights, in the part that the file fills."""
        return self._segment(address, size, rights) is not None

    def _segment(self, address: int, size: int, rights: int = 0) -> Segment | None:
        for part in self.parts(PT_LOAD):
            within = address - part.address
            if part.rights & rights == rights and within >= 0 and within + size <= part.file_size:
                return part
        return None

    def at(self, address: int, size: int) -> bytes:
        """Return the bytes at an address, or raise ``DamagedError``."""
        part = self._segment(address, size)
        if part is None:
            raise DamagedError("an address lies in no part of it")
        return self._source.read(self._place(part, address), size)

    def _place(self, part: Segment, address: int) -> int:
        return part.offset + address - part.address

    def up_to(self, address: int, size: int) -> bytes:
        """Return at most so many bytes at an address: fewer where the segment ends."""
        for part in self.parts(PT_LOAD):
            left = part.address + part.file_size - address
            if address >= part.address and left > 0:
                return self.at(address, min(left, size, LARGEST))
        return b""

    def text(self, address: int, longest: int) -> str | None:
        """Return the NUL-terminated text at an address, or ``None`` if there is none that is as short and printable."""
        found, end, _ = self.up_to(address, longest + 1).partition(b"\0")
        try:
            text = found.decode()
        except UnicodeDecodeError:
            return None
        return text if end and text.isprintable() else None

    def number(self, address: int, form: str) -> int:
        """Return the number of this ``struct`` format at an address."""
        value: int = struct.unpack(self.order + form, self.at(address, struct.calcsize("=" + form)))[0]
        return value

    def pointer(self, address: int) -> int:
        """Return the word at an address, as it is in the file."""
        return self.number(address, "Q" if self.wide else "I")


class LoadedElf(Elf):
    """An ELF object in the memory of a process."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        first = next((part for part in self.parts(PT_LOAD) if part.offset == 0), None)
        if first is None:
            raise DamagedError("it has no segment that begins with its header")
        self._first = first.address
        self.bias = (memory.base - first.address) % (1 << 64)

    def _place(self, _part: Segment, address: int) -> int:
        return address - self._first

    def pointer(self, address: int) -> int:
        """Return the word at an address, as one of the object's own addresses; 0 for a NULL."""
        word = super().pointer(address)
        return (word - self.bias) % (1 << (64 if self.wide else 32)) if word else 0

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""``cmetrics inspect FILE``: what a library's file says of itself. Nothing is loaded."""

from __future__ import annotations

from contextlib import closing
from typing import NamedTuple

from . import formats
from .dynamic import Dynamic, Symbol
from .elf import PT_LOAD, Elf
from .slot import Found, find
from .source import DamagedError, File

GET_API = "cmetrics_get_api"
SONAME = "libcmetrics.so.1"


class Inspection(NamedTuple):
    """What a file is. ``flaws`` speak against it, ``remarks`` do not."""

    ours: bool
    what: str
    elf: Elf | None
    soname: str | None
    exports: list[Symbol]
    found: Found | None
    flaws: list[str]
    remarks: list[str]


def inspect(path: str) -> Inspection:
    """Return what a file is. Raises ``UnreadableError`` where it cannot be read."""
    with closing(File(path)) as file:
        first = file.first(formats.FIRST)
        if not first.startswith(b"\x7fELF") or len(first) < 20:
            return Inspection(False, formats.name(first), None, None, [], None, [], [])
        try:
            elf = Elf(file)
        except DamagedError as damage:
            return Inspection(False, "a damaged ELF file", None, None, [], None, [str(damage)], [])
        cut = any(part.offset + part.file_size > file.size for part in elf.parts(PT_LOAD))
        return _inspect(elf, ["it ends before a part of it does"] if cut else [])


def _inspect(elf: Elf, flaws: list[str]) -> Inspection:
    soname: str | None = None
    exports: list[Symbol] = []
    found = Found(False, [], [], [])
    try:
        dynamic = Dynamic(elf)
        if dynamic.program:
            elf.kind = "executable"
        soname = dynamic.soname
        exports = dynamic.exports()
        found = find(elf, dynamic.relocated)
    except DamagedError as damage:
        flaws.append(str(damage))
    damaged = bool(flaws)
    flaws += found.flaws
    for slot in found.slots:
        flaws += slot.flaws
    ours = bool(found.slots) and not flaws
    remarks = _remarks(soname, exports, found) if ours else []
    what = "a damaged ELF file" if damaged else _what(elf, exports, found, ours)
    return Inspection(ours, what, elf, soname, exports, found, flaws, remarks)


def _what(elf: Elf, exports: list[Symbol], found: Found, ours: bool) -> str:
    entry = any(symbol.name == GET_API for symbol in exports)
    if ours:
        # One copy is the library itself or is linked into something; several can only be linked in.
        embedded = all(slot.embedded for slot in found.slots)
        return f"{_article(elf.kind)} with cmetrics linked into it" if embedded else "the library of cmetrics"
    if found.carries:
        return f"{_article(elf.kind)} with a note of cmetrics that does not hold"
    if entry:
        what = f"{_article(elf.kind)} that exports {GET_API} and carries no note of cmetrics"
        return f"{what}: what it serves shows only when it is loaded"
    if elf.kind == "shared object":
        return f"another project's library: it does not export {GET_API}"
    return f"{_article(elf.kind)} without cmetrics in it"


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _remarks(soname: str | None, exports: list[Symbol], found: Found) -> list[str]:
    remarks = []
    alone = any(not slot.embedded for slot in found.slots)
    if alone and all(symbol.name != GET_API for symbol in exports):
        remarks.append(f"it does not export {GET_API}: no client can use it, although others see its slot")
    if alone and soname != SONAME:
        remarks.append(f"its SONAME is not {SONAME}: programs that were linked with it ask for that name")
    served = {version for slot in found.slots for version in range(slot.oldest, min(slot.newest, slot.oldest + 99) + 1)}
    if not found.tables:
        remarks.append("it carries no note of table sizes")
    elif {table.version for table in found.tables} != served:
        remarks.append("its note of table sizes names other versions than its slot")
    return remarks

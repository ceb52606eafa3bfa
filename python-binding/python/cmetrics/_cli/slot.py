# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Copies of the library in an ELF object: their notes, slots and bootstrap tables, as docs/abi/one-root.md says."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from .elf import EXECUTABLE, PT_LOAD, PT_NOTE, READABLE, WRITABLE, Elf
from .source import LARGEST, DamagedError

_NAME = b"CMETRICS\0"
_SLOT_NOTE, _TABLES_NOTE = 0x434D5431, 0x434D5432
_SLOT_MAGIC, _CARD_MAGIC = b"cmetrics-slot-1\0", b"cmetrics-abi-0\0\0"
_EMBEDDED, _FORCED, _SATELLITE = 1, 2, 4
_ENTRY_FIELD, _CARD_FIELD, _SIZE = 40, 80, 128
# What is beyond is not looked at: notes, slots, bytes that might hold a slot, numbers in a note.
_MOST_NOTES = 1 << 12
_MOST_SLOTS = 1 << 6
_MOST_SEARCHED = 1 << 28
_MOST_NUMBERS = 1 << 14

# The vtables of version 1 in the order of its table. Later versions add to the end, as they say.
VTABLES = (
    "client",
    "registry",
    "metric",
    "counter",
    "int_counter",
    "float_counter",
    "duration_counter",
    "int_gauge",
    "float_gauge",
    "duration_gauge",
    "collector",
    "error",
)


class Table(NamedTuple):
    """A version that a copy serves: the sizes of its table and of each vtable, in bytes."""

    version: int
    size: int
    vtables: tuple[int, ...]


class Slot(NamedTuple):
    """A copy of the library in an object. ``address`` and ``entry`` are addresses of the object.

    ``provider`` is the address of the winner's slot in the process, and 0 in a file. ``version`` is the package's, or
    ``None`` where the bootstrap table does not tell. ``flaws`` are reasons not to believe it.
    """

    address: int
    entry: int
    oldest: int
    newest: int
    rank: int
    provider: int
    build_id: str
    version: str | None
    embedded: bool
    forced: bool
    satellite: bool
    flaws: tuple[str, ...]


class Found(NamedTuple):
    """What an object holds of ours: ``carries`` tells whether it has a note, ``flaws`` what is wrong with it."""

    carries: bool
    slots: list[Slot]
    tables: list[Table]
    flaws: list[str]


def find(elf: Elf, relocated: Callable[[int], int]) -> Found:
    """Return the copies in an object. ``relocated`` gives what the word at an address is once the object is loaded."""
    places: dict[int, None] = {}
    tables: list[Table] = []
    flaws: dict[str, None] = {}
    carries = lost = False
    for kind, address, content in _notes(elf):
        carries = True
        try:
            if kind == _SLOT_NOTE:
                place = _led_to(elf, address, content)
                lost = lost or place is None
                if place is not None:
                    places[place] = None
            elif kind == _TABLES_NOTE:
                tables = tables or _tables(elf, content)
        except DamagedError as damage:
            flaws[str(damage)] = None
    if lost:
        # A tool that moves the header too leaves the magic to go by.
        places.update(dict.fromkeys(islice(_searched(elf), _MOST_SLOTS)))
        if not places:
            flaws["its note leads to no slot"] = None
    slots = [_slot(elf, place, relocated) for place in list(places)[:_MOST_SLOTS]]
    return Found(carries, slots, tables, list(flaws))


def _notes(elf: Elf) -> Iterator[tuple[int, int, bytes]]:
    """Yield type, address and content of every note of ours."""
    seen = 0
    for part in elf.parts(PT_NOTE):
        step = 8 if part.align == 8 else 4
        try:
            notes = elf.at(part.address, min(part.file_size, LARGEST))
        except DamagedError:
            # An object file's notes have no address; a damaged header is no reason to miss the others.
            continue
        at = 0
        while at + 12 <= len(notes) and seen < _MOST_NOTES:
            seen += 1
            name_size, size, kind = struct.unpack_from(elf.order + "III", notes, at)
            start = _up(at + 12 + name_size, step)
            if notes[at + 12 : at + 12 + name_size] == _NAME and start + size <= len(notes):
                yield kind, part.address + start, notes[start : start + size]
            at = _up(start + size, step)


def _up(number: int, step: int) -> int:
    return number + -number % step


def _led_to(elf: Elf, address: int, content: bytes) -> int | None:
    """Return the address of the slot that a note leads to, or ``None`` if it leads to none."""
    if len(content) != 16:
        raise DamagedError(f"its note has {len(content)} bytes, not 16")
    to_slot, to_header = struct.unpack(elf.order + "qq", content)
    header = next((part.address for part in elf.parts(PT_LOAD) if part.offset == 0), 0)
    # A tool that moves the note makes both words wrong by as much, which their difference leaves out.
    places = (address + to_slot, header + to_slot - to_header - 8)
    return next((place for place in places if _is_slot(elf, place)), None)


def _is_slot(elf: Elf, place: int) -> bool:
    return place % 8 == 0 and elf.holds(place, _SIZE, READABLE | WRITABLE) and elf.at(place, 16) == _SLOT_MAGIC


def _searched(elf: Elf) -> Iterator[int]:
    left = _MOST_SEARCHED
    for part in elf.parts(PT_LOAD):
        size = min(part.file_size, left) if part.rights & WRITABLE else 0
        left -= size
        # Pieces overlap by a magic.
        for start in range(part.address, part.address + size, LARGEST - 16):
            piece = elf.up_to(start, LARGEST)
            at = piece.find(_SLOT_MAGIC)
            while at >= 0:
                if _is_slot(elf, start + at):
                    yield start + at
                at = piece.find(_SLOT_MAGIC, at + 1)


def _slot(elf: Elf, place: int, relocated: Callable[[int], int]) -> Slot:
    fields = struct.unpack(elf.order + "16sIIIIQqQ24sq40s", elf.at(place, _SIZE))
    _, size, flags, oldest, newest, rank, entry, provider, build_id, card, zero = fields
    entry, card = place + _ENTRY_FIELD + entry, place + _CARD_FIELD + card
    flaws = []
    if size != _SIZE or zero.strip(b"\0"):
        flaws.append("its slot is of an unknown kind")
    if not 1 <= oldest <= newest:
        flaws.append(f"its slot's ABI versions, {oldest} to {newest}, are no range")
    if not elf.holds(entry, 1, EXECUTABLE):
        flaws.append("its slot's entry is no code of this file")
    version = None
    try:
        version = _card(elf, card, (oldest, newest, rank, entry), relocated)
    except DamagedError as damage:
        flaws.append(str(damage))
    return Slot(
        address=place,
        entry=entry,
        oldest=oldest,
        newest=newest,
        rank=rank,
        provider=provider,
        build_id=_plain(build_id),
        version=version,
        embedded=bool(flags & _EMBEDDED),
        forced=bool(flags & _FORCED),
        satellite=bool(flags & _SATELLITE),
        flaws=tuple(flaws),
    )


def _plain(text: bytes) -> str:
    shown = text.split(b"\0")[0].decode(errors="replace")
    return "".join(character if character.isprintable() else "?" for character in shown)


def _card(elf: Elf, card: int, told: tuple[int, int, int, int], relocated: Callable[[int], int]) -> str | None:
    """Return the package version, by the bootstrap table. Raises ``DamagedError`` where it and the slot disagree."""
    word = 8 if elf.wide else 4
    least = 40 + 8 * word
    if card % word or not elf.holds(card, least, READABLE):
        raise DamagedError("its slot leads to no bootstrap table")
    size, version, magic, oldest, newest, rank = struct.unpack(elf.order + "II16sIIQ", elf.at(card, 40))
    if magic != _CARD_MAGIC or version != 0 or size < least:
        raise DamagedError("its slot leads to no bootstrap table")
    if (oldest, newest, rank) != told[:3]:
        raise DamagedError("its slot and its bootstrap table disagree")
    entry = relocated(card + 40 + 7 * word)
    # Zero is not known: some linkers leave no trace that can be read without loading.
    if entry not in (0, told[3]):
        raise DamagedError("its slot and its bootstrap table name different entries")
    name = relocated(card + 40)
    return elf.text(name, 64) if name else None


def _tables(elf: Elf, content: bytes) -> list[Table]:
    """Return the content of the note of table sizes."""
    count = len(content) // 4
    if len(content) % 4 or count > _MOST_NUMBERS:
        raise DamagedError(f"its note of table sizes has {len(content)} bytes")
    numbers = struct.unpack(f"{elf.order}{count}I", content)
    found = []
    at = 0
    while at < count:
        if count - at < 3 or count - at - 3 < numbers[at + 2]:
            raise DamagedError("its note of table sizes ends within a version")
        version, size, vtables = numbers[at : at + 3]
        found.append(Table(version, size, numbers[at + 3 : at + 3 + vtables]))
        at += 3 + vtables
    return found

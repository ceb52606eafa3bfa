# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Which copies of the library a process has mapped, read from Linux's ``/proc``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from .dynamic import Dynamic
from .elf import PT_LOAD, Elf, LoadedElf
from .slot import Slot, find
from .source import DamagedError, File, Memory, UnreadableError, reason

_DELETED = b" (deleted)"


class Mapping(NamedTuple):
    """A line of ``/proc/N/maps`` that maps a file. ``file`` is its device and number, ``code`` whether it may run."""

    start: int
    end: int
    offset: int
    file: tuple[str, int]
    path: str
    deleted: bool
    code: bool


class Copy(NamedTuple):
    """A copy of the library in a process. ``winner`` is ``None`` where memory may not be read."""

    path: str
    deleted: bool
    base: int
    slot: Slot
    slot_at: int
    winner: bool | None


class Process(NamedTuple):
    """What was seen of a process. ``unknown`` are mapped files that could not be read, with the reason."""

    pid: int
    executable: str | None
    copies: list[Copy]
    memory: bool
    unknown: list[str]


def look(pid: int) -> Process:
    """Return which copies a process has. Raises ``UnreadableError`` where it cannot be looked at."""
    if not sys.platform.startswith("linux"):
        raise UnreadableError(f"processes are looked at through /proc of Linux, and this is {sys.platform}")
    mappings = list(_mappings(pid))
    copies: list[Copy] = []
    unknown: dict[str, None] = {}
    objects = {mapping.file for mapping in mappings if mapping.code}
    with _memory(pid) as memory:
        for first in (mapping for mapping in mappings if mapping.offset == 0 and mapping.file in objects):
            try:
                copies += _copies(pid, memory, first, mappings)
            except UnreadableError as error:
                unknown[str(error)] = None
            except DamagedError:
                # A file that is mapped as data, or is no ELF file.
                continue
    return Process(pid, _executable(pid), _elected(copies, memory is not None), memory is not None, list(unknown))


def _mappings(pid: int) -> Iterator[Mapping]:
    try:
        with open(f"/proc/{pid}/maps", "rb") as file:
            lines = file.read().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        raise UnreadableError(f"there is no process {pid}") from None
    except PermissionError:
        raise UnreadableError(
            f"it is not permitted to look at process {pid}: run this as the process's user, or as root"
        ) from None
    except OSError as error:
        raise UnreadableError(f"process {pid} cannot be looked at: {reason(error)}") from None
    if not lines:
        raise UnreadableError(f"process {pid} has no memory: it has ended, or is a part of the kernel")
    for line in lines:
        fields = line.split(None, 5)
        if len(fields) == 6 and fields[5].startswith(b"/"):
            start, _, end = fields[0].partition(b"-")
            path, deleted = fields[5].replace(b"\\012", b"\n"), False
            # A name may end so as well: then there is a file of that name.
            if path.endswith(_DELETED) and not os.path.exists(path):
                path, deleted = path[: -len(_DELETED)], True
            number = (fields[3].decode(), int(fields[4]))
            yield Mapping(
                int(start, 16), int(end, 16), int(fields[2], 16), number, os.fsdecode(path), deleted, b"x" in fields[1]
            )


@contextmanager
def _memory(pid: int) -> Iterator[int | None]:
    """Lend the process's memory, or nothing where that is not permitted."""
    try:
        file = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    except OSError:
        yield None
        return
    try:
        yield file
    finally:
        os.close(file)


def _executable(pid: int) -> str | None:
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return None


def _copies(pid: int, memory: int | None, first: Mapping, mappings: list[Mapping]) -> list[Copy]:
    """Return the copies in the object whose first bytes are mapped there."""
    if memory is not None:
        loaded = LoadedElf(Memory(memory, first.start))
        if not _is_loaded(loaded, first, mappings):
            return []
        slots, bias = find(loaded, loaded.pointer).slots, loaded.bias
    else:
        with closing(_file(pid, first)) as source:
            elf = Elf(source)
            start = next((part.address for part in elf.parts(PT_LOAD) if part.offset == 0), 0)
            elf.bias = bias = (first.start - start) % (1 << 64)
            if not _is_loaded(elf, first, mappings):
                return []
            slots = find(elf, Dynamic(elf).relocated).slots
    # Slots that lead nowhere are no copies: the library does not believe them either.
    return [
        Copy(first.path, first.deleted, first.start, slot, (slot.address + bias) % (1 << 64), None)
        for slot in slots
        if not slot.flaws
    ]


def _file(pid: int, mapping: Mapping) -> File:
    """Return the mapped file, seen from the process's own root folder where that is permitted."""
    if mapping.deleted:
        raise UnreadableError(f"{mapping.path} was deleted, and it is not permitted to read memory instead")
    try:
        return File(f"/proc/{pid}/root{mapping.path}")
    except UnreadableError:
        return File(mapping.path)


def _is_loaded(elf: Elf, first: Mapping, mappings: list[Mapping]) -> bool:
    """Tell whether each segment of an object is mapped where it says, as the dynamic linker does it."""
    parts = [part for part in elf.parts(PT_LOAD) if part.file_size]
    ours = [mapping for mapping in mappings if mapping.file == first.file]
    for part in parts:
        at = (part.address + elf.bias) % (1 << 64)
        if not any(it.start <= at < it.end and it.offset + at - it.start == part.offset for it in ours):
            return False
    return bool(parts)


def _elected(copies: list[Copy], known: bool) -> list[Copy]:
    """Return the copies with the winner marked: the one that a slot names and that names itself."""
    named = {copy.slot.provider for copy in copies}
    if not known:
        return copies
    return [copy._replace(winner=copy.slot_at in named and copy.slot.provider == copy.slot_at) for copy in copies]

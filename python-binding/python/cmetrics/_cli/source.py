# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Where bytes come from. Whoever reads may be lied to: no read leaves its source, and none is large."""

from __future__ import annotations

import io
import os
import stat
from typing import Protocol

# The largest piece that is read at once. Tables of sound files are far smaller.
LARGEST = 1 << 22


class DamagedError(Exception):
    """What is read is not what it says it is: cut short, or with offsets and sizes that cannot be true."""


class UnreadableError(Exception):
    """It could not be looked at: the text says what, and why not."""


class Source(Protocol):
    """Bytes with a beginning."""

    def read(self, offset: int, size: int) -> bytes:
        """Return exactly ``size`` bytes from ``offset`` on, or raise ``DamagedError``."""


class File:
    """A regular file, to be closed. Nothing waits: pipes and devices are not opened."""

    def __init__(self, path: str) -> None:
        shown = printable(path)
        try:
            found = os.stat(path)
            if stat.S_ISDIR(found.st_mode):
                raise UnreadableError(f"{shown} is a folder")
            if not stat.S_ISREG(found.st_mode):
                raise UnreadableError(f"{shown} is not a regular file")
            self._file = io.FileIO(path, "rb", opener=_at_once)
            self.size = os.fstat(self._file.fileno()).st_size
        except FileNotFoundError:
            raise UnreadableError(f"{shown}: no such file") from None
        except (OSError, ValueError) as error:
            raise UnreadableError(f"{shown} cannot be read: {reason(error)}") from None

    def close(self) -> None:
        """Close it."""
        self._file.close()

    def read(self, offset: int, size: int) -> bytes:
        """Return exactly ``size`` bytes from ``offset`` on, or raise ``DamagedError``."""
        _check(offset, size)
        if offset + size > self.size:
            raise DamagedError("a table lies outside of the file")
        try:
            self._file.seek(offset)
            return _whole(self._file.read(size), size)
        except OSError as error:
            raise DamagedError(f"a part of it cannot be read: {reason(error)}") from None

    def first(self, size: int) -> bytes:
        """Return the first bytes, fewer if there are no more."""
        return self.read(0, min(size, self.size))


def _at_once(path: str, flags: int) -> int:
    """Open without waiting for a writer, should the file have become a pipe meanwhile."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


class Memory:
    """The memory of a process from ``base`` on, by its open ``/proc/N/mem``."""

    def __init__(self, file: int, base: int) -> None:
        self._file = file
        self.base = base

    def read(self, offset: int, size: int) -> bytes:
        """Return exactly ``size`` bytes from ``offset`` on, or raise ``DamagedError``."""
        _check(offset, size)
        _check(self.base + offset, size)
        try:
            return _whole(os.pread(self._file, size, self.base + offset), size)
        except OSError as error:
            raise DamagedError(f"a part of it cannot be read: {reason(error)}") from None


def _check(offset: int, size: int) -> None:
    if not 0 <= size <= LARGEST:
        raise DamagedError("a table is too large to be true")
    if not 0 <= offset < (1 << 63) - LARGEST:
        raise DamagedError("an address is none")


def _whole(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise DamagedError("it ends before a table of it does")
    return data


def reason(error: Exception) -> str:
    """Return what the system says is wrong, without numbers and paths."""
    return (getattr(error, "strerror", None) or str(error)).lower()


def printable(text: str) -> str:
    """Return the text with ``?`` for all that a terminal should not be told: control characters, undecodable bytes."""
    return "".join(character if character.isprintable() else "?" for character in text)

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reports that nobody in Python asks for, through a scraper in C."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import NamedTuple

import cmetrics

from .command import compile_c

HEADERS = Path(__file__).parents[2] / "headers" / "include"


class Scrape(NamedTuple):
    """One report, and how many seconds it took."""

    text: str
    seconds: float

    def value(self, series: str) -> str | None:
        """Return what stands behind a series; ``None`` if it is not there."""
        for line in self.text.splitlines():
            if line.startswith(f"{series} "):
                return line[len(series) + 1 :]
        return None


class Scraper:
    """Asks for reports as a part of the process in C does: without Python's lock."""

    def __init__(self, folder: Path) -> None:
        options = (f"-I{HEADERS}", "-pthread", "-Wl,-soname,scraper.so")
        file = compile_c("scraper.c", folder / "scraper.so", *options)
        # The copy that this package brings is the one that it finds.
        cmetrics.library()
        self._c = ctypes.CDLL(str(file))
        self._c.scraper_here.restype = self._c.scraper_text.restype = ctypes.c_char_p
        self._c.scraper_nanoseconds.restype = ctypes.c_int64
        assert self._c.scraper_load() == 0

    def here(self, registry: cmetrics.Registry) -> str:
        """Return a root's report, made on this thread in C."""
        with registry.scope():
            text: bytes = self._c.scraper_here()
        return text.decode()

    def start(self, registry: cmetrics.Registry, count: int, pause: float) -> None:
        """Start a thread that Python does not know, which makes reports of a root."""
        with registry.scope():
            assert self._c.scraper_start(count, int(pause * 1000)) == 0

    def join(self, count: int) -> list[Scrape]:
        """Return what it got."""
        self._c.scraper_join()
        return [self._scrape(n) for n in range(count)]

    def _scrape(self, n: int) -> Scrape:
        text: bytes = self._c.scraper_text(n)
        return Scrape(text.decode(), self._c.scraper_nanoseconds(n) / 1e9)


def hold_the_interpreter(seconds: float) -> None:
    """Keep Python's lock for so long, as an extension does that computes."""
    ctypes.PyDLL(None).usleep(int(seconds * 1e6))

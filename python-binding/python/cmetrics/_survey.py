# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""How a search for the library went, as Python values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ._model import LibraryInfo


class Step(NamedTuple):
    """One step of a search.

    ``step`` is ``"forced"``, ``"loaded"``, ``"beside"``, ``"system"``, ``"embedded"`` or ``"disabled"``, as in
    ``LibraryInfo.origin``. ``result`` is ``"used"``, ``"refused"`` for something that cannot be used, ``"nothing"``
    where nothing is, and ``"not tried"`` after the end of the search. ``outcome`` says it in words, ``line`` says all.
    """

    step: str
    path: str | None
    result: str
    outcome: str
    line: str


class Copy(NamedTuple):
    """A copy of the library in this process. ``serves`` are its oldest and newest ABI version."""

    path: str
    version: str
    build_id: str
    serves: tuple[int, int]
    rank: int
    winner: bool
    embedded: bool
    forced: bool
    satellite: bool


class Survey(NamedTuple):
    """A search: who asked, for which ABI versions, every step, and what it ended with.

    ``library`` and ``serves`` are of the copy that provides for this process. Where the search found nothing usable,
    ``library`` is ``None``, and ``hint`` says what to do.
    """

    asker: str
    asks: tuple[int, int]
    steps: Sequence[Step]
    library: LibraryInfo | None
    serves: tuple[int, int] | None
    copies: Sequence[Copy]
    hint: str | None

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Which names are near one that is not there. All kits have the same rules."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

#: So many near names are told.
_NEAR = 5
#: So many names are told where none is near.
_MANY = 10


def hint(asked: str, there: Iterable[str]) -> str:
    """Return what to say where no sample has the name."""
    names = list(dict.fromkeys(there))
    if not names:
        return "the registry is empty"
    near = sorted((found, name.encode(), name) for name in names if (found := _nearness(asked, name)) is not None)
    if near:
        return "near names: " + ", ".join(name for _, _, name in near[:_NEAR])
    more = f", and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return f"there are: {', '.join(names[:_MANY])}{more}"


def _nearness(asked: str, name: str) -> int | None:
    """Return the edit distance, if it is small or the names begin alike."""
    a, b = asked.encode(), name.encode()
    found = edit_distance(a, b)
    common = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(a, b)))
    is_near = found <= max(1, len(a) // 3) or (common >= 3 and 2 * common >= len(a))
    return found if is_near else None


def edit_distance(a: bytes, b: bytes) -> int:
    """Return Levenshtein's distance, a row at a time."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        diagonal, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            substituted = diagonal + (x != y)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
    return row[-1]

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What is attached, and what this thread collects: so that two directions make no loop."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import cmetrics

    from ._attach import Attached

logger = logging.getLogger("cmetrics")

# Changed and copied by single operations, which need no lock that a fork could leave taken.
_attached: list[Attached] = []


class _Here(threading.local):
    def __init__(self) -> None:
        self.roots: list[cmetrics.Registry] = []


_here = _Here()


def add(attached: Attached) -> None:
    """Remember what was attached."""
    _attached.append(attached)


def remove(attached: Attached) -> None:
    """Forget it."""
    with contextlib.suppress(ValueError):
        _attached.remove(attached)


def attached_to(root: cmetrics.Registry) -> list[Attached]:
    """Return all that is attached somewhere in this root."""
    return [attached for attached in _attached.copy() if attached._root == root]


@contextlib.contextmanager
def collecting(root: cmetrics.Registry) -> Iterator[None]:
    """Note that this thread collects something for reports of ``root``."""
    _here.roots.append(root)
    try:
        yield
    finally:
        _here.roots.pop()


def is_collecting(root: cmetrics.Registry) -> bool:
    """Return whether this thread collects something for reports of ``root``."""
    return root in _here.roots


def log_refused(seen: set[str], name: str, whose: str) -> None:
    """Log once that a family is left out."""
    if name not in seen:
        seen.add(name)
        logger.warning("the family %s is defined on both sides: %s is left out (hint: exclude=)", name, whose)

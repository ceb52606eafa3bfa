# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What collectors yield, brought into one form for the extension."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from . import _foreign
from ._model import FamilySnapshot


def function_of(collector: object) -> Callable[[], Iterable[Any] | None]:
    """Return what to call for a report: the collector itself, or its method ``collect``."""
    collect: Any = getattr(collector, "collect", collector)
    if not callable(collect):
        raise TypeError(f"a collector is a function or has a method collect(), not {type(collector).__name__}")
    found: Callable[[], Iterable[Any] | None] = collect
    return found


def name_of(collector: object) -> str:
    """Return what to call a collector: the name of the function, or of the object's class."""
    name = getattr(collector, "__qualname__", None) or type(collector).__qualname__
    return str(name).rpartition("<locals>.")[2]


def families(collect: Callable[[], Iterable[Any] | None]) -> Iterator[FamilySnapshot]:
    """Call a collector and yield its families, those of ``prometheus_client`` in our form.

    Raises ``TypeError`` for what is neither.
    """
    told = collect()
    for family in told if told is not None else ():
        if isinstance(family, FamilySnapshot):
            yield family
        elif hasattr(family, "samples") and hasattr(family, "documentation"):
            yield from _foreign.families(family)
        else:
            raise TypeError(f"a collector yields FamilySnapshot or prometheus_client's Metric, not {family!r}")

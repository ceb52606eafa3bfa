# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What a report holds, as Python values: told by ``snapshot`` and ``describe``, and yielded by collectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Sample(NamedTuple):
    """One number of a point.

    ``suffix`` is what the sample's name adds to the family's, ``"_sum"`` for instance. ``value`` is exact for integers
    and in seconds for durations, whose exact nanoseconds are ``ns``. ``extra`` is a label of this sample alone, such as
    ``("le", "0.5")``.

    Made for a collector, ``value`` may be any ``int`` of 64 bits or a ``float``; where ``ns`` is given, it counts.

    >>> import cmetrics
    >>> cmetrics.Sample(1.5, "_sum")
    Sample(value=1.5, suffix='_sum', extra=None, ns=None)
    """

    value: int | float
    suffix: str = ""
    extra: tuple[str, str] | None = None
    ns: int | None = None


class Point(NamedTuple):
    """One series: its labels, and the numbers that it shows at this moment.

    ``id`` is that of the metric; 0 where no metric of the library stands behind it.
    """

    labels: Mapping[str, str]
    samples: Sequence[Sample]
    id: int = 0


class FamilySnapshot(NamedTuple):
    """A family of a report: what its points have in common, and the points.

    ``name`` is that of the TYPE line, a counter's with its ``_total``. ``type`` is ``"counter"``, ``"gauge"``,
    ``"summary"``, ``"histogram"``, ``"gaugehistogram"``, ``"info"``, ``"stateset"`` or ``"unknown"``. ``kind`` is the
    library's own, ``"int_gauge"`` for instance, and ``None`` for a family that a collector computed.

    >>> import cmetrics
    >>> root = cmetrics.root()
    >>> root.counter("requests", labels={"path": "/"}).inc(3)
    >>> family = root.snapshot(include_self=False)[0]
    >>> family.name, family.type, family.points[0].labels, family.points[0].samples[0].value
    ('requests_total', 'counter', {'path': '/'}, 3)
    """

    name: str
    type: str
    points: Sequence[Point]
    help: str = ""
    unit: str = ""
    priority: str = "normal"
    kind: str | None = None


class RegistryInfo(NamedTuple):
    """What a registry adds to the names and labels below it: all prefixes joined, all labels merged."""

    prefix: str
    labels: dict[str, str]


class LibraryInfo(NamedTuple):
    """The one library of this process.

    ``origin`` says how it was found: ``"forced"`` by ``CMETRICS_LIBRARY``, ``"loaded"`` before by someone else,
    ``"beside"`` this package, ``"system"``, ``"embedded"`` in a program, or ``"disabled"`` by ``CMETRICS_DISABLE``.
    """

    path: str
    version: str
    abi: int
    origin: str

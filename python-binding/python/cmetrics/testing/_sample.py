# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""One line of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ._number import Number

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Place(NamedTuple):
    """Where a report has a sample: its family, the labels of the whole series, and which sample of the series it is."""

    family: str
    series: tuple[tuple[str, str], ...]
    at: int


class SnapshotSample(NamedTuple):
    r"""One line of a report: a sample's name, its labels and its number. As text it is that line.

    ``name`` is the sample's, ``"latency_seconds_sum"`` for instance. ``labels`` stand in the order of the report; one
    of this sample alone (``le``, ``quantile``) comes last. ``value`` is exact for integers and in seconds for
    durations, whose exact nanoseconds are ``ns``. ``place`` puts samples in the order of a report.

    >>> import cmetrics
    >>> from cmetrics.testing import Snapshot
    >>> cmetrics.root().int_gauge("depth", labels={"queue": 'a "b"'}).set(3)
    >>> sample = Snapshot.of(cmetrics.root()).samples[0]
    >>> sample.name, sample.labels, sample.value
    ('depth', {'queue': 'a "b"'}, 3)
    >>> print(sample)
    depth{queue="a \"b\""} 3
    """

    name: str
    labels: Mapping[str, str]
    value: int | float
    ns: int | None
    place: Place

    @property
    def series(self) -> str:
        """The name with the labels, as in a report."""
        return series(self.name, self.labels.items())

    @property
    def number(self) -> Number:
        """The number with what it takes to compare and to spell it."""
        return Number(self.value, self.ns)

    def has(self, labels: Mapping[str, str]) -> bool:
        """Return whether all these labels are there; an empty value asks that the label is not."""
        return all(self.labels.get(key, "") == value for key, value in labels.items())

    def __str__(self) -> str:
        return f"{self.series} {self.number}"


def series(name: str, labels: Iterable[tuple[str, str]]) -> str:
    """Return a name with labels as a report spells them; without braces where there is no label."""
    told = ",".join(f'{key}="{value.translate(_ESCAPES)}"' for key, value in labels)
    return f"{name}{{{told}}}" if told else name

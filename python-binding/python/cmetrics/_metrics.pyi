# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

# The methods that make metrics and families. Their docstrings, with examples, are Registry's.

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable

from typing_extensions import TypeAlias

from ._cmetrics import (
    Counter,
    DurationCounter,
    DurationGauge,
    Family,
    FloatCounter,
    FloatGauge,
    IntCounter,
    IntGauge,
)
from ._priority import Priority

_PriorityLike: TypeAlias = Priority | Literal["critical", "high", "normal", "low", "debug"]
_Labels: TypeAlias = Mapping[str, object]

@runtime_checkable
class Metrics(Protocol):
    def child(self, prefix: str | None = None, labels: _Labels | None = None, locked: bool = False) -> Metrics: ...
    def counter(
        self,
        name: str,
        help: str = "",
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        verbatim: bool = False,
    ) -> Counter: ...
    def int_counter(
        self,
        name: str,
        help: str = "",
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        total_only: bool = False,
        verbatim: bool = False,
    ) -> IntCounter: ...
    def float_counter(
        self,
        name: str,
        help: str = "",
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        total_only: bool = False,
        verbatim: bool = False,
    ) -> FloatCounter: ...
    def duration_counter(
        self,
        name: str,
        help: str = "",
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        total_only: bool = False,
        verbatim: bool = False,
    ) -> DurationCounter: ...
    def int_gauge(
        self,
        name: str,
        help: str = "",
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        verbatim: bool = False,
    ) -> IntGauge: ...
    def float_gauge(
        self,
        name: str,
        help: str = "",
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        verbatim: bool = False,
    ) -> FloatGauge: ...
    def duration_gauge(
        self,
        name: str,
        help: str = "",
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        verbatim: bool = False,
    ) -> DurationGauge: ...
    def counter_family(
        self,
        name: str,
        help: str = "",
        labelnames: Sequence[str] = (),
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        verbatim: bool = False,
    ) -> Family[Counter]: ...
    def int_counter_family(
        self,
        name: str,
        help: str = "",
        labelnames: Sequence[str] = (),
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        total_only: bool = False,
        verbatim: bool = False,
    ) -> Family[IntCounter]: ...
    def float_counter_family(
        self,
        name: str,
        help: str = "",
        labelnames: Sequence[str] = (),
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        total_only: bool = False,
        verbatim: bool = False,
    ) -> Family[FloatCounter]: ...
    def duration_counter_family(
        self,
        name: str,
        help: str = "",
        labelnames: Sequence[str] = (),
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        total_only: bool = False,
        verbatim: bool = False,
    ) -> Family[DurationCounter]: ...
    def int_gauge_family(
        self,
        name: str,
        help: str = "",
        labelnames: Sequence[str] = (),
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        verbatim: bool = False,
    ) -> Family[IntGauge]: ...
    def float_gauge_family(
        self,
        name: str,
        help: str = "",
        labelnames: Sequence[str] = (),
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        verbatim: bool = False,
    ) -> Family[FloatGauge]: ...
    def duration_gauge_family(
        self,
        name: str,
        help: str = "",
        labelnames: Sequence[str] = (),
        *,
        labels: _Labels | None = None,
        priority: _PriorityLike = "normal",
        unit: str | None = None,
        verbatim: bool = False,
    ) -> Family[DurationGauge]: ...

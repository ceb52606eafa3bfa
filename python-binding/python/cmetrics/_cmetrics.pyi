# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

# The compiled part. Its docstrings, with examples, are in the classes themselves: help(cmetrics.Counter).

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from types import GenericAlias, TracebackType
from typing import Any, Generic, Literal, Protocol, SupportsFloat, SupportsIndex, TypeVar, final

from typing_extensions import Self, TypeAlias, disjoint_base

from ._model import FamilySnapshot, LibraryInfo, RegistryInfo
from ._priority import Priority
from ._survey import Survey

_F = TypeVar("_F", bound=Callable[..., Any])
_M = TypeVar("_M", bound=Metric)

_PriorityLike: TypeAlias = Priority | Literal["critical", "high", "normal", "low", "debug"]
_Kind: TypeAlias = Literal[
    "counter", "int_counter", "float_counter", "duration_counter", "int_gauge", "float_gauge", "duration_gauge"
]
_Labels: TypeAlias = Mapping[str, object]
_Float: TypeAlias = SupportsFloat | SupportsIndex
_Duration: TypeAlias = timedelta | float

class _Collects(Protocol):
    def collect(self) -> Iterable[Any]: ...

__version__: str

def _remove_collectors() -> None: ...
def _survey(module: str | None = None) -> Survey: ...
def root() -> Registry: ...
def client(name: str, version: str = "") -> Client: ...
def library() -> LibraryInfo: ...
def content_type() -> str: ...
def render(
    registry: Registry | None = None,
    verbosity: _PriorityLike = "normal",
    names: Iterable[str] | None = None,
    include_self: bool = True,
    timeout: _Duration | None = None,
) -> str: ...
def generate_latest(
    registry: Registry | None = None,
    verbosity: _PriorityLike = "normal",
    names: Iterable[str] | None = None,
    include_self: bool = True,
    timeout: _Duration | None = None,
) -> bytes: ...

@disjoint_base
class Metric:
    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> _Kind: ...
    @property
    def name(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def priority(self) -> Priority: ...
    @property
    def labels(self) -> dict[str, str]: ...
    @property
    def attached(self) -> bool: ...
    def describe(self) -> FamilySnapshot: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Counter(Metric):
    def inc(self, n: SupportsIndex = 1) -> None: ...
    def add(self, n: SupportsIndex) -> None: ...
    @property
    def value(self) -> int: ...

@final
class IntCounter(Metric):
    def add(self, amount: SupportsIndex) -> None: ...
    def observe(self, amount: SupportsIndex) -> None: ...
    @property
    def total(self) -> int: ...
    @property
    def count(self) -> int: ...
    def read(self) -> tuple[int, int]: ...

@final
class FloatCounter(Metric):
    def add(self, amount: _Float) -> None: ...
    def observe(self, amount: _Float) -> None: ...
    @property
    def total(self) -> float: ...
    @property
    def count(self) -> int: ...
    def read(self) -> tuple[float, int]: ...

@final
class DurationCounter(Metric):
    def add(self, duration: _Duration) -> None: ...
    def observe(self, duration: _Duration) -> None: ...
    def add_ns(self, ns: SupportsIndex) -> None: ...
    def time(self) -> Timer: ...
    @property
    def total(self) -> float: ...
    @property
    def total_ns(self) -> int: ...
    @property
    def count(self) -> int: ...
    def read_ns(self) -> tuple[int, int]: ...

@final
class IntGauge(Metric):
    def set(self, value: SupportsIndex) -> None: ...
    def inc(self, amount: SupportsIndex = 1) -> None: ...
    def dec(self, amount: SupportsIndex = 1) -> None: ...
    def add(self, amount: SupportsIndex) -> None: ...
    def sub(self, amount: SupportsIndex) -> None: ...
    @property
    def value(self) -> int: ...

@final
class FloatGauge(Metric):
    def set(self, value: _Float) -> None: ...
    def inc(self, amount: _Float = 1.0) -> None: ...
    def dec(self, amount: _Float = 1.0) -> None: ...
    def add(self, amount: _Float) -> None: ...
    def sub(self, amount: _Float) -> None: ...
    def set_to_current_time(self) -> None: ...
    @property
    def value(self) -> float: ...

@final
class DurationGauge(Metric):
    def set(self, value: _Duration) -> None: ...
    def set_ns(self, ns: SupportsIndex) -> None: ...
    def inc(self, amount: _Duration = 1) -> None: ...
    def dec(self, amount: _Duration = 1) -> None: ...
    def add(self, amount: _Duration) -> None: ...
    def add_ns(self, ns: SupportsIndex) -> None: ...
    def sub(self, amount: _Duration) -> None: ...
    def sub_ns(self, ns: SupportsIndex) -> None: ...
    def set_to_current_time(self) -> None: ...
    def time(self) -> Timer: ...
    @property
    def value(self) -> float: ...
    @property
    def value_ns(self) -> int: ...

@final
class Timer:
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> Literal[False]: ...
    def __call__(self, function: _F) -> _F: ...

@final
class Family(Generic[_M]):
    @property
    def name(self) -> str: ...
    @property
    def labelnames(self) -> tuple[str, ...]: ...
    def labels(self, *values: object, **named: object) -> _M: ...
    def remove(self, *values: object, **named: object) -> None: ...
    def __class_getitem__(cls, key: object) -> GenericAlias: ...

@final
class Registry:
    @staticmethod
    def isolated() -> Registry: ...
    @property
    def id(self) -> int: ...
    @property
    def prefix(self) -> str: ...
    @property
    def labels(self) -> dict[str, str]: ...
    def describe(self) -> RegistryInfo: ...
    def child(self, prefix: str | None = None, labels: _Labels | None = None, locked: bool = False) -> Registry: ...
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
    def find(
        self,
        name: str,
        kind: _Kind,
        *,
        labels: _Labels | None = None,
        total_only: bool = False,
        verbatim: bool = False,
    ) -> Metric | None: ...
    def remove(self, metric: Metric) -> None: ...
    def remove_all(self) -> None: ...
    def reset(self) -> None: ...
    def limit_series(self, per_family: int | None) -> None: ...
    def register_collector(self, collector: Callable[[], Iterable[Any] | None] | _Collects) -> Collector: ...
    def scope(self) -> Scope: ...
    def render(
        self,
        verbosity: _PriorityLike = "normal",
        names: Iterable[str] | None = None,
        include_self: bool = True,
        timeout: _Duration | None = None,
    ) -> str: ...
    def snapshot(
        self,
        verbosity: _PriorityLike = "normal",
        names: Iterable[str] | None = None,
        include_self: bool = True,
        timeout: _Duration | None = None,
    ) -> list[FamilySnapshot]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Collector:
    def remove(self) -> None: ...

@final
class Scope:
    def __enter__(self) -> Registry: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> Literal[False]: ...

@final
class Client:
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    def root(self) -> Registry: ...
    def isolated(self) -> Registry: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> Literal[False]: ...

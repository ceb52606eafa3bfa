# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What collectors yield, brought into one form for the extension."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ._model import FamilySnapshot, Point, Sample

logger = logging.getLogger("cmetrics")


def function_of(collector: object) -> Callable[[], Iterable[Any] | None]:
    """Return what to call for a report: the collector itself, or its method ``collect``."""
    collect: Any = getattr(collector, "collect", collector)
    if not callable(collect):
        raise TypeError(f"a collector is a function or has a method collect(), not {type(collector).__name__}")
    found: Callable[[], Iterable[Any] | None] = collect
    return found


def families(collect: Callable[[], Iterable[Any] | None]) -> Iterator[FamilySnapshot]:
    """Call a collector and yield its families, those of ``prometheus_client`` in our form.

    Raises ``TypeError`` for what is neither.
    """
    told = collect()
    for family in told if told is not None else ():
        if isinstance(family, FamilySnapshot):
            yield family
        elif hasattr(family, "samples") and hasattr(family, "documentation"):
            yield from _from_prometheus_client(family)
        else:
            raise TypeError(f"a collector yields FamilySnapshot or prometheus_client's Metric, not {family!r}")


# How prometheus_client's own text format names a family whose type text 0.0.4 has no word for, or names otherwise.
_SUFFIXES = {"counter": "_total", "info": "_info"}
_OWN_SAMPLES = {
    "counter": ("",),
    "gauge": ("",),
    "summary": ("", "_sum", "_count"),
    "histogram": ("_bucket", "_sum", "_count"),
    "gaugehistogram": ("_bucket", "_gsum", "_gcount"),
    "info": ("",),
    "stateset": ("",),
    "unknown": ("",),
}
_EXTRA = {"summary": "quantile", "histogram": "le", "gaugehistogram": "le"}


def _from_prometheus_client(family: Any) -> Iterator[FamilySnapshot]:  # noqa: ANN401 - any class of that shape
    """Yield a family of ``prometheus_client``, then a family of unknown type for each name that is not the family's.

    Its ``_created`` samples are left out: text 0.0.4 has no place for them.
    """
    kind = "unknown" if family.type == "untyped" else family.type
    name = family.name + _SUFFIXES.get(kind, "")
    own: dict[tuple[tuple[str, str], ...], list[Sample]] = {}
    other: dict[str, dict[tuple[tuple[str, str], ...], list[Sample]]] = {}
    for sample in family.samples:
        labels = {key: str(value) for key, value in sample.labels.items()}
        suffix = sample.name[len(name) :] if sample.name.startswith(name) else None
        if suffix in _OWN_SAMPLES.get(kind, ("",)):
            key = _EXTRA.get(kind, "")
            extra = (key, labels.pop(key)) if key in labels else None
            own.setdefault(tuple(sorted(labels.items())), []).append(Sample(sample.value, suffix or "", extra))
        elif not sample.name.endswith("_created"):
            series = other.setdefault(sample.name, {})
            series.setdefault(tuple(sorted(labels.items())), []).append(Sample(sample.value))
    unit = getattr(family, "unit", "") or ""
    yield FamilySnapshot(name, kind, _points(own), family.documentation, unit)
    for foreign, series in other.items():
        yield FamilySnapshot(foreign, "unknown", _points(series), family.documentation)


def _points(series: dict[tuple[tuple[str, str], ...], list[Sample]]) -> list[Point]:
    return [Point(dict(labels), samples) for labels, samples in series.items()]


def log_failure(collect: Callable[..., object], error: BaseException) -> None:
    """Tell the log which collector failed, and how; the report goes on without what it told."""
    name = getattr(collect, "__qualname__", repr(collect))
    logger.error("the collector %s failed; this report goes on without it", name, exc_info=error)

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Families of ``prometheus_client`` in our form. It need not be installed: what has their shape will do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ._model import FamilySnapshot, Point, Sample


class _Shape(NamedTuple):
    """What prometheus_client's text format makes of a type."""

    # What its name ends in.
    ending: str = ""
    # What its own samples add to the name.
    suffixes: tuple[str, ...] = ("",)
    # The label that one sample alone has.
    extra: str = ""


_SHAPES = {
    "counter": _Shape("_total"),
    "info": _Shape("_info"),
    "summary": _Shape("", ("", "_sum", "_count"), "quantile"),
    "histogram": _Shape("", ("_bucket", "_sum", "_count"), "le"),
    "gaugehistogram": _Shape("", ("_bucket", "_gsum", "_gcount"), "le"),
}
_PLAIN = _Shape()

_Series = dict[tuple[tuple[str, str], ...], list[Sample]]


def families(family: Any) -> Iterator[FamilySnapshot]:  # noqa: ANN401 - any class of that shape
    """Yield a family of ``prometheus_client``, then a family of unknown type for each name that is not the family's.

    Its ``_created`` samples are left out: text 0.0.4 has no place for them. Names that the text format has not are
    written with underscores, as its own text for such scrapers does.
    """
    kind = "unknown" if family.type == "untyped" else family.type
    ending, suffixes, extra_key = _SHAPES.get(kind, _PLAIN)
    name = family.name if ending and family.name.endswith(ending) else family.name + ending
    # How each name of a sample is told: as a suffix of the family, or by itself.
    known = {name + suffix: suffix for suffix in suffixes}
    own: _Series = {}
    others: dict[str, _Series] = {}
    for sample in family.samples:
        labels = sample.labels
        extra = None
        suffix = known.get(sample.name)
        if suffix is None:
            if sample.name.endswith("_created"):
                continue
            series = others.setdefault(sample.name, {})
        else:
            series = own
            if extra_key and extra_key in labels:
                labels = dict(labels)
                extra = (extra_key, str(labels.pop(extra_key)))
        told = Sample(_number(sample.value), suffix or "", extra)
        key = tuple(labels.items()) if len(labels) < 2 else tuple(sorted(labels.items()))
        there = series.get(key)
        if there is None:
            series[key] = [told]
        else:
            there.append(told)
    unit = getattr(family, "unit", "") or ""
    yield FamilySnapshot(_plain(name), kind, _points(own), family.documentation, unit)
    for foreign, series in others.items():
        yield FamilySnapshot(_plain(foreign), "unknown", _points(series), family.documentation)


def _number(value: Any) -> int | float:  # noqa: ANN401 - whatever its text format takes
    if type(value) is float:
        return value
    if isinstance(value, int) and -(2**63) <= value < 2**64:
        return value
    return float(value)


def _points(series: _Series) -> list[Point]:
    return [Point({_plain_label(key): str(value) for key, value in labels}, told) for labels, told in series.items()]


def _plain(name: str) -> str:
    if name.isascii() and name.isidentifier():
        return name
    return re.sub(r"^(?=[0-9])|[^a-zA-Z0-9_:]", "_", name)


def _plain_label(name: str) -> str:
    return _plain(name).replace(":", "_")

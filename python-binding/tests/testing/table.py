# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reads the table of cases that the kits of all languages share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import cmetrics
from cmetrics.testing import MismatchError, Snapshot, assert_metric

TABLE = Path(__file__).parents[3] / "compat-tests" / "testkit" / "messages.txt"

_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_SERIES = re.compile(rf"(?P<name>[\w:]+)(?:\{{(?P<labels>{_LABEL.pattern}(?:,{_LABEL.pattern})*)\}})?")
_ESCAPE = re.compile(r"\\(.)")


@dataclass
class Question:
    """An assertion or a difference, and what is expected of it."""

    line: int
    asked: str
    answer: str
    lines: list[str] = field(default_factory=list)

    @property
    def expected(self) -> str:
        """The lines that the table gives."""
        return "\n".join(self.lines)


def cases() -> list[list[tuple[int, str]]]:
    """Return the lines of each case, with their numbers."""
    out: list[list[tuple[int, str]]] = []
    for number, line in enumerate(TABLE.read_text("utf-8").splitlines(), 1):
        if line.startswith("case "):
            out.append([])
        if line and not line.startswith("#"):
            out[-1].append((number, line))
    return out


def play(lines: list[tuple[int, str]]) -> list[Question]:
    """Play the lines of a case and return its questions with their answers."""
    registry, kept, questions = cmetrics.Registry.isolated(), None, list[Question]()
    for number, line in lines:
        command, _, rest = line.partition(" ")
        if command == "metric":
            kind, series = rest.split(" ", 1)
            shape = _matched(series)
            _update(_metric(registry, kind, shape), series[shape.end() :].split())
        elif command == "remove":
            kind, series = rest.split(" ", 1)
            registry.remove(_metric(registry, kind, _matched(series)))
        elif command == "snapshot":
            kept = Snapshot.of(registry)
        elif command == "diff":
            assert kept is not None
            questions.append(Question(number, line, str(kept.diff())))
        elif command == "assert":
            series, value = rest.rsplit(" ", 1)
            shape = _matched(series)
            questions.append(Question(number, line, _asserted(registry, shape, _number(value))))
        elif command == "|":
            questions[-1].lines.append(rest)
        else:
            assert command == "case", f"{number}: {line}"
    return questions


def _asserted(registry: cmetrics.Registry, shape: re.Match[str], value: float) -> str:
    try:
        assert_metric(registry, shape["name"], value, _labels(shape))
    except MismatchError as error:
        return str(error)
    return ""


def _matched(series: str) -> re.Match[str]:
    found = _SERIES.match(series)
    assert found, series
    return found


def _labels(shape: re.Match[str]) -> dict[str, str]:
    pairs = _LABEL.findall(shape["labels"] or "")
    return {key: _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], value) for key, value in pairs}


def _number(text: str) -> int | float:
    return float(text) if any(letter in text for letter in ".eNI") else int(text)


def _metric(registry: cmetrics.Registry, kind: str, shape: re.Match[str]) -> cmetrics.Metric:
    made: cmetrics.Metric = getattr(registry, kind)(shape["name"], labels=_labels(shape))
    assert made.kind == kind
    return made


def _update(metric: cmetrics.Metric, amounts: list[str]) -> None:
    for amount in amounts:
        if isinstance(metric, cmetrics.DurationCounter):
            metric.add_ns(int(amount))
        elif isinstance(metric, cmetrics.DurationGauge):
            metric.set_ns(int(amount))
        elif isinstance(metric, cmetrics.FloatCounter):
            metric.add(float(amount))
        elif isinstance(metric, cmetrics.FloatGauge):
            metric.set(float(amount))
        elif isinstance(metric, cmetrics.IntGauge):
            metric.set(int(amount))
        else:
            assert isinstance(metric, (cmetrics.Counter, cmetrics.IntCounter))
            metric.add(int(amount))

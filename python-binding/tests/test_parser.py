# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Someone else reads the reports: prometheus_client's parser, every sample."""

from __future__ import annotations

import math

from hypothesis import example, given, settings
from hypothesis import strategies as st

import cmetrics

from .reading import samples

VALUES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
NAMES = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_]{0,20}", fullmatch=True).filter(lambda name: name not in ("le", "quantile"))


@given(st.dictionaries(NAMES, VALUES, max_size=5))
@example({"a": 'x\\n"y"\n\\'})
@example({"a": "\u2028\x85\r\t\0 {}=,#"})
@example({"a": "模型 🙂 é"})
def test_label_values_come_back_as_they_went_in(labels: dict[str, str]) -> None:
    registry = cmetrics.Registry.isolated()
    registry.counter("requests", labels=labels).inc(5)
    assert [(s.name, s.labels, s.value) for s in samples(registry.render())] == [("requests_total", labels, 5)]


@given(st.lists(VALUES, min_size=1, max_size=8, unique=True))
def test_every_series_of_a_family_comes_back_in_order(values: list[str]) -> None:
    registry = cmetrics.Registry.isolated()
    family = registry.int_gauge_family("depth", "", ["queue"])
    for number, value in enumerate(values):
        family.labels(value).set(number)
    read = [(s.labels["queue"], s.value) for s in samples(registry.render())]
    assert dict(read) == {value: number for number, value in enumerate(values)}
    assert [value for value, _ in read] == sorted(values, key=lambda value: value.encode())


@given(st.floats())
def test_floats_come_back_exactly(value: float) -> None:
    registry = cmetrics.Registry.isolated()
    registry.float_gauge("load").set(value)
    (sample,) = samples(registry.render())
    assert math.isnan(sample.value) if math.isnan(value) else sample.value == value


@given(st.text(st.characters(codec="utf-8"), max_size=80))
@settings(max_examples=200)
def test_help_comes_back(text: str) -> None:
    registry = cmetrics.Registry.isolated()
    registry.int_gauge("depth", text).set(1)
    (family,) = registry.snapshot(include_self=False)
    assert family.help == text
    (line,) = [line for line in registry.render().split("\n") if line.startswith("# HELP")]
    assert line == "# HELP depth " + text.replace("\\", r"\\").replace("\n", r"\n")


def test_every_kind_comes_back(registry: cmetrics.Registry) -> None:
    registry.counter("a").inc(1)
    registry.int_counter("b").add(2)
    registry.float_counter("c").add(0.5)
    registry.duration_counter("d").add_ns(4)
    registry.int_gauge("e").set(-5)
    registry.float_gauge("f").set(math.inf)
    registry.duration_gauge("g").set_ns(-7)
    registry.int_counter("h", total_only=True).add(8)
    assert {
        sample.name: sample.value for sample in samples(registry.render(verbosity="debug", include_self=False))
    } == {
        "a_total": 1,
        "b_sum": 2,
        "b_count": 1,
        "c_sum": 0.5,
        "c_count": 1,
        "d_seconds_sum": 4e-9,
        "d_seconds_count": 1,
        "e": -5,
        "f": math.inf,
        "g_seconds": -7e-9,
        "h_total": 8,
    }

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Numbers in messages are spelled as in reports, and compared as the rules say."""

from __future__ import annotations

import struct
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

import cmetrics
from cmetrics.testing import MismatchError, Snapshot, assert_metric
from cmetrics.testing._near import edit_distance

from ..reading import lines


@given(
    whole=some.integers(-(2**54), 2**54),
    digits=some.integers(-9999, 9999),
    power=some.integers(-30, 30),
    text=some.text(some.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_a_snapshot_s_text_is_the_report_s(whole: int, digits: int, power: int, text: str) -> None:
    registry = cmetrics.Registry.isolated()
    registry.float_gauge("whole").set(whole)
    registry.float_gauge("short").set(float(f"{digits}e{power}"))
    registry.duration_gauge("age", labels={"text": text}).set_ns(whole)
    registry.counter("requests", priority="debug").inc(abs(whole))
    report = registry.render(verbosity="debug", include_self=False)
    told = [line for line in report.split("\n") if line and not line.startswith("#")]
    assert str(Snapshot.of(registry)) == "\n".join(told)


@given(some.integers(0, 2**64 - 1))
def test_any_float_is_spelled_as_long_as_in_the_report(bits: int) -> None:
    # Of two shortest forms that are as near to a double, the report may have the other.
    registry = cmetrics.Registry.isolated()
    registry.float_gauge("any").set(struct.unpack("<d", struct.pack("<Q", bits))[0])
    (line,) = lines(registry)
    told = str(Snapshot.of(registry))
    assert len(told) == len(line)
    number = float(line.split()[1])
    assert float(told.split()[1]) == number or number != number


def test_what_collectors_tell_is_looked_up_by_the_labels_of_its_samples(registry: cmetrics.Registry) -> None:
    def collect() -> list[cmetrics.FamilySnapshot]:
        samples = [
            cmetrics.Sample(3, "_bucket", ("le", "0.1")),
            cmetrics.Sample(4, "_bucket", ("le", "+Inf")),
            cmetrics.Sample(0.52, "_sum"),
            cmetrics.Sample(4, "_count"),
        ]
        return [cmetrics.FamilySnapshot("rpc_seconds", "histogram", [cmetrics.Point({"method": "get"}, samples)])]

    registry.register_collector(collect)
    assert_metric(registry, "rpc_seconds_bucket", 3, {"le": 0.1})
    assert_metric(registry, "rpc_seconds_bucket", 4, {"le": "+Inf", "method": "get"})
    assert_metric(registry, "rpc_seconds_sum", 0.52)
    assert str(Snapshot.of(registry)).startswith('rpc_seconds_bucket{method="get",le="0.1"} 3\n')


def test_numbers_of_every_type_are_values(registry: cmetrics.Registry) -> None:
    registry.counter("requests").inc(1)
    for one in (1, 1.0, True, Fraction(1), Decimal(1)):
        assert_metric(registry, "requests_total", one)
    registry.duration_counter("wait").add_ns(1_500_000_000)
    for seconds in (1.5, Fraction(3, 2), timedelta(seconds=1.5)):
        assert_metric(registry, "wait_seconds_sum", seconds)
    assert_metric(registry, "wait_seconds_count", 1)
    with pytest.raises(MismatchError, match=r"^wait_seconds_sum: expected 1\.500001, is 1\.5$"):
        assert_metric(registry, "wait_seconds_sum", timedelta(seconds=1, microseconds=500_001))


def test_durations_are_compared_to_the_nanosecond(registry: cmetrics.Registry) -> None:
    age = registry.duration_gauge("age")
    age.set_ns(10**18 + 1)
    with pytest.raises(MismatchError, match=r"^age_seconds: expected 1000000000, is 1000000000\.000000001$"):
        assert_metric(registry, "age_seconds", 10**9)
    age.set_ns(-1)
    with pytest.raises(MismatchError, match=r"^age_seconds: expected -0\.000001, is -0\.000000001$"):
        assert_metric(registry, "age_seconds", timedelta(microseconds=-1))


def test_what_is_no_number_is_a_type_error(registry: cmetrics.Registry) -> None:
    registry.counter("requests").inc()
    for wrong in ("1", None, {"path": "/a"}):
        with pytest.raises(TypeError, match=f"compared with a number or a timedelta, not {type(wrong).__name__}"):
            assert_metric(registry, "requests_total", wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a Registry, a Snapshot or a Recorder is looked at, not str"):
        assert_metric("registry", "requests_total", 1)  # type: ignore[arg-type]


def test_the_distance_counts_single_edits() -> None:
    cases = [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("abc", "acb", 2)]
    for a, b, distance in cases:
        assert edit_distance(a.encode(), b.encode()) == edit_distance(b.encode(), a.encode()) == distance

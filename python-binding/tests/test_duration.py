# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Counters and gauges of durations: timedelta, seconds, and exact nanoseconds."""

from __future__ import annotations

import math
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cmetrics

from .reading import lines

LONGEST = timedelta(microseconds=(2**63 - 1) // 1000)


def test_a_counter_keeps_total_and_count_in_seconds(registry: cmetrics.Registry) -> None:
    latency = registry.duration_counter("request_duration", "How long requests took")
    latency.add(0.5)
    latency.observe(timedelta(milliseconds=250))
    latency.add(1)
    latency.add_ns(1)
    assert latency.total_ns == 1_750_000_001
    assert latency.total == 1.750000001
    assert latency.count == 4
    assert latency.read_ns() == (1_750_000_001, 4)
    assert lines(registry) == ["request_duration_seconds_sum 1.750000001", "request_duration_seconds_count 4"]


def test_a_gauge_goes_up_and_down(registry: cmetrics.Registry) -> None:
    lag = registry.duration_gauge("lag")
    lag.set(timedelta(seconds=3))
    lag.add(0.5)
    lag.sub(timedelta(seconds=5))
    lag.inc()
    lag.dec()
    lag.inc(0.25)
    lag.dec(0.5)
    lag.add_ns(7)
    lag.sub_ns(2)
    assert lag.value_ns == -1_749_999_995
    assert lag.value == -1.749999995
    assert lines(registry) == ["lag_seconds -1.749999995"]
    lag.set_ns(-345)
    assert lines(registry) == ["lag_seconds -0.000000345"]


def test_total_only_is_a_plain_counter_of_seconds(registry: cmetrics.Registry) -> None:
    registry.duration_counter("busy", total_only=True).add_ns(1_500_000_000)
    assert lines(registry) == ["busy_seconds_total 1.5"]


@given(st.timedeltas(min_value=-LONGEST, max_value=LONGEST))
def test_a_timedelta_is_taken_exactly(duration: timedelta) -> None:
    lag = cmetrics.Registry.isolated().duration_gauge("lag")
    lag.set(duration)
    assert lag.value_ns == duration // timedelta(microseconds=1) * 1000


@given(st.floats(min_value=-9.2e9, max_value=9.2e9))
def test_seconds_round_to_the_nearest_nanosecond(seconds: float) -> None:
    lag = cmetrics.Registry.isolated().duration_gauge("lag")
    lag.set(seconds)
    exact = Decimal(seconds) * 10**9
    assert abs(lag.value_ns - exact) <= Decimal("0.5")


def test_whole_seconds_are_taken_exactly(registry: cmetrics.Registry) -> None:
    lag = registry.duration_gauge("lag")
    lag.set(9_007_199_255)
    assert lag.value_ns == 9_007_199_255_000_000_000


@pytest.mark.parametrize("duration", [-0.5, -1, timedelta(microseconds=-1), math.nan, math.inf, 1e10, 10**10, 10**400])
def test_a_counter_refuses_what_it_cannot_add(registry: cmetrics.Registry, duration: float) -> None:
    latency = registry.duration_counter("request_duration")
    with pytest.raises(cmetrics.InvalidArgumentError, match="request_duration_seconds") as caught:
        latency.add(duration)
    assert caught.value.subject == str(duration)
    assert latency.read_ns() == (0, 0)


@pytest.mark.parametrize("ns", [-1, 2**63])
def test_a_counter_refuses_nanoseconds_out_of_range(registry: cmetrics.Registry, ns: int) -> None:
    latency = registry.duration_counter("request_duration")
    with pytest.raises(cmetrics.InvalidArgumentError, match="request_duration_seconds"):
        latency.add_ns(ns)
    assert latency.count == 0


@pytest.mark.parametrize("duration", [math.nan, math.inf, -math.inf, 1e10, timedelta.max, 10**10])
@pytest.mark.parametrize("verb", ["set", "inc", "dec", "add", "sub"])
def test_a_gauge_refuses_what_it_cannot_hold(
    registry: cmetrics.Registry, verb: str, duration: float | timedelta
) -> None:
    lag = registry.duration_gauge("lag")
    lag.set_ns(5)
    with pytest.raises(cmetrics.InvalidArgumentError, match="lag_seconds"):
        getattr(lag, verb)(duration)
    assert lag.value_ns == 5


@pytest.mark.parametrize("duration", ["1", None, object()])
def test_what_is_no_duration_is_a_type_error(registry: cmetrics.Registry, duration: object) -> None:
    with pytest.raises(TypeError, match="timedelta"):
        registry.duration_counter("request_duration").add(duration)  # type: ignore[arg-type]


def test_nanoseconds_are_whole(registry: cmetrics.Registry) -> None:
    with pytest.raises(TypeError, match="nanoseconds"):
        registry.duration_counter("request_duration").add_ns(0.5)  # type: ignore[arg-type]


def test_a_gauge_can_hold_the_time(registry: cmetrics.Registry) -> None:
    last = registry.duration_gauge("last_success_time")
    before = time.time_ns()
    last.set_to_current_time()
    assert before - 1_000_000 <= last.value_ns <= time.time_ns() + 1_000_000

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Numbers that go up and down: integers and floats. Durations have test_duration.py."""

from __future__ import annotations

import math
import time

import pytest

import cmetrics

from .reading import lines


def test_an_integer_goes_up_and_down(registry: cmetrics.Registry) -> None:
    depth = registry.int_gauge("queue_depth")
    depth.set(10)
    depth.inc()
    depth.inc(5)
    depth.dec()
    depth.dec(amount=2)
    depth.add(-3)
    depth.sub(20)
    assert depth.value == -10
    assert lines(registry) == ["queue_depth -10"]


def test_a_float_goes_up_and_down(registry: cmetrics.Registry) -> None:
    load = registry.float_gauge("load")
    load.set(0.5)
    load.inc()
    load.inc(0.25)
    load.dec()
    load.dec(0.5)
    load.add(-1)
    load.sub(2)
    assert load.value == -2.75
    assert lines(registry) == ["load -2.75"]


@pytest.mark.parametrize("value", [-(2**63), 2**63 - 1, 0])
def test_an_integer_is_exact_at_its_ends(registry: cmetrics.Registry, value: int) -> None:
    depth = registry.int_gauge("queue_depth")
    depth.set(value)
    assert depth.value == value
    assert lines(registry) == [f"queue_depth {value}"]


@pytest.mark.parametrize("verb", ["set", "inc", "dec", "add", "sub"])
@pytest.mark.parametrize("value", [-(2**63) - 1, 2**63, 10**30])
def test_an_integer_out_of_range_is_refused(registry: cmetrics.Registry, verb: str, value: int) -> None:
    depth = registry.int_gauge("queue_depth")
    depth.set(4)
    with pytest.raises(cmetrics.InvalidArgumentError, match="queue_depth"):
        getattr(depth, verb)(value)
    assert depth.value == 4


@pytest.mark.parametrize("verb", ["set", "inc", "dec", "add", "sub"])
def test_an_integer_takes_no_fractions(registry: cmetrics.Registry, verb: str) -> None:
    with pytest.raises(TypeError, match="FloatGauge"):
        getattr(registry.int_gauge("queue_depth"), verb)(0.5)


@pytest.mark.parametrize(("value", "text"), [(math.nan, "NaN"), (math.inf, "+Inf"), (-math.inf, "-Inf")])
def test_a_float_can_be_set_to_what_is_not_finite(registry: cmetrics.Registry, value: float, text: str) -> None:
    load = registry.float_gauge("load")
    load.set(value)
    assert repr(load.value) == repr(value)
    assert lines(registry) == [f"load {text}"]


@pytest.mark.parametrize("verb", ["inc", "dec", "add", "sub"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_adding_what_is_not_finite_is_refused(registry: cmetrics.Registry, verb: str, value: float) -> None:
    load = registry.float_gauge("load")
    load.set(0.5)
    with pytest.raises(cmetrics.InvalidArgumentError, match="load"):
        getattr(load, verb)(value)
    assert load.value == 0.5


def test_a_float_can_hold_the_time(registry: cmetrics.Registry) -> None:
    last = registry.float_gauge("last_success_time")
    before = time.time()
    last.set_to_current_time()
    assert before - 0.001 <= last.value <= time.time() + 0.001

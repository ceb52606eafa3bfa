# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Counters of amounts: integers and floats. Durations have test_duration.py."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

import cmetrics

from .reading import lines


def test_integers_keep_total_and_count(registry: cmetrics.Registry) -> None:
    size = registry.int_counter("response_bytes", "Bytes sent", labels={"path": "/"})
    size.add(100)
    size.observe(2**53 + 1)
    assert (size.total, size.count) == size.read() == (2**53 + 101, 2)
    assert lines(registry) == ['response_bytes_sum{path="/"} 9007199254741093', 'response_bytes_count{path="/"} 2']


def test_floats_keep_total_and_count(registry: cmetrics.Registry) -> None:
    energy = registry.float_counter("energy_joules")
    energy.add(0.25)
    energy.observe(2)
    energy.add(Fraction(1, 4))
    assert (energy.total, energy.count) == energy.read() == (2.5, 3)
    assert lines(registry) == ["energy_joules_sum 2.5", "energy_joules_count 3"]


def test_total_only_is_a_plain_counter(registry: cmetrics.Registry) -> None:
    registry.int_counter("response_bytes", total_only=True).add(3)
    registry.float_counter("energy_joules", total_only=True).add(0.5)
    assert lines(registry) == ["energy_joules_total 0.5", "response_bytes_total 3"]


@pytest.mark.parametrize("amount", [-1, 2**64])
def test_integers_out_of_range_are_refused(registry: cmetrics.Registry, amount: int) -> None:
    size = registry.int_counter("response_bytes")
    with pytest.raises(cmetrics.InvalidArgumentError, match="response_bytes"):
        size.add(amount)
    assert size.read() == (0, 0)


def test_an_integer_counter_takes_no_fractions(registry: cmetrics.Registry) -> None:
    with pytest.raises(TypeError, match="FloatCounter"):
        registry.int_counter("response_bytes").add(0.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", [-0.5, math.nan, math.inf, -math.inf, 10**400])
def test_floats_that_are_negative_or_not_finite_are_refused(registry: cmetrics.Registry, amount: float) -> None:
    energy = registry.float_counter("energy_joules")
    with pytest.raises(cmetrics.InvalidArgumentError, match="energy_joules"):
        energy.add(amount)
    assert energy.read() == (0.0, 0)


@pytest.mark.parametrize("amount", ["1", None, object()])
def test_what_is_no_number_is_a_type_error(registry: cmetrics.Registry, amount: object) -> None:
    with pytest.raises(TypeError, match=type(amount).__name__):
        registry.float_counter("energy_joules").add(amount)  # type: ignore[arg-type]


def test_a_float_total_may_reach_infinity(registry: cmetrics.Registry) -> None:
    huge = registry.float_counter("huge")
    huge.add(1.7e308)
    huge.add(1.7e308)
    assert huge.total == math.inf
    assert lines(registry) == ["huge_sum +Inf", "huge_count 2"]

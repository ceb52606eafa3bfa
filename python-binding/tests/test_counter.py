# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Counts of events."""

from __future__ import annotations

import pytest

import cmetrics

from .reading import lines


def test_it_counts_by_one_and_by_more(registry: cmetrics.Registry) -> None:
    requests = registry.counter("requests", "Requests so far")
    requests.inc()
    requests.inc(4)
    requests.inc(n=5)
    requests.add(10)
    requests.inc(0)
    assert requests.value == 20
    assert lines(registry) == ["requests_total 20"]


def test_it_is_exact_to_the_last_digit(registry: cmetrics.Registry) -> None:
    tokens = registry.counter("tokens")
    tokens.inc(2**53 + 1)
    assert lines(registry) == ["tokens_total 9007199254740993"]
    tokens.inc(2**64 - 1 - tokens.value)
    assert tokens.value == 2**64 - 1


def test_it_takes_whatever_is_an_index(registry: cmetrics.Registry) -> None:
    class Three:
        def __index__(self) -> int:
            return 3

    hits = registry.counter("hits")
    hits.inc(True)
    hits.inc(Three())
    assert hits.value == 4


@pytest.mark.parametrize("verb", ["inc", "add"])
@pytest.mark.parametrize("amount", [1.5, 1.0, "1", None, [1]])
def test_what_is_no_whole_number_is_a_type_error(registry: cmetrics.Registry, verb: str, amount: object) -> None:
    tokens = registry.counter("tokens")
    with pytest.raises(TypeError) as caught:
        getattr(tokens, verb)(amount)
    assert type(amount).__name__ in str(caught.value)
    assert "tokens_total" in str(caught.value)
    assert tokens.value == 0


def test_a_fraction_is_answered_with_the_kind_that_takes_it(registry: cmetrics.Registry) -> None:
    with pytest.raises(TypeError, match="FloatCounter"):
        registry.counter("tokens").inc(1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", [-1, -(2**70), 2**64, 2**70])
def test_an_amount_out_of_range_is_refused_and_not_counted(registry: cmetrics.Registry, amount: int) -> None:
    tokens = registry.counter("tokens")
    tokens.inc(7)
    with pytest.raises(cmetrics.InvalidArgumentError) as caught:
        tokens.inc(amount)
    assert isinstance(caught.value, ValueError)
    assert caught.value.subject == str(amount)
    assert "tokens_total" in caught.value.message
    assert caught.value.hint
    assert tokens.value == 7


def test_a_counter_has_no_way_down(registry: cmetrics.Registry) -> None:
    for verb in ("dec", "sub", "set"):
        assert not hasattr(registry.counter("tokens"), verb)

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Exceptions are counted and what is in progress is tracked, as in prometheus_client."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import prometheus_client
import pytest

import cmetrics


@pytest.fixture(params=["int_gauge", "float_gauge"])
def running(request: pytest.FixtureRequest, registry: cmetrics.Registry) -> Any:  # noqa: ANN401 - either gauge
    return getattr(registry, request.param)("running")


def test_a_block_counts_the_exceptions_that_leave_it(registry: cmetrics.Registry) -> None:
    failures = registry.counter("failures")
    with failures.count_exceptions():
        pass
    for error in (ValueError("a"), KeyError("b")):
        with pytest.raises(type(error)), failures.count_exceptions():
            raise error
    with pytest.raises(KeyboardInterrupt), failures.count_exceptions():
        raise KeyboardInterrupt
    assert failures.value == 2


@pytest.mark.parametrize(("classes", "counted"), [(ValueError, 1), ((ValueError, KeyError), 2), (BaseException, 3)])
def test_only_the_classes_that_are_named_count(registry: cmetrics.Registry, classes: Any, counted: int) -> None:  # noqa: ANN401
    ours = registry.counter("failures")
    theirs = prometheus_client.Counter("failures", "", registry=prometheus_client.CollectorRegistry())
    for error in (UnicodeError(), KeyError(), SystemExit()):
        with pytest.raises(type(error)), theirs.count_exceptions(classes), ours.count_exceptions(classes):
            raise error
    assert ours.value == counted == theirs._value.get()


def test_functions_are_decorated(registry: cmetrics.Registry) -> None:
    failures = registry.counter("failures")

    @failures.count_exceptions()
    def parse(text: str, *, base: int = 10) -> int:
        """Parse."""
        return int(text, base)

    assert parse("ff", base=16) == 255
    with pytest.raises(ValueError, match="invalid literal"):
        parse("x")
    assert failures.value == 1
    assert (parse.__name__, parse.__doc__) == ("parse", "Parse.")
    assert str(inspect.signature(parse)) == "(text: 'str', *, base: 'int' = 10) -> 'int'"


def test_coroutines_are_watched_to_their_end(registry: cmetrics.Registry) -> None:
    failures, running = registry.counter("failures"), registry.int_gauge("running")
    most = 0

    @failures.count_exceptions(ValueError)
    @running.track_inprogress()
    async def work(n: int) -> int:
        nonlocal most
        await asyncio.sleep(0.01)
        most = max(most, running.value)
        if n % 2:
            raise ValueError
        return n

    async def both() -> list[Any]:
        return await asyncio.gather(*(work(n) for n in range(6)), return_exceptions=True)

    told = asyncio.run(both())
    assert inspect.iscoroutinefunction(work)
    assert [n for n in told if isinstance(n, int)] == [0, 2, 4]
    assert (failures.value, running.value, most) == (3, 0, 6)


def test_what_is_in_progress_is_tracked(running: Any) -> None:  # noqa: ANN401 - either gauge
    tracker = running.track_inprogress()
    with tracker, tracker:
        assert running.value == 2
    assert running.value == 0
    with pytest.raises(KeyError), tracker:
        raise KeyError

    @tracker
    def nested(depth: int) -> float:
        return nested(depth - 1) if depth else running.value

    assert nested(3) == 4
    assert running.value == 0


def test_generators_and_nonsense_are_refused(registry: cmetrics.Registry) -> None:
    def generate() -> Iterator[int]:
        yield 1

    for around in (registry.counter("a").count_exceptions(), registry.int_gauge("b").track_inprogress()):
        with pytest.raises(TypeError, match="generator function"):
            around(generate)
        with pytest.raises(TypeError, match="int"):
            around(3)  # type: ignore[type-var]
    with pytest.raises(TypeError):
        registry.counter("a").count_exceptions(3)  # type: ignore[arg-type]

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Measured blocks and functions."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest

import cmetrics

NAP = 0.01


@pytest.fixture
def latency(registry: cmetrics.Registry) -> cmetrics.DurationCounter:
    return registry.duration_counter("latency")


def test_a_block_is_measured(latency: cmetrics.DurationCounter) -> None:
    start = time.perf_counter()
    with latency.time():
        time.sleep(NAP)
    assert NAP <= latency.total <= time.perf_counter() - start
    assert latency.count == 1


def test_a_block_that_raises_is_measured_too(latency: cmetrics.DurationCounter) -> None:
    with pytest.raises(KeyError), latency.time():
        raise KeyError
    assert latency.count == 1


def test_a_gauge_keeps_the_last_duration(registry: cmetrics.Registry) -> None:
    last = registry.duration_gauge("last_batch")
    last.set(3600)
    with last.time():
        time.sleep(NAP)
    assert NAP <= last.value < 60


def test_one_timer_can_be_entered_again_and_inside_itself(latency: cmetrics.DurationCounter) -> None:
    timer = latency.time()
    with timer, timer:
        time.sleep(NAP)
    with timer:
        pass
    assert latency.count == 3
    assert latency.total >= 2 * NAP


def test_one_timer_serves_threads_at_once(latency: cmetrics.DurationCounter) -> None:
    timer = latency.time()

    def work(nap: float) -> None:
        with timer:
            time.sleep(nap)

    threads = [threading.Thread(target=work, args=(NAP * n,)) for n in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert latency.count == 4
    assert latency.total >= 10 * NAP


def test_leaving_without_entering_is_an_error(latency: cmetrics.DurationCounter) -> None:
    with pytest.raises(RuntimeError, match="without"):
        latency.time().__exit__(None, None, None)
    assert latency.count == 0


def test_every_call_of_a_function_is_measured(latency: cmetrics.DurationCounter) -> None:
    @latency.time()
    def factorial(n: int) -> int:
        """Multiply."""
        return n * factorial(n - 1) if n else 1

    assert factorial(4) == 24
    assert latency.count == 5
    assert (factorial.__name__, factorial.__doc__) == ("factorial", "Multiply.")


def test_a_function_that_raises_is_measured_too(latency: cmetrics.DurationCounter) -> None:
    @latency.time()
    def fail() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert latency.count == 1


def test_a_method_is_measured(latency: cmetrics.DurationCounter) -> None:
    class Engine:
        def __init__(self) -> None:
            self.steps = 0

        @latency.time()
        def step(self, by: int = 1) -> int:
            self.steps += by
            return self.steps

    assert Engine().step(by=3) == 3
    assert latency.count == 1


def test_a_coroutine_is_measured_to_its_end(latency: cmetrics.DurationCounter) -> None:
    @latency.time()
    async def fetch(nap: float) -> float:
        await asyncio.sleep(nap)
        return nap

    async def both() -> list[float]:
        return list(await asyncio.gather(fetch(NAP), fetch(2 * NAP)))

    assert asyncio.run(both()) == [NAP, 2 * NAP]
    assert inspect.iscoroutinefunction(fetch)
    assert latency.count == 2
    assert latency.total >= 3 * NAP * 0.9


def test_a_cancelled_coroutine_is_measured_too(latency: cmetrics.DurationCounter) -> None:
    @latency.time()
    async def forever() -> None:
        await asyncio.sleep(60)

    async def give_up() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(forever(), NAP)

    asyncio.run(give_up())
    assert latency.count == 1
    assert latency.total < 10


def test_blocks_of_tasks_may_interleave(latency: cmetrics.DurationCounter) -> None:
    timer = latency.time()

    async def work(nap: float) -> None:
        with timer:
            await asyncio.sleep(nap)

    async def both() -> None:
        await asyncio.gather(work(NAP), work(3 * NAP))

    asyncio.run(both())
    assert latency.count == 2
    assert latency.total >= 4 * NAP * 0.9


def test_generators_are_refused_because_their_call_returns_at_once(latency: cmetrics.DurationCounter) -> None:
    def numbers() -> Iterator[int]:
        yield 1

    async def later() -> AsyncIterator[int]:
        yield 1

    for function in (numbers, later):
        with pytest.raises(TypeError, match="generator"):
            latency.time()(function)


def test_only_functions_are_decorated(latency: cmetrics.DurationCounter) -> None:
    with pytest.raises(TypeError, match="int"):
        latency.time()(3)  # type: ignore[type-var]

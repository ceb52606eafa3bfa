# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Many threads creating, updating and reporting at once lose nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable

import cmetrics

from .reading import samples

THREADS = 8
ROUNDS = 2000


def together(work: Callable[[int], None], count: int = THREADS) -> None:
    """Run work in threads that start at the same moment; a failure in one fails the test."""
    barrier = threading.Barrier(count)
    failures: list[BaseException] = []

    def body(number: int) -> None:
        barrier.wait()
        try:
            work(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=body, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_no_update_is_lost(registry: cmetrics.Registry) -> None:
    counter = registry.counter("a")
    size = registry.int_counter("b")
    energy = registry.float_counter("c")
    latency = registry.duration_counter("d")
    depth = registry.int_gauge("e")
    load = registry.float_gauge("f")
    lag = registry.duration_gauge("g")

    def work(_: int) -> None:
        for n in range(ROUNDS):
            counter.inc()
            size.add(n)
            energy.add(0.5)
            latency.add_ns(3)
            depth.inc(2)
            depth.dec()
            load.add(0.25)
            lag.sub_ns(1)

    together(work)
    total = THREADS * ROUNDS
    assert counter.value == total
    assert size.read() == (THREADS * sum(range(ROUNDS)), total)
    assert energy.read() == (total / 2, total)
    assert latency.read_ns() == (3 * total, total)
    assert depth.value == total
    assert load.value == total / 4
    assert lag.value_ns == -total


def test_threads_creating_the_same_metrics_get_the_same(registry: cmetrics.Registry) -> None:
    family = registry.counter_family("errors", "", ["n"])

    def work(_: int) -> None:
        for n in range(200):
            family.labels(n).inc()
            registry.child("x", {"a": "b"}).counter(f"c{n}").inc()

    together(work)
    told = samples(registry.render(include_self=False))
    assert len(told) == 400
    assert all(sample.value == THREADS for sample in told)


def test_reports_made_meanwhile_are_whole(registry: cmetrics.Registry) -> None:
    family = registry.counter_family("errors", "", ["n"])
    seen: list[float] = []

    def work(number: int) -> None:
        if number < THREADS // 2:
            for n in range(ROUNDS):
                family.labels(n % 100).inc()
        else:
            for _ in range(20):
                seen.append(sum(sample.value for sample in samples(registry.render(include_self=False))))

    together(work)
    assert all(0 <= total <= THREADS // 2 * ROUNDS for total in seen)
    assert sum(sample.value for sample in samples(registry.render(include_self=False))) == THREADS // 2 * ROUNDS


def test_members_removed_and_made_at_once_stay_consistent(registry: cmetrics.Registry) -> None:
    family = registry.counter_family("errors", "", ["n"])

    def work(number: int) -> None:
        for n in range(ROUNDS // 4):
            family.labels(n % 5).inc()
            if number % 2:
                try:
                    family.remove(n % 5)
                except cmetrics.NotFoundError:
                    continue

    together(work)
    for n in range(5):
        family.labels(n).inc()
        assert family.labels(n).attached
    assert len(samples(registry.render(include_self=False))) == 5

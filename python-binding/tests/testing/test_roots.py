# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Roots for the length of a test, in threads and tasks too."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import cmetrics
from cmetrics.testing import MismatchError, Snapshot, assert_metric, isolated, noop, scoped_root

from ..reading import python


def handle(path: str = "/a") -> None:
    """Work as programs do: with the process's root."""
    cmetrics.root().counter("requests", labels={"path": path}).inc()


def test_a_scoped_root_is_restored_even_by_an_exception() -> None:
    process = cmetrics.root()
    inside: list[cmetrics.Registry] = []

    def test() -> None:
        with scoped_root() as root:
            inside.extend([root, cmetrics.root()])
            assert_metric(root, "requests_total", 1)

    with pytest.raises(MismatchError) as raised:
        test()
    assert inside[0] == inside[1] != process
    assert str(raised.value) == "requests_total: no such metric\n  the registry is empty"
    assert cmetrics.root() == process


def test_scoped_roots_nest() -> None:
    with scoped_root() as outer:
        with scoped_root() as inner:
            handle("/inner")
            assert_metric(inner, "requests_total", 1)
        handle("/outer")
        assert str(Snapshot.of(outer)) == 'requests_total{path="/outer"} 1'


def test_it_decorates_functions() -> None:
    @scoped_root()
    def counted() -> str:
        handle()
        return str(Snapshot.of(cmetrics.root()))

    assert counted() == counted() == 'requests_total{path="/a"} 1'


def test_what_would_run_outside_is_not_decorated() -> None:
    async def serve() -> None:
        handle()

    def fixture() -> Iterator[int]:
        yield 1

    with pytest.raises(TypeError, match="serve is a coroutine function: enter the scope where the loop is run"):
        scoped_root()(serve)
    with pytest.raises(TypeError, match="fixture is a generator function"):
        scoped_root()(fixture)


def test_one_scope_can_be_entered_again_and_inside_itself() -> None:
    process, scope = cmetrics.root(), scoped_root()
    with scope as first, scope as second:
        assert first != second == cmetrics.root()
    with scope as third:
        assert cmetrics.root() == third not in (first, second)
    assert cmetrics.root() == process


def test_what_was_made_inside_goes_on_counting_there() -> None:
    with scoped_root() as root:
        requests = cmetrics.root().counter("requests")
    thread = threading.Thread(target=requests.inc)
    thread.start()
    thread.join()
    assert_metric(root, "requests_total", 1)


def test_a_thread_is_outside_unless_it_enters_the_scope() -> None:
    def work(registry: cmetrics.Registry | None) -> cmetrics.Registry:
        if registry is None:
            return cmetrics.root()
        with registry.scope():
            handle()
            return cmetrics.root()

    process = cmetrics.root()
    with scoped_root() as root, ThreadPoolExecutor(2) as pool:
        assert list(pool.map(work, [None, root, None, root])) == [process, root, process, root]
        assert_metric(root, "requests_total", 2)


def test_tasks_of_a_loop_that_runs_inside_are_inside() -> None:
    async def serve(path: str) -> None:
        await asyncio.sleep(0.001)
        handle(path)

    async def main() -> cmetrics.Registry:
        await asyncio.gather(*map(serve, "abab"))
        return await asyncio.to_thread(cmetrics.root)

    process = cmetrics.root()
    with scoped_root() as root:
        assert asyncio.run(main()) == process
        assert str(Snapshot.of(root)) == 'requests_total{path="a"} 2\nrequests_total{path="b"} 2'


def test_an_isolated_root_is_nobody_s_root() -> None:
    registry = isolated()
    assert registry not in (cmetrics.root(), isolated())


def test_a_noop_takes_everything_and_keeps_nothing() -> None:
    registry = noop()
    assert isinstance(registry, cmetrics.Registry)
    registry.child("engine").int_gauge_family("depth", "", ["queue"]).labels("in").set(3)
    with registry.duration_counter("latency").time():
        registry.counter("requests").inc()
    assert Snapshot.of(registry).samples == ()
    assert registry.render() == ""
    with pytest.raises(MismatchError, match="the registry is empty"):
        assert_metric(registry, "requests_total", 1)


@pytest.mark.parametrize("make", ["isolated()", "scoped_root().__enter__()", "Recorder()"])
def test_without_a_library_a_test_does_not_pass(make: str, tmp_path: Path) -> None:
    code = f"""
import cmetrics
from cmetrics.testing import Recorder, isolated, noop, scoped_root
noop().counter("a").inc()
try:
    {make}
except cmetrics.UnavailableError as error:
    print(error)
"""
    missing = str(tmp_path / "nowhere.so")
    assert missing in python(code, {"CMETRICS_LIBRARY": missing}).stdout
    disabled = python(code, {"CMETRICS_DISABLE": "1"}).stdout
    assert disabled.endswith("metrics are disabled in this process (hint: unset CMETRICS_DISABLE)\n")

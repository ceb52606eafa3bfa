# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Children of fork inherit values and go on."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import sys
import threading

import pytest

import cmetrics

from .reading import python

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")


def child(registry: cmetrics.Registry, pipe: multiprocessing.connection.Connection) -> None:
    registry.counter("requests").inc(10)
    registry.counter("made_in_child").inc()
    pipe.send(registry.render(include_self=False))


def test_a_child_counts_and_reports_for_itself(registry: cmetrics.Registry) -> None:
    registry.counter("requests").inc(5)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=child, args=(registry, there))
    process.start()
    report = here.recv()
    process.join(30)
    assert process.exitcode == 0
    assert "requests_total 15\n" in report
    assert "made_in_child_total 1\n" in report
    assert registry.counter("requests").value == 5
    assert registry.find("made_in_child", "counter") is None


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_children_forked_amid_creation_and_reports_do_not_hang(registry: cmetrics.Registry) -> None:
    stop = threading.Event()

    def busy(number: int) -> None:
        n = 0
        while not stop.is_set():
            registry.counter("busy", labels={"thread": number, "n": n % 100}).inc()
            registry.render()
            n += 1

    threads = [threading.Thread(target=busy, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    context = multiprocessing.get_context("fork")
    try:
        for _ in range(10):
            here, there = context.Pipe()
            process = context.Process(target=child, args=(registry, there))
            process.start()
            assert here.poll(30)
            assert "made_in_child_total 1\n" in here.recv()
            process.join(30)
            assert process.exitcode == 0
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_child_may_be_the_first_to_use_it() -> None:
    code = """
import cmetrics, os
pid = os.fork()
cmetrics.root().counter("requests").inc()
os.write(1, b"%d\\n" % cmetrics.root().counter("requests").value)
if pid:
    assert os.waitpid(pid, 0)[1] == 0
"""
    assert python(code).stdout == "1\n1\n"

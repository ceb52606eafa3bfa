# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The native server waits for nothing of Python: neither for its lock, nor for collectors beyond their time."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time

import pytest

import cmetrics

from .scraping import hold_the_interpreter
from .serving import ask, hanging

# Scrapes from another process, for this one's interpreter is held: how long each took, and what it said.
CLIENT = """
import json, sys, time, urllib.request
url, count, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
print("ready", flush=True)
told = []
for _ in range(count):
    began = time.perf_counter()
    with urllib.request.urlopen(url, timeout=60) as answer:
        text = answer.read().decode()
    told.append((time.perf_counter() - began, text))
    time.sleep(pause)
print(json.dumps(told))
"""


def value(text: str, series: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith(f"{series} ")]
    return line[len(series) + 1 :]


@pytest.mark.skipif(sys.platform == "win32", reason="what holds the lock is of the C library")
@pytest.mark.parametrize("with_python", [False, True], ids=["native alone", "with collectors"])
def test_a_scrape_answers_while_the_interpreter_is_held(registry: cmetrics.Registry, with_python: bool) -> None:
    registry.counter("requests").inc(7)
    if with_python:
        registry.register_collector(
            lambda: [cmetrics.FamilySnapshot("depth", "gauge", [cmetrics.Point({}, [cmetrics.Sample(3)])])], name="pool"
        )
        registry.float_gauge("load").set_function(lambda: 0.5)
    with cmetrics.start_http_server(0, "127.0.0.1", registry) as server:
        deadline = time.monotonic() + 30
        while with_python and "depth 3\n" not in ask(server.port).text:
            assert time.monotonic() < deadline
        command = [sys.executable, "-c", CLIENT, f"{server.url}/metrics", "20", "0.2"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
            assert client.stdout is not None
            assert client.stdout.readline() == "ready\n"
            began = time.monotonic()
            hold_the_interpreter(5)
            assert time.monotonic() - began > 4.9
            told = json.loads(client.stdout.read())
    assert len(told) == 20
    for _, text in told:
        assert value(text, "requests_total") == "7"
        if with_python:
            assert value(text, "depth") == "3"
            assert value(text, "load") == "0.5"
    # None waited for the lock, which was held for five seconds; the bounds leave room for a machine that is busy.
    assert statistics.median(seconds for seconds, _ in told) < 0.1
    assert max(seconds for seconds, _ in told) < 2.5
    if with_python:
        assert float(value(told[-1][1], 'python_collector_age_seconds{collector="pool"}')) > 2


def test_what_hangs_in_python_holds_up_no_scrape(registry: cmetrics.Registry) -> None:
    registry.counter("requests").inc()
    with hanging(registry), cmetrics.start_http_server(0, "127.0.0.1", registry) as server:
        for _ in range(10):
            began = time.monotonic()
            answer = ask(server.port)
            assert time.monotonic() - began < 5
            assert answer.status == 200
            assert "requests_total 1\n" in answer.text
        assert 'python_collector_age_seconds{collector="hanging"} +Inf\n' in answer.text


def test_threads_of_python_that_compute_hold_up_no_scrape(registry: cmetrics.Registry) -> None:
    registry.counter("requests").inc()
    stop = threading.Event()

    def compute() -> None:
        while not stop.is_set():
            sum(range(1000))

    threads = [threading.Thread(target=compute) for _ in range(4)]
    with cmetrics.start_http_server(0, "127.0.0.1", registry) as server:
        for thread in threads:
            thread.start()
        try:
            command = [sys.executable, "-c", CLIENT, f"{server.url}/metrics", "20", "0"]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=120, check=True)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert len(json.loads(done.stdout.partition("\n")[2])) == 20

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reports that nobody in Python asks for never wait for Python's lock."""

from __future__ import annotations

import logging
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import cmetrics
from cmetrics import FamilySnapshot, Point, Sample

from .reading import lines, python
from .scraping import HEADERS, Scraper, hold_the_interpreter

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the scraper is compiled for Linux")


@pytest.fixture(scope="module")
def scraper(tmp_path_factory: pytest.TempPathFactory) -> Scraper:
    return Scraper(tmp_path_factory.mktemp("scraper"))


def gauge(name: str, value: float) -> FamilySnapshot:
    return FamilySnapshot(name, "gauge", [Point({}, [Sample(value)])])


def until(scraper: Scraper, registry: cmetrics.Registry, line: str) -> str:
    """Scrape until a line is there, as a machine with much else to do may need."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        report = scraper.here(registry)
        if line in report.splitlines():
            return report
        time.sleep(0.05)
    raise AssertionError(f"{line} is not in:\n{report}")


def logged(caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    """Return the one line that the refresher logs, now or soon."""
    deadline = time.monotonic() + 30
    while not caplog.records and time.monotonic() < deadline:
        time.sleep(0.01)
    (record,) = caplog.records
    return record


def test_a_scrape_answers_while_the_interpreter_is_held(scraper: Scraper, registry: cmetrics.Registry) -> None:
    registry.counter("requests").inc(7)
    registry.register_collector(lambda: [gauge("depth", 3)], name="pool")
    until(scraper, registry, "depth 3")
    scraper.start(registry, 20, 0.2)
    began = time.monotonic()
    hold_the_interpreter(5)
    scrapes = scraper.join(20)
    assert time.monotonic() - began > 4
    for scrape in scrapes:
        assert scrape.value("requests_total") == "7"
        assert scrape.value("depth") == "3"
    # It is well below what is asserted: no machine that is busy with something else fails here.
    assert statistics.median(scrape.seconds for scrape in scrapes) < 0.1
    assert max(scrape.seconds for scrape in scrapes) < 2.5
    ages = [scrape.value('python_collector_age_seconds{collector="pool"}') for scrape in scrapes]
    assert ages[-1] is not None
    assert float(ages[-1]) > 2
    # What is fresh is not worth a line at normal verbosity.
    assert ages[0] is None or float(ages[0]) > 1


def test_a_scrape_tells_what_collectors_tell_now(scraper: Scraper, registry: cmetrics.Registry) -> None:
    n = 0

    def collect() -> list[FamilySnapshot]:
        nonlocal n
        n += 1
        return [gauge("runs", n), gauge("thread", float(threading.current_thread().name == "cmetrics-refresher"))]

    registry.child("engine").register_collector(collect)
    first = until(scraper, registry, "engine_thread 1")
    time.sleep(0.2)
    assert until(scraper, registry, "engine_thread 1") != first


def test_before_anything_was_told_the_age_says_so(scraper: Scraper, registry: cmetrics.Registry) -> None:
    let = threading.Event()

    def slow() -> list[FamilySnapshot]:
        let.wait(30)
        return [gauge("told", 1)]

    registry.register_collector(slow, name="slow")
    report = scraper.here(registry)
    assert 'python_collector_age_seconds{collector="slow"} +Inf\n' in report
    assert "told" not in report.replace("told anything", "").replace("told last", "")
    let.set()
    report = until(scraper, registry, "told 1")


def test_a_slow_collector_keeps_no_other_from_being_fresh(scraper: Scraper, registry: cmetrics.Registry) -> None:
    stop = threading.Event()

    def slow() -> list[FamilySnapshot]:
        time.sleep(0.01 if stop.is_set() else 0.3)
        return [gauge("slow", 1)]

    registry.register_collector(slow)
    registry.register_collector(lambda: [gauge("quick", time.monotonic())])
    until(scraper, registry, "slow 1")
    time.sleep(0.5)
    before = time.monotonic()
    deadline = before + 30
    told = 0.0
    while told < before and time.monotonic() < deadline:
        report = scraper.here(registry)
        told = float(next(line.split()[1] for line in report.splitlines() if line.startswith("quick ")))
    assert told > before
    stop.set()


def test_failures_are_counted_logged_once_and_keep_what_was_told(
    scraper: Scraper, registry: cmetrics.Registry, caplog: pytest.LogCaptureFixture
) -> None:
    broken = False

    def collect() -> Iterator[FamilySnapshot]:
        yield gauge("depth", 4)
        if broken:
            raise SystemExit("no more")

    registry.register_collector(collect, name="pool")
    until(scraper, registry, "depth 4")
    broken = True
    time.sleep(0.15)
    failures = 'python_collector_failures_total{collector="pool"}'
    report = until(scraper, registry, f"{failures} 1")
    assert "depth 4\n" in report
    time.sleep(0.15)
    until(scraper, registry, f"{failures} 2")
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], SystemExit)
    broken = False
    assert "depth 4" in lines(registry)


def test_what_the_library_refuses_is_logged_without_the_reports_thread(
    scraper: Scraper, registry: cmetrics.Registry, caplog: pytest.LogCaptureFixture
) -> None:
    registry.register_collector(lambda: [gauge("not a name", 1), gauge("fine", 2)])
    until(scraper, registry, "fine 2")
    time.sleep(0.2)
    until(scraper, registry, "fine 2")
    assert "not a name" in logged(caplog).getMessage()


def test_ctrl_c_inside_a_collector_ends_only_reports_of_python(
    scraper: Scraper, registry: cmetrics.Registry, caplog: pytest.LogCaptureFixture
) -> None:
    def interrupted() -> list[FamilySnapshot]:
        raise KeyboardInterrupt

    registry.counter("requests").inc()
    registry.register_collector(interrupted, name="pool")
    with pytest.raises(KeyboardInterrupt):
        registry.render()
    until(scraper, registry, "requests_total 1")
    until(scraper, registry, 'python_collector_failures_total{collector="pool"} 1')
    logged(caplog)


FORKED = f"""
import os, sys, tempfile, threading, warnings
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from pathlib import Path
import cmetrics, prometheus_client
from cmetrics.bridge.prometheus_client import attach
from tests.scraping import HEADERS, Scraper
from tests.test_refresher import until
warnings.simplefilter("ignore", DeprecationWarning)
root = cmetrics.root()
point = lambda value: [cmetrics.Point({{}}, [cmetrics.Sample(value)])]
root.register_collector(lambda: [cmetrics.FamilySnapshot("pid", "gauge", point(os.getpid()))])
root.int_gauge("threads").set_function(threading.active_count)
theirs = prometheus_client.CollectorRegistry()
prometheus_client.Gauge("their_pid", "", registry=theirs).set_function(os.getpid)
attach(theirs)
scraper = Scraper(Path(tempfile.mkdtemp()))
other = Scraper(Path(tempfile.mkdtemp()))
until(scraper, root, f"pid {{os.getpid()}}")
other.start(root, 200, 0.001)
for _ in range(20):
    child = os.fork()
    if child == 0:
        until(scraper, root, f"pid {{os.getpid()}}")
        until(scraper, root, f"their_pid {{float(os.getpid())}}".removesuffix(".0"))
        until(scraper, root, "threads 2")
        assert f"pid {{os.getpid()}}" in cmetrics.render().splitlines()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
other.join(200)
until(scraper, root, f"pid {{os.getpid()}}")
print("done")
"""


def test_a_forked_child_has_a_refresher_of_its_own() -> None:
    assert HEADERS.is_dir()
    assert python(FORKED).stdout == "done\n"


LOCKED = f"""
import os, sys, tempfile, threading, time, warnings
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from pathlib import Path
import cmetrics
from tests.scraping import Scraper
warnings.simplefilter("ignore", DeprecationWarning)
root = cmetrics.root()
lock = threading.Lock()

def collect():
    with lock:
        time.sleep(0.01)

root.register_collector(collect)
scraper = Scraper(Path(tempfile.mkdtemp()))
scraper.start(root, 200, 0.01)
for _ in range(20):
    time.sleep(0.05)
    child = os.fork()
    if child == 0:
        os._exit(0 if lock.acquire(timeout=5) else 1)
    assert os.waitpid(child, 0)[1] == 0
scraper.join(200)
print("done")
"""


def test_a_fork_waits_for_a_collector_that_holds_a_lock() -> None:
    assert python(LOCKED).stdout == "done\n"


ENDING = f"""
import sys, tempfile, time
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from pathlib import Path
import cmetrics
from tests.scraping import Scraper
root = cmetrics.root()
root.register_collector(lambda: time.sleep(0.3))
scraper = Scraper(Path(tempfile.mkdtemp()))
scraper.start(root, 200, 0.01)
time.sleep(0.5)
print("end")
"""


def test_a_program_ends_while_it_is_scraped_and_a_collector_runs() -> None:
    assert python(ENDING).stdout == "end\n"

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""An engine that uses prometheus_client, attached both ways."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import prometheus_client
import pytest

import cmetrics
from cmetrics.bridge.prometheus_client import CmetricsCollector, attach

from .engine import Engine
from .judging import Series, judged, judged_theirs
from .scraping import Scraper, hold_the_interpreter


@pytest.fixture
def engine(registry: cmetrics.Registry) -> Engine:
    engine = Engine()
    ours = registry.child("plugin", {"rank": 0})
    ours.counter("calls", "Calls", labels={"from": 'a "b"\\c\nд'}).inc(3)
    ours.duration_counter("call_duration", "How long they take").add_ns(1_500_000_000)
    ours.int_gauge("depth", "Depth").set_function(lambda: engine.step_number)
    attach(engine.registry, to=registry)
    engine.registry.register(CmetricsCollector(registry, include_self=False))
    return engine


def without_created(series: Series) -> Series:
    return {key: value for key, value in series.items() if not key[0].endswith("_created")}


def test_both_reports_show_both_sides_at_every_step(engine: Engine, registry: cmetrics.Registry) -> None:
    for n in range(1, 9):
        engine.step()
        report = registry.render(include_self=False)
        ours, theirs = judged(report), without_created(judged_theirs(engine.registry))
        # Their text has floats.
        assert {key: float(value) for key, value in ours.items()} == theirs
        running = {dict(labels)["request"] for name, labels in ours if name == "engine_running_request"}
        assert running == {f"request-{n}-{m}" for m in range(3)}, "what was there a step ago is gone"
        assert ours["plugin_depth", (("rank", "0"),)] == n
        assert ours["engine_step_seconds_count", ()] == n
        assert f'engine_tokens_total{{kind="prompt"}} {2**53 + n}\n' in report, "exact beyond what a float holds"
    assert "# TYPE engine_build_info gauge\n" in report
    assert "# TYPE engine_wait_seconds histogram\n" in report
    assert 'model="a \\"large\\" one\\nin two lines: 大きい"' in report


def test_scrapes_of_both_sides_and_steps_at_once(engine: Engine, registry: cmetrics.Registry, tmp_path: Path) -> None:
    scraper = Scraper(tmp_path)
    stop = threading.Event()
    failures: list[BaseException] = []

    def theirs() -> str:
        return prometheus_client.generate_latest(engine.registry).decode()

    def until_stopped(what: object) -> None:
        try:
            while not stop.is_set():
                what()  # type: ignore[operator]
        except BaseException as failure:
            failures.append(failure)

    work = [engine.step, registry.render, lambda: judged(theirs()), lambda: registry.snapshot("debug")]
    threads = [threading.Thread(target=until_stopped, args=(what,)) for what in work]
    for thread in threads:
        thread.start()
    scraper.start(registry, 20, 0.05)
    scrapes = scraper.join(20)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert failures == []
    for scrape in scrapes:
        assert judged(scrape.text)["plugin_calls_total", (("from", 'a "b"\\c\nд'), ("rank", "0"))] == 3


def test_a_native_scrape_of_an_engine_that_holds_the_interpreter(
    engine: Engine, registry: cmetrics.Registry, tmp_path: Path
) -> None:
    engine.step()
    registry.render()
    engine.step()
    scraper = Scraper(tmp_path)
    scraper.start(registry, 3, 0.3)
    began = time.monotonic()
    hold_the_interpreter(1.5)
    held = time.monotonic() - began
    scrapes = scraper.join(3)
    assert all(scrape.seconds < held for scrape in scrapes)
    told = judged(scrapes[-1].text)
    assert told["plugin_calls_total", (("from", 'a "b"\\c\nд'), ("rank", "0"))] == 3
    assert told["engine_step_seconds_count", ()] == 1, "as it was told last"
    assert told["python_collector_age_seconds", (("collector", "prometheus_client"),)] > 0.3

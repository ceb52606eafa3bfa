# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A registry of prometheus_client in our reports."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import prometheus_client
import pytest
from prometheus_client.core import GaugeMetricFamily, Metric

import cmetrics
from cmetrics.bridge.prometheus_client import attach

from .judging import judged
from .reading import lines, python

LABELS = ['say "hi"', "two\nlines", "back\\slash", "日本語 ελληνικά", ""]


@pytest.fixture
def theirs() -> prometheus_client.CollectorRegistry:
    return prometheus_client.CollectorRegistry()


def test_every_type_is_told_as_what_it_is(
    registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry
) -> None:
    requests = prometheus_client.Counter("requests", "Requests", ["path"], registry=theirs)
    for n, label in enumerate(LABELS):
        requests.labels(label).inc(n)
    prometheus_client.Gauge("depth", "Depth", registry=theirs).set(-2.5)
    prometheus_client.Summary("size_bytes", "Size", registry=theirs).observe(7)
    prometheus_client.Histogram("latency_seconds", "Latency", registry=theirs, buckets=(0.5, 1)).observe(0.75)
    prometheus_client.Info("build", "Build", registry=theirs).info({"version": "1.2"})
    prometheus_client.Enum("state", "State", registry=theirs, states=["up", "down"]).state("down")
    registry.counter("ours", "Ours").inc()
    attach(theirs, to=registry)
    report = registry.render(include_self=False)
    told = judged(report)
    direct = judged(prometheus_client.generate_latest(theirs).decode())
    assert told.pop(("ours_total", ())) == 1
    assert told == {
        (name, tuple((key, value) for key, value in labels if value)): value
        for (name, labels), value in direct.items()
        if not name.endswith("_created")
    }
    types = {family.name: family.type for family in registry.snapshot(include_self=False)}
    assert types == {
        "build_info": "info",
        "depth": "gauge",
        "latency_seconds": "histogram",
        "ours_total": "counter",
        "requests_total": "counter",
        "size_bytes": "summary",
        "state": "stateset",
    }


def test_prefix_and_labels_are_added(registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry) -> None:
    prometheus_client.Counter("steps", "", registry=theirs).inc()
    attached = attach(theirs, "engine", {"rank": 0}, to=registry)
    attach(theirs, "vllm:", to=registry.child("x"))
    assert lines(registry) == ['engine_steps_total{rank="0"} 1', "x_vllm:steps_total 1"]
    attached.detach()
    attached.detach()
    assert lines(registry) == ["x_vllm:steps_total 1"]


@pytest.mark.parametrize("exclude", [["a"], ["a_total"], "a_total"])
def test_families_are_excluded(
    registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry, exclude: list[str]
) -> None:
    prometheus_client.Counter("a", "", registry=theirs)
    prometheus_client.Counter("b", "", registry=theirs)
    registry.counter("a").inc(5)
    with attach(theirs, exclude=exclude, to=registry):
        assert lines(registry) == ["a_total 5", "b_total 0"]
    assert lines(registry) == ["a_total 5"]


def test_a_family_of_both_sides_is_refused(
    registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry
) -> None:
    prometheus_client.Counter("requests", "", registry=theirs)
    registry.child("engine").counter("requests")
    attach(theirs, to=registry).detach()
    with pytest.raises(cmetrics.ConflictError) as caught:
        attach(theirs, "engine", to=registry)
    error = caught.value
    assert error.subject == "engine_requests_total"
    assert "exclude=['requests_total']" in str(error)
    assert isinstance(error, cmetrics.Error)
    assert not any("python_collector" in line for line in registry.render("debug").splitlines())


def test_one_registry_is_not_attached_twice(
    registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry
) -> None:
    prometheus_client.Gauge("depth", "", registry=theirs)
    attach(theirs, to=registry)
    with pytest.raises(cmetrics.ConflictError, match="depth"):
        attach(theirs, to=registry)


def test_what_both_define_later_is_left_out_logged_once_and_counted(
    registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    attached = attach(theirs, to=registry)
    prometheus_client.Counter("requests", "Theirs", registry=theirs).inc(7)
    prometheus_client.Gauge("fine", "Fine", registry=theirs)
    assert lines(registry) == ["fine 0", "requests_total 7"]
    registry.counter("requests", "Ours", labels={"path": "/"}).inc()
    for _ in range(2):
        assert lines(registry) == ["fine 0", 'requests_total{path="/"} 1']
    (record,) = caplog.records
    assert "requests_total" in record.getMessage()
    refused = [line for line in registry.render().splitlines() if line.startswith("python_collector_refused_total")]
    assert refused == ['python_collector_refused_total{collector="prometheus_client"} 3']
    judged(registry.render(include_self=False))
    attached.detach()
    assert "refused" not in registry.render()


def test_a_registry_that_fails_keeps_what_it_told(
    registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    class Engine:
        broken = True

        def collect(self) -> Iterator[Metric]:
            if self.broken:
                raise RuntimeError("no engine")
            yield GaugeMetricFamily("depth", "", value=2)

    engine = Engine()
    theirs.register(engine)
    attach(theirs, to=registry)
    registry.counter("ours").inc()
    assert lines(registry) == ["ours_total 1"]
    engine.broken = False
    assert lines(registry) == ["depth 2", "ours_total 1"]
    engine.broken = True
    assert lines(registry) == ["depth 2", "ours_total 1"]
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR", "ERROR"]


def test_the_default_is_the_registry_of_the_process() -> None:
    code = """
import cmetrics, prometheus_client
from cmetrics.bridge.prometheus_client import attach
prometheus_client.Counter("steps", "Steps").inc()
attach()
report = cmetrics.render()
assert "steps_total 1\\n" in report and "python_gc_objects_collected_total" in report, report
assert "process_resident_memory_bytes" in report
"""
    python(code)


def test_a_detached_registry_is_let_go(registry: cmetrics.Registry) -> None:
    theirs = prometheus_client.CollectorRegistry()
    alive = weakref.ref(theirs)
    attached = attach(theirs, to=registry)
    registry.render()
    attached.detach()
    del theirs, attached
    gc.collect()
    assert alive() is None


MULTIPROCESS = """
import multiprocessing, sys
import cmetrics, prometheus_client
from prometheus_client import multiprocess
from cmetrics.bridge.prometheus_client import attach
requests = prometheus_client.Counter("requests", "Requests", ["path"])
latency = prometheus_client.Histogram("latency_seconds", "Latency", buckets=(0.5, 1))
depth = prometheus_client.Gauge("depth", "Depth", multiprocess_mode="livesum")

def work(n):
    requests.labels("/a").inc(n)
    latency.observe(0.75)
    depth.set(n)

context = multiprocessing.get_context("fork")
workers = [context.Process(target=work, args=(n,)) for n in (1, 2, 3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
    assert worker.exitcode == 0
theirs = prometheus_client.CollectorRegistry()
multiprocess.MultiProcessCollector(theirs)
attach(theirs)
print(cmetrics.render(), end="")
"""


def test_directories_of_many_processes_are_told(tmp_path: Path) -> None:
    report = python(MULTIPROCESS, {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}).stdout
    told = judged(report)
    assert told["requests_total", (("path", "/a"),)] == 6
    assert told["latency_seconds_bucket", (("le", "1.0"),)] == 3
    assert told["latency_seconds_count", ()] == 3
    assert told["depth", ()] == 6

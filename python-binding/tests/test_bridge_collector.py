# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What we hold, in reports of prometheus_client."""

from __future__ import annotations

import prometheus_client
import pytest
from prometheus_client.core import GaugeMetricFamily

import cmetrics
from cmetrics.bridge.prometheus_client import CmetricsCollector, attach

from .judging import judged, judged_theirs, series_of
from .reading import samples


@pytest.fixture
def theirs() -> prometheus_client.CollectorRegistry:
    return prometheus_client.CollectorRegistry()


def test_every_kind_is_told(registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry) -> None:
    engine = registry.child("engine", {"rank": 0})
    engine.counter("steps", "Steps", labels={"text": 'a"b\\c\nd日本'}).inc(3)
    engine.int_counter("size_bytes", "Bytes", unit="bytes").add(2**40)
    engine.float_counter("energy_joules", "Energy", total_only=True).add(0.5)
    engine.duration_counter("wait", "Waits").add_ns(1_500_000_000)
    engine.int_gauge("depth", "Depth").set(-4)
    engine.float_gauge("load", "Load").set(float("inf"))
    engine.duration_gauge("lag", "Lag").set(2)
    theirs.register(CmetricsCollector(registry))
    told = judged_theirs(theirs)
    assert told == judged(registry.render(include_self=False))
    assert told["engine_steps_total", (("rank", "0"), ("text", 'a"b\\c\nd日本'))] == 3
    assert told["engine_wait_seconds_sum", (("rank", "0"),)] == 1.5
    assert len(told) == 9


def test_integers_are_exact_until_their_text_rounds_them(
    registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry
) -> None:
    registry.counter("big", "Big").inc(2**53 + 1)
    theirs.register(CmetricsCollector(registry))
    (family,) = theirs.collect()
    assert family.samples[0].value == 2**53 + 1


def test_what_collectors_tell_goes_on(registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry) -> None:
    others = prometheus_client.CollectorRegistry()
    prometheus_client.Histogram("latency_seconds", "Latency", registry=others, buckets=(0.5, 1)).observe(0.75)
    prometheus_client.Info("build", "Build", registry=others).info({"version": "1.2"})
    prometheus_client.Enum("state", "State", registry=others, states=["up", "down"]).state("down")
    attach(others, to=registry)
    registry.counter("nv_requests", "A name without _total", verbatim=True).inc()
    theirs.register(CmetricsCollector(registry, include_self=False))
    told = judged_theirs(theirs)
    ours = series_of(samples(registry.render(include_self=False)))
    # Their parser puts _total behind a counter's name.
    assert ours.pop(("nv_requests_total", ())) == told.pop(("nv_requests", ())) == 1
    assert told == ours
    assert told["state", (("state", "down"),)] == 1
    assert [family.type for family in theirs.collect()] == ["info", "histogram", "unknown", "stateset"]


def test_their_own_families_are_refused_when_it_is_registered(
    registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry
) -> None:
    prometheus_client.Counter("requests", "", registry=theirs)
    registry.counter("requests").inc()
    with pytest.raises(ValueError, match="requests"):
        theirs.register(CmetricsCollector(registry))
    theirs.register(CmetricsCollector(registry, exclude=["requests"]))
    assert theirs.get_sample_value("requests_total") == 0


def test_what_becomes_theirs_later_is_left_out_logged_once_and_counted(
    registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    theirs.register(CmetricsCollector(registry, theirs=theirs))
    prometheus_client.Gauge("depth", "Theirs", registry=theirs).set(1)
    registry.int_gauge("depth", "Ours").set(2)
    registry.int_gauge("fine", "Fine").set(3)
    for _ in range(2):
        assert judged_theirs(theirs) == {("depth", ()): 1, ("fine", ()): 3}
    (record,) = caplog.records
    assert "depth" in record.getMessage()
    assert registry.counter("python_collector_refused", labels={"collector": "CmetricsCollector"}).value == 4
    assert "depth 2" in registry.render()


def test_the_verbosity_is_kept(registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry) -> None:
    registry.int_gauge("detail", priority="debug")
    registry.int_gauge("usual")
    theirs.register(CmetricsCollector(registry))
    assert [family.name for family in theirs.collect()] == ["usual"]
    debug = CmetricsCollector(registry, verbosity=cmetrics.Priority.DEBUG, include_self=False)
    assert [family.name for family in debug.collect()] == ["detail", "usual"]
    with pytest.raises(ValueError, match="loud"):
        CmetricsCollector(registry, verbosity="loud")


@pytest.mark.parametrize("attach_first", [True, False])
@pytest.mark.parametrize("auto_describe", [True, False])
def test_both_directions_make_no_loop_and_no_family_twice(
    registry: cmetrics.Registry, attach_first: bool, auto_describe: bool
) -> None:
    theirs = prometheus_client.CollectorRegistry(auto_describe=auto_describe)
    ran = []

    class Engine:
        def collect(self) -> list[GaugeMetricFamily]:
            ran.append(1)
            return [GaugeMetricFamily("running", "Running", value=2)]

    theirs.register(Engine())
    prometheus_client.Counter("steps", "Steps", registry=theirs).inc(5)
    registry.counter("requests", "Requests").inc(7)
    collector = CmetricsCollector(registry, include_self=False)
    if attach_first:
        attach(theirs, to=registry)
        theirs.register(collector)
    else:
        theirs.register(collector)
        attach(theirs, to=registry)
    ran.clear()
    expected = {("requests_total", ()): 7, ("running", ()): 2, ("steps_total", ()): 5}
    assert judged(registry.render(include_self=False)) == expected
    assert ran == [1]
    told = judged(prometheus_client.generate_latest(theirs).decode())
    assert {key: value for key, value in told.items() if key[0] != "steps_created"} == expected
    assert ran == [1, 1]

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What prometheus_client collects, told by a cmetrics report."""

from __future__ import annotations

from collections.abc import Iterator

import prometheus_client
import pytest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
    StateSetMetricFamily,
    UnknownMetricFamily,
)

import cmetrics

from .reading import lines, samples


@pytest.fixture
def theirs() -> prometheus_client.CollectorRegistry:
    return prometheus_client.CollectorRegistry()


def test_every_type_goes_through(registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry) -> None:
    prometheus_client.Counter("requests", "Requests", ["path"], registry=theirs).labels('/"x"\n').inc(3)
    prometheus_client.Gauge("depth", "Depth", registry=theirs).set(-2.5)
    prometheus_client.Summary("size", "Size", ["path"], registry=theirs).labels("/").observe(7)
    prometheus_client.Histogram("latency", "Latency", registry=theirs, buckets=(0.5, 1)).observe(0.75)
    prometheus_client.Info("build", "Build", registry=theirs).info({"version": "1.2"})
    prometheus_client.Enum("state", "State", registry=theirs, states=["up", "down"]).state("down")
    registry.register_collector(theirs)
    ours = {(s.name, tuple(sorted(s.labels.items()))): s.value for s in samples(registry.render(include_self=False))}
    direct = {
        (s.name, tuple(sorted(s.labels.items()))): s.value
        for s in samples(prometheus_client.generate_latest(theirs).decode())
        if not s.name.endswith("_created")
    }
    assert ours == direct
    assert len(ours) == 12


def test_its_families_join_prefix_and_labels(
    registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry
) -> None:
    prometheus_client.Counter("requests", "Requests", registry=theirs).inc()
    registry.child("old", {"engine": "0"}).register_collector(theirs)
    assert lines(registry) == ['old_requests_total{engine="0"} 1']


def test_hand_made_families_go_through(registry: cmetrics.Registry) -> None:
    class Custom:
        def collect(self) -> Iterator[Metric]:
            yield GaugeMetricFamily("g", "help", value=1)
            counter = CounterMetricFamily("c", "help", labels=["l"])
            counter.add_metric(["x"], 2)
            yield counter
            yield UnknownMetricFamily("u", "help", value=3)
            yield StateSetMetricFamily("s", "help", {"on": True})

    registry.register_collector(Custom())
    assert lines(registry) == ['c_total{l="x"} 2', "g 1", 's{s="on"} 1', "u 3"]


def test_integers_of_custom_collectors_stay_exact(registry: cmetrics.Registry) -> None:
    values = [2**53 + 1, 2**64 - 1, -(2**63), 2**64, True, 0.1, float("inf")]

    class Custom:
        def collect(self) -> Iterator[Metric]:
            family = GaugeMetricFamily("g", "", labels=["n"])
            for n, value in enumerate(values):
                family.add_metric([str(n)], value)
            yield family

    registry.register_collector(Custom())
    told = [line.split()[1] for line in lines(registry)]
    assert told[:3] == ["9007199254740993", "18446744073709551615", "-9223372036854775808"]
    assert float(told[3]) == 2.0**64
    assert told[4:] == ["1", "0.1", "+Inf"]


def test_names_that_the_format_has_not_are_written_as_theirs_are(
    registry: cmetrics.Registry, theirs: prometheus_client.CollectorRegistry
) -> None:
    class Custom:
        def collect(self) -> Iterator[Metric]:
            family = Metric("http.server.duration", "Ünicode", "gauge")
            family.add_sample("http.server.duration", {"http.route": 'a"\n\\é'}, 1)
            yield family
            yield GaugeMetricFamily("vllm:queue", "", value=2)

    theirs.register(Custom())
    registry.register_collector(theirs)
    told = [(s.name, s.labels, s.value) for s in samples(registry.render(include_self=False))]
    assert told == [
        ("http_server_duration", {"http_route": 'a"\n\\é'}, 1.0),
        ("vllm:queue", {}, 2.0),
    ]
    assert told == [(s.name, s.labels, s.value) for s in samples(prometheus_client.generate_latest(theirs).decode())]

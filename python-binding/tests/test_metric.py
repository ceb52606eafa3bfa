# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What metrics of every kind have in common: identity, description, repr."""

from __future__ import annotations

import pickle

import pytest

import cmetrics


def test_get_or_create_gives_the_same_metric(registry: cmetrics.Registry) -> None:
    one = registry.counter("a_b", labels={"x": "1", "y": "2"})
    two = registry.child("a").counter("b_total", labels={"y": "2", "x": "1"})
    assert one == two
    assert hash(one) == hash(two)
    assert one.id == two.id
    one.inc()
    assert two.value == 1
    assert len({one, two}) == 1


def test_other_metrics_are_not_equal(registry: cmetrics.Registry) -> None:
    one = registry.counter("a")
    others: list[object] = [registry.counter("b"), registry.counter("a", labels={"x": "1"}), registry, one.id, None]
    assert all(one != other for other in others)
    assert not any(one == other for other in others)


def test_metrics_have_no_order(registry: cmetrics.Registry) -> None:
    with pytest.raises(TypeError):
        assert registry.counter("a") < registry.counter("b")  # type: ignore[operator]


def test_it_describes_itself(registry: cmetrics.Registry) -> None:
    size = registry.child("http", {"zone": "é"}).int_counter(
        "response", "Bytes\nsent", labels={"path": "/"}, priority="high", unit="bytes"
    )
    size.add(3)
    assert size.name == "http_response"
    assert size.kind == "int_counter"
    assert size.help == "Bytes\nsent"
    assert size.unit == "bytes"
    assert size.priority is cmetrics.Priority.HIGH
    assert size.labels == {"path": "/", "zone": "é"}
    assert list(size.labels) == ["path", "zone"]
    assert size.attached
    assert size.describe() == cmetrics.FamilySnapshot(
        name="http_response",
        type="summary",
        points=[
            cmetrics.Point(
                {"path": "/", "zone": "é"}, [cmetrics.Sample(3, "_sum"), cmetrics.Sample(1, "_count")], size.id
            )
        ],
        help="Bytes\nsent",
        unit="bytes",
        priority="high",
        kind="int_counter",
    )


def test_repr_tells_name_labels_and_value(registry: cmetrics.Registry) -> None:
    counter = registry.counter("requests", labels={"path": "/", "who": 'a"\\\n'})
    counter.inc(3)
    assert repr(counter) == r'<cmetrics.Counter requests_total{path="/",who="a\"\\\n"} 3>'
    size = registry.int_counter("size")
    size.add(5)
    assert repr(size) == "<cmetrics.IntCounter size total 5, count 1>"
    energy = registry.float_counter("energy")
    energy.add(0.25)
    assert repr(energy) == "<cmetrics.FloatCounter energy total 0.25, count 1>"
    latency = registry.duration_counter("latency", total_only=True)
    latency.add_ns(1_500_000_000)
    assert repr(latency) == "<cmetrics.DurationCounter latency_seconds_total 1.5>"
    depth = registry.int_gauge("depth")
    depth.set(-2)
    assert repr(depth) == "<cmetrics.IntGauge depth -2>"
    load = registry.float_gauge("load")
    load.set(float("inf"))
    assert repr(load) == "<cmetrics.FloatGauge load +Inf>"
    lag = registry.duration_gauge("lag")
    lag.set_ns(-345)
    assert repr(lag) == "<cmetrics.DurationGauge lag_seconds -0.000000345>"
    registry.remove(depth)
    assert repr(depth) == "<cmetrics.IntGauge depth -2 (detached)>"


def test_classes_are_final_and_frozen(registry: cmetrics.Registry) -> None:
    counter = registry.counter("a")
    with pytest.raises(TypeError):
        type("Mine", (cmetrics.Counter,), {})
    with pytest.raises(TypeError):
        cmetrics.Counter()
    with pytest.raises(AttributeError):
        counter.value = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        counter.other = 3  # type: ignore[attr-defined]
    assert isinstance(counter, cmetrics.Metric)


def test_a_metric_does_not_travel_to_another_process(registry: cmetrics.Registry) -> None:
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(registry.counter("a"))

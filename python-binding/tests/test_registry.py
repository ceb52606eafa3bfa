# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The tree of prefixes and labels."""

from __future__ import annotations

import pytest

import cmetrics

from .reading import lines


def test_children_add_prefixes_and_labels(registry: cmetrics.Registry) -> None:
    engine = registry.child("vllm:", {"model_name": "llama"}).child("engine", labels={"engine": 0})
    engine.counter("steps", labels={"phase": "decode"}).inc()
    assert lines(registry) == ['vllm:engine_steps_total{engine="0",model_name="llama",phase="decode"} 1']
    assert engine.prefix == "vllm:engine"
    assert engine.labels == {"engine": "0", "model_name": "llama"}
    assert engine.describe() == cmetrics.RegistryInfo("vllm:engine", {"engine": "0", "model_name": "llama"})


def test_a_child_may_add_only_labels_or_nothing(registry: cmetrics.Registry) -> None:
    registry.child(labels={"a": "b"}).counter("x").inc()
    registry.child().counter("x").inc()
    assert lines(registry) == ["x_total 1", 'x_total{a="b"} 1']


def test_the_more_specific_label_wins_unless_locked(registry: cmetrics.Registry) -> None:
    registry.child(labels={"engine": "0"}).counter("a", labels={"engine": "1"}).inc()
    registry.child(labels={"engine": "0"}, locked=True).counter("b", labels={"engine": "1"}).inc()
    assert lines(registry) == ['a_total{engine="1"} 1', 'b_total{engine="0"} 1']


def test_the_same_child_is_the_same_registry(registry: cmetrics.Registry) -> None:
    one = registry.child("a", {"x": "1", "y": "2"})
    two = registry.child("a", {"y": "2", "x": "1"})
    assert one == two
    assert hash(one) == hash(two)
    assert one.id == two.id
    assert one != registry.child("a", {"x": "1"})
    assert one != "a"
    assert len({one, two, registry}) == 2


def test_a_metric_is_found_or_not(registry: cmetrics.Registry) -> None:
    made = registry.counter("requests", labels={"path": "/"})
    assert registry.find("requests", "counter", labels={"path": "/"}) == made
    assert registry.find("requests_total", "counter", labels={"path": "/"}) == made
    assert isinstance(registry.find("requests", "counter", labels={"path": "/"}), cmetrics.Counter)
    assert registry.find("requests", "counter") is None
    assert registry.find("nothing", "int_gauge") is None
    with pytest.raises(cmetrics.ConflictError):
        registry.find("requests_total", "int_gauge", labels={"path": "/"}, verbatim=True)
    with pytest.raises(cmetrics.InvalidArgumentError, match="histogram"):
        registry.find("requests", "histogram")  # type: ignore[arg-type]


def test_a_removed_metric_is_detached_for_good(registry: cmetrics.Registry) -> None:
    requests = registry.counter("requests")
    requests.inc()
    registry.remove(requests)
    assert not requests.attached
    requests.inc()
    assert lines(registry) == []
    with pytest.raises(cmetrics.NotFoundError):
        registry.remove(requests)
    with pytest.raises(TypeError):
        registry.remove("requests")  # type: ignore[arg-type]


def test_a_removed_registry_takes_all_below_with_it(registry: cmetrics.Registry) -> None:
    engine = registry.child("engine")
    engine.counter("steps").inc()
    engine.child("cache").counter("hits").inc()
    registry.counter("requests").inc()
    engine.remove_all()
    assert lines(registry) == ["requests_total 1"]
    with pytest.raises(cmetrics.GoneError):
        engine.counter("steps")
    with pytest.raises(cmetrics.InvalidArgumentError):
        registry.remove_all()


def test_reset_sets_all_below_to_zero(registry: cmetrics.Registry) -> None:
    engine = registry.child("engine")
    steps, requests = engine.counter("steps"), registry.counter("requests")
    steps.inc()
    requests.inc()
    engine.reset()
    assert (steps.value, requests.value) == (0, 1)


def test_series_can_be_limited(registry: cmetrics.Registry) -> None:
    registry.limit_series(1)
    errors = registry.counter_family("errors", "", ["kind"])
    errors.labels("io")
    with pytest.raises(cmetrics.LimitError):
        errors.labels("net")
    registry.limit_series(None)
    errors.labels("net")
    for wrong in (0, -1):
        with pytest.raises(cmetrics.InvalidArgumentError):
            registry.limit_series(wrong)


def test_isolated_roots_share_nothing(registry: cmetrics.Registry) -> None:
    other = cmetrics.Registry.isolated()
    assert other != registry
    registry.counter("requests").inc()
    assert lines(other) == []
    other.int_gauge("requests").set(3)
    assert lines(other) == ["requests 3"]


def test_a_metric_outlives_its_isolated_root() -> None:
    requests = cmetrics.Registry.isolated().counter("requests")
    requests.inc()
    assert not requests.attached


def test_the_root_is_one(registry: cmetrics.Registry) -> None:
    assert cmetrics.root() == cmetrics.root()
    assert cmetrics.root() != registry
    assert cmetrics.root().describe() == ("", {})


def test_it_tells_what_it_is(registry: cmetrics.Registry) -> None:
    engine = registry.child("vllm:", {"engine": "0", "name": 'a"b'})
    assert repr(engine) == r'<cmetrics.Registry vllm:{engine="0",name="a\"b"}>'
    assert repr(registry) == "<cmetrics.Registry {}>"

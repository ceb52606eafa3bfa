# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The double that notes updates."""

from __future__ import annotations

import gc
import threading
from datetime import timedelta

import pytest

import cmetrics
from cmetrics.testing import Event, Recorder, assert_metric


def taken(recorder: Recorder) -> list[str]:
    return [str(event) for event in recorder.take()]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def test_every_update_of_every_kind_is_noted_in_order(recorder: Recorder) -> None:
    registry = recorder.registry
    counter = registry.counter("events")
    counter.inc()
    counter.inc(2)
    counter.add(3)
    registry.int_counter("bytes").observe(1500)
    registry.float_counter("joules").add(1.5)
    registry.duration_counter("latency").add(timedelta(milliseconds=250))
    depth = registry.int_gauge("depth")
    depth.set(3)
    depth.add(4)
    depth.sub(5)
    depth.inc()
    depth.dec()
    load = registry.float_gauge("load")
    load.set(0.5)
    load.inc(0.25)
    load.dec(0.125)
    load.inc()
    load.dec()
    age = registry.duration_gauge("age")
    age.set_ns(5)
    age.add_ns(6)
    age.sub_ns(7)
    age.inc()
    age.dec()
    assert taken(recorder) == [
        "inc events_total 1",
        "add events_total 2",
        "add events_total 3",
        "add bytes 1500",
        "add joules 1.5",
        "add latency_seconds 0.25",
        "set depth 3",
        "add depth 4",
        "sub depth 5",
        "inc depth 1",
        "dec depth 1",
        "set load 0.5",
        "add load 0.25",
        "sub load 0.125",
        "inc load 1",
        "dec load 1",
        "set age_seconds 0.000000005",
        "add age_seconds 0.000000006",
        "sub age_seconds 0.000000007",
        "inc age_seconds 1",
        "dec age_seconds 1",
    ]
    # What was noted was passed on.
    assert_metric(recorder, "events_total", 6)
    assert_metric(recorder, "depth", 2)
    assert_metric(recorder, "load", 0.625)
    assert_metric(recorder, "age_seconds", 4e-9)


def test_an_event_has_exact_parts(recorder: Recorder) -> None:
    recorder.registry.child("engine", {"rank": 0}).duration_gauge("age").set_ns(2**62 + 1)
    recorder.registry.counter("bytes").inc(2**64 - 1)
    first, second = recorder.take()
    assert first == Event("set", "engine_age_seconds", {"rank": "0"}, (2**62 + 1) / 1e9, 2**62 + 1)
    assert second == Event("add", "bytes_total", {}, 2**64 - 1)


def test_what_counts_and_times_for_others_is_noted(recorder: Recorder) -> None:
    registry = recorder.registry
    with registry.duration_counter("latency").time():
        pass

    @registry.counter("failures").count_exceptions(ValueError)
    @registry.int_gauge("running").track_inprogress()
    def parse(text: str) -> int:
        return int(text)

    with pytest.raises(ValueError, match="x"):
        parse("x")
    assert [(event.operation, event.name) for event in recorder.take()] == [
        ("add", "latency_seconds"),
        ("inc", "running"),
        ("dec", "running"),
        ("inc", "failures_total"),
    ]


def test_children_families_and_finds_are_noted(recorder: Recorder) -> None:
    engine = recorder.registry.child("vllm:", {"engine": 0})
    errors = engine.child("deep").counter_family("errors", "", ["type"])
    errors.labels("io").inc()
    errors.labels(type="io").inc()
    engine.counter("steps")
    found = engine.find("steps", "counter")
    assert isinstance(found, cmetrics.Counter)
    found.inc()
    assert taken(recorder) == [
        'inc vllm:deep_errors_total{engine="0",type="io"} 1',
        'inc vllm:deep_errors_total{engine="0",type="io"} 1',
        'inc vllm:steps_total{engine="0"} 1',
    ]


def test_the_root_of_a_scope_is_noted_whoever_asks(recorder: Recorder) -> None:
    process = cmetrics.root()
    with recorder.registry.scope():
        assert cmetrics.root() == recorder.registry
        cmetrics.root().counter("requests").inc()
        with cmetrics.client("plugin") as plugin:
            plugin.root().counter("steps").inc()
        with cmetrics.Registry.isolated().scope():
            cmetrics.root().counter("unseen").inc()
    assert cmetrics.root() == process
    assert taken(recorder) == ["inc requests_total 1", "inc steps_total 1"]


def test_code_that_is_given_metrics_takes_a_recorder_or_its_registry(recorder: Recorder) -> None:
    def work(metrics: cmetrics.Metrics) -> None:
        child = metrics.child("engine", {"rank": 0})
        child.counter("steps", "Steps so far").inc()
        metrics.int_gauge_family("depth", "", ["queue"]).labels("in").set(1)

    def work_in(registry: cmetrics.Registry) -> None:
        work(registry)

    work(recorder)
    first = taken(recorder)
    work_in(recorder.registry)
    assert first == taken(recorder) == ['inc engine_steps_total{rank="0"} 1', 'set depth{queue="in"} 1']


def test_it_makes_everything_that_a_registry_makes(recorder: Recorder) -> None:
    assert isinstance(recorder, cmetrics.Metrics)
    names = [name for name in vars(cmetrics.Metrics) if not name.startswith("_")]
    assert len(names) == 15
    for name in names:
        kind = name.replace("_family", "")
        made = getattr(recorder, name)(kind)
        assert type(made) is type(getattr(cmetrics.Registry.isolated(), name)(kind))
        assert getattr(type(recorder), name).__doc__


def test_recorders_do_not_hear_of_each_other(recorder: Recorder) -> None:
    other = Recorder()
    recorder.registry.counter("requests").inc()
    other.registry.counter("requests").add(2)
    cmetrics.Registry.isolated().counter("requests").add(3)
    assert taken(recorder) == ["inc requests_total 1"]
    assert taken(other) == ["add requests_total 2"]


def test_metrics_outlive_their_recorder() -> None:
    recorder = Recorder()
    registry, counter = recorder.registry, recorder.registry.counter("requests")
    counter.inc()
    del recorder
    gc.collect()
    counter.inc()
    registry.counter("late").inc()
    assert_metric(registry, "requests_total", 2)
    assert_metric(registry, "late_total", 1)


def test_events_stay_until_they_are_taken(recorder: Recorder) -> None:
    recorder.registry.counter("requests").inc()
    assert recorder.events == recorder.events == recorder.take()
    assert recorder.events == recorder.take() == []
    assert repr(recorder) == "<cmetrics.testing.Recorder of 0 updates>"


def test_amounts_that_raise_are_no_updates(recorder: Recorder) -> None:
    with pytest.raises(ValueError, match="grow"):
        recorder.registry.float_counter("joules").add(-1)
    assert recorder.take() == []


def test_threads_lose_nothing(recorder: Recorder) -> None:
    def work(number: int) -> None:
        with recorder.registry.scope():
            counter = cmetrics.root().counter("requests", labels={"thread": number})
            for _ in range(500):
                counter.inc()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = recorder.take()
    assert len(events) == 2000
    assert sum(event.labels["thread"] == "2" for event in events) == 500

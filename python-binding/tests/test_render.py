# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reports."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

import cmetrics

from .reading import lines


def test_a_report_is_prometheus_text(registry: cmetrics.Registry) -> None:
    registry.counter("requests", "Requests so far", labels={"path": "/"}).inc(3)
    registry.int_counter("bytes", 'With \\ and\nline, "quotes"').add(7)
    assert registry.render(include_self=False) == (
        '# HELP bytes With \\\\ and\\nline, "quotes"\n'
        "# TYPE bytes summary\n"
        "bytes_sum 7\n"
        "bytes_count 1\n"
        "# HELP requests_total Requests so far\n"
        "# TYPE requests_total counter\n"
        'requests_total{path="/"} 3\n'
    )


def test_bytes_and_text_agree(registry: cmetrics.Registry) -> None:
    registry.counter("requests", labels={"who": "Zoë"}).inc()
    text = cmetrics.render(registry)
    assert text == registry.render()
    assert cmetrics.generate_latest(registry) == text.encode()


def test_the_process_report_is_the_root_s() -> None:
    mine = cmetrics.root().counter("test_render_process_report")
    mine.inc()
    assert "test_render_process_report_total 1\n" in cmetrics.render()
    assert b"test_render_process_report_total 1\n" in cmetrics.generate_latest()
    cmetrics.root().remove(mine)


def test_a_registry_reports_itself_and_below(registry: cmetrics.Registry) -> None:
    registry.counter("a").inc()
    engine = registry.child("engine", {"engine": "0"})
    engine.counter("b").inc()
    assert lines(engine) == ['engine_b_total{engine="0"} 1']


def test_verbosity_chooses_how_much(registry: cmetrics.Registry) -> None:
    for priority in cmetrics.Priority:
        registry.int_gauge(f"g_{priority}", priority=priority).set(1)

    def told(verbosity: cmetrics.Priority) -> int:
        return registry.render(verbosity, include_self=False).count("# TYPE")

    assert [told(priority) for priority in cmetrics.Priority] == [1, 2, 3, 4, 5]
    assert registry.render(include_self=False) == registry.render(verbosity="normal", include_self=False)


def test_names_keep_families(registry: cmetrics.Registry) -> None:
    registry.counter("a").inc()
    registry.int_counter("b").add(1)
    assert registry.render(names=["a_total"]).count("# TYPE") == 1
    assert registry.render(names=iter(["a_total", "b_sum"])).count("# TYPE") == 2
    assert registry.render(names=["c"]) == ""


def test_the_library_s_own_families_can_be_left_out(registry: cmetrics.Registry) -> None:
    assert "cmetrics_info" in registry.render(verbosity="debug")
    assert registry.render(verbosity="debug", include_self=False) == ""


def test_time_can_run_out(registry: cmetrics.Registry) -> None:
    def slow() -> list[cmetrics.FamilySnapshot]:
        time.sleep(0.05)
        return [cmetrics.FamilySnapshot(f"g{n}", "gauge", [cmetrics.Point({}, [cmetrics.Sample(1)])]) for n in range(9)]

    registry.register_collector(slow)
    for n in range(2000):
        registry.counter("many", labels={"n": n}).inc()
    for timeout in (0.001, timedelta(milliseconds=1)):
        with pytest.raises(cmetrics.CancelledError) as caught:
            registry.render(timeout=timeout)
        assert isinstance(caught.value, TimeoutError)
    assert registry.render(timeout=60)
    for wrong in (0, -1, float("nan")):
        with pytest.raises(cmetrics.InvalidArgumentError, match="timeout"):
            registry.render(timeout=wrong)


def test_other_threads_run_while_a_report_is_made(registry: cmetrics.Registry) -> None:
    errors = registry.counter_family("errors", "", ["n"])
    for n in range(20_000):
        errors.labels(n).inc()
    steps = 0
    done = threading.Event()

    def report() -> None:
        for _ in range(5):
            registry.render()
        done.set()

    thread = threading.Thread(target=report)
    thread.start()
    while not done.is_set():
        steps += 1
    thread.join()
    assert steps > 100


def test_the_content_type_names_the_format() -> None:
    assert cmetrics.content_type() == "text/plain; version=0.0.4; charset=utf-8"


def test_a_snapshot_holds_what_a_report_says(registry: cmetrics.Registry) -> None:
    registry.counter("requests", "Requests", labels={"path": "/"}).inc(3)
    lag = registry.duration_gauge("lag", priority="critical")
    lag.set_ns(-1_500_000_001)
    registry.float_counter("energy").add(0.5)
    registry.int_gauge("hidden", priority="debug").set(1)
    families = {family.name: family for family in registry.snapshot(include_self=False)}
    assert list(families) == ["energy", "lag_seconds", "requests_total"]
    assert families["requests_total"].type == "counter"
    assert families["requests_total"].help == "Requests"
    assert families["requests_total"].points[0].labels == {"path": "/"}
    assert families["requests_total"].points[0].samples == [cmetrics.Sample(3)]
    assert families["lag_seconds"].priority == "critical"
    assert families["lag_seconds"].kind == "duration_gauge"
    assert families["lag_seconds"].points[0].id == lag.id
    assert families["lag_seconds"].points[0].samples == [cmetrics.Sample(-1.500000001, ns=-1_500_000_001)]
    assert families["energy"].points[0].samples == [cmetrics.Sample(0.5, "_sum"), cmetrics.Sample(1, "_count")]
    assert len(registry.snapshot("debug", include_self=False)) == 4
    assert [family.name for family in registry.snapshot(names=["energy"])] == ["energy"]

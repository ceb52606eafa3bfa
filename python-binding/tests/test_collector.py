# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Families that Python computes when a report is made."""

from __future__ import annotations

import gc
import logging
import threading
import time
import weakref
from collections.abc import Iterator

import pytest

import cmetrics
from cmetrics import FamilySnapshot, Point, Sample

from .reading import lines, python


def gauge(name: str, value: float) -> FamilySnapshot:
    return FamilySnapshot(name, "gauge", [Point({}, [Sample(value)])])


def test_a_generator_function_tells_of_families(registry: cmetrics.Registry) -> None:
    calls = 0

    def collect() -> Iterator[FamilySnapshot]:
        nonlocal calls
        calls += 1
        yield FamilySnapshot(
            "pool",
            "gauge",
            [Point({"state": "used"}, [Sample(3)]), Point({"state": "free"}, [Sample(0.5)])],
            help="Slots",
        )
        yield gauge("calls", calls)

    registry.child("engine", {"engine": "0"}).register_collector(collect)
    assert lines(registry) == [
        'engine_calls{engine="0"} 1',
        'engine_pool{engine="0",state="free"} 0.5',
        'engine_pool{engine="0",state="used"} 3',
    ]
    assert "# HELP engine_pool Slots\n# TYPE engine_pool gauge\n" in registry.render()
    assert calls == 2


def test_numbers_of_every_sort_are_exact(registry: cmetrics.Registry) -> None:
    values = [Sample(2**64 - 1), Sample(-(2**63)), Sample(0.1), Sample(0, ns=1), Sample(0, ns=-345), Sample(True)]
    registry.register_collector(
        lambda: [FamilySnapshot("x", "gauge", [Point({"n": str(n)}, [v]) for n, v in enumerate(values)])]
    )
    assert [line.split()[1] for line in lines(registry)] == [
        "18446744073709551615",
        "-9223372036854775808",
        "0.1",
        "0.000000001",
        "-0.000000345",
        "1",
    ]


def test_a_histogram_goes_through(registry: cmetrics.Registry) -> None:
    registry.register_collector(
        lambda: [
            FamilySnapshot(
                "latency",
                "histogram",
                [
                    Point(
                        {"path": "/"},
                        [
                            Sample(1, "_bucket", ("le", "0.5")),
                            Sample(2, "_bucket", ("le", "+Inf")),
                            Sample(1.5, "_sum"),
                            Sample(2, "_count"),
                        ],
                    )
                ],
            )
        ]
    )
    assert lines(registry) == [
        'latency_bucket{path="/",le="0.5"} 1',
        'latency_bucket{path="/",le="+Inf"} 2',
        'latency_sum{path="/"} 1.5',
        'latency_count{path="/"} 2',
    ]


def test_an_object_with_collect_serves_too(registry: cmetrics.Registry) -> None:
    class Pool:
        def collect(self) -> list[FamilySnapshot]:
            return [gauge("pool", 1)]

    registry.register_collector(Pool())
    assert lines(registry) == ["pool 1"]


def test_a_failure_keeps_what_was_told_before_and_its_end_is_noticed(
    registry: cmetrics.Registry, caplog: pytest.LogCaptureFixture
) -> None:
    broken = False

    def collect() -> list[FamilySnapshot]:
        if broken:
            raise OSError("gone")
        return [gauge("a", 1)]

    registry.register_collector(collect)
    for now, logged in [(False, 0), (True, 1), (True, 1), (False, 1), (True, 2)]:
        broken = now
        assert lines(registry) == ["a 1"]
        assert len(caplog.records) == logged


def test_what_is_told_of_it_has_its_name(registry: cmetrics.Registry) -> None:
    class Pool:
        def collect(self) -> list[FamilySnapshot]:
            return [gauge("pool", 1)]

    collectors = [registry.register_collector(Pool()) for _ in range(2)]
    collectors.append(registry.child("engine").register_collector(lambda: None, name="mine"))
    assert [collector.name for collector in collectors] == ["Pool", "Pool-2", "mine"]
    age = "python_collector_age_seconds"
    told = registry.snapshot("low", names=[age])[0].points
    assert [point.labels["collector"] for point in told] == ["Pool", "Pool-2", "mine"]
    assert all(0 <= point.samples[0].value < 10 for point in told)
    assert age not in registry.render(), "it is fresh"
    assert age not in registry.child("engine").render("debug"), "a root's alone"
    collectors[0].remove()
    assert "Pool-2" in registry.render("low")
    assert '"Pool"' not in registry.render("low")


def test_a_report_leaves_out_the_collector_that_asks_for_it(registry: cmetrics.Registry) -> None:
    inside: list[str] = []

    def collect() -> list[FamilySnapshot]:
        inside.append(registry.render(include_self=False))
        return [gauge("a", 1)]

    registry.register_collector(collect)
    registry.register_collector(lambda: [gauge("b", 2)])
    for _ in range(2):
        assert lines(registry) == ["a 1", "b 2"]
    assert inside == ["# HELP b \n# TYPE b gauge\nb 2\n"] * 2


def test_only_the_collectors_of_what_is_reported_run(registry: cmetrics.Registry) -> None:
    ran: list[str] = []
    one, two = registry.child("one"), registry.child("two")
    one.register_collector(lambda: ran.append("one"))
    two.child("deep").register_collector(lambda: ran.append("deep"))
    two.render()
    assert ran == ["deep"]
    cmetrics.render(registry)
    assert ran == ["deep", "one", "deep"]


def test_a_collector_that_takes_too_long_makes_the_report_late(registry: cmetrics.Registry) -> None:
    ran: list[int] = []

    def slow() -> None:
        ran.append(1)
        time.sleep(0.05)

    registry.counter("a").inc()
    for _ in range(3):
        registry.register_collector(slow)
    with pytest.raises(cmetrics.CancelledError):
        registry.render(timeout=0.01)
    assert ran == [1], "the others are not begun"


def test_telling_nothing_is_fine(registry: cmetrics.Registry) -> None:
    registry.register_collector(lambda: None)
    assert lines(registry) == []


def test_it_can_be_removed(registry: cmetrics.Registry) -> None:
    collector = registry.register_collector(lambda: [gauge("a", 1)])
    assert lines(registry) == ["a 1"]
    collector.remove()
    collector.remove()
    assert lines(registry) == []


def test_what_it_held_is_let_go(registry: cmetrics.Registry) -> None:
    class Pool:
        def collect(self) -> list[FamilySnapshot]:
            return [gauge("pool", 1)]

    pool = Pool()
    alive = weakref.ref(pool)
    collector = registry.register_collector(pool)
    del pool
    gc.collect()
    assert alive() is not None
    collector.remove()
    gc.collect()
    assert alive() is None


def test_a_removed_registry_removes_its_collectors(registry: cmetrics.Registry) -> None:
    engine = registry.child("engine")
    engine.register_collector(lambda: [gauge("a", 1)])
    engine.remove_all()
    assert lines(registry) == []


def test_an_exception_is_logged_and_the_report_goes_on(
    registry: cmetrics.Registry, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Iterator[FamilySnapshot]:
        yield gauge("told_before", 1)
        raise KeyError("pool")

    registry.counter("requests").inc()
    registry.register_collector(broken)
    assert lines(registry) == ["requests_total 1"]
    (record,) = caplog.records
    assert record.name == "cmetrics"
    assert record.levelno == logging.ERROR
    assert "broken" in record.getMessage()
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], KeyError)
    assert 'python_collector_failures_total{collector="broken"} 2\n' in registry.render()
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    "told",
    [
        ["not a family"],
        [FamilySnapshot("a", "sundial", [])],
        [FamilySnapshot("a", "gauge", [Point({}, [Sample(2**64)])])],
        [FamilySnapshot("a", "gauge", [Point({}, [Sample("1")])])],  # type: ignore[arg-type]
        [FamilySnapshot("a", "gauge", [Point({"b": "\ud800"}, [Sample(1)])])],
        [FamilySnapshot(3, "gauge", [])],  # type: ignore[arg-type]
        7,
    ],
)
def test_nonsense_is_logged_and_the_report_goes_on(
    registry: cmetrics.Registry, caplog: pytest.LogCaptureFixture, told: list[FamilySnapshot]
) -> None:
    registry.counter("requests").inc()
    registry.register_collector(lambda: told)
    assert lines(registry) == ["requests_total 1"]
    assert len(caplog.records) == 1


def test_what_the_library_refuses_is_logged_and_the_rest_is_told(
    registry: cmetrics.Registry, caplog: pytest.LogCaptureFixture
) -> None:
    registry.counter("requests").inc()
    told = [
        gauge("not a name", 1),
        gauge("cmetrics_mine", 1),
        FamilySnapshot("a", "gauge", [Point({"__b": "c"}, [Sample(1)]), Point({"b": "c"}, [Sample(2)])]),
        gauge("last", 3),
    ]
    registry.register_collector(lambda: told)
    assert lines(registry) == ['a{b="c"} 2', "last 3", "requests_total 1"]
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 3
    assert "not a name" in caplog.records[0].getMessage()


def test_the_end_of_an_isolated_root_lets_go_of_its_collectors() -> None:
    class Pool:
        def collect(self) -> list[FamilySnapshot]:
            return []

    pool, root = Pool(), cmetrics.Registry.isolated()
    alive = weakref.ref(pool)
    root.register_collector(pool)
    del pool, root
    gc.collect()
    assert alive() is None


def test_only_what_can_be_called_is_a_collector(registry: cmetrics.Registry) -> None:
    with pytest.raises(TypeError, match="int"):
        registry.register_collector(3)  # type: ignore[arg-type]


def test_it_may_call_back_into_the_library(registry: cmetrics.Registry) -> None:
    def collect() -> list[FamilySnapshot]:
        registry.counter("collected").inc()
        return [gauge("depth", len(other.render()))]

    other = cmetrics.Registry.isolated()
    other.counter("a").inc()
    registry.register_collector(collect)
    registry.render()
    assert registry.counter("collected").value == 1
    assert f"depth {len(other.render())}\n" in registry.render()


def test_it_may_remove_itself(registry: cmetrics.Registry) -> None:
    def collect() -> list[FamilySnapshot]:
        collector.remove()
        return [gauge("once", 1)]

    collector = registry.register_collector(collect)
    registry.render()
    assert lines(registry) == []


def test_removing_waits_for_a_running_one(registry: cmetrics.Registry) -> None:
    running, finished = threading.Event(), threading.Event()

    def collect() -> list[FamilySnapshot]:
        running.set()
        time.sleep(0.05)
        finished.set()
        return []

    collector = registry.register_collector(collect)
    thread = threading.Thread(target=registry.render)
    thread.start()
    assert running.wait(10)
    collector.remove()
    assert finished.is_set()
    thread.join()


def test_many_reports_at_once_are_fine(registry: cmetrics.Registry) -> None:
    registry.register_collector(lambda: [gauge("a", 1)])
    reports: list[str] = []

    def report() -> None:
        reports.extend(registry.render(include_self=False) for _ in range(50))

    threads = [threading.Thread(target=report) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reports == ["# HELP a \n# TYPE a gauge\na 1\n"] * 400


def test_ctrl_c_inside_a_collector_reaches_the_caller(registry: cmetrics.Registry) -> None:
    def interrupted() -> list[FamilySnapshot]:
        raise KeyboardInterrupt

    collector = registry.register_collector(interrupted)
    with pytest.raises(KeyboardInterrupt):
        registry.render()
    with pytest.raises(KeyboardInterrupt):
        registry.snapshot()
    collector.remove()
    assert lines(registry) == []


def test_a_program_ends_with_collectors_in_place() -> None:
    code = """
import cmetrics, threading
point = cmetrics.Point({}, [cmetrics.Sample(1)])
cmetrics.root().register_collector(lambda: [cmetrics.FamilySnapshot("a", "gauge", [point])])
def work():
    while True:
        cmetrics.render()
threading.Thread(target=work, daemon=True).start()
print("a 1" in cmetrics.render())
"""
    # What meets at a program's end is a matter of time.
    for _ in range(5):
        assert python(code).stdout == "True\n"

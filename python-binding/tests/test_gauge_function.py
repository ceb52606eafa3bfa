# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Gauges whose value a function gives."""

from __future__ import annotations

import gc
import weakref

import pytest

import cmetrics

from .reading import lines


def test_reports_tell_what_the_function_gives_now(registry: cmetrics.Registry) -> None:
    queue: list[str] = []
    depth = registry.int_gauge("depth")
    assert depth.set_function(lambda: len(queue)) is None  # type: ignore[func-returns-value]
    assert lines(registry) == ["depth 0"]
    queue += "ab"
    assert lines(registry) == ["depth 2"]
    assert depth.value == 2


def test_floats_too_in_families_and_below_prefixes(registry: cmetrics.Registry) -> None:
    loads = registry.child("engine", {"rank": 0}).float_gauge_family("load", "", ["core"])
    for core in range(3):
        loads.labels(core).set_function(lambda core=core: core + 0.5)  # type: ignore[misc]
    assert lines(registry) == [f'engine_load{{core="{n}",rank="0"}} {n}.5' for n in range(3)]
    ages = registry.snapshot("low", names=["python_collector_age_seconds"])[0]
    assert ages.points[0].labels == {"collector": 'engine_load{core="0",rank="0"}'}


def test_a_new_function_takes_the_place_of_the_old(registry: cmetrics.Registry) -> None:
    gauge = registry.float_gauge("g")

    class Function:
        def __call__(self) -> float:
            return 1.5

    old = Function()
    alive = weakref.ref(old)
    gauge.set_function(old)
    assert lines(registry) == ["g 1.5"]
    del old
    registry.float_gauge("g").set_function(lambda: 2.5)
    gc.collect()
    assert alive() is None
    assert lines(registry) == ["g 2.5"]
    gauge.set_function(None)
    gauge.set(4)
    assert lines(registry) == ["g 4"]
    assert "python_collector" not in registry.render("debug")


def test_a_failure_is_logged_and_the_last_value_stays(
    registry: cmetrics.Registry, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[object] = [3, "nonsense", 2.5, 2**63]
    registry.int_gauge("g").set_function(lambda: told.pop(0))  # type: ignore[arg-type, return-value]
    for _ in range(4):
        assert lines(registry) == ["g 3"]
    (record,) = caplog.records
    assert "the collector g failed" in record.getMessage()
    assert registry.find("g", "int_gauge") == registry.int_gauge("g")
    assert 'python_collector_failures_total{collector="g"} 4\n' in registry.render()


def test_a_removed_gauge_has_no_function_any_more(registry: cmetrics.Registry) -> None:
    ran: list[int] = []
    gauge = registry.int_gauge("g")

    def run() -> int:
        ran.append(1)
        return len(ran)

    gauge.set_function(run)
    registry.render()
    registry.remove(gauge)
    registry.render()
    registry.render()
    assert ran == [1]
    assert "python_collector" not in registry.render("debug")


def test_it_holds_no_root() -> None:
    class Function:
        def __call__(self) -> int:
            return 1

    function = Function()
    alive = weakref.ref(function)
    mine = cmetrics.Registry.isolated()
    mine.int_gauge("g").set_function(function)
    assert lines(mine) == ["g 1"]
    del function, mine
    gc.collect()
    assert alive() is None


def test_only_what_can_be_called_is_a_function(registry: cmetrics.Registry) -> None:
    with pytest.raises(TypeError, match="int"):
        registry.int_gauge("g").set_function(3)  # type: ignore[arg-type]

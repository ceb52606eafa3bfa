# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What the service tells, asserted in every way that the kit has."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import cmetrics
import pytest
from cmetrics.testing import Recorder, Snapshot, assert_metric, assert_report, noop, scoped_root

import service
from service import Overloaded, Service


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """Note what is told to the root of this thread."""
    recorder = Recorder()
    with recorder.registry.scope():
        yield recorder


def generate(into: cmetrics.Metrics, *prompts: str, limit: int = 2) -> list[str | BaseException]:
    async def all_of_them() -> list[str | BaseException]:
        under_test = Service(into, limit)
        return await asyncio.gather(*(under_test.generate(prompt, 2) for prompt in prompts), return_exceptions=True)

    return asyncio.run(all_of_them())


def test_requests_are_counted_by_code(cmetrics_registry: cmetrics.Registry) -> None:
    answers = generate(cmetrics_registry, "a", "b", "c")
    assert answers[:2] == ["a a", "b b"]
    assert isinstance(answers[2], Overloaded)
    assert_metric(cmetrics_registry, "service_requests_total", 2, {"code": 200})
    assert_metric(cmetrics_registry, "service_requests_total", 1, {"code": 503, "model": "small"})
    assert_metric(cmetrics_registry, "service_failures_total", 1)
    assert_metric(cmetrics_registry, "service_latency_seconds_count", 2)
    assert Snapshot.of(cmetrics_registry).get("service_latency_seconds_sum").value >= 0.002
    assert service.total(cmetrics_registry, "service_tokens") == 4


def test_an_answer_that_is_kept_changes_no_more_than_its_request(
    cmetrics_root: cmetrics.Registry, cmetrics_snapshot: Snapshot
) -> None:
    under_test = Service(cmetrics.root())
    assert asyncio.run(under_test.generate("a", 1)) == "a"
    assert len(cmetrics_snapshot.diff()) == 9
    before = Snapshot.of(cmetrics_root)
    asyncio.run(under_test.generate("a", 1))
    changed = [change.sample.name for change in before.diff()]
    assert changed == ["service_last_request_seconds", "service_requests_total"]


def test_the_gauge_goes_up_and_down(recorder: Recorder) -> None:
    generate(cmetrics.root(), "a")
    told = [str(event) for event in recorder.take() if event.name in ("service_running", "service_load")]
    assert told == [
        'inc service_running{model="small"} 1',
        'set service_load{model="small"} 0.5',
        'dec service_running{model="small"} 1',
    ]


def test_a_recorder_is_metrics_too() -> None:
    recorder = Recorder()
    generate(recorder, "a")
    assert {event.operation for event in recorder.events} == {"inc", "dec", "set", "add"}


def test_the_report_is_the_golden_one() -> None:
    with scoped_root() as root:
        cache = Service(root).cache
        cache.put("a", "a a")
        root.child("service").register_collector(cache)
        assert_report(root, Path(__file__).with_name("service.prom"))


def test_who_is_not_asked_about_metrics_gives_none() -> None:
    assert generate(noop(), "a", "a") == ["a a", "a a"]


def test_main_prints_the_report(cmetrics_root: cmetrics.Registry, capsys: pytest.CaptureFixture[str]) -> None:
    service.main()
    printed = capsys.readouterr().out
    assert 'service_cache_size{of="bytes"} 17\n' in printed
    assert_metric(cmetrics_root, "service_tokens_sum", 3)

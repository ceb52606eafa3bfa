# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Everything that a registry holds, and what changed in it."""

from __future__ import annotations

import pytest

import cmetrics
from cmetrics.testing import Change, MismatchError, Recorder, Snapshot


def test_a_snapshot_stays_as_it_was(registry: cmetrics.Registry) -> None:
    requests = registry.counter("requests")
    before = Snapshot.of(registry)
    requests.inc()
    assert (str(before), before.get("requests_total").value) == ("requests_total 0", 0)
    assert [str(sample) for sample in Snapshot.of(registry)] == ["requests_total 1"]
    assert before.registry == registry


def test_all_priorities_are_there_and_the_library_s_own_families_are_not(registry: cmetrics.Registry) -> None:
    registry.int_gauge("slots", priority="debug").set(3)
    registry.register_collector(list)
    assert str(Snapshot.of(registry)) == "slots 3"


def test_children_have_full_names_and_all_labels() -> None:
    recorder = Recorder()
    engine = recorder.child("engine", {"rank": 0})
    engine.counter_family("steps", "", ["phase"]).labels("decode").inc(2)
    for at in (engine, recorder):
        (sample,) = Snapshot.of(at)
        assert (sample.name, sample.value) == ("engine_steps_total", 2)
        assert sample.labels == {"phase": "decode", "rank": "0"}


def test_values_of_labels_pass_through_str(registry: cmetrics.Registry) -> None:
    registry.counter("requests", labels={"code": 200}).inc()
    snapshot = Snapshot.of(registry)
    assert snapshot.get("requests_total", {"code": 200}).value == 1
    assert len(snapshot.matching("requests_total", {"code": "200"})) == 1
    assert snapshot.matching("requests_total", {"code": ""}) == []


def test_get_is_an_assertion(registry: cmetrics.Registry) -> None:
    with pytest.raises(AssertionError, match=r"^requests_total: no such metric\n  the registry is empty$"):
        Snapshot.of(registry).get("requests_total")
    with pytest.raises(MismatchError):
        Snapshot.of(registry).get("requests_total", {})


def test_a_diff_is_a_sequence_of_changes(registry: cmetrics.Registry) -> None:
    depth = registry.int_gauge("depth")
    gone = registry.counter("gone")
    before = Snapshot.of(registry)
    assert not before.diff()
    assert (list(before.diff()), str(before.diff())) == ([], "")
    depth.set(7)
    registry.remove(gone)
    registry.counter("errors").inc()
    diff = before.diff()
    assert bool(diff)
    assert len(diff) == 3
    assert [str(change) for change in diff] == ["depth 0 -> 7", "new errors_total 1", "gone gone_total 0"]
    first, new, last = diff
    assert isinstance(first, Change)
    assert first.before is not None
    assert first.after is not None
    assert (first.before.value, first.after.value, first.sample.name) == (0, 7, "depth")
    assert new.before is None
    assert (last.after, last.sample.name) == (None, "gone_total")
    assert diff[1:] == (new, last)
    assert repr(diff) == "<cmetrics.testing.Diff ['depth 0 -> 7', 'new errors_total 1', 'gone gone_total 0']>"


def test_nan_has_not_changed(registry: cmetrics.Registry) -> None:
    registry.float_gauge("ratio").set(float("nan"))
    assert not Snapshot.of(registry).diff()


def test_a_diff_is_of_any_two(registry: cmetrics.Registry) -> None:
    other = cmetrics.Registry.isolated()
    registry.counter("requests").inc(2)
    other.counter("requests").inc(5)
    assert str(Snapshot.of(registry).diff(other)) == "requests_total 2 -> 5"


def test_a_removed_registry_is_no_snapshot(registry: cmetrics.Registry) -> None:
    child = registry.child("engine")
    child.remove_all()
    with pytest.raises(cmetrics.GoneError):
        Snapshot.of(child)

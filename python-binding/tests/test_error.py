# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What goes wrong, and how it is told."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable

import pytest

import cmetrics


@pytest.mark.parametrize("name", ["", "0a", "a b", "a-b", "é", "a\0b", "x" * 513, "cmetrics_mine"])
def test_a_bad_name_is_refused(registry: cmetrics.Registry, name: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        registry.counter(name)
    assert isinstance(caught.value, cmetrics.InvalidArgumentError)
    assert caught.value.code == "INVALID_ARGUMENT"
    assert caught.value.message


@pytest.mark.parametrize(
    "labels", [{"0": "x"}, {"": "x"}, {"le": "x"}, {"quantile": "x"}, {"__a": "x"}, {"é": "x"}, {"a": "x" * 4097}]
)
def test_a_bad_label_is_refused(registry: cmetrics.Registry, labels: dict[str, str]) -> None:
    with pytest.raises(cmetrics.InvalidArgumentError):
        registry.counter("a", labels=labels)
    with pytest.raises(cmetrics.InvalidArgumentError):
        registry.child("a", labels)


def test_what_is_no_unicode_is_refused(registry: cmetrics.Registry) -> None:
    calls: list[Callable[[], object]] = [
        lambda: registry.counter("a\ud800"),
        lambda: registry.counter("a", "\udcff"),
        lambda: registry.counter("a", labels={"b\ud800": "c"}),
        lambda: registry.counter("a", labels={"b": "\ud800"}),
        lambda: registry.counter("a", unit="\ud800"),
        lambda: registry.child("\ud800"),
        lambda: registry.counter_family("a", "", ["b"]).labels("\ud800"),
        lambda: registry.counter_family("a", "", ["\ud800"]),
        lambda: registry.render(names=["\ud800"]),
    ]
    for call in calls:
        with pytest.raises(cmetrics.InvalidArgumentError, match="surrogate"):
            call()
    assert registry.render(include_self=False) == ""


def test_arguments_of_wrong_types_are_type_errors(registry: cmetrics.Registry) -> None:
    calls: list[Callable[[], object]] = [
        lambda: registry.counter(3),  # type: ignore[arg-type]
        lambda: registry.counter("a", 7),  # type: ignore[arg-type]
        lambda: registry.counter("a", labels="b=c"),  # type: ignore[arg-type]
        lambda: registry.counter("a", labels={1: "c"}),  # type: ignore[dict-item]
        lambda: registry.counter("a", priority=7),  # type: ignore[arg-type]
        lambda: registry.counter("a", "h", {"b": "c"}),  # type: ignore[call-arg]
        lambda: registry.render(names="requests_total"),
        lambda: registry.render(names=[1]),  # type: ignore[list-item]
        lambda: registry.render(timeout="1"),  # type: ignore[arg-type]
    ]
    for call in calls:
        with pytest.raises(TypeError):
            call()


def test_an_unknown_priority_names_those_that_there_are(registry: cmetrics.Registry) -> None:
    calls: list[Callable[[], object]] = [
        lambda: registry.counter("a", priority="urgent"),  # type: ignore[arg-type]
        lambda: registry.render(verbosity="urgent"),  # type: ignore[arg-type]
    ]
    for call in calls:
        with pytest.raises(cmetrics.InvalidArgumentError, match="urgent") as caught:
            call()
        assert "critical, high, normal, low or debug" in str(caught.value)


def test_a_conflict_names_both_sides(registry: cmetrics.Registry) -> None:
    registry.counter("requests")
    with pytest.raises(cmetrics.ConflictError) as caught:
        registry.int_gauge("requests_total", verbatim=True)
    error = caught.value
    assert isinstance(error, ValueError)
    assert error.code == "CONFLICT"
    assert error.existing is not None
    assert error.requested is not None
    assert "counter" in error.existing
    assert "gauge" in error.requested


def test_every_clash_is_a_conflict(registry: cmetrics.Registry) -> None:
    registry.int_gauge("a_count")
    registry.counter("b")
    for call in (
        lambda: registry.int_counter("a"),
        lambda: registry.float_gauge("a_count"),
        lambda: registry.float_gauge("b"),
    ):
        with pytest.raises(cmetrics.ConflictError):
            call()


def test_suffixes_that_do_not_belong_get_a_hint(registry: cmetrics.Registry) -> None:
    for call in (
        lambda: registry.int_gauge("a_total"),
        lambda: registry.int_counter("a_total"),
        lambda: registry.duration_counter("a_ms"),
        lambda: registry.duration_gauge("a_minutes", verbatim=True),
    ):
        with pytest.raises(cmetrics.InvalidArgumentError) as caught:
            call()
        assert caught.value.hint
        assert caught.value.hint in str(caught.value)


def test_a_failed_creation_leaves_nothing(registry: cmetrics.Registry) -> None:
    with pytest.raises(cmetrics.Error):
        registry.counter("a", labels={"le": "1"})
    registry.int_gauge("a").set(1)
    assert registry.render(include_self=False) == "# HELP a \n# TYPE a gauge\na 1\n"


def test_each_error_is_what_python_would_raise() -> None:
    parents = {
        cmetrics.InvalidArgumentError: ValueError,
        cmetrics.ConflictError: ValueError,
        cmetrics.NotFoundError: LookupError,
        cmetrics.LimitError: RuntimeError,
        cmetrics.GoneError: RuntimeError,
        cmetrics.CancelledError: TimeoutError,
        cmetrics.UnsupportedError: NotImplementedError,
        cmetrics.UnavailableError: ImportError,
    }
    for error, parent in parents.items():
        assert issubclass(error, cmetrics.Error)
        assert issubclass(error, parent)


def test_an_error_travels_to_another_process(registry: cmetrics.Registry) -> None:
    registry.counter("requests")
    with pytest.raises(cmetrics.ConflictError) as caught:
        registry.float_gauge("requests_total", verbatim=True)
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert type(copy) is cmetrics.ConflictError
    assert str(copy) == str(caught.value)
    assert vars(copy) == vars(caught.value)


def test_a_warning_of_the_library_is_no_exception(
    registry: cmetrics.Registry, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "cmetrics"):
        registry.counter("a", labels={"job": "x"}).inc()
    assert 'a_total{job="x"} 1\n' in registry.render()


def test_a_hint_that_the_message_ends_with_is_told_once() -> None:
    assert str(cmetrics.UnavailableError("no library\nhint: install it", hint="install it")).count("install it") == 1
    assert str(cmetrics.GoneError("gone", hint="get it anew")) == "gone (hint: get it anew)"

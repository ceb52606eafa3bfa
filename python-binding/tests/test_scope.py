# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A root of one's own for a thread, for tests of code that uses the process's."""

from __future__ import annotations

import threading
from typing import NoReturn

import pytest

import cmetrics

from .reading import lines


def fail_unless(condition: bool) -> NoReturn:
    assert condition
    raise KeyError


def instrumented() -> None:
    cmetrics.root().counter("work_done").inc()


def test_inside_a_scope_the_root_is_another(registry: cmetrics.Registry) -> None:
    process = cmetrics.root()
    with registry.scope() as root:
        assert root == registry == cmetrics.root()
        instrumented()
        assert "work_done_total 1\n" in cmetrics.render()
    assert cmetrics.root() == process
    assert lines(registry) == ["work_done_total 1"]
    assert process.find("work_done", "counter") is None


def test_scopes_nest_and_end_with_exceptions(registry: cmetrics.Registry) -> None:
    process, inner = cmetrics.root(), cmetrics.Registry.isolated()
    with registry.scope():
        with pytest.raises(KeyError), inner.scope():
            fail_unless(cmetrics.root() == inner)
        assert cmetrics.root() == registry
    assert cmetrics.root() == process


def test_a_scope_can_be_entered_again(registry: cmetrics.Registry) -> None:
    scope = registry.scope()
    for _ in range(2):
        with scope, scope:
            assert cmetrics.root() == registry
        assert cmetrics.root() != registry


def test_a_child_s_scope_is_that_of_its_root(registry: cmetrics.Registry) -> None:
    with registry.child("engine").scope():
        assert cmetrics.root() == registry


def test_other_threads_do_not_see_it(registry: cmetrics.Registry) -> None:
    seen: list[cmetrics.Registry] = []
    with registry.scope():
        thread = threading.Thread(target=lambda: seen.append(cmetrics.root()))
        thread.start()
        thread.join()
    assert seen == [cmetrics.root()]


def test_leaving_out_of_order_is_an_error(registry: cmetrics.Registry) -> None:
    outer, inner = registry.scope(), cmetrics.Registry.isolated().scope()
    with pytest.raises(RuntimeError, match="entered"):
        outer.__exit__(None, None, None)
    outer.__enter__()
    inner.__enter__()
    with pytest.raises(RuntimeError, match="entered"):
        outer.__exit__(None, None, None)
    inner.__exit__(None, None, None)
    outer.__exit__(None, None, None)
    assert cmetrics.root() != registry


def test_another_thread_cannot_leave_it(registry: cmetrics.Registry) -> None:
    scope = registry.scope()
    caught: list[BaseException] = []

    def leave() -> None:
        try:
            scope.__exit__(None, None, None)
        except RuntimeError as error:
            caught.append(error)

    with scope:
        thread = threading.Thread(target=leave)
        thread.start()
        thread.join()
        assert cmetrics.root() == registry
    assert len(caught) == 1

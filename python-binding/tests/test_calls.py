# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Methods that are called all the time have a quick way in, which callers can tell by the clock alone."""

from __future__ import annotations

import asyncio
import inspect
import sys
import time
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

import cmetrics

from .reading import python

#: Each method that has one: kind, name, parameter, an amount.
METHODS: list[tuple[str, str, str, float]] = [
    ("counter", "inc", "n", 3),
    ("counter", "add", "n", 3),
    ("int_counter", "add", "amount", 3),
    ("int_counter", "observe", "amount", 3),
    ("float_counter", "add", "amount", 1.5),
    ("float_counter", "observe", "amount", 1.5),
    ("duration_counter", "add", "duration", 1.5),
    ("duration_counter", "observe", "duration", 1.5),
    ("duration_counter", "add_ns", "ns", 1_500_000_000),
    ("int_gauge", "set", "value", 3),
    ("int_gauge", "inc", "amount", 3),
    ("int_gauge", "dec", "amount", 3),
    ("int_gauge", "add", "amount", 3),
    ("int_gauge", "sub", "amount", 3),
    ("float_gauge", "set", "value", 1.5),
    ("float_gauge", "inc", "amount", 1.5),
    ("float_gauge", "dec", "amount", 1.5),
    ("float_gauge", "add", "amount", 1.5),
    ("float_gauge", "sub", "amount", 1.5),
    ("duration_gauge", "set", "value", 1.5),
    ("duration_gauge", "set_ns", "ns", 1_500_000_000),
    ("duration_gauge", "inc", "amount", 1.5),
    ("duration_gauge", "dec", "amount", 1.5),
    ("duration_gauge", "add", "amount", 1.5),
    ("duration_gauge", "add_ns", "ns", 1_500_000_000),
    ("duration_gauge", "sub", "amount", 1.5),
    ("duration_gauge", "sub_ns", "ns", 1_500_000_000),
]
SIGNS = {"dec": -1, "sub": -1, "sub_ns": -1}

methods = pytest.mark.parametrize(("kind", "verb", "parameter", "amount"), METHODS)


def state(metric: Any) -> float:  # noqa: ANN401 - of any kind
    """Return what a metric of any kind holds."""
    return float(metric.value if hasattr(metric, "value") else metric.total)


@methods
def test_an_amount_is_given_by_position_or_by_name(
    registry: cmetrics.Registry, kind: str, verb: str, parameter: str, amount: float
) -> None:
    first, second, third = (getattr(registry, kind)(name) for name in "abc")
    assert getattr(first, verb)(amount) is None
    assert getattr(second, verb)(**{parameter: amount}) is None
    # A name that is made at run time is the same text in another object.
    getattr(third, verb)(**{"".join(list(parameter)): amount})
    expected = SIGNS.get(verb, 1) * (3 if amount == 3 else 1.5)
    assert state(first) == state(second) == state(third) == expected


@methods
def test_wrong_arguments_are_named_as_by_any_method(
    registry: cmetrics.Registry, kind: str, verb: str, parameter: str, amount: float
) -> None:
    metric = getattr(registry, kind)("a")
    method = getattr(metric, verb)
    name = f"{type(metric).__name__}.{verb}"
    for arguments, named in (((amount, amount), {}), ((amount,), {parameter: amount}), ((), {"other": amount})):
        with pytest.raises(TypeError, match=name.replace(".", r"\.")):
            method(*arguments, **named)
    if inspect.signature(type(metric).__dict__[verb]).parameters[parameter].default is inspect.Parameter.empty:
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            method()
    assert state(metric) == 0


@methods
def test_numbers_of_other_types_are_taken(
    registry: cmetrics.Registry, kind: str, verb: str, parameter: str, amount: float
) -> None:
    class Whole:
        def __index__(self) -> int:
            return int(amount)

    class Text(str):
        __slots__ = ()

    whole = amount == 3 or parameter == "ns"
    metric = getattr(registry, kind)("a")
    getattr(metric, verb)(Whole() if whole else Fraction(amount))
    assert abs(state(metric)) == (3 if amount == 3 else 1.5)
    for wrong in (None, "1", Text("1"), [1]):
        with pytest.raises(TypeError, match=type(wrong).__name__):
            getattr(metric, verb)(wrong)
    assert abs(state(metric)) == (3 if amount == 3 else 1.5)


def test_the_call_says_what_it_takes() -> None:
    assert str(inspect.signature(cmetrics.Counter.inc)) == "(self, /, n=1)"
    assert str(inspect.signature(cmetrics.Counter.add)) == "(self, /, n)"
    assert str(inspect.signature(cmetrics.Family.labels)) == "(self, /, *values, **named)"
    assert (cmetrics.Counter.inc.__doc__ or "").startswith("Count ``n`` events")
    assert cmetrics.Counter.inc.__qualname__ == "Counter.inc"
    with pytest.raises(TypeError):
        cmetrics.Counter.inc(cmetrics.root())  # type: ignore[arg-type]


def test_calls_keep_no_references(registry: cmetrics.Registry) -> None:
    counter, wait = registry.counter("a"), registry.duration_counter("b")
    family = registry.counter_family("c", "", ["x", "y"])
    values = ["one" * 3, "two" * 3]
    amount, delta, name = 2**40, timedelta(hours=1), "".join(["n", ""])
    everything: list[Any] = [counter, wait, family, *values, amount, delta, name]

    def call() -> None:
        counter.inc()
        counter.inc(amount)
        counter.inc(**{name: amount})
        family.labels(*values).inc()
        family.labels(values[0], y=values[1])
        family.labels(y=values[0], x=values[1])
        wait.add(delta)
        with wait.time(), wait.time():
            pass
        for wrong in ({"other": amount}, {"n": delta}, {"n": -amount}):
            with pytest.raises((TypeError, ValueError)):
                counter.inc(**wrong)
        with pytest.raises(ValueError, match="labels"):
            family.labels(*values, *values)

    call()
    before = [sys.getrefcount(one) for one in everything]
    for _ in range(200):
        call()
    assert [sys.getrefcount(one) for one in everything] == before


def test_timers_that_are_used_at_once_are_two(registry: cmetrics.Registry) -> None:
    last = registry.duration_gauge("last")
    held = last.time()
    with held, last.time() as other:
        assert other is not held

    async def work(nap: float) -> float:
        with last.time():
            await asyncio.sleep(nap)
        return last.value

    async def both() -> list[float]:
        return list(await asyncio.gather(work(0.05), work(0.01)))

    long, short = asyncio.run(both())
    # Blocks of tasks that cross each other are each as long as they are.
    assert long >= 0.05
    assert 0.05 > short >= 0.01


def test_more_blocks_at_once_than_timers_are_kept(registry: cmetrics.Registry) -> None:
    last = registry.duration_gauge("last")
    timers = [last.time() for _ in range(9)]
    assert len({id(timer) for timer in timers}) == 9
    for timer in timers:
        timer.__enter__()
    time.sleep(0.01)
    for timer in timers:
        timer.__exit__(None, None, None)
        assert 0.01 <= last.value < 60


def test_families_have_any_number_of_labels(registry: cmetrics.Registry) -> None:
    for number in range(8):
        names, values = [f"n{at}" for at in range(number)], [f"v{at}" for at in range(number)]
        family = registry.counter_family(f"family_{number}", "", names)
        for _ in range(2):
            family.labels(*values).inc()
            family.labels(*values[:1], **dict(zip(names[1:], values[1:]))).inc()
        assert family.labels(*values).labels == dict(zip(names, values))
        assert family.labels(*values).value == 4


def test_what_an_argument_raises_is_raised_and_its_code_runs_once(registry: cmetrics.Registry) -> None:
    class Stop:
        calls = 0

        def __float__(self) -> float:
            self.calls += 1
            raise KeyboardInterrupt

        def __index__(self) -> int:
            self.calls += 1
            raise KeyboardInterrupt

        def __str__(self) -> str:
            self.calls += 1
            raise KeyboardInterrupt

    family = registry.counter_family("a", "", ["x"])
    calls: list[Any] = [
        registry.counter("b").inc,
        registry.int_gauge("c").set,
        registry.float_counter("d").add,
        registry.duration_counter("e").add,
        family.labels,
    ]
    for call in calls:
        stop: Any = Stop()
        with pytest.raises(KeyboardInterrupt):
            call(stop)
        assert stop.calls == 1


def test_a_timer_that_was_given_up_inside_a_block_begins_anew(registry: cmetrics.Registry) -> None:
    wait = registry.duration_counter("wait")
    wait.time().__enter__()
    with pytest.raises(RuntimeError, match="without being entered"):
        wait.time().__exit__(None, None, None)
    assert wait.count == 0


def test_calls_while_the_interpreter_ends_do_no_harm() -> None:
    code = """
import cmetrics, os
registry = cmetrics.root()
counter, wait = registry.counter("a"), registry.duration_counter("b")
family = registry.counter_family("c", "", ["x"])
class Late:
    def __del__(self, counter=counter, wait=wait, family=family, write=os.write):
        counter.inc()
        counter.inc(n=2)
        family.labels("x").inc()
        with wait.time():
            pass
        try:
            counter.inc("three")
        except (TypeError, ImportError):  # what has the words for it may be gone
            pass
        write(1, b"%d %d" % (counter.value, wait.count))
late = Late()
"""
    assert python(code).stdout == "3 1"

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Every public docstring's example runs, each in a root of its own."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Iterator
from types import ModuleType

import prometheus_client
import pytest

import cmetrics
from cmetrics import testing
from cmetrics.bridge import prometheus_client as bridge

#: Types for annotations: unions, which have no docstring of their own.
UNIONS = {"testing.Expected", "testing.Observable"}
FINDER = doctest.DocTestParser()
GLOBALS = {
    "cmetrics": cmetrics,
    "prometheus_client": prometheus_client,
    "attach": bridge.attach,
    "CmetricsCollector": bridge.CmetricsCollector,
}


def members(prefix: str, module: ModuleType) -> Iterator[tuple[str, object]]:
    """Yield the public objects of a module and the members of public classes."""
    for name in module.__all__:
        item = getattr(module, name)
        yield prefix + name, item
        if inspect.isclass(item):
            for member, value in vars(item).items():
                if not member.startswith("_"):
                    yield f"{prefix}{name}.{member}", value


def documented() -> Iterator[tuple[str, object]]:
    """Yield every public object and the members of public classes."""
    yield "cmetrics", cmetrics
    yield from members("", cmetrics)
    yield "testing", testing
    yield from members("testing.", testing)
    yield "bridge", bridge
    for name in bridge.__all__:
        yield f"bridge.{name}", getattr(bridge, name)


EXAMPLES = {
    name: test
    for name, item in documented()
    if (test := FINDER.get_doctest(inspect.getdoc(item) or "", dict(GLOBALS), name, None, None)).examples
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_runs(name: str) -> None:
    out: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    with cmetrics.Registry.isolated().scope():
        result = runner.run(EXAMPLES[name], out=out.append)
    assert result.failed == 0, "".join(out)


def test_everything_public_is_documented() -> None:
    plain = (str, type(None))
    bare = [
        name
        for name, item in documented()
        if not isinstance(item, plain) and callable(item) and not (inspect.getdoc(item) or "").strip()
        if name not in UNIONS
    ]
    assert bare == []


def test_every_class_and_function_has_an_example() -> None:
    errors = {name for name in cmetrics.__all__ if name.endswith("Error") and name != "Error"}
    made_by_others = {"Collector", "Point", "RegistryInfo", "LibraryInfo", "__version__"}
    names = [*cmetrics.__all__, *(f"testing.{name}" for name in testing.__all__)]
    without = {name for name in names if not any(key == name or key.startswith(f"{name}.") for key in EXAMPLES)}
    assert without <= errors | made_by_others | UNIONS

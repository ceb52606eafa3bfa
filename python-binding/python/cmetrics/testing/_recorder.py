# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A double that notes every update in order."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from .._cmetrics import Registry, _Recorder
from .._metrics import Metrics
from ._number import Number
from ._sample import series


class Event(NamedTuple):
    """One update of a metric, as a :class:`Recorder` noted it. As text: ``add requests_total{path="/a"} 3``.

    ``operation`` is what the library was asked: ``inc()`` is ``"inc"``, and ``inc(3)`` is ``"add"``. ``name`` is the
    metric's full name as in the report's TYPE line, ``labels`` are all of its labels. ``amount`` is by how much, or to
    what: 1 for ``"inc"`` and ``"dec"``, seconds for durations, whose exact nanoseconds are ``ns``.

    >>> from cmetrics.testing import Recorder
    >>> recorder = Recorder()
    >>> recorder.registry.int_gauge("depth").set(3)
    >>> recorder.take()
    [Event(operation='set', name='depth', labels={}, amount=3, ns=None)]
    """

    operation: Literal["inc", "dec", "add", "sub", "set"]
    name: str
    labels: Mapping[str, str]
    amount: int | float
    ns: int | None = None

    def __str__(self) -> str:
        return f"{self.operation} {series(self.name, self.labels.items())} {Number(self.amount, self.ns)}"


class Recorder(Metrics):
    """A double that notes every update in order, with an isolated root of its own whose numbers are kept as ever.

    Its ``registry`` is a :class:`cmetrics.Registry` like any other, and every metric of every kind that comes from it
    notes what it is told: amounts that a metric refuses by an exception are no updates. While ``registry.scope()`` is
    entered, that holds of what ``cmetrics.root()`` gives on this thread too. Parts in other languages count in the same
    root then, and are not noted. The recorder itself is what :class:`cmetrics.Metrics` says: code that asks for no more
    can be given it.

    Metrics outlive their recorder and go on counting, unnoted. Raises :class:`cmetrics.UnavailableError` where there is
    no library.

    >>> from cmetrics.testing import Recorder
    >>> class Queue:
    ...     def __init__(self, registry):
    ...         self.depth = registry.int_gauge("depth", labels={"queue": "in"})
    ...     def push(self):
    ...         self.depth.inc()
    ...     def clear(self):
    ...         self.depth.set(0)
    >>> recorder = Recorder()
    >>> queue = Queue(recorder.registry)
    >>> queue.push()
    >>> queue.clear()
    >>> for event in recorder.take():
    ...     print(event)
    inc depth{queue="in"} 1
    set depth{queue="in"} 0
    """

    def __init__(self) -> None:
        self._recorder = _Recorder()

    @property
    def registry(self) -> Registry:
        """Its root. What is made in it, and in its children, is recorded."""
        return self._recorder.registry

    def child(
        self, prefix: str | None = None, labels: Mapping[str, object] | None = None, locked: bool = False
    ) -> Registry:
        """Return the registry below its root that adds ``prefix`` and ``labels``; it is recorded too."""
        return self.registry.child(prefix, labels, locked)

    @property
    def events(self) -> list[Event]:
        """Every update since the last ``take``, in order. They stay."""
        return [Event(*parts) for parts in self._recorder.events()]

    def take(self) -> list[Event]:
        """Return every update since the last call, in order.

        >>> from cmetrics.testing import Recorder
        >>> recorder = Recorder()
        >>> recorder.registry.counter("requests").inc()
        >>> [str(event) for event in recorder.take()]
        ['inc requests_total 1']
        >>> recorder.take()
        []
        """
        return [Event(*parts) for parts in self._recorder.take()]

    def __repr__(self) -> str:
        return f"<cmetrics.testing.Recorder of {len(self._recorder.events())} updates>"


def _of_registry(name: str) -> Callable[..., Any]:
    method = getattr(Registry, name)

    def make(self: Recorder, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - it is the method's own
        return method(self.registry, *args, **kwargs)

    return functools.wraps(method)(make)


for _name in [name for name in vars(Metrics) if not name.startswith("_") and name not in vars(Recorder)]:
    setattr(Recorder, _name, _of_registry(_name))

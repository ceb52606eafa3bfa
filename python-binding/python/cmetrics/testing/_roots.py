# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Roots for the length of a test."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from .._cmetrics import Registry, _noop, library
from .._errors import UnavailableError

if TYPE_CHECKING:
    from types import TracebackType

    from .._cmetrics import Scope

F = TypeVar("F", bound=Callable[..., Any])


def isolated() -> Registry:
    """Return a new root of its own, to give to the code under test.

    What ``cmetrics.Registry.isolated()`` does, but where there is no library it raises
    :class:`cmetrics.UnavailableError`: a test that sees nothing must not pass.

    >>> import cmetrics.testing
    >>> registry = cmetrics.testing.isolated()
    >>> registry.counter("jobs").inc()
    >>> cmetrics.testing.assert_metric(registry, "jobs_total", 1)
    >>> cmetrics.testing.Snapshot.of(cmetrics.root()).samples
    ()
    """
    registry = Registry.isolated()
    if registry.id:
        return registry
    library()  # it says why there is none
    message = "making an isolated root: metrics are disabled in this process"
    raise UnavailableError(message, code="UNAVAILABLE", hint="unset CMETRICS_DISABLE")


class ScopedRoot:
    """A context manager in which an isolated root is this thread's; it decorates functions too."""

    def __init__(self) -> None:
        self._scopes: list[Scope] = []

    def __enter__(self) -> Registry:
        scope = isolated().scope()
        root = scope.__enter__()
        self._scopes.append(scope)
        return root

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> Literal[False]:
        return self._scopes.pop().__exit__(kind, error, traceback)

    def __call__(self, function: F) -> F:
        """Decorate a function: each call has a root of its own.

        Raises ``TypeError`` for coroutine and generator functions, whose body would run outside.
        """
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError(f"{function.__qualname__} is a coroutine function: enter the scope where the loop is run")
        if inspect.isgeneratorfunction(function):
            raise TypeError(f"{function.__qualname__} is a generator function; use: with scoped_root(): inside")

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - it is the function's own
            with ScopedRoot():
                return function(*args, **kwargs)

        return cast("F", wrapper)


def scoped_root() -> ScopedRoot:
    """Return a context manager in which ``cmetrics.root()`` on this thread is an isolated root, in every language.

    For tests of code that asks for the root, plugins of other languages included. It decorates functions too: each call
    has a root of its own. Scopes nest. Entering raises :class:`cmetrics.UnavailableError` where there is no library: a
    test that sees nothing must not pass.

    A scope belongs to a thread. Tasks of an event loop that runs on this thread are inside: enter it outside of
    ``asyncio.run``, not around an ``await``. A thread that the code under test starts is outside, and sees the
    process's root, unless it enters ``registry.scope()`` too. Metrics that were made inside go on counting there,
    whichever thread updates them.

    >>> import cmetrics
    >>> from cmetrics.testing import assert_metric, scoped_root
    >>> def handle(path):
    ...     cmetrics.root().counter("requests", labels={"path": path}).inc()
    >>> with scoped_root() as root:
    ...     handle("/a")
    ...     assert_metric(root, "requests_total", 1, {"path": "/a"})
    """
    return ScopedRoot()


def noop() -> Registry:
    """Return a registry that keeps nothing: for code that must be given one and is not asked about it.

    >>> import cmetrics.testing
    >>> requests = cmetrics.testing.noop().counter("requests")
    >>> requests.inc()
    >>> requests.value
    0
    """
    return _noop()

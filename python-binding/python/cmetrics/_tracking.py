# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What counts exceptions and tracks what is in progress, around blocks and functions."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from types import TracebackType

    from ._cmetrics import Counter, FloatGauge, IntGauge

F = TypeVar("F", bound=Callable[..., Any])


class _Around:
    """Something that does its work around blocks, and around every call of functions that it decorates."""

    def __enter__(self) -> None:
        raise NotImplementedError

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> Literal[False]:
        raise NotImplementedError

    def __call__(self, function: F) -> F:
        """Decorate a function, a coroutine function too.

        Raises ``TypeError`` for what is not callable, and for generator functions: their call returns at once.
        """
        if not callable(function):
            raise TypeError(f"this decorates functions, not {type(function).__name__}; or use it with: with")
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            name = getattr(function, "__qualname__", repr(function))
            raise TypeError(f"{name} is a generator function, whose call returns at once; use it inside, with: with")
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def wrapper(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - it is the function's own
                with self:
                    return await function(*args, **kwargs)

        else:

            @functools.wraps(function)
            def wrapper(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - it is the function's own
                with self:
                    return function(*args, **kwargs)

        return cast("F", wrapper)


class ExceptionCounter(_Around):
    """Counts the exceptions that leave a block or a function. Made by :meth:`Counter.count_exceptions`."""

    def __init__(
        self, counter: Counter, exception: type[BaseException] | tuple[type[BaseException], ...] = Exception
    ) -> None:
        # Here, not where an exception is on its way already.
        isinstance(None, exception)
        self._counter = counter
        self._exception = exception

    def __enter__(self) -> None:
        """Begin to watch."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> Literal[False]:
        if isinstance(error, self._exception):
            self._counter.inc()
        return False


class InprogressTracker(_Around):
    """Tracks how many blocks or calls run at this moment. Made by ``track_inprogress`` of a gauge."""

    def __init__(self, gauge: IntGauge | FloatGauge) -> None:
        self._gauge = gauge

    def __enter__(self) -> None:
        self._gauge.inc()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> Literal[False]:
        self._gauge.dec()
        return False

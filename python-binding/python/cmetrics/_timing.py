# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Measures every call of a function: what ``Timer`` does as a decorator."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any


def measured(begin: Callable[[], int], end: Callable[[int], None], function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap ``function`` so that every call is measured: ``end`` gets what ``begin`` gave, and knows the time.

    A coroutine function is measured from its first step to its end. Calls that raise count too. Each call has its own
    start, so that recursion, threads and tasks do not disturb each other.

    Raises ``TypeError`` for what is not callable, and for generator functions: their call returns at once.
    """
    if not callable(function):
        raise TypeError(f"time() decorates functions, not {type(function).__name__}; or use it as: with metric.time():")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        name = getattr(function, "__qualname__", repr(function))
        raise TypeError(f"{name} is a generator function, whose call returns at once; use: with metric.time(): inside")
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def wrapper(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - it is the function's own
            start = begin()
            try:
                return await function(*args, **kwargs)
            finally:
                end(start)

    else:

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - it is the function's own
            start = begin()
            try:
                return function(*args, **kwargs)
            finally:
                end(start)

    return wrapper

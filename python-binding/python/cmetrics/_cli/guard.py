# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Survives what it looks at: a library that crashes when it is loaded takes along a copy of this process alone."""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from collections.abc import Callable

from .report import Report


class CrashedError(Exception):
    """The process ended while it searched: the text says by which signal, or with which exit status."""


def guarded(make: Callable[[], Report]) -> Report:
    """Return what ``make`` returns, called in a copy of this process. Raises ``CrashedError`` where that ends early.

    On Windows, which cannot copy a process, it is called here.
    """
    if sys.platform == "win32":
        return make()
    reader, writer = os.pipe()
    sys.stdout.flush()
    with warnings.catch_warnings():
        # Python warns where other threads exist, as a library that is preloaded may have started.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _answer(writer, make)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        raise CrashedError(_name(os.WTERMSIG(status)))
    if not told:
        raise CrashedError(f"exit status {os.WEXITSTATUS(status)}")
    code, data, text = json.loads(told)
    return Report(code, data, text)


def _answer(writer: int, make: Callable[[], Report]) -> None:
    """Write the answer, and end without what this process's own end would do."""
    status = 70
    try:
        import resource

        # The crash is told; nobody asked for a file of it.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(json.dumps(make()).encode())
        status = 0
    except BaseException:  # whatever it is, it ends here: the parent goes on
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

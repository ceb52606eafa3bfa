# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Refuses subinterpreters, before the compiled part is loaded: one interpreter of a process alone can load it."""

from __future__ import annotations

from importlib import import_module


def _number() -> int:
    """Return the number of this interpreter; 0 is the main one, or an unknown one."""
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            current = import_module(name).get_current()
        except (ImportError, AttributeError):
            continue
        # CPython 3.13 and later tell the origin too.
        return int(current[0] if isinstance(current, tuple) else current)
    return 0


if _number() != 0:
    raise ImportError(
        "cmetrics works in the main interpreter of a process, not in a subinterpreter "
        "(hint: import it in the main interpreter and record there, or use a process for each)",
        name="cmetrics",
    )

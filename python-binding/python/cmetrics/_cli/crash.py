# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What ``cmetrics doctor`` says where searching for the library ends the process that searches."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from . import environment
from .inspect_file import SONAME, inspect
from .report import NOTHING, Report, rows
from .source import UnreadableError


def crashed(how: str) -> Report:
    """Return what can be said without searching: which files are likely, and what they are."""
    files = _likely()
    hint = "replace the file that is broken: a program that uses cmetrics here ends in the same way"
    on_path = environment.on_path(os.environ)
    data: dict[str, Any] = {
        "command": "doctor",
        "library": None,
        "serves": None,
        "asker": None,
        "asks": None,
        "search": [],
        "hint": hint,
        "crash": how,
        "copies": [],
        "copies_from": "none",
        "library_path": on_path._asdict() if on_path else None,
        "environment": environment.variables(os.environ),
        "runtime": environment.runtime(),
        "attention": [],
    }
    text = [
        f"the process that searched for the library ended: {how}",
        f"hint: {hint}",
        "",
        "files that it may have loaded",
    ]
    text += rows([(step, f"{path}: {_what(path)}") for step, path in files], width=19)
    return Report(NOTHING, data, [*text, *environment.lines(data)])


def _likely() -> list[tuple[str, str]]:
    """Return the files that a search most likely loads first, and by which step."""
    if forced := os.environ.get("CMETRICS_LIBRARY"):
        return [("CMETRICS_LIBRARY", forced)]
    return [("beside the module", str(Path(__file__).parents[1] / SONAME))]


def _what(path: str) -> str:
    try:
        return inspect(path).what
    except UnreadableError as error:
        return str(error)

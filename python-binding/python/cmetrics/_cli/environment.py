# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What surrounds the search for the library, beside the search itself."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .._cmetrics import __version__
from .inspect_file import SONAME, inspect
from .source import UnreadableError

VARIABLES = ("CMETRICS_LIBRARY", "CMETRICS_DISABLE", "LD_LIBRARY_PATH", "LD_PRELOAD")


class OnPath(NamedTuple):
    """The first file of the library's name on ``LD_LIBRARY_PATH``."""

    path: str
    ours: bool
    what: str


def variables(environment: Mapping[str, str]) -> dict[str, str | None]:
    """Return the variables that matter; ``None`` is not set."""
    return {name: environment.get(name) for name in VARIABLES}


def runtime() -> dict[str, str]:
    """Return what runs this command."""
    return {
        "package": __version__,
        "package_path": str(Path(__file__).parent.parent),
        "python": platform.python_version(),
        "executable": sys.executable or "",
        "platform": f"{platform.system()} {platform.machine()}",
    }


def on_path(environment: Mapping[str, str]) -> OnPath | None:
    """Return the first file of the library's name on ``LD_LIBRARY_PATH``, which clients without a nearer copy get.

    It is read, not loaded. An empty entry is the current folder, as the dynamic linker has it.
    """
    value = environment.get("LD_LIBRARY_PATH")
    if not value or not sys.platform.startswith("linux"):
        return None
    for folder in re.split("[:;]", value):
        path = os.path.join(folder or ".", SONAME)
        if os.path.lexists(path):
            try:
                found = inspect(path)
            except UnreadableError as error:
                return OnPath(path, ours=False, what=str(error))
            return OnPath(path, found.ours, found.what)
    return None


def lines(data: dict[str, Any]) -> list[str]:
    """Return the lines on what surrounds the search, from the data of a report."""
    found = ["", "environment"]
    for name, value in data["environment"].items():
        found.append(f"  {name}: {'not set' if value is None else value or 'set, and empty'}")
    if first := data["library_path"]:
        found.append(f"  first on LD_LIBRARY_PATH: {first['path']}: {first['what']}")
    ran = data["runtime"]
    return [
        *found,
        f"  package: cmetrics {ran['package']}, {ran['package_path']}",
        f"  python: {ran['python']}, {ran['executable']}",
        f"  platform: {ran['platform']}",
    ]

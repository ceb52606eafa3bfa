# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Who this program is, for the default client."""

from __future__ import annotations

import os
import sys


def program() -> tuple[str, str]:
    """Return the program's name and file: the script, the package of ``python -m``, or ``python`` when interactive."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    argv0 = sys.argv[0] if getattr(sys, "argv", None) else ""
    if spec is not None and spec.name:
        name = spec.name[: -len(".__main__")] if spec.name.endswith(".__main__") else spec.name
        return name, spec.origin or argv0
    if argv0 in ("", "-", "-c"):
        return "python", sys.executable or ""
    stem, _ = os.path.splitext(os.path.basename(argv0))
    return stem or "python", os.path.abspath(argv0)

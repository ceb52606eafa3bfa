# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Who this program is, for the default client."""

from __future__ import annotations

import os
import sys

# What the library takes, in bytes.
_LONGEST_NAME = 256
_LONGEST_FILE = 4096


def program() -> tuple[str, str]:
    """Return the program's name and file: the script, the package of ``python -m``, or ``python`` when interactive."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    arguments = getattr(sys, "argv", None) or [""]
    if spec is not None and spec.name:
        name, file = spec.name.removesuffix(".__main__"), spec.origin or arguments[0]
    elif arguments[0] in ("", "-", "-c"):
        name, file = "python", sys.executable or ""
    else:
        name, file = os.path.splitext(os.path.basename(arguments[0]))[0], os.path.abspath(arguments[0])
    return _fit(name, _LONGEST_NAME) or "python", _fit(file, _LONGEST_FILE)


def _fit(text: str, longest: int) -> str:
    """Return what fits, as valid Unicode: file names may be neither."""
    return text.encode("utf-8", "replace")[:longest].decode("utf-8", "ignore")

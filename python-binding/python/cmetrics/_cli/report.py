# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What a command answers with: data for scripts, text for people, and an exit code."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .source import printable

# What --json begins with. A later number means that a key was removed or changed; keys may be added at any time.
SCHEMA = 1

FINE, NOTHING, USAGE, ATTENTION, NOT_SEEN = range(5)
EXIT_CODES = """\
exit codes:
  0  fine
  1  no usable library; of inspect: the file is none of cmetrics
  2  wrong usage of this command
  3  it works, but something deserves attention, which is told
  4  it could not be looked at: no such file or process, no permission, no support
"""


class Report(NamedTuple):
    """An answer. ``data`` is what ``--json`` prints, ``text`` are lines for people."""

    code: int
    data: dict[str, Any]
    text: list[str]

    def shown(self, as_json: bool) -> str:
        """Return what to print."""
        if as_json:
            return json.dumps({"schema": SCHEMA, "exit": self.code, **self.data}, indent=2) + "\n"
        return "".join(f"{printable(line).rstrip()}\n" for line in self.text)


class Attention(NamedTuple):
    """Something that deserves attention: a fixed word for scripts, and what to know and do about it."""

    code: str
    text: str


def rows(pairs: list[tuple[str, str]], indent: int = 2, width: int = 11) -> list[str]:
    """Return one line for each pair, in two columns; an empty first column goes on with the one above."""
    return [f"{'':{indent}}{name:<{width - indent}}  {value}" for name, value in pairs]


def abi(oldest: int, newest: int) -> str:
    """Return a range of ABI versions in words."""
    return f"ABI version {oldest}" if oldest == newest else f"ABI versions {oldest} to {newest}"


def attentions(found: list[Attention]) -> list[str]:
    """Return the last lines of a report: what deserves attention."""
    return ["", *(f"attention: {attention.text}" for attention in found)] if found else []

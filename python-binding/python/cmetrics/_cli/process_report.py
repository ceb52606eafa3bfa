# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What ``cmetrics doctor --pid N`` prints."""

from __future__ import annotations

from typing import Any

from .copies import about_copies, copy_data, copy_rows
from .processes import Copy, Process, look
from .report import ATTENTION, FINE, NOTHING, Attention, Report, attentions, rows


def report(pid: int) -> Report:
    """Return which copies a process has. Raises ``UnreadableError`` where it cannot be looked at."""
    process = look(pid)
    attention = _attention(process)
    code = NOTHING if not process.copies else ATTENTION if attention else FINE
    return Report(code, _data(process, attention), _text(process, attention))


def _winner(process: Process) -> Copy | None:
    return next((copy for copy in process.copies if copy.winner), None)


def _election(process: Process) -> str:
    if not process.memory:
        return "unknown"
    return "settled" if _winner(process) else "open"


def _attention(process: Process) -> list[Attention]:
    found = about_copies([copy_data(copy) for copy in process.copies])
    if process.unknown:
        found.append(Attention("not-all-read", "not every mapped file could be read: there may be more copies"))
    return found


def _data(process: Process, attention: list[Attention]) -> dict[str, Any]:
    winner = _winner(process)
    return {
        "command": "doctor",
        "pid": process.pid,
        "executable": process.executable,
        "copies": [copy_data(copy) for copy in process.copies],
        "election": _election(process),
        "winner": winner.path if winner else None,
        "memory": process.memory,
        "unknown": process.unknown,
        "attention": [item._asdict() for item in attention],
    }


def _text(process: Process, attention: list[Attention]) -> list[str]:
    count = len(process.copies)
    lines = [f"process {process.pid}: {process.executable or 'of unknown program'}"]
    if count == 0:
        lines.append("no copy of cmetrics is mapped")
    elif not process.memory:
        lines.append("which copy provides is not known: it is not permitted to read the process's memory")
    else:
        winner = _winner(process)
        lines.append(f"{winner.path} provides" if winner else "no copy provides yet: none was used so far")
    if count:
        lines += ["", f"copies       {count}"]
        for copy in process.copies:
            lines += rows(copy_rows(copy_data(copy)))
    lines += [f"not read: {unknown}" for unknown in process.unknown]
    return lines + attentions(attention)

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Copies of the library in a process: what is printed of them, and what in them deserves attention."""

from __future__ import annotations

from typing import Any

from .processes import Copy
from .report import Attention, abi


def copy_data(copy: Copy) -> dict[str, Any]:
    """Return what ``--json`` prints of a mapped copy."""
    slot = copy.slot
    return {
        "path": copy.path,
        "version": slot.version,
        "build_id": slot.build_id,
        "serves": [slot.oldest, slot.newest],
        "rank": slot.rank,
        "winner": copy.winner,
        "embedded": slot.embedded,
        "forced": slot.forced,
        "satellite": slot.satellite,
        "deleted": copy.deleted,
        "address": f"{copy.base:#x}",
    }


def copy_rows(copy: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the lines of a copy, loaded or mapped."""
    role = "satellite" if copy["satellite"] else {True: "provides", False: "follows", None: "unknown"}[copy["winner"]]
    version = copy["version"] or "of unknown version"
    words = [word for word in ("embedded", "forced", "deleted") if copy.get(word)]
    told = [f"cmetrics {version}", abi(*copy["serves"]), f"rank {copy['rank']}", f"build {copy['build_id']}", *words]
    return [(role, copy["path"] or "a file of unknown name"), ("", ", ".join(told))]


def about_copies(copies: list[dict[str, Any]]) -> list[Attention]:
    """Return what deserves attention in the copies of one process."""
    found = []
    winners = [copy["path"] for copy in copies if copy["winner"]]
    if len(copies) > 1:
        serves = ": one provides for all" if winners and not any(copy["satellite"] for copy in copies) else ""
        found.append(Attention("several-copies", f"{len(copies)} copies are loaded{serves}; the newest would do"))
    if len(winners) > 1:
        text = f"{len(winners)} copies provide, each with a root of its own: {', '.join(winners)}"
        found.append(Attention("several-winners", text))
    for copy in copies:
        path = copy["path"]
        if copy["forced"] and winners and not copy["winner"]:
            found.append(Attention("forced-lost", f"{path} was forced by CMETRICS_LIBRARY, after {winners[0]} had won"))
        if copy["satellite"]:
            text = f"{path} serves clients that are too new for the copy that provides: load it before the first use"
            found.append(Attention("satellite", text))
        if copy.get("deleted"):
            text = f"{path} was deleted or replaced since it was loaded: the process goes on with the old one"
            found.append(Attention("deleted", text))
    return found

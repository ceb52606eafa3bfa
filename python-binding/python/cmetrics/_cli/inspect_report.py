# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What ``cmetrics inspect FILE`` prints."""

from __future__ import annotations

from typing import Any

from .inspect_file import Inspection, inspect
from .report import FINE, NOTHING, Report, abi, rows
from .slot import VTABLES, Found, Slot, Table

# More names are not listed.
_MOST_EXPORTS = 16


def report(path: str) -> Report:
    """Return what is known of a file. Raises ``UnreadableError`` where it cannot be read."""
    found = inspect(path)
    return Report(FINE if found.ours else NOTHING, _data(path, found), _text(path, found))


def _data(path: str, inspection: Inspection) -> dict[str, Any]:
    elf = inspection.elf
    found = inspection.found or Found(False, [], [], [])
    names = [symbol.name for symbol in inspection.exports]
    return {
        "command": "inspect",
        "file": path,
        "ours": inspection.ours,
        "what": inspection.what,
        "flaws": inspection.flaws,
        "remarks": inspection.remarks,
        "machine": elf.machine if elf else None,
        "layout": elf.layout if elf else None,
        "kind": elf.kind if elf else None,
        "soname": inspection.soname,
        "exports": {"count": len(names), "first": names[:_MOST_EXPORTS]},
        "note": found.carries,
        "copies": [_copy(slot) for slot in found.slots],
        "tables": [_table(table) for table in found.tables],
    }


def _copy(slot: Slot) -> dict[str, Any]:
    return {
        "version": slot.version,
        "build_id": slot.build_id,
        "serves": [slot.oldest, slot.newest],
        "rank": slot.rank,
        "embedded": slot.embedded,
    }


def _table(table: Table) -> dict[str, Any]:
    vtables = [{"name": _vtable(place), "size": size} for place, size in enumerate(table.vtables)]
    return {"version": table.version, "size": table.size, "vtables": vtables}


def _vtable(place: int) -> str | None:
    return VTABLES[place] if place < len(VTABLES) else None


def _text(path: str, inspection: Inspection) -> list[str]:
    lines = [f"{path}: {inspection.what}"]
    lines += [f"  flaw: {flaw}" for flaw in dict.fromkeys(inspection.flaws)]
    elf, found = inspection.elf, inspection.found
    if elf is None or found is None:
        return lines
    pairs = []
    if inspection.ours:
        for slot in found.slots:
            version = "of unknown version" if slot.version is None else slot.version
            embedded = ", linked in" if slot.embedded else ""
            pairs.append(("package", f"cmetrics {version} (build {slot.build_id}){embedded}"))
            pairs.append(("serves", abi(slot.oldest, slot.newest)))
            pairs.append(("rank", str(slot.rank)))
        pairs += _tables(found.tables)
    pairs.append(("machine", f"{elf.machine} ({elf.layout}), {elf.kind}"))
    pairs.append(("soname", inspection.soname or "none"))
    pairs.append(("exports", _exports(inspection)))
    pairs.append(("note", "CMETRICS" if found.carries else "none of ours"))
    return [*lines, *rows(pairs), *(f"  remark: {remark}" for remark in inspection.remarks)]


def _tables(tables: list[Table]) -> list[tuple[str, str]]:
    pairs = []
    for table in tables:
        shown = [f"{_vtable(place) or f'vtable {place + 1}'} {size}" for place, size in enumerate(table.vtables)]
        pairs.append((f"table {table.version}", f"{table.size} bytes; bytes of each of its {len(shown)} vtables:"))
        pairs += [("", ", ".join(shown[start : start + 4])) for start in range(0, len(shown), 4)]
    return pairs


def _exports(inspection: Inspection) -> str:
    names = [symbol.name for symbol in inspection.exports]
    if not names:
        return "nothing"
    more = f", and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The names that a family takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import cmetrics


def names_of(family: cmetrics.FamilySnapshot) -> set[str]:
    """Return the family's name and those of its samples."""
    suffixes = {sample.suffix for point in family.points for sample in point.samples}
    return {family.name, *(family.name + suffix for suffix in suffixes)}


def joined(prefix: str, name: str) -> str:
    """Return a full name: what a registry of this prefix makes of a name."""
    return f"{prefix}{name}" if not prefix or prefix.endswith(("_", ":")) else f"{prefix}_{name}"

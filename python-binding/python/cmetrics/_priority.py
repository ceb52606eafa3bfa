# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""How important a metric is, and how much a report tells."""

from __future__ import annotations

import enum


class Priority(str, enum.Enum):
    """How important a metric is; as a verbosity, the least important priority that a report still holds.

    The words themselves serve as well: ``priority="low"`` is ``priority=Priority.LOW``.

    >>> import cmetrics
    >>> root = cmetrics.root()
    >>> _ = root.counter("cache_probes", priority=cmetrics.Priority.DEBUG)
    >>> "cache_probes" in cmetrics.render()
    False
    >>> "cache_probes" in cmetrics.render(verbosity="debug")
    True
    """

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"
    DEBUG = "debug"

    def __str__(self) -> str:
        return self.value

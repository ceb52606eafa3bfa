# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What servers and apps have in common: which registries they serve, and how a report is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from ._errors import InvalidArgumentError

if TYPE_CHECKING:
    from ._cmetrics import Registry, _Answer, _Exposer, _Plan, _Refresh

# Where a registry is served unless something else is said.
METRICS = "/metrics"
# What stands in a path as it is.
_IN_PATHS = "/!$&'()*+,;=:@~"


def endpoints_of(
    registry: Registry | None, endpoints: Mapping[str, Registry | None] | None
) -> Mapping[str, Registry | None]:
    """Return paths with their registries; ``None`` is the root."""
    if endpoints is None:
        return {METRICS: registry}
    if registry is not None:
        raise InvalidArgumentError(
            "both a registry and endpoints are given",
            code="INVALID_ARGUMENT",
            hint="leave registry out, and name it among the endpoints: {'/metrics': registry}",
        )
    if not endpoints:
        raise InvalidArgumentError(
            "there are no endpoints, so nothing would be served",
            code="INVALID_ARGUMENT",
            hint="name at least one: {'/metrics': None} is the root",
        )
    return endpoints


class App:
    """What an app of either kind answers with; it finds out which path is meant."""

    def __init__(self, exposer: _Exposer, has_paths: bool) -> None:
        self._exposer = exposer
        # Without endpoints, whoever mounts the app says at which paths it is.
        self._has_paths = has_paths

    def plan(self, method: str, path: bytes, query: bytes, headers: Iterable[tuple[bytes, bytes]]) -> _Answer | _Plan:
        """Return the answer to a request, or the plan of the report that it asks for.

        The path begins where the app is mounted and is not escaped; the query is as it came.
        """
        target = quote(path or b"/", safe=_IN_PATHS) if self._has_paths else METRICS
        return self._exposer.plan(method, target.encode() + b"?" + query, list(headers))


def report(plan: _Plan, refresh: Callable[[_Refresh], None]) -> _Answer:
    """Make a report on this thread: what needs Python first, as long as there is time, then the rest without its lock.

    An exception that leaves ``refresh`` leaves this function.
    """
    for run in plan.runs():
        # Whoever is late is told so by the library.
        if not plan.left:
            break
        refresh(run)
    return plan.make()

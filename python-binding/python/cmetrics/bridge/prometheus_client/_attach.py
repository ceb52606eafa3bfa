# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A registry of ``prometheus_client`` in our reports."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import prometheus_client

import cmetrics
from cmetrics._collect import families

from . import _state
from ._names import joined, names_of

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

logger = logging.getLogger("cmetrics")


class _Collects(Protocol):
    def collect(self) -> Iterable[Any]: ...


def attach(
    registry: _Collects = prometheus_client.REGISTRY,
    prefix: str = "",
    labels: Mapping[str, object] | None = None,
    exclude: Collection[str] = (),
    to: cmetrics.Registry | None = None,
) -> Attached:
    """Tell what ``registry`` collects in our reports, as families of their own type, until it is detached.

    ``prefix`` and ``labels`` are added to all of it. ``exclude`` names families that are left out, with or without
    ``_total`` and ``_info``. ``to`` is where it is attached, the root of the process unless given.

    Integers stay exact. Timestamps, exemplars and ``_created`` are left out: the report's format has no place for them.
    How fresh it is in whose report is as :meth:`Registry.register_collector` says.

    Raises ``ConflictError`` if a family of both sides would share a name. What only later does is left out, logged
    once, and counted in ``python_collector_refused_total``.

    >>> theirs = prometheus_client.CollectorRegistry()
    >>> prometheus_client.Counter("steps", "Steps so far", registry=theirs).inc(2)
    >>> root = cmetrics.Registry.isolated()
    >>> with attach(theirs, "engine", {"rank": 0}, to=root):
    ...     print(root.render().splitlines()[-1])
    engine_steps_total{rank="0"} 2
    """
    place = cmetrics.root() if to is None else to
    if prefix or labels:
        place = place.child(prefix or None, labels)
    return Attached(registry, place, frozenset([exclude] if isinstance(exclude, str) else exclude))


class Attached:
    """A registry of ``prometheus_client`` that our reports tell of. Made by :func:`attach`.

    As a context manager it is detached at the end.
    """

    def __init__(self, registry: _Collects, place: cmetrics.Registry, exclude: Collection[str]) -> None:
        self.registry = registry
        self._place = place
        self._root = place._root()
        self._prefix = place.prefix
        self._exclude = exclude
        self._refused: set[str] = set()
        # The names that it has, as they stand in its own reports.
        self._names: frozenset[str] = frozenset()
        self._check()
        self._collector = place.register_collector(self._collect, name="prometheus_client")
        _state.add(self)
        # So that who attaches next sees what is there.
        self._collector._refresh()

    def detach(self) -> None:
        """Take it out of our reports. Detaching twice does nothing."""
        self._collector.remove()
        _state.remove(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.detach()

    def _theirs(self) -> list[cmetrics.FamilySnapshot]:
        """Return what it has now, but for what we told it."""
        with _state.collecting(self._root):
            told = families(self.registry.collect)
            return [family for family in told if not self._is_excluded(family)]

    def _is_excluded(self, family: cmetrics.FamilySnapshot) -> bool:
        plain = family.name.removesuffix("_total").removesuffix("_info")
        return family.name in self._exclude or plain in self._exclude

    def _full(self, family: cmetrics.FamilySnapshot) -> set[str]:
        return {joined(self._prefix, name) for name in names_of(family)}

    def _check(self) -> None:
        """Refuse what both sides define."""
        try:
            theirs = self._theirs()
        except Exception:
            logger.warning("a registry that is attached cannot be collected yet", exc_info=True)
            return
        ours = {name: family for family in self._root._peek(None) for name in names_of(family)}
        for family in theirs:
            both = sorted(self._full(family) & ours.keys())
            if both:
                existing, requested = ours[both[0]], joined(self._prefix, family.name)
                raise cmetrics.ConflictError(
                    f"the family {requested} is defined in prometheus_client and in cmetrics",
                    code="CONFLICT",
                    hint=f"leave it out with exclude=[{family.name!r}], or give a prefix",
                    subject=requested,
                    existing=f"{existing.type} {existing.name}",
                    requested=f"{family.type} {requested}",
                )

    def _collect(self) -> list[cmetrics.FamilySnapshot]:
        theirs = self._theirs()
        self._names = frozenset(name for family in theirs for name in names_of(family))
        if not theirs:
            return theirs
        # This collector is left out of what it asks for.
        full = [joined(self._prefix, name) for name in self._names]
        ours = {name for family in self._root._peek(full) for name in names_of(family)}
        if not ours:
            return theirs
        return [family for family in theirs if self._keeps(family, ours)]

    def _keeps(self, family: cmetrics.FamilySnapshot, ours: Collection[str]) -> bool:
        if self._full(family).isdisjoint(ours):
            return True
        self._collector._refused(1)
        _state.log_refused(self._refused, joined(self._prefix, family.name), "prometheus_client's")
        return False

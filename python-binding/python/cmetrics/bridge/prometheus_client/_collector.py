# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What we hold, in reports of ``prometheus_client``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import prometheus_client
from prometheus_client.metrics_core import Metric

import cmetrics

from . import _state
from ._names import names_of

# What their text formats add to the name of a family of this type.
_ENDINGS = {"counter": "_total", "info": "_info"}


class CmetricsCollector:
    """A collector of ``prometheus_client`` that tells what a registry of ours holds.

    ``REGISTRY.register(CmetricsCollector())`` adds the whole process to what an engine's own ``/metrics`` shows.
    ``registry`` is ours, the root of the process unless given; ``verbosity`` and ``include_self`` are as in
    ``render``. ``exclude`` names families that are left out. What is attached from the very registry that it is
    registered in is not told there again.

    A family that the other side defines is refused when it is registered (``ValueError``). What only later becomes one
    is left out, logged once, and counted in ``python_collector_refused_total``. For that it has to know where it is
    registered: ``theirs`` names that registry, unless it is ``REGISTRY`` or attached.

    Their text prints all numbers as floats, so that integers beyond 2**53 are rounded there. A counter whose name does
    not end in ``_total`` is of unknown type there.

    >>> theirs = prometheus_client.CollectorRegistry()
    >>> cmetrics.root().counter("requests", "Requests so far", labels={"path": "/"}).inc(2)
    >>> theirs.register(CmetricsCollector())
    >>> theirs.get_sample_value("requests_total", {"path": "/"})
    2
    """

    def __init__(
        self,
        registry: cmetrics.Registry | None = None,
        *,
        verbosity: cmetrics.Priority | str = "normal",
        include_self: bool = True,
        exclude: Collection[str] = (),
        theirs: Any = None,  # noqa: ANN401 - a CollectorRegistry, or what behaves like one
    ) -> None:
        self._registry = cmetrics.root() if registry is None else registry
        self._root = self._registry._root()
        self._verbosity = cmetrics.Priority(verbosity)
        self._include_self = include_self
        self._exclude = frozenset([exclude] if isinstance(exclude, str) else exclude)
        self._theirs = theirs
        self._refused: set[str] = set()

    def describe(self) -> Iterator[Metric]:
        """Yield what it would tell now, without calling any collector: prometheus_client holds a lock."""
        attached = [attached._collector for attached in _state.attached_to(self._root)]
        told = cmetrics.Collector._without(attached, lambda: self._registry._peek(None))
        for family in told:
            if not self._is_excluded(family):
                yield _metric(family)

    def collect(self) -> Iterator[Metric]:
        """Yield what our report tells, but for what is attached from there."""
        if _state.is_collecting(self._root):
            return
        near = [attached for attached in _state.attached_to(self._root) if self._is_in(attached.registry)]
        told = cmetrics.Collector._without(
            [attached._collector for attached in near],
            lambda: self._registry.snapshot(self._verbosity, include_self=self._include_self),
        )
        theirs = self._their_names()
        for attached in near:
            theirs |= attached._names
        for family in told:
            if self._is_excluded(family):
                continue
            metric = _metric(family)
            if {metric.name, *names_of(family)}.isdisjoint(theirs):
                yield metric
            else:
                self._refuse(family)

    def _is_excluded(self, family: cmetrics.FamilySnapshot) -> bool:
        return family.name in self._exclude or family.name.removesuffix("_total") in self._exclude

    def _is_in(self, registry: object) -> bool:
        """Return whether it is registered there; True if nobody can say."""
        return self in getattr(registry, "_collector_to_names", (self,))

    def _their_names(self) -> set[str]:
        """Return the names that other collectors beside it have said that they take."""
        known = [prometheus_client.REGISTRY, self._theirs]
        known.extend(attached.registry for attached in _state.attached_to(self._root))
        names: set[str] = set()
        for registry in known:
            if registry is not None and self._is_in(registry):
                owners = dict(getattr(registry, "_names_to_collectors", {}))
                names.update(name for name, owner in owners.items() if owner is not self)
        return names

    def _refuse(self, family: cmetrics.FamilySnapshot) -> None:
        _state.log_refused(self._refused, family.name, "cmetrics'")
        refused = self._root.counter(
            "python_collector_refused",
            # What the root's report says of registries that are attached is the same family.
            "Families that were left out of a report because others define them",
            labels={"collector": type(self).__name__},
        )
        refused.inc()


def _metric(family: cmetrics.FamilySnapshot) -> Metric:
    """Return a family in their form."""
    ending = _ENDINGS.get(family.type, "")
    kind, name = family.type, family.name
    if ending and not name.endswith(ending):
        # Their text would put the ending behind it.
        kind, ending = "unknown", ""
    name = name.removesuffix(ending)
    # They put a unit behind the name where it is not there.
    unit = family.unit if name.endswith(f"_{family.unit}") else ""
    metric = Metric(name, family.help, kind, unit)
    for point in family.points:
        for sample in point.samples:
            labels = dict(point.labels)
            if sample.extra is not None:
                labels[sample.extra[0]] = sample.extra[1]
            metric.add_sample(family.name + sample.suffix, labels, sample.value)
    return metric

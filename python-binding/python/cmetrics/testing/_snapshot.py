# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Everything that a registry holds at a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Union

from .._cmetrics import Registry
from ._diff import Diff
from ._mismatch import MismatchError
from ._near import hint
from ._recorder import Recorder
from ._sample import Place, SnapshotSample, series

#: So many samples are told.
_MANY = 10


class Snapshot:
    """Everything that a registry holds at a moment: all priorities, without the library's own families.

    As text it has the lines of a report without HELP and TYPE.

    >>> import cmetrics
    >>> from cmetrics.testing import Snapshot
    >>> requests = cmetrics.root().counter_family("requests", "", ["path"])
    >>> requests.labels("/a").inc()
    >>> before = Snapshot.of(cmetrics.root())
    >>> print(before)
    requests_total{path="/a"} 1
    >>> requests.labels("/a").inc()
    >>> requests.labels("/b").inc()
    >>> print(before.diff())
    requests_total{path="/a"} 1 -> 2
    new requests_total{path="/b"} 1
    """

    def __init__(self, registry: Registry, samples: Sequence[SnapshotSample]) -> None:
        self._registry = registry
        self._samples = tuple(samples)

    @classmethod
    def of(cls, at: Observable) -> Snapshot:
        """Return what a registry or a recorder holds now; a snapshot is its own.

        Python's collectors are run first, on this thread. Raises :class:`cmetrics.GoneError` for a registry that was
        removed.

        >>> import cmetrics
        >>> from cmetrics.testing import Snapshot
        >>> len(Snapshot.of(cmetrics.root()).samples)
        0
        """
        if isinstance(at, Snapshot):
            return at
        registry = at.registry if isinstance(at, Recorder) else at
        if not isinstance(registry, Registry):
            raise TypeError(f"a Registry, a Snapshot or a Recorder is looked at, not {type(at).__name__}")
        samples = []
        for family in registry.snapshot(verbosity="debug", include_self=False):
            for point in family.points:
                place = tuple(point.labels.items())
                for index, sample in enumerate(point.samples):
                    labels = {**point.labels, **dict([sample.extra] if sample.extra else [])}
                    name = family.name + sample.suffix
                    at_place = Place(family.name, place, index)
                    samples.append(SnapshotSample(name, labels, sample.value, sample.ns, at_place))
        return cls(registry, samples)

    @property
    def registry(self) -> Registry:
        """What it is a snapshot of."""
        return self._registry

    @property
    def samples(self) -> tuple[SnapshotSample, ...]:
        """Every sample, in the order of a report."""
        return self._samples

    def matching(self, name: str, labels: Mapping[str, object] | None = None) -> list[SnapshotSample]:
        """Return the samples of a name that have all these labels.

        The name is the sample's as it stands in the report. Values of labels pass through ``str``; an empty one asks
        that the label is not there. Labels that are not given may be anything.

        >>> import cmetrics
        >>> from cmetrics.testing import Snapshot
        >>> requests = cmetrics.root().counter_family("requests", "", ["path", "code"])
        >>> requests.labels("/a", 200).inc()
        >>> requests.labels("/a", 500).inc()
        >>> len(Snapshot.of(cmetrics.root()).matching("requests_total", {"path": "/a"}))
        2
        """
        wanted = _plain(labels)
        return [sample for sample in self._samples if sample.name == name and sample.has(wanted)]

    def get(self, name: str, labels: Mapping[str, object] | None = None) -> SnapshotSample:
        """Return the one sample of a name that has all these labels, as for ``matching``.

        Raises :class:`MismatchError`, an ``AssertionError``, if there is none, or more than one: with what there is
        instead.

        >>> import cmetrics
        >>> from cmetrics.testing import Snapshot
        >>> cmetrics.root().counter("requests", labels={"path": "/a"}).inc(3)
        >>> snapshot = Snapshot.of(cmetrics.root())
        >>> snapshot.get("requests_total", {"path": "/a"}).value
        3
        >>> snapshot.get("requests_total", {"path": "/b"})
        Traceback (most recent call last):
        cmetrics.testing.MismatchError: requests_total{path="/b"}: no such series
          requests_total has:
            requests_total{path="/a"} 3
        """
        __tracebackhide__ = True  # pytest shows the line of the test
        matching = self.matching(name, labels)
        if len(matching) == 1:
            return matching[0]
        of_name = [sample for sample in self._samples if sample.name == name]
        asked = series(name, sorted(_plain(labels).items()))
        if not of_name:
            raise MismatchError(f"{name}: no such metric\n  {hint(name, (one.name for one in self._samples))}")
        if not matching:
            raise MismatchError(f"{asked}: no such series\n  {name} has:{_listed(of_name)}")
        braces = "" if labels else "{}"
        found = f"{asked}{braces}: {len(matching)} series match; give more labels"
        raise MismatchError(f"{found}\n  these match:{_listed(matching)}")

    def diff(self, later: Observable | None = None) -> Diff:
        """Return what changed from this snapshot to a later one, or to what its registry holds now.

        >>> import cmetrics
        >>> from cmetrics.testing import Snapshot
        >>> before = Snapshot.of(cmetrics.root())
        >>> cmetrics.root().counter("requests").inc()
        >>> after = Snapshot.of(cmetrics.root())
        >>> cmetrics.root().counter("requests").inc()
        >>> print(before.diff(after))
        new requests_total 1
        >>> print(before.diff())
        new requests_total 2
        """
        return Diff(self._samples, Snapshot.of(self._registry if later is None else later).samples)

    def __iter__(self) -> Iterator[SnapshotSample]:
        return iter(self._samples)

    def __len__(self) -> int:
        return len(self._samples)

    def __str__(self) -> str:
        return "\n".join(map(str, self._samples))

    def __repr__(self) -> str:
        return f"<cmetrics.testing.Snapshot of {len(self._samples)} samples>"


#: Where numbers can be looked up.
Observable = Union[Registry, Snapshot, Recorder]


def _plain(labels: Mapping[str, object] | None) -> dict[str, str]:
    return {key: str(value) for key, value in (labels or {}).items()}


def _listed(samples: Sequence[SnapshotSample]) -> str:
    more = f"\n    and {len(samples) - _MANY} more" if len(samples) > _MANY else ""
    return "".join(f"\n    {sample}" for sample in samples[:_MANY]) + more

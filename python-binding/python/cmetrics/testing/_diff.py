# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What differs between two snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload

from ._sample import SnapshotSample


class Change(NamedTuple):
    """One difference between two snapshots: the sample as it was and as it is.

    ``before`` is ``None`` for a sample that was not there, ``after`` for one that is there no more.

    >>> import cmetrics
    >>> from cmetrics.testing import Snapshot
    >>> before = Snapshot.of(cmetrics.root())
    >>> cmetrics.root().counter("errors").inc()
    >>> change = before.diff()[0]
    >>> change.before is None, change.after.value
    (True, 1)
    >>> print(change)
    new errors_total 1
    """

    before: SnapshotSample | None
    after: SnapshotSample | None

    @property
    def sample(self) -> SnapshotSample:
        """The sample as it is, or as it was where it is gone."""
        sample = self.after or self.before
        assert sample is not None  # noqa: S101 - a change is of something
        return sample

    def __str__(self) -> str:
        if self.before is None:
            return f"new {self.after}"
        if self.after is None:
            return f"gone {self.before}"
        return f"{self.after.series} {self.before.number} -> {self.after.number}"


class Diff(Sequence[Change]):
    """What differs between two snapshots: a sequence of :class:`Change`, in the order of a report that holds both.

    As text it has a line for each change. It is false where nothing changed.

    >>> import cmetrics
    >>> from cmetrics.testing import Snapshot
    >>> depth = cmetrics.root().int_gauge("depth")
    >>> before = Snapshot.of(cmetrics.root())
    >>> bool(before.diff())
    False
    >>> depth.set(7)
    >>> cmetrics.root().counter("errors").inc()
    >>> print(before.diff())
    depth 0 -> 7
    new errors_total 1
    """

    def __init__(self, before: Sequence[SnapshotSample], after: Sequence[SnapshotSample]) -> None:
        old = {sample.series: sample for sample in before}
        new = {sample.series: sample for sample in after}
        pairs = [Change(old.get(series), new.get(series)) for series in {**old, **new}]
        changed = [one for one in pairs if not (one.before and one.after and _same(one.before, one.after))]
        self._changes = tuple(sorted(changed, key=lambda change: change.sample.place))

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Change, ...]: ...
    def __getitem__(self, index: int | slice) -> Change | tuple[Change, ...]:
        return self._changes[index]

    def __len__(self) -> int:
        return len(self._changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self._changes)

    def __str__(self) -> str:
        return "\n".join(map(str, self._changes))

    def __repr__(self) -> str:
        return f"<cmetrics.testing.Diff {list(map(str, self._changes))}>"


def _same(before: SnapshotSample, after: SnapshotSample) -> bool:
    return before.number.equals(after.number)

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Test your instrumentation: what a piece of code told its metrics, and what a report would show.

The kits of the other languages have the same words and give the same messages. With pytest there are fixtures:
``cmetrics_root``, ``cmetrics_registry`` and ``cmetrics_snapshot``.

>>> import cmetrics
>>> from cmetrics.testing import Snapshot, assert_metric, scoped_root
>>> def handle(path):  # the code under test asks for the root, as programs do
...     cmetrics.root().counter("requests", labels={"path": path}).inc()
>>> with scoped_root() as root:  # this thread's root until the block ends
...     handle("/a")
...     assert_metric(root, "requests_total", 1, {"path": "/a"})
...     before = Snapshot.of(root)
...     handle("/a")
...     handle("/b")
...     print(before.diff())
requests_total{path="/a"} 1 -> 2
new requests_total{path="/b"} 1

What is passed instead of a registry has the type ``cmetrics.Registry``: an :func:`isolated` one, a :class:`Recorder`'s,
or one that keeps nothing, :func:`noop`. Code that is typed with ``cmetrics.Metrics`` takes doubles of your own too.
"""

from ._assert import assert_metric
from ._diff import Change, Diff
from ._golden import assert_report
from ._mismatch import MismatchError
from ._number import Expected
from ._recorder import Event, Recorder
from ._roots import isolated, noop, scoped_root
from ._sample import SnapshotSample
from ._snapshot import Observable, Snapshot

__all__ = [
    "Change",
    "Diff",
    "Event",
    "Expected",
    "MismatchError",
    "Observable",
    "Recorder",
    "Snapshot",
    "SnapshotSample",
    "assert_metric",
    "assert_report",
    "isolated",
    "noop",
    "scoped_root",
]

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""One number of a registry."""

from __future__ import annotations

from collections.abc import Mapping

from ._mismatch import MismatchError
from ._number import Expected, Number
from ._snapshot import Observable, Snapshot


def assert_metric(at: Observable, name: str, expected: Expected, labels: Mapping[str, object] | None = None) -> None:
    """Assert that the one sample of this name and these labels is ``expected``.

    ``at`` is a registry, a snapshot or a recorder. The name is the sample's as it stands in the report:
    ``"requests_total"``, ``"latency_seconds_sum"``. Values of labels pass through ``str``; an empty one asks that the
    label is not there. Labels that are not given may be anything.

    Integers are compared exactly, durations too where a ``timedelta`` is expected. Where one of both is a float they
    are compared as floats, durations in seconds; NaN is equal to NaN.

    Raises :class:`MismatchError`, an ``AssertionError``: no such metric, no such series, more than one, or another
    number, with what there is instead. Raises ``TypeError`` where ``expected`` is no number.

    >>> import cmetrics
    >>> from cmetrics.testing import assert_metric
    >>> root = cmetrics.root()
    >>> root.counter("requests", labels={"path": "/a"}).inc(3)
    >>> assert_metric(root, "requests_total", 3, {"path": "/a"})
    >>> assert_metric(root, "requests_total", 4)
    Traceback (most recent call last):
    cmetrics.testing.MismatchError: requests_total{path="/a"}: expected 4, is 3
    >>> assert_metric(root, "request_total", 3)
    Traceback (most recent call last):
    cmetrics.testing.MismatchError: request_total: no such metric
      near names: requests_total
    """
    __tracebackhide__ = True  # pytest shows the line of the test
    wanted = Number.of(expected)
    sample = Snapshot.of(at).get(name, labels)
    if not wanted.equals(sample.number):
        raise MismatchError(f"{sample.series}: expected {wanted}, is {sample.number}")

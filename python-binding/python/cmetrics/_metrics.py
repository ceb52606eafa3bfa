# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

# ruff: noqa: ANN001, ANN202 - types are in the stub

"""What makes metrics, as a type: for code that is given it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from ._cmetrics import Registry


@runtime_checkable
class Metrics(Protocol):
    """Where metrics come from, for code that is given it: the methods of :class:`Registry` that make things.

    A registry is one, in programs and in tests; so are the doubles of ``cmetrics.testing``. One of your own hands out
    the metrics of a registry of its own, such as ``cmetrics.testing.noop()``.

    >>> import cmetrics
    >>> class Service:
    ...     def __init__(self, metrics: cmetrics.Metrics) -> None:
    ...         self.requests = metrics.counter("requests", "Requests that came in")
    >>> service = Service(cmetrics.root())
    >>> isinstance(cmetrics.root(), cmetrics.Metrics)
    True
    """

    def child(self, prefix=None, labels=None, locked=False): ...

    def counter(self, name, help="", *, labels=None, priority="normal", unit=None, verbatim=False): ...

    def int_counter(
        self, name, help="", *, labels=None, priority="normal", unit=None, total_only=False, verbatim=False
    ): ...

    def float_counter(
        self, name, help="", *, labels=None, priority="normal", unit=None, total_only=False, verbatim=False
    ): ...

    def duration_counter(
        self, name, help="", *, labels=None, priority="normal", unit=None, total_only=False, verbatim=False
    ): ...

    def int_gauge(self, name, help="", *, labels=None, priority="normal", unit=None, verbatim=False): ...

    def float_gauge(self, name, help="", *, labels=None, priority="normal", unit=None, verbatim=False): ...

    def duration_gauge(self, name, help="", *, labels=None, priority="normal", unit=None, verbatim=False): ...

    def counter_family(
        self, name, help="", labelnames=(), *, labels=None, priority="normal", unit=None, verbatim=False
    ): ...

    def int_counter_family(
        self,
        name,
        help="",
        labelnames=(),
        *,
        labels=None,
        priority="normal",
        unit=None,
        total_only=False,
        verbatim=False,
    ): ...

    def float_counter_family(
        self,
        name,
        help="",
        labelnames=(),
        *,
        labels=None,
        priority="normal",
        unit=None,
        total_only=False,
        verbatim=False,
    ): ...

    def duration_counter_family(
        self,
        name,
        help="",
        labelnames=(),
        *,
        labels=None,
        priority="normal",
        unit=None,
        total_only=False,
        verbatim=False,
    ): ...

    def int_gauge_family(
        self, name, help="", labelnames=(), *, labels=None, priority="normal", unit=None, verbatim=False
    ): ...

    def float_gauge_family(
        self, name, help="", labelnames=(), *, labels=None, priority="normal", unit=None, verbatim=False
    ): ...

    def duration_gauge_family(
        self, name, help="", labelnames=(), *, labels=None, priority="normal", unit=None, verbatim=False
    ): ...


for _name, _method in vars(Metrics).items():
    if not _name.startswith("_"):
        _method.__doc__ = getattr(Registry, _name).__doc__

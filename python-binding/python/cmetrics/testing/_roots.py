# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Roots for the length of a test."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from .._cmetrics import Registry, _noop, library
from .._errors import UnavailableError


def isolated() -> Registry:
    """Return a new root of its own, to give to the code under test.

    What ``cmetrics.Registry.isolated()`` does, but where there is no library it raises
    :class:`cmetrics.UnavailableError`: a test that sees nothing must not pass.

    >>> import cmetrics.testing
    >>> registry = cmetrics.testing.isolated()
    >>> registry.counter("jobs").inc()
    >>> cmetrics.testing.assert_metric(registry, "jobs_total", 1)
    >>> cmetrics.testing.Snapshot.of(cmetrics.root()).samples
    ()
    """
    registry = Registry.isolated()
    if registry.id:
        return registry
    library()  # it says why there is none
    message = "making an isolated root: metrics are disabled in this process"
    raise UnavailableError(message, code="UNAVAILABLE", hint="unset CMETRICS_DISABLE")


@contextlib.contextmanager
def scoped_root() -> Iterator[Registry]:
    """Return a context manager in which ``cmetrics.root()`` on this thread is an isolated root, in every language.

    For tests of code that asks for the root, plugins of other languages included. It decorates functions too. Scopes
    nest. Raises :class:`cmetrics.UnavailableError` where there is no library: a test that sees nothing must not pass.

    A scope belongs to a thread. Tasks of an event loop that runs on this thread are inside: enter it outside of
    ``asyncio.run``, not around an ``await``. A thread that the code under test starts is outside, and sees the
    process's root, unless it enters ``registry.scope()`` too. Metrics that were made inside go on counting there,
    whichever thread updates them.

    >>> import cmetrics
    >>> from cmetrics.testing import assert_metric, scoped_root
    >>> def handle(path):
    ...     cmetrics.root().counter("requests", labels={"path": path}).inc()
    >>> with scoped_root() as root:
    ...     handle("/a")
    ...     assert_metric(root, "requests_total", 1, {"path": "/a"})
    """
    with isolated().scope() as root:
        yield root


def noop() -> Registry:
    """Return a registry that keeps nothing: for code that must be given one and is not asked about it.

    >>> import cmetrics.testing
    >>> requests = cmetrics.testing.noop().counter("requests")
    >>> requests.inc()
    >>> requests.value
    0
    """
    return _noop()

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reports in files, for the textfile collector of Prometheus' node exporter."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ._cmetrics import generate_latest

if TYPE_CHECKING:
    from datetime import timedelta

    from ._cmetrics import Registry
    from ._metrics import _PriorityLike


def write_to_textfile(
    path: str | os.PathLike[str],
    registry: Registry | None = None,
    verbosity: _PriorityLike = "normal",
    names: Iterable[str] | None = None,
    include_self: bool = True,
    timeout: float | timedelta | None = None,
) -> None:
    """Write the report to a file, as a whole or not at all: whoever reads it finds the report of before or this one.

    It is written to another file in the same folder, which then takes the place of the one that was there; after a
    crash the one or the other is there. Its permissions are those of any file that the program makes. The node exporter
    reads files whose names end in ``.prom``.

    The other arguments are those of :func:`generate_latest`. Raises what that raises, and ``OSError`` where the file
    cannot be written; nothing is left behind then.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "batch.prom")
    >>> cmetrics.root().counter("jobs", "Jobs that are done.").inc()
    >>> cmetrics.write_to_textfile(file)
    >>> print(file.read_text(), end="")
    # HELP jobs_total Jobs that are done.
    # TYPE jobs_total counter
    jobs_total 1
    """
    report = generate_latest(registry, verbosity, names, include_self, timeout)
    path = os.fspath(path)
    # Not ending in .prom: nobody is to read it yet.
    beside = f"{path}.{os.getpid()}.{threading.get_ident()}"
    try:
        with open(beside, "wb") as file:
            file.write(report)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(beside)
        raise
    _keep_name(os.path.dirname(path) or ".")


def _keep_name(folder: str) -> None:
    """Have a folder's names on the disk too, where the system can."""
    if os.name != "posix":
        return
    # An error leaves the file as it is: what is in it is on the disk already.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

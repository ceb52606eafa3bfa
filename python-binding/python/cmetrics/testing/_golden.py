# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reports against files."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path

from .._cmetrics import Registry
from ._mismatch import MismatchError
from ._recorder import Recorder

_VARIABLE = "CMETRICS_UPDATE_GOLDEN"


def assert_report(at: Registry | Recorder, golden: str | os.PathLike[str]) -> None:
    r"""Assert that the report of a registry or a recorder is what the file ``golden`` holds, to the byte.

    The report has all priorities, without the library's own families. With ``CMETRICS_UPDATE_GOLDEN=1`` in the
    environment, which ``pytest --cmetrics-update-golden`` sets, the file is written instead, folders included.

    Raises :class:`MismatchError`, an ``AssertionError``: with a unified diff, or with why the file cannot be read or
    written and how to make it.

    >>> import cmetrics, pathlib, tempfile
    >>> from cmetrics.testing import assert_report
    >>> cmetrics.root().int_gauge("depth", "Requests that wait").set(3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     golden = pathlib.Path(folder, "report.prom")
    ...     _ = golden.write_text("# HELP depth Requests that wait\n# TYPE depth gauge\ndepth 3\n")
    ...     assert_report(cmetrics.root(), golden)
    """
    __tracebackhide__ = True  # pytest shows the line of the test
    registry = at.registry if isinstance(at, Recorder) else at
    report = registry.render(verbosity="debug", include_self=False)
    file = Path(golden)
    if os.environ.get(_VARIABLE) == "1":
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(report.encode())
        except OSError as error:
            raise MismatchError(f"{file}: cannot be written: {error.strerror}") from None
        return
    try:
        expected = file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise MismatchError(f"{file}: cannot be read: {why}; {_VARIABLE}=1 writes it") from None
    if expected != report:
        head = f"the report is not what {file} holds; {_VARIABLE}=1 writes it anew"
        raise MismatchError("\n".join([head, f"--- {file}", "+++ the report", *_hunks(expected, report)]))


def _hunks(old: str, new: str) -> Iterator[str]:
    """Yield the lines of a unified diff, without those that name the files."""
    # Not splitlines: a label's value may hold what else Python takes for the end of a line.
    for number, line in enumerate(difflib.unified_diff(_lines(old), _lines(new))):
        if number >= 2:
            yield line[:-1] if line.endswith("\n") else f"{line}\n\\ No newline at end of file"


def _lines(text: str) -> list[str]:
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])

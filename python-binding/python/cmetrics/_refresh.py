# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Runs collectors and the functions of gauges: for a report, or on a thread of their own."""

from __future__ import annotations

import logging
import threading
import traceback
from typing import TYPE_CHECKING

from . import _cmetrics
from ._collect import families

if TYPE_CHECKING:
    from ._cmetrics import _Refresh

logger = logging.getLogger("cmetrics")


def refresh(run: _Refresh) -> None:
    """Call what ``run`` is of, and keep what it tells.

    An ``Exception`` is logged and counted; reports tell what was told last. Other exceptions leave this function.
    """
    if not run.begin():
        return
    try:
        if run.is_gauge:
            run.set(run.function())
        else:
            run.keep(list(families(run.function)))
    except Exception as error:
        _fail(run, error)
    finally:
        run.end()


def refresh_apart(run: _Refresh) -> None:
    """Do the same on a thread that was made for it: a collector that exits ends no thread, only its run."""
    try:
        refresh(run)
    except BaseException as error:
        _fail(run, error)


def _fail(run: _Refresh, error: BaseException) -> None:
    if not run.fail():
        return
    try:
        logger.error("the collector %s failed; reports tell what it told last", run.name, exc_info=error)
    except Exception:
        # A handler of the program fails: that breaks no report.
        traceback.print_exc()


def start() -> bool:
    """Start the thread that serves reports which nobody in Python asked for. False while the interpreter ends."""
    try:
        threading.Thread(target=_serve, name="cmetrics-refresher", daemon=True).start()
    except RuntimeError:
        return False
    return True


def _serve() -> None:
    while (run := _cmetrics._next_refresh()) is not None:
        refresh_apart(run)
        # It holds the collector.
        del run

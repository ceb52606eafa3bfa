# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Metrics for a process of many languages: one registry, one Prometheus report.

Python, Rust, C and C++ in one process share one root, in one library that this package brings along.

>>> import cmetrics
>>> engine = cmetrics.root().child("engine", labels={"rank": 0})
>>> engine.counter("steps", "Steps so far").inc()
>>> latency = engine.duration_counter("step_duration", "How long steps take")
>>> with latency.time():
...     pass
>>> errors = engine.counter_family("errors", "Errors by type", ["type"])
>>> errors.labels("io").inc(2)
>>> print(cmetrics.render(names=["engine_errors_total"]), end="")
# HELP engine_errors_total Errors by type
# TYPE engine_errors_total counter
engine_errors_total{rank="0",type="io"} 2

Warnings go to the logger ``cmetrics``. Where no library can be loaded everything works and keeps nothing; ``library()``
says why. The environment variable ``CMETRICS_LIBRARY`` forces a copy of the library, and ``CMETRICS_DISABLE=1`` turns
metrics off.

PYTEST_DONT_REWRITE: a program may import this before it starts pytest, which has a plugin of ours.
"""

import atexit as _atexit
import os as _os

# First of all: what follows loads the compiled part.
from . import _interpreter  # noqa: F401 - it refuses subinterpreters
from ._asgi import make_asgi_app
from ._cmetrics import (
    Client,
    Collector,
    Counter,
    DurationCounter,
    DurationGauge,
    Family,
    FloatCounter,
    FloatGauge,
    IntCounter,
    IntGauge,
    Metric,
    Registry,
    Scope,
    Timer,
    __version__,
    _after_fork,
    _before_fork,
    _remove_collectors,
    client,
    content_type,
    generate_latest,
    library,
    render,
    root,
)
from ._errors import (
    CancelledError,
    ConflictError,
    Error,
    GoneError,
    InvalidArgumentError,
    LimitError,
    NotFoundError,
    UnavailableError,
    UnsupportedError,
)
from ._metrics import Metrics
from ._model import FamilySnapshot, LibraryInfo, Point, RegistryInfo, Sample
from ._priority import Priority
from ._pushgateway import delete_from_gateway, push_to_gateway, pushadd_to_gateway
from ._server import ServerHandle, start_http_server
from ._textfile import write_to_textfile
from ._wsgi import make_wsgi_app

__all__ = [
    "CancelledError",
    "Client",
    "Collector",
    "ConflictError",
    "Counter",
    "DurationCounter",
    "DurationGauge",
    "Error",
    "Family",
    "FamilySnapshot",
    "FloatCounter",
    "FloatGauge",
    "GoneError",
    "IntCounter",
    "IntGauge",
    "InvalidArgumentError",
    "LibraryInfo",
    "LimitError",
    "Metric",
    "Metrics",
    "NotFoundError",
    "Point",
    "Priority",
    "Registry",
    "RegistryInfo",
    "Sample",
    "Scope",
    "ServerHandle",
    "Timer",
    "UnavailableError",
    "UnsupportedError",
    "__version__",
    "client",
    "content_type",
    "delete_from_gateway",
    "generate_latest",
    "library",
    "make_asgi_app",
    "make_wsgi_app",
    "push_to_gateway",
    "pushadd_to_gateway",
    "render",
    "root",
    "start_http_server",
    "write_to_textfile",
]

# No report of another language may run Python code while the interpreter ends.
_atexit.register(_remove_collectors)
# What a collector has locked on a thread that a child does not have would stay locked there.
if hasattr(_os, "register_at_fork"):
    _os.register_at_fork(before=_before_fork, after_in_parent=_after_fork)

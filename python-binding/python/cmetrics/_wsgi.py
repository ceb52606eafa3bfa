# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reports as a WSGI application."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from ._cmetrics import _Exposer
from ._exposer import App, endpoints_of, report
from ._refresh import refresh

if TYPE_CHECKING:
    from datetime import timedelta

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from ._cmetrics import Registry
    from ._metrics import _PriorityLike


class _WSGIApp:
    """Answers requests on the threads of the server that it is in."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "").encode("latin-1", "replace")
        query = environ.get("QUERY_STRING", "").encode("latin-1", "replace")
        planned = self._app.plan(environ["REQUEST_METHOD"], path, query, _headers(environ))
        status, headers, body = planned if isinstance(planned, tuple) else report(planned, refresh)
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def __repr__(self) -> str:
        return "<cmetrics WSGI app>"


def _headers(environ: WSGIEnvironment) -> Iterator[tuple[bytes, bytes]]:
    for key, value in environ.items():
        if key.startswith("HTTP_") and isinstance(value, str):
            yield key[5:].replace("_", "-").encode("latin-1", "replace"), value.encode("latin-1", "replace")


def make_wsgi_app(
    registry: Registry | None = None,
    *,
    endpoints: Mapping[str, Registry | None] | None = None,
    max_verbosity: _PriorityLike = "debug",
    timeout: float | timedelta = 10,
    max_concurrent: int = 4,
    include_self: bool = True,
) -> WSGIApplication:
    r"""Return a WSGI application that answers with reports, to mount in any WSGI server or framework.

    It serves ``registry``, or the root, at every path that reaches it: where it is mounted says which those are.
    ``endpoints`` serves several instead, as in :func:`start_http_server`: paths below the place where it is mounted.
    The other options are those of :func:`start_http_server` too.

    Reports are made on the threads of the server that calls it, without Python's lock; collectors and functions of
    gauges run first, on the same thread.

    >>> from wsgiref.util import setup_testing_defaults
    >>> environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/metrics"}
    >>> setup_testing_defaults(environ)
    >>> cmetrics.root().counter("requests").inc()
    >>> app = cmetrics.make_wsgi_app()
    >>> app(environ, lambda status, headers: print(status))
    200 OK
    [b'# HELP requests_total \n# TYPE requests_total counter\nrequests_total 1\n']
    """
    served = endpoints_of(registry, endpoints)
    exposer = _Exposer(served, max_verbosity, timeout, max_concurrent, include_self)
    return _WSGIApp(App(exposer, endpoints is not None))

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The native server: between a request and its answer it needs no Python."""

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from ._cmetrics import _Server
from ._errors import InvalidArgumentError
from ._exposer import endpoints_of

if TYPE_CHECKING:
    from datetime import timedelta
    from types import TracebackType

    from typing_extensions import Self

    from ._cmetrics import Registry
    from ._metrics import _PriorityLike

# Servers run whether their handles are kept or not.
_running: set[ServerHandle] = set()


class ServerHandle:
    """A server that runs until it is stopped or the program ends. Made by :func:`start_http_server`.

    As a context manager it stops the server at the block's end.

    >>> import urllib.request
    >>> with cmetrics.start_http_server(0, "127.0.0.1") as server:
    ...     urllib.request.urlopen(f"{server.url}/metrics").status
    200
    """

    def __init__(self, server: _Server) -> None:
        self._server = server
        _running.add(self)

    @property
    def port(self) -> int:
        """The port that it listens on; the one that it got where it was started with 0."""
        return self._server.port

    @property
    def url(self) -> str:
        """``http://HOST:PORT``, without a path: ``https`` with a certificate.

        An address that stands for all of the machine's is named by its loopback address.
        """
        return self._server.url

    def stop(self) -> None:
        """Stop listening at once, give answers that are being made a second, close all connections, and return.

        Stopping twice does nothing. In a child of a fork it closes what the child inherited and leaves the parent's
        server alone.
        """
        _running.discard(self)
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> Literal[False]:
        self.stop()
        return False

    def __repr__(self) -> str:
        return f"<cmetrics.ServerHandle {self.url}>"


def start_http_server(
    port: int,
    addr: str = "0.0.0.0",  # noqa: S104 - as in prometheus_client: a server of metrics is there to be scraped
    registry: Registry | None = None,
    certfile: str | os.PathLike[str] | None = None,
    keyfile: str | os.PathLike[str] | None = None,
    client_cafile: str | os.PathLike[str] | None = None,
    *,
    endpoints: Mapping[str, Registry | None] | None = None,
    max_verbosity: _PriorityLike = "debug",
    timeout: float | timedelta = 10,
    max_concurrent: int = 4,
    include_self: bool = True,
    io_timeout: float | timedelta = 30,
) -> ServerHandle:
    """Serve reports over HTTP from threads that need no Python, and return a handle that stops it.

    It serves ``registry``, or the root, at ``/metrics`` of ``addr`` and ``port``; port 0 is a free one, which the
    handle tells. ``endpoints`` serves several instead: paths with their registries, where ``None`` is the root. The
    server runs until it is stopped or the program ends, whether the handle is kept or not.

    With ``certfile`` (PEM, with the key in it unless ``keyfile`` is given) it speaks TLS alone, with ``client_cafile``
    only to clients that present a certificate of that authority.

    ``max_verbosity`` is what anyone gets to see at most, whatever a scraper asks for. A report may take ``timeout``, of
    which a scraper can ask for less; beyond ``max_concurrent`` reports at once, others are told to come again.
    ``include_self=False`` leaves out the library's own families. Who sends or takes nothing for ``io_timeout`` is hung
    up on. Times are seconds or a ``timedelta``.

    Raises ``OSError`` for a port that is taken or an address or file that cannot be had, ``InvalidArgumentError`` (a
    ``ValueError``) for arguments and certificates that are of no use.

    >>> cmetrics.root().counter("requests").inc()
    >>> server = cmetrics.start_http_server(0, "127.0.0.1", max_verbosity="normal")
    >>> import urllib.request
    >>> b"requests_total 1" in urllib.request.urlopen(f"{server.url}/metrics?name[]=requests_total").read()
    True
    >>> server.stop()
    """
    tls = None
    if certfile is not None:
        certificate = os.fspath(certfile)
        key = certificate if keyfile is None else os.fspath(keyfile)
        tls = (certificate, key, None if client_cafile is None else os.fspath(client_cafile))
    elif keyfile is not None or client_cafile is not None:
        given = "keyfile" if keyfile is not None else "client_cafile"
        raise InvalidArgumentError(
            f"{given} is given without a certificate", code="INVALID_ARGUMENT", hint="give certfile too"
        )
    served = endpoints_of(registry, endpoints)
    server = _Server(
        _address(addr, port), tls, io_timeout, served, max_verbosity, timeout, max_concurrent, include_self
    )
    return ServerHandle(server)


def _address(addr: str, port: int) -> str:
    if not isinstance(addr, str):
        raise TypeError(f"addr is a str, not {type(addr).__name__}")
    if not isinstance(port, int):
        raise TypeError(f"port is an int, not {type(port).__name__}")
    if not 0 <= port <= 65535:
        raise InvalidArgumentError(
            f"there is no port {port}",
            code="INVALID_ARGUMENT",
            subject=str(port),
            hint="give 0 to 65535; 0 is a free one",
        )
    is_bare_ipv6 = ":" in addr and not addr.startswith("[")
    return f"[{addr}]:{port}" if is_bare_ipv6 else f"{addr}:{port}"


def _stop_all() -> None:
    for server in list(_running):
        server.stop()


# Whoever embeds Python may go on without it.
atexit.register(_stop_all)
# The parent's threads serve; what a child holds would keep the port when the parent is gone.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_stop_all)

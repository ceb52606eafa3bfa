# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reports as an ASGI application."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from ._cmetrics import _Exposer
from ._exposer import App, endpoints_of, report
from ._refresh import refresh_apart

if TYPE_CHECKING:
    from datetime import timedelta

    from typing_extensions import TypeAlias

    from ._cmetrics import Registry, _Answer, _Plan
    from ._metrics import _PriorityLike

# As in Starlette.
Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ASGIApplication: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class _ASGIApp:
    """Answers requests; reports are made on threads of their own, so that other tasks run meanwhile."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, send)
        elif scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            # Before it is accepted, this refuses it: a 403.
            await send({"type": "websocket.close"})
        else:
            raise RuntimeError(f"a report is asked for over HTTP, not {scope['type']}")

    async def _answer(self, scope: Scope, send: Send) -> None:
        path, mounted = scope["path"], scope.get("root_path", "")
        # Some servers and frameworks leave out where it is mounted, some do not.
        if mounted and (path == mounted or path.startswith(f"{mounted}/")):
            path = path[len(mounted) :]
        query = scope.get("query_string", b"")
        planned = self._app.plan(scope["method"], path.encode("utf-8", "replace"), query, scope["headers"])
        status, headers, body = planned if isinstance(planned, tuple) else await _report(planned)
        sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": body})

    def __repr__(self) -> str:
        return "<cmetrics ASGI app>"


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _report(plan: _Plan) -> _Answer:
    """Make a report on a thread, and wait for it no longer than its deadline."""
    # Here it is loaded; a program without tasks need not wait for it.
    import asyncio

    loop = asyncio.get_running_loop()
    left = plan.left
    made: asyncio.Future[_Answer] = loop.create_future()

    def tell(answer: _Answer | None, failure: BaseException | None) -> None:
        if made.done():
            return
        if answer is None:
            made.set_exception(RuntimeError(f"the report was not made: {failure!r}"))
        else:
            made.set_result(answer)

    def work() -> None:
        answer, failure = None, None
        try:
            answer = report(plan, refresh_apart)
        except BaseException as error:
            failure = error
            raise
        finally:
            # Without its loop there is nobody to tell.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(tell, answer, failure)

    # Of its own, and a daemon: neither tasks that fill a pool nor a fork keep a scrape waiting, and a collector that
    # hangs does not keep the program from ending.
    threading.Thread(target=work, name="cmetrics-report", daemon=True).start()
    done, _ = await asyncio.wait({made}, timeout=left)
    if done:
        return made.result()
    made.cancel()
    return plan.too_late()


def make_asgi_app(
    registry: Registry | None = None,
    *,
    endpoints: Mapping[str, Registry | None] | None = None,
    max_verbosity: _PriorityLike = "debug",
    timeout: float | timedelta = 10,
    max_concurrent: int = 4,
    include_self: bool = True,
) -> ASGIApplication:
    r"""Return an ASGI application that answers with reports, to mount in Starlette, FastAPI or any asyncio server.

    It serves ``registry``, or the root, at every path that reaches it: where it is mounted says which those are.
    ``endpoints`` serves several instead, as in :func:`start_http_server`: paths below the place where it is mounted.
    The other options are those of :func:`start_http_server` too.

    Reports are made on threads of their own, without Python's lock, so that the loop's tasks run meanwhile; collectors
    and functions of gauges run first, on the same thread. Past its deadline the answer is a 503, even if a collector
    does not return.

    >>> import asyncio
    >>> scope = {"type": "http", "method": "GET", "path": "/metrics", "query_string": b"", "headers": []}
    >>> async def send(message):
    ...     print(message.get("status", message.get("body")))
    >>> cmetrics.root().counter("requests").inc()
    >>> asyncio.run(cmetrics.make_asgi_app()(scope, None, send))
    200
    b'# HELP requests_total \n# TYPE requests_total counter\nrequests_total 1\n'
    """
    served = endpoints_of(registry, endpoints)
    exposer = _Exposer(served, max_verbosity, timeout, max_concurrent, include_self)
    return _ASGIApp(App(exposer, endpoints is not None))

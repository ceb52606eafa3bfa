# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The ASGI app: what it answers behind uvicorn, in Starlette and FastAPI, and that no task waits for a report."""

# ruff: noqa: ANN401 - what is of any type there is so here

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import fastapi
import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount, Route

import cmetrics

from .reading import python
from .serving import CASES, Case, ask, endpoints, hanging


@contextmanager
def serving(app: Any, **options: Any) -> Iterator[int]:
    """Run uvicorn on a thread and yield its port."""
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_level="error", **options))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 60
        while not server.started:
            assert thread.is_alive()
            assert time.monotonic() < deadline
            time.sleep(0.002)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def get(app: Any, path: str = "/metrics", **options: Any) -> httpx.Response:
    """Ask without a server."""

    async def asking() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.request(options.pop("method", "GET"), path, **options)

    return asyncio.run(asking())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_every_case_of_the_table_is_answered(case: Case) -> None:
    app = cmetrics.make_asgi_app(endpoints=endpoints(), max_verbosity=case.max_verbosity)
    with serving(app) as port:
        case.judge(ask(port, case.target, case.method, case.headers))


def test_it_is_mounted_in_starlette_and_fastapi(registry: cmetrics.Registry) -> None:
    registry.counter("requests").inc()
    metrics = cmetrics.make_asgi_app(registry)
    fast = fastapi.FastAPI()
    fast.add_route("/metrics", metrics)  # type: ignore[arg-type]
    fast.mount("/inside", metrics)
    below = Starlette(routes=[Mount("/behind/a/proxy", fast)])
    for app in (Starlette(routes=[Route("/metrics", metrics), Mount("/inside", metrics)]), fast):
        assert "requests_total 1\n" in get(app).text
        assert get(app, "/inside/").status_code == 200
        assert get(app, method="HEAD").status_code == 200
        assert get(app, method="POST").status_code == 405
        assert get(app, "/elsewhere").status_code == 404
    assert "requests_total 1\n" in get(below, "/behind/a/proxy/inside/").text


def test_endpoints_are_below_the_place_where_it_is_mounted(registry: cmetrics.Registry) -> None:
    registry.counter("requests").inc()
    metrics = cmetrics.make_asgi_app(endpoints={"/metrics": registry, "/engine/a%20b": registry})
    app = Starlette(routes=[Mount("/internal", metrics)])
    assert get(app, "/internal/metrics").status_code == 200
    assert get(app, "/internal/engine/a%20b").status_code == 200
    assert get(app, "/internal/").status_code == 404
    # Some leave out of the path what is in the root path.
    scope = {"type": "http", "method": "GET", "path": "/metrics", "root_path": "/internal", "headers": []}
    assert asyncio.run(statuses(metrics, scope)) == [200]


async def statuses(app: Any, scope: dict[str, Any]) -> list[int]:
    told: list[int] = []

    async def send(message: dict[str, Any]) -> None:
        told.extend([message["status"]] if "status" in message else [])

    await app(scope, None, send)
    return told


def test_tasks_run_while_a_report_is_made(registry: cmetrics.Registry) -> None:
    app = cmetrics.make_asgi_app(registry)
    scope = {"type": "http", "method": "GET", "path": "/metrics", "headers": []}

    async def main(collector: Any) -> list[int]:
        scrape = asyncio.create_task(statuses(app, scope))
        deadline = time.monotonic() + 30
        while not collector.runs.is_set():
            assert time.monotonic() < deadline
            await asyncio.sleep(0.001)
        # The collector hangs on a thread of its own, and this loop runs.
        for _ in range(100):
            await asyncio.sleep(0)
        assert not scrape.done()
        collector.go_on.set()
        return await scrape

    with hanging(registry) as collector:
        assert asyncio.run(main(collector)) == [200]


def test_past_the_deadline_it_answers_though_a_collector_hangs(registry: cmetrics.Registry) -> None:
    app = cmetrics.make_asgi_app(registry, max_concurrent=1)
    head = {"X-Prometheus-Scrape-Timeout-Seconds": "0.25"}
    with hanging(registry) as collector:
        began = time.monotonic()
        late = get(app, headers=head)
        assert time.monotonic() - began < 20
        assert late.status_code == 503
        assert "not ready in 0.25 s" in late.text
        # It keeps its place until the collector returns.
        busy = get(app, headers=head)
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
        collector.go_on.set()
    deadline = time.monotonic() + 30
    while get(app).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_client_that_goes_away_takes_no_place_with_it(registry: cmetrics.Registry) -> None:
    app = cmetrics.make_asgi_app(registry, max_concurrent=1)
    scope = {"type": "http", "method": "GET", "path": "/metrics", "headers": []}

    async def main(collector: Any) -> None:
        scrape = asyncio.create_task(statuses(app, scope))
        while not collector.runs.is_set():
            await asyncio.sleep(0.001)
        scrape.cancel()
        with pytest.raises(asyncio.CancelledError):
            await scrape

    with hanging(registry) as collector:
        asyncio.run(main(collector))
    deadline = time.monotonic() + 30
    while get(app).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_collector_that_exits_ends_its_run_alone(
    registry: cmetrics.Registry, caplog: pytest.LogCaptureFixture
) -> None:
    def collect() -> None:
        raise SystemExit("no more")

    registry.register_collector(collect, name="pool")
    answer = get(cmetrics.make_asgi_app(registry))
    assert answer.status_code == 200
    assert 'python_collector_failures_total{collector="pool"} 1\n' in answer.text
    assert [record.levelname for record in caplog.records if record.name == "cmetrics"] == ["ERROR"]


def test_it_lives_and_refuses_websockets() -> None:
    app = cmetrics.make_asgi_app()
    sent: list[str] = []

    async def main() -> None:
        asked = iter(["lifespan.startup", "lifespan.shutdown"])

        async def receive() -> dict[str, Any]:
            return {"type": next(asked)}

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await app({"type": "lifespan"}, receive, send)
        await app({"type": "websocket"}, receive, send)
        with pytest.raises(RuntimeError, match="HTTP, not smtp"):
            await app({"type": "smtp"}, receive, send)

    asyncio.run(main())
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete", "websocket.close"]


HANGS = """
import asyncio, threading
import cmetrics
runs = threading.Event()

def collect():
    runs.set()
    threading.Event().wait(1)

cmetrics.root().register_collector(collect)
app = cmetrics.make_asgi_app(timeout=0.1)

async def send(message):
    if "status" in message:
        print(message["status"], flush=True)

asyncio.run(app({"type": "http", "method": "GET", "path": "/", "headers": []}, None, send))
assert runs.is_set()
"""


def test_a_report_that_outlives_its_loop_and_the_program_harms_neither() -> None:
    assert python(HANGS).stdout == "503\n"

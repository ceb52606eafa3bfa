# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The WSGI app: what it answers, judged by the standard library's own checks, and where it can be mounted."""

# ruff: noqa: ANN401 - what is of any type there is so here

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

import cmetrics

from .serving import CASES, Answer, Case, ask, endpoints, hanging


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is called there
        pass


@contextmanager
def serving(app: Any) -> Iterator[int]:
    with make_server("127.0.0.1", 0, app, WSGIServer, _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def call(app: Any, path: str = "/metrics", query: str = "", method: str = "GET", **more: str) -> Answer:
    """Ask without a server."""
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query}
    environ.update(more)
    setup_testing_defaults(environ)
    told: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
        told[:] = int(status.split()[0]), headers
        return None

    body = validator(app)(environ, start)
    whole = b"".join(body)
    body.close()  # type: ignore[attr-defined]
    return Answer(told[0], told[1], whole)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_every_case_of_the_table_is_answered(case: Case) -> None:
    app = cmetrics.make_wsgi_app(endpoints=endpoints(), max_verbosity=case.max_verbosity)
    with serving(validator(app)) as port:
        case.judge(ask(port, case.target, case.method, case.headers))


def test_without_endpoints_every_path_that_reaches_it_is_the_report(registry: cmetrics.Registry) -> None:
    registry.counter("requests").inc()
    app = cmetrics.make_wsgi_app(registry)
    for path in ("", "/", "/metrics", "/inside/ä b"):
        assert "requests_total 1\n" in call(app, path.encode().decode("latin-1"), "verbosity=debug").text
    assert call(app, "/", method="DELETE").status == 405
    assert call(app, "/", "verbosity=loud").status == 400


def test_endpoints_are_below_the_place_where_it_is_mounted(registry: cmetrics.Registry) -> None:
    app = cmetrics.make_wsgi_app(endpoints={"/": registry, "/a%20b": registry})
    assert call(app, "", SCRIPT_NAME="/metrics").status == 200
    assert call(app, "/", SCRIPT_NAME="/metrics").status == 200
    assert call(app, "/a b").status == 200
    missing = call(app, "/metrics", SCRIPT_NAME="/metrics")
    assert missing.status == 404
    assert "/metrics" in missing.text


def test_collectors_run_first_on_the_same_thread(registry: cmetrics.Registry) -> None:
    registry.int_gauge("thread").set_function(threading.get_ident)
    assert f"thread {threading.get_ident()}\n" in call(cmetrics.make_wsgi_app(registry)).text


def test_an_exception_of_a_collector_breaks_no_report_and_an_exit_leaves_it(registry: cmetrics.Registry) -> None:
    failure: BaseException = ValueError("no")

    def collect() -> None:
        raise failure

    registry.register_collector(collect, name="pool")
    app = cmetrics.make_wsgi_app(registry)
    assert 'python_collector_failures_total{collector="pool"} 1\n' in call(app).text
    failure = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        call(app)
    # Its place is free again.
    failure = ValueError("no")
    assert [call(app).status for _ in range(5)] == [200] * 5


def test_more_reports_than_may_be_made_at_once_are_refused(registry: cmetrics.Registry) -> None:
    app = cmetrics.make_wsgi_app(registry, max_concurrent=1)
    answers: list[Answer] = []
    with hanging(registry) as collector:
        thread = threading.Thread(target=lambda: answers.append(call(app)))
        thread.start()
        assert collector.runs.wait(30)
        refused = call(app)
        assert refused.status == 503
        assert refused.header("Retry-After") == ["1"]
        assert "max_concurrent" in refused.text
        assert call(app, method="HEAD").body == b""
        assert call(app, query="verbosity=loud").status == 400
        collector.go_on.set()
        thread.join()
    assert [answer.status for answer in answers] == [200]
    assert call(app).status == 200


def test_the_deadline_counts_what_collectors_take(registry: cmetrics.Registry) -> None:
    ran: list[int] = []

    def slow(number: int) -> Any:
        def collect() -> None:
            ran.append(number)
            time.sleep(0.2)

        return collect

    registry.register_collector(slow(1))
    registry.register_collector(slow(2))
    late = call(cmetrics.make_wsgi_app(registry), HTTP_X_PROMETHEUS_SCRAPE_TIMEOUT_SECONDS="0.1")
    assert late.status == 503
    assert "not ready in 0.1 s" in late.text
    assert ran == [1], "nothing is begun past the deadline"
    assert call(cmetrics.make_wsgi_app(registry, timeout=0.1)).status == 503


def test_a_registry_that_was_removed_is_told(registry: cmetrics.Registry) -> None:
    engine = registry.child("engine")
    engine.counter("steps").inc()
    app = cmetrics.make_wsgi_app(engine)
    engine.remove_all()
    assert call(app).status == 410


def test_what_is_no_request_is_refused(registry: cmetrics.Registry) -> None:
    app = cmetrics.make_wsgi_app(registry)
    environ: dict[str, Any] = {"REQUEST_METHOD": "G\xe9T", "PATH_INFO": "/", "QUERY_STRING": "a b"}
    setup_testing_defaults(environ)
    said: list[str] = []
    body = app(environ, lambda status, *_: said.append(status))  # type: ignore[arg-type, return-value]
    assert said == ["400 Bad Request"]
    assert b"escape it" in b"".join(body)


def test_what_cannot_be_served_is_refused_when_it_is_made(registry: cmetrics.Registry) -> None:
    for make in (cmetrics.make_wsgi_app, cmetrics.make_asgi_app):
        with pytest.raises(cmetrics.InvalidArgumentError, match="loud"):
            make(max_verbosity="loud")  # type: ignore[arg-type]
        with pytest.raises(cmetrics.InvalidArgumentError, match="max_concurrent is 1 or more"):
            make(max_concurrent=0)
        with pytest.raises(cmetrics.InvalidArgumentError, match="timeout"):
            make(timeout=0)
        with pytest.raises(cmetrics.InvalidArgumentError, match="both a registry and endpoints"):
            make(registry, endpoints={"/": registry})
        with pytest.raises(TypeError, match="Registry or None"):
            make("root")  # type: ignore[arg-type]

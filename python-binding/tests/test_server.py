# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The native server: what it answers, how it starts and stops, and what cannot be started."""

# ruff: noqa: ANN401 - what is of any type there is so here

from __future__ import annotations

import errno
import gc
import socket
import threading
import time
from datetime import timedelta
from typing import Any

import pytest

import cmetrics

from .reading import python
from .serving import CASES, Case, ask, endpoints


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_every_case_of_the_table_is_answered(case: Case) -> None:
    with cmetrics.start_http_server(0, "127.0.0.1", endpoints=endpoints(), max_verbosity=case.max_verbosity) as server:
        case.judge(ask(server.port, case.target, case.method, case.headers))


def test_a_registry_is_served_at_metrics_and_its_url_is_told(registry: cmetrics.Registry) -> None:
    registry.counter("requests").inc()
    with cmetrics.start_http_server(0, "127.0.0.1", registry, include_self=False) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert repr(server) == f"<cmetrics.ServerHandle {server.url}>"
        assert ask(server.port, "/metrics?verbosity=debug").text == (
            "# HELP requests_total \n# TYPE requests_total counter\nrequests_total 1\n"
        )


def test_without_a_registry_the_root_of_the_thread_is_served(registry: cmetrics.Registry) -> None:
    registry.counter("here").inc()
    with registry.scope():
        server = cmetrics.start_http_server(0, "127.0.0.1")
        named = cmetrics.start_http_server(0, "127.0.0.1", endpoints={"/a": None})
    with server, named:
        assert "here_total 1\n" in ask(server.port).text
        assert "here_total 1\n" in ask(named.port, "/a").text


def test_all_addresses_are_told_by_the_loopback_one() -> None:
    with cmetrics.start_http_server(0) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert ask(server.port).status == 200


@pytest.mark.skipif(not socket.has_ipv6, reason="there is no IPv6 here")
def test_an_address_of_ipv6_needs_no_brackets() -> None:
    try:
        server = cmetrics.start_http_server(0, "::1")
    except OSError as error:
        pytest.skip(str(error))
    with server:
        assert server.url == f"http://[::1]:{server.port}"
        with socket.create_connection(("::1", server.port)) as connection:
            connection.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200" or connection.recv(12)


def test_a_stopped_server_leaves_its_port(registry: cmetrics.Registry) -> None:
    server = cmetrics.start_http_server(0, "127.0.0.1", registry)
    assert ask(server.port).status == 200
    server.stop()
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        ask(server.port)
    for _ in range(3):
        with cmetrics.start_http_server(server.port, "127.0.0.1", registry) as again:
            assert again.port == server.port
            assert ask(server.port).status == 200


def test_a_server_whose_handle_is_dropped_serves_on(registry: cmetrics.Registry) -> None:
    port = cmetrics.start_http_server(0, "127.0.0.1", registry).port
    gc.collect()
    assert ask(port).status == 200
    (server,) = [server for server in cmetrics._server._running if server.port == port]
    server.stop()


def test_a_registry_that_was_removed_is_told(registry: cmetrics.Registry) -> None:
    engine = registry.child("engine")
    engine.counter("steps").inc()
    with cmetrics.start_http_server(0, "127.0.0.1", engine) as server:
        engine.remove_all()
        assert ask(server.port).status == 410


def test_a_gauges_function_and_a_collector_are_in_the_report(registry: cmetrics.Registry) -> None:
    registry.int_gauge("depth").set_function(lambda: 3)
    seen: list[str] = []

    def collect() -> list[cmetrics.FamilySnapshot]:
        seen.append(threading.current_thread().name)
        return [cmetrics.FamilySnapshot("free", "gauge", [cmetrics.Point({}, [cmetrics.Sample(4)])])]

    registry.register_collector(collect)
    with cmetrics.start_http_server(0, "127.0.0.1", registry) as server:
        deadline = time.monotonic() + 30
        while "free 4\n" not in (text := ask(server.port).text) or "depth 3\n" not in text:
            assert time.monotonic() < deadline, text
            time.sleep(0.02)
    assert set(seen) == {"cmetrics-refresher"}


def check(error: type[BaseException], words: list[str], *arguments: Any, **options: Any) -> BaseException:
    with pytest.raises(error) as caught:
        cmetrics.start_http_server(*arguments, **options)
    for word in words:
        assert word in str(caught.value)
    return caught.value


def test_a_port_that_is_taken_is_the_systems_error() -> None:
    with cmetrics.start_http_server(0, "127.0.0.1") as server:
        error = check(OSError, [f"127.0.0.1:{server.port}", "in use", "choose another port"], server.port, "127.0.0.1")
        assert isinstance(error, OSError)
        assert error.errno == errno.EADDRINUSE
    error = check(OSError, ["192.0.2.1:0", "an address of this machine"], 0, "192.0.2.1")
    assert isinstance(error, OSError)
    assert error.errno == errno.EADDRNOTAVAIL


def test_what_cannot_be_served_is_named_with_its_cure(registry: cmetrics.Registry) -> None:
    invalid = cmetrics.InvalidArgumentError
    assert issubclass(invalid, ValueError)
    check(invalid, ["65536", "0 to 65535"], 65536)
    check(invalid, ["-1"], -1)
    check(TypeError, ["port is an int, not str"], "9400")
    check(TypeError, ["addr is a str, not NoneType"], 0, None)
    check(invalid, ["loud", "critical, high, normal, low or debug"], 0, max_verbosity="loud")
    check(TypeError, ["max_verbosity"], 0, max_verbosity=3)
    check(invalid, ["max_concurrent", "1 or more"], 0, max_concurrent=0)
    check(invalid, ["max_concurrent cannot be -1", "1 or more"], 0, max_concurrent=-1)
    check(TypeError, ["max_concurrent is a whole number, not str"], 0, max_concurrent="4")
    for zero in (0, 0.0, -1, timedelta(0), float("nan")):
        check(invalid, ["timeout cannot be", "more than zero seconds"], 0, timeout=zero)
        check(invalid, ["timeout cannot be"], 0, io_timeout=zero)
    check(TypeError, ["timeout"], 0, timeout="10")
    check(invalid, ["both a registry and endpoints"], 0, registry=registry, endpoints={"/a": None})
    check(invalid, ["no endpoints"], 0, endpoints={})
    check(TypeError, ["endpoints are a mapping"], 0, endpoints=["/a"])
    check(TypeError, ["at /a is a Registry or None, not int"], 0, endpoints={"/a": 1})
    check(TypeError, ["at /metrics is a Registry or None, not str"], 0, registry="root")
    check(TypeError, ["path of an endpoint is a str"], 0, endpoints={1: None})
    for bad in ("metrics", "", "/a b", "/a?b", "/a#b"):
        check(invalid, ["which is no path"], 0, endpoints={bad: None})


ENDS = """
import socket, sys, threading, time
import cmetrics
hanging = threading.Event()
cmetrics.root().register_collector(lambda: hanging.wait(0.5) and None)
server = cmetrics.start_http_server(0, "127.0.0.1")
connection = socket.create_connection(("127.0.0.1", server.port))
connection.sendall(b"GET /metrics HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
if sys.argv[1] == "answered":
    connection.recv(1)
print("done")
"""


@pytest.mark.parametrize("when", ["answered", "asked"])
def test_the_end_of_the_program_ends_the_server(when: str) -> None:
    assert python(ENDS, None, when).stdout == "done\n"


def test_whoever_ends_the_interpreter_ends_the_server() -> None:
    code = """
import atexit, socket
def closed():
    try:
        socket.create_connection(("127.0.0.1", port))
    except ConnectionRefusedError:
        print("refused")
atexit.register(closed)  # it runs last
import cmetrics
port = cmetrics.start_http_server(0, "127.0.0.1").port
socket.create_connection(("127.0.0.1", port)).close()
"""
    assert python(code).stdout == "refused\n"


def test_what_serves_and_pushes_is_loaded_when_it_is_needed() -> None:
    code = "import sys, cmetrics; print({'asyncio', 'ssl', 'urllib.request', 'http.client'} & set(sys.modules))"
    assert python(code).stdout == "set()\n"

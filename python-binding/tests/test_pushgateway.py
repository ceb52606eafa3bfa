# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What is pushed: method, path, headers and body, against a small server, and a real Pushgateway where there is one."""

# ruff: noqa: ANN401 - what is of any type there is so here

from __future__ import annotations

import contextlib
import http.server
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import prometheus_client
import pytest

import cmetrics

from .reading import samples

PUSHGATEWAY = shutil.which("prometheus-pushgateway")


class Request(NamedTuple):
    """What the server got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Gateway(http.server.HTTPServer):
    """Notes requests and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.requests: list[Request] = []
        self.status = 200
        self.said = b""
        self.headers: dict[str, str] = {}
        self.wait = threading.Event()
        self.wait.set()

    @property
    def address(self) -> str:
        """HOST:PORT."""
        return f"127.0.0.1:{self.server_port}"


class _Answers(http.server.BaseHTTPRequestHandler):
    server: Gateway

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append(Request(self.command, self.path, dict(self.headers), body))
        self.server.wait.wait(30)
        with contextlib.suppress(ConnectionError):
            self.send_response(self.server.status)
            for name, value in self.server.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(self.server.said)

    do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - as they are called there

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is called there
        pass


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.wait.set()
        server.shutdown()
        thread.join()


def test_what_is_pushed(gateway: Gateway, registry: cmetrics.Registry) -> None:
    registry.counter("jobs", "Jobs.").inc(2)
    registry.counter("probes", priority="debug").inc()
    cmetrics.push_to_gateway(gateway.address, "nightly", registry)
    cmetrics.pushadd_to_gateway(f"http://{gateway.address}/", "nightly", registry, {"rank": 3}, verbosity="debug")
    cmetrics.push_to_gateway(gateway.address, "nightly", registry, names=["jobs_total"], include_self=False)
    cmetrics.delete_from_gateway(gateway.address, "nightly", {"rank": 3})
    put, post, named, delete = gateway.requests
    assert (put.method, put.path) == ("PUT", "/metrics/job/nightly")
    assert put.headers["Content-Type"] == cmetrics.content_type()
    assert put.headers["Content-Length"] == str(len(put.body))
    assert put.body == cmetrics.generate_latest(registry)
    assert (post.method, post.path) == ("POST", "/metrics/job/nightly/rank/3")
    assert post.body == cmetrics.generate_latest(registry, "debug")
    assert named.body == b"# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 2\n"
    assert (delete.method, delete.path, delete.body) == ("DELETE", "/metrics/job/nightly/rank/3", b"")


def test_without_a_registry_it_is_the_root(gateway: Gateway, registry: cmetrics.Registry) -> None:
    registry.counter("jobs").inc(5)
    with registry.scope():
        cmetrics.push_to_gateway(gateway.address, "nightly")
    assert b"jobs_total 5\n" in gateway.requests[0].body


def test_a_report_of_nothing_clears_the_group(gateway: Gateway, registry: cmetrics.Registry) -> None:
    cmetrics.push_to_gateway(gateway.address, "nightly", registry, include_self=False)
    (request,) = gateway.requests
    assert (request.method, request.body, request.headers["Content-Length"]) == ("PUT", b"", "0")


# A value, and what stands for it in the path.
VALUES = [
    ("plain-1.0_~", "/plain-1.0_~"),
    ("a b", "/a%20b"),
    ("a+b&c=d?e#f%", "/a%2Bb%26c%3Dd%3Fe%23f%25"),
    ("a/b", "@base64/YS9i"),
    ("/srv/tmp", "@base64/L3Nydi90bXA="),
    ("", "@base64/="),
    (".", "@base64/Lg=="),
    ("..", "@base64/Li4="),
    ("/??>", "@base64/Lz8_Pg=="),
    ("模型", "/%E6%A8%A1%E5%9E%8B"),
    ("模/型", "@base64/5qihL-Weiw=="),
]


@pytest.mark.parametrize(("value", "escaped"), VALUES)
def test_values_that_no_path_can_hold_are_escaped(
    gateway: Gateway, registry: cmetrics.Registry, value: str, escaped: str
) -> None:
    cmetrics.push_to_gateway(gateway.address, value or "nightly", registry, {"instance": value})
    job = escaped if value else "/nightly"
    assert gateway.requests[0].path == f"/metrics/job{job}/instance{escaped}"


def test_a_group_that_is_none_is_refused(registry: cmetrics.Registry) -> None:
    def check(words: str, job: str = "nightly", labels: Mapping[str, str] | None = None) -> None:
        with pytest.raises(cmetrics.InvalidArgumentError, match=words):
            cmetrics.push_to_gateway("127.0.0.1:1", job, registry, labels)

    check(r"a group without a job", job="")
    check(r"'job' cannot be a label of the grouping key.*an argument of its own", labels={"job": "other"})
    for name in ("", "0", "a-b", "a/b", "a@base64", "ä"):
        check(r"cannot be a label of the grouping key.*letters, digits and underscores", labels={name: "x"})


def test_what_the_gateway_says_is_told(gateway: Gateway, registry: cmetrics.Registry) -> None:
    gateway.status, gateway.said = 400, b'pushed metrics are invalid: "jobs_total"\n'
    with pytest.raises(OSError, match=r'PUT http://127.*/metrics/job/nightly was answered 400 .*invalid: "jobs_total"'):
        cmetrics.push_to_gateway(gateway.address, "nightly", registry)
    gateway.said = b""
    with pytest.raises(OSError, match=r"DELETE .* was answered 400 .*nothing else was said"):
        cmetrics.delete_from_gateway(gateway.address, "nightly")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_and_not_followed(gateway: Gateway, registry: cmetrics.Registry, status: int) -> None:
    gateway.status, gateway.headers = status, {"Location": "/elsewhere"}
    for push in (cmetrics.push_to_gateway, cmetrics.pushadd_to_gateway):
        with pytest.raises(OSError, match=rf"was answered {status} .*location /elsewhere"):
            push(gateway.address, "nightly", registry)
    assert [request.method for request in gateway.requests] == ["PUT", "POST"]


def test_a_gateway_that_is_not_there_or_does_not_answer_is_told(gateway: Gateway, registry: cmetrics.Registry) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ConnectionRefusedError, match=rf"PUT http://{nobody}/.*is a Pushgateway there"):
        cmetrics.push_to_gateway(nobody, "nightly", registry)
    gateway.wait.clear()
    began = time.monotonic()
    with pytest.raises(TimeoutError, match="got no answer"):
        cmetrics.push_to_gateway(gateway.address, "nightly", registry, timeout=0.2)
    assert time.monotonic() - began < 20
    gateway.wait.set()
    with socket.create_server(("127.0.0.1", 0)) as rude:
        thread = threading.Thread(target=lambda: rude.accept()[0].close())
        thread.start()
        with pytest.raises(OSError, match="got no answer"):
            cmetrics.push_to_gateway(f"127.0.0.1:{rude.getsockname()[1]}", "nightly", registry)
        thread.join()
    with pytest.raises(OSError, match="got no answer"):
        cmetrics.push_to_gateway("gateway.invalid:9091", "nightly", registry)


def test_handlers_of_prometheus_client_serve(gateway: Gateway, registry: cmetrics.Registry) -> None:
    from prometheus_client.exposition import basic_auth_handler

    def authenticated(*request: Any) -> Any:
        return basic_auth_handler(*request, username="job", password="secret")  # noqa: S106 - it is a test's

    cmetrics.push_to_gateway(gateway.address, "nightly", registry, handler=authenticated)
    assert gateway.requests[0].headers["Authorization"] == "Basic am9iOnNlY3JldA=="
    assert gateway.requests[0].headers["Content-Type"] == cmetrics.content_type()


def test_groups_are_those_of_prometheus_client(gateway: Gateway, registry: cmetrics.Registry) -> None:
    theirs = prometheus_client.CollectorRegistry()
    for value in ("plain", "a/b", ""):
        prometheus_client.push_to_gateway(gateway.address, "nightly", theirs, {"instance": value})
        cmetrics.push_to_gateway(gateway.address, "nightly", registry, {"instance": value})
        assert gateway.requests[-1].path == gateway.requests[-2].path


@pytest.fixture
def real(tmp_path: Path) -> Iterator[str]:
    """Start a Pushgateway and return where it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"127.0.0.1:{port}"
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([PUSHGATEWAY or "", f"--web.listen-address={address}"], stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionError:
                    assert process.poll() is None
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def told(address: str) -> dict[tuple[str, str, str], float]:
    """Return what a Pushgateway tells of jobs: by name, job and instance."""
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=30) as answer:
        report = answer.read().decode()
    return {
        (sample.name, sample.labels["job"], sample.labels["instance"]): sample.value
        for sample in samples(report)
        if sample.labels.get("job") and not sample.name.startswith("push_")
    }


@pytest.mark.skipif(PUSHGATEWAY is None, reason="there is none here (Debian: apt-get install prometheus-pushgateway)")
@pytest.mark.parametrize("value", [value for value, _ in VALUES])
def test_a_real_pushgateway_reads_every_group(real: str, registry: cmetrics.Registry, value: str) -> None:
    job, key = value or "nightly", {"instance": value}
    jobs, steps = registry.counter("jobs"), registry.child("engine").counter("steps")
    jobs.inc(2)
    steps.inc(9_007_199_254_740_991)
    cmetrics.push_to_gateway(real, job, registry, key, include_self=False)
    whole = {("jobs_total", job, value): 2.0, ("engine_steps_total", job, value): 9_007_199_254_740_991.0}
    assert told(real) == whole
    jobs.inc()
    cmetrics.pushadd_to_gateway(real, job, registry, key, names=["jobs_total"], include_self=False)
    assert told(real) == {**whole, ("jobs_total", job, value): 3.0}
    cmetrics.push_to_gateway(real, job, registry, key, names=["jobs_total"], include_self=False)
    assert told(real) == {("jobs_total", job, value): 3.0}
    cmetrics.delete_from_gateway(real, job, key)
    assert told(real) == {}

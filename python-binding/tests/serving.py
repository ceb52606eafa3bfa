# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The table of what every server of reports answers, and a client that says what it is told to."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cmetrics

TABLE = Path(__file__).parents[2] / "compat-tests" / "serving" / "requests.txt"
JUDGES = ("status", "answer", "without", "has", "lacks", "empty")


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        """Return the values of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def text(self) -> str:
        """The body, unpacked."""
        packed = self.header("content-encoding") == ["gzip"] and self.body
        return (gzip.decompress(self.body) if packed else self.body).decode()


class Case:
    """One case of the table."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.max_verbosity: Any = "debug"
        self.method, self.target = "", ""
        self.headers: list[tuple[str, str]] = []
        self.expected: list[tuple[str, str]] = []

    def read(self, word: str, rest: str) -> None:
        """Take a line."""
        if word == "max_verbosity":
            self.max_verbosity = rest
        elif word == "request":
            self.method, self.target = rest.split(" ", 1)
        elif word == "header":
            name, value = rest.split(": ", 1)
            self.headers.append((name, value))
        else:
            assert word in JUDGES, f"{self.title}: unknown command: {word}"
            self.expected.append((word, rest))

    def judge(self, answer: Answer) -> None:
        """Fail unless the answer is as the table says."""
        what = f"{self.title}: {answer}"
        for word, rest in self.expected:
            if word == "status":
                assert answer.status == int(rest), what
            elif word == "answer":
                name, value = rest.split(": ", 1)
                assert answer.header(name) == [value], what
            elif word == "without":
                assert answer.header(rest) == [], what
            elif word == "has":
                assert rest in answer.text, what
            elif word == "lacks":
                assert rest not in answer.text, what
            else:
                assert answer.body == b"", what
        if self.method != "HEAD":
            assert answer.header("content-length") == [str(len(answer.body))], what


def _cases() -> list[Case]:
    cases: list[Case] = []
    for line in TABLE.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "case":
            cases.append(Case(rest))
        else:
            cases[-1].read(word, rest)
    assert len(cases) > 40
    return cases


CASES = _cases()


def endpoints() -> dict[str, cmetrics.Registry | None]:
    """Return the registries of the table."""
    root = cmetrics.Registry.isolated()
    root.counter("requests").inc(3)
    tokens = root.int_counter("tokens")
    tokens.add(5)
    tokens.add(7)
    root.int_gauge("alarms", priority="critical").set(0)
    root.int_gauge("depth", priority="low").set(2)
    root.counter("probes", priority="debug").inc()
    engine = root.child("engine")
    engine.counter("steps").inc(9)
    return {"/metrics": root, "/engine/metrics": engine}


def ask(port: int, target: str = "/metrics", method: str = "GET", headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """Send one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())


class Hanging:
    """A collector that says when it runs, and returns when it is told to."""

    def __init__(self) -> None:
        self.runs = threading.Event()
        self.go_on = threading.Event()

    def collect(self) -> list[cmetrics.FamilySnapshot]:
        """Wait."""
        self.runs.set()
        self.go_on.wait(60)
        return []


@contextlib.contextmanager
def hanging(registry: cmetrics.Registry) -> Iterator[Hanging]:
    """Register a collector that hangs as long as the block lasts."""
    collector = Hanging()
    handle = registry.register_collector(collector, name="hanging")
    try:
        yield collector
    finally:
        collector.go_on.set()
        handle.remove()

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Sends every request of compat-tests/serving/requests.txt to the exposer, and some that tell of its limits.

Takes the server of server.cpp, the table, and the program of examples/cpp/exposer.cpp.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Case:
    title: str
    cap: str = "debug"
    method: str = ""
    target: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    expected: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def text(self) -> str:
        body = gzip.decompress(self.body) if self.header("Content-Encoding") == ["gzip"] and self.body else self.body
        return body.decode()


def read(table: Path) -> list[Case]:
    cases: list[Case] = []
    for line in table.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "case":
            cases.append(Case(rest))
        elif word == "max_verbosity":
            cases[-1].cap = rest
        elif word == "request":
            cases[-1].method, cases[-1].target = rest.split(" ")
        elif word == "header":
            name, _, value = rest.partition(": ")
            cases[-1].headers.append((name, value))
        elif word in {"status", "answer", "without", "has", "lacks", "empty"}:
            cases[-1].expected.append((word, rest))
        else:
            raise SystemExit(f"{cases[-1].title}: unknown command: {line}")
    return cases


@contextlib.contextmanager
def serving(*command: str) -> Iterator[int]:
    """The port of a server, which is killed at the end."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield int(server.stdout.readline().strip().removesuffix("/metrics").rsplit(":", 1)[-1])
        finally:
            server.kill()


def ask(port: int, method: str, target: str, headers: list[tuple[str, str]]) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    answer = Answer(response.status, response.getheaders(), response.read())
    connection.close()
    return answer


def flaws(case: Case, answer: Answer) -> Iterator[str]:
    for word, rest in case.expected:
        name, _, value = rest.partition(": ")
        if (
            (word == "status" and str(answer.status) != rest)
            or (word == "answer" and answer.header(name) != [value])
            or (word == "without" and answer.header(rest))
            or (word == "has" and rest not in answer.text)
            or (word == "lacks" and rest in answer.text)
            or (word == "empty" and answer.body)
        ):
            yield f"{word} {rest}"
    if case.method != "HEAD" and answer.header("Content-Length") != [str(len(answer.body))]:
        yield "the length of the body"


def check_table(server: str, table: Path) -> int:
    cases = read(table)
    assert len(cases) > 40, len(cases)
    failed = 0
    for cap in sorted({case.cap for case in cases}):
        with serving(server, cap) as port:
            for case in (case for case in cases if case.cap == cap):
                answer = ask(port, case.method, case.target, case.headers)
                for flaw in flaws(case, answer):
                    failed += 1
                    print(f"{case.title}: not so: {flaw}\n{answer}", file=sys.stderr)
    print(f"{len(cases)} cases")
    return failed


def check_limits(server: str) -> None:
    with serving(server) as port:
        gone = ask(port, "GET", "/gone/metrics", [])
        assert gone.status == 410, gone
        assert "was removed" in gone.text, gone

        answers: list[Answer] = []

        def scrape() -> None:
            answers.append(ask(port, "GET", "/slow/metrics", []))

        threads = [threading.Thread(target=scrape) for _ in range(2)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        more = ask(port, "GET", "/slow/metrics", [])
        assert more.status == 503, more
        assert more.header("Retry-After") == ["1"], more
        # Another exposer, another endpoint and the service itself go on.
        assert ask(port, "GET", "/metrics", []).status == 200
        assert ask(port, "GET", "/service", []).text == "the service"
        for thread in threads:
            thread.join()
        assert [answer.status for answer in answers] == [200, 200], answers
        assert ask(port, "GET", "/slow/metrics", []).text.endswith("slow_seconds 2\n")

        sizes = [
            ask(port, method, "/metrics", headers).header("Content-Length")
            for method in ("GET", "HEAD")
            for headers in ([], [("Accept-Encoding", "gzip")])
        ]
        assert sizes[0] == sizes[2], sizes
        assert sizes[1] == sizes[3], sizes


def check_example(example: str) -> None:
    with serving(example, "0") as port:
        report = ask(port, "GET", "/metrics", [("Accept-Encoding", "br, gzip")])
        assert report.status == 200, report
        assert 'requests_total{endpoint="generate"} 3\n' in report.text, report
        assert "/metrics" in ask(port, "GET", "/", []).text


def main() -> None:
    server, table, example = sys.argv[1:]
    failed = check_table(server, Path(table))
    check_limits(server)
    check_example(example)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()

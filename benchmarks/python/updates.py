# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What an update and a report cost from Python, beside prometheus_client and a C method that does nothing.

usage: updates.py ROUNDS BATCH_US SERIES,...

In a round every contestant has its turn. Prints one JSON object per line, as the other languages' programs do. A loop's
own cost is measured as well and taken off, for it is several times that of a call.
"""

from __future__ import annotations

import gc
import importlib
import itertools
import json
import sys
import timeit
from collections.abc import Callable
from typing import Any

import cmetrics

KEYS = ("method", "path", "code")
VALUES = ("GET", "/api/v1/resource/17", "404")
BY_NAME = "f.labels(method=a, path=b, code=c).inc()"


def nothing() -> None:
    """What is timed."""


class Contestant:
    """One statement, and the names that it uses."""

    def __init__(self, case: str, who: str, statement: str, **names: object) -> None:
        self.case, self.who = case, who
        self._timer = timeit.Timer(statement, globals=names)
        self._bare = timeit.Timer("pass")
        self._n = 64

    def calibrate(self, seconds: float) -> None:
        """Finds how often fits into a batch."""
        while (took := self._timer.timeit(self._n)) * 4 < seconds:
            self._n *= 2
        self._n = max(64, int(self._n * seconds / took))

    def measure(self) -> float:
        """Nanoseconds for one."""
        bare = min(self._bare.timeit(self._n) for _ in range(2))
        return max(0.0, self._timer.timeit(self._n) - bare) / self._n * 1e9


def ours() -> list[Contestant]:
    """Through the wheel."""
    registry = cmetrics.client("benchmark").root()
    counter = registry.counter("counter", "help")
    float_counter = registry.float_counter("float", "help")
    int_counter = registry.int_counter("int", "help")
    duration = registry.duration_counter("duration", "help")
    gauge, moved = registry.float_gauge("gauge", "help"), registry.float_gauge("moved", "help")
    int_gauge = registry.int_gauge("int_gauge", "help")
    timed = duration.time()(nothing)
    family = registry.counter_family("family", "help", list(KEYS))
    who = "cmetrics"
    return [
        Contestant("inc()", who, "inc()", inc=counter.inc),
        Contestant("inc() through the attribute", who, "counter.inc()", counter=counter),
        Contestant("inc(2)", who, "inc(2)", inc=counter.inc),
        Contestant("add(1.5)", who, "add(1.5)", add=float_counter.add),
        Contestant("int add(3)", who, "add(3)", add=int_counter.add),
        Contestant("duration add(0.5)", who, "add(0.5)", add=duration.add),
        Contestant("gauge set(1.5)", who, "set_(1.5)", set_=gauge.set),
        Contestant("gauge inc()", who, "inc()", inc=moved.inc),
        Contestant("gauge dec(2)", who, "dec(2)", dec=moved.dec),
        Contestant("int gauge set(3)", who, "set_(3)", set_=int_gauge.set),
        Contestant("labels().inc()", who, "f.labels(a, b, c).inc()", f=family, a=VALUES[0], b=VALUES[1], c=VALUES[2]),
        Contestant("labels(name=).inc()", who, BY_NAME, f=family, a=VALUES[0], b=VALUES[1], c=VALUES[2]),
        Contestant("with time()", who, "with d.time(): pass", d=duration),
        Contestant("call of a function with @time()", who, "timed()", timed=timed),
    ]


def peers() -> list[Contestant]:
    """Those of prometheus_client, if it is there."""
    try:
        peer: Any = importlib.import_module("prometheus_client")
    except ImportError as error:
        print(f"left out: prometheus_client: {error}", file=sys.stderr)
        return []
    registry = peer.CollectorRegistry()
    counter = peer.Counter("counter", "help", registry=registry)
    gauge = peer.Gauge("gauge", "help", registry=registry)
    summary = peer.Summary("summary", "help", registry=registry)
    family = peer.Counter("family", "help", KEYS, registry=registry)
    who = "prometheus_client"
    return [
        Contestant("inc()", who, "inc()", inc=counter.inc),
        Contestant("inc() through the attribute", who, "counter.inc()", counter=counter),
        Contestant("inc(2)", who, "inc(2)", inc=counter.inc),
        Contestant("add(1.5)", who, "inc(1.5)", inc=counter.inc),
        Contestant("duration add(0.5)", who, "observe(0.5)", observe=summary.observe),
        Contestant("gauge set(1.5)", who, "set_(1.5)", set_=gauge.set),
        Contestant("gauge inc()", who, "inc()", inc=gauge.inc),
        Contestant("gauge dec(2)", who, "dec(2)", dec=gauge.dec),
        Contestant("labels().inc()", who, "f.labels(a, b, c).inc()", f=family, a=VALUES[0], b=VALUES[1], c=VALUES[2]),
        Contestant("labels(name=).inc()", who, BY_NAME, f=family, a=VALUES[0], b=VALUES[1], c=VALUES[2]),
        Contestant("with time()", who, "with s.time(): pass", s=summary),
        Contestant("call of a function with @time()", who, "timed()", timed=summary.time()(nothing)),
    ]


def limits() -> list[Contestant]:
    """The call that does nothing, if it could be built."""
    try:
        empty: Any = importlib.import_module("empty")
    except ImportError as error:
        print(f"left out: the empty C method: {error}", file=sys.stderr)
        return []
    one = empty.Empty()
    return [
        Contestant("limit", "empty C method", "nothing()", nothing=one.nothing),
        Contestant("limit", "empty C method, through the attribute", "one.nothing()", one=one),
        Contestant("limit", "empty function", "nothing()", nothing=nothing),
    ]


def reports(series: int) -> list[tuple[str, Callable[[], bytes]]]:
    """Registries with as many counters of three labels, in families of a thousand."""
    found: list[tuple[str, Callable[[], bytes]]] = []
    families = max(1, series // 1000)
    rows = list(
        itertools.islice(itertools.product(["GET", "PUT", "POST", "DELETE"], range(50), range(5)), series // families)
    )
    mine = cmetrics.client("benchmark").root().child(f"report_{series}")
    for number in range(families):
        family = mine.counter_family(f"requests_{number}", "help", list(KEYS))
        for method, path, code in rows:
            family.labels(method, f"/api/v1/resource/{path}", str(code)).inc(number + 1)
    found.append(("cmetrics", lambda: cmetrics.generate_latest(mine)))
    try:
        peer: Any = importlib.import_module("prometheus_client")
    except ImportError:
        return found
    registry = peer.CollectorRegistry()
    for number in range(families):
        other = peer.Counter(f"requests_{number}", "help", KEYS, registry=registry)
        for method, path, code in rows:
            other.labels(method, f"/api/v1/resource/{path}", str(code)).inc(number + 1)
    found.append(("prometheus_client", lambda: peer.generate_latest(registry)))
    return found


def show(case: str, who: str, at: int, unit: str, rounds: list[float]) -> None:
    """Prints a record."""
    figures = [round(figure, 4) for figure in rounds]
    print(json.dumps({"case": case, "who": who, "at": at, "unit": unit, "rounds": figures}), flush=True)


def main() -> int:
    """Plays all rounds."""
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    rounds, batch = int(sys.argv[1]), int(sys.argv[2]) / 1e6
    if not cmetrics.library().path:
        print(f"there is nothing to measure: {cmetrics.library()}", file=sys.stderr)
        return 1
    everyone = limits() + ours() + peers()
    for one in everyone:
        one.calibrate(batch)
    figures: list[list[float]] = [[] for _ in everyone]
    for turn in range(rounds):
        for step in range(len(everyone)):
            at = (step + turn) % len(everyone)
            figures[at].append(everyone[at].measure())
    for one, found in zip(everyone, figures):
        show(one.case, one.who, 1, "ns", found)
    for series in (int(text) for text in sys.argv[3].split(",") if text):
        contestants = reports(series)
        times: list[list[float]] = [[] for _ in contestants]
        gc.collect()
        for _ in range(max(3, rounds // 3) if series < 100_000 else 3):
            for at, (_, report) in enumerate(contestants):
                times[at].append(timeit.timeit(report, number=1) / series * 1e9)
        for (who, _), found in zip(contestants, times):
            show("report", who, series, "ns/series", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())

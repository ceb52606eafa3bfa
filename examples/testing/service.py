# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A service that generates text, and what it tells of itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import cmetrics


class Overloaded(Exception):
    """More requests than the service takes."""


class Cache:
    """Answers that are kept; how many, a report asks."""

    def __init__(self) -> None:
        self._answers: dict[str, str] = {}

    def get(self, prompt: str) -> str | None:
        return self._answers.get(prompt)

    def put(self, prompt: str, answer: str) -> None:
        self._answers[prompt] = answer

    def collect(self) -> Iterator[cmetrics.FamilySnapshot]:
        """Tell of the cache whenever a report is made."""
        sizes = [("answers", len(self._answers)), ("bytes", sum(map(len, self._answers.values())))]
        points = [cmetrics.Point({"of": of}, [cmetrics.Sample(size)]) for of, size in sizes]
        yield cmetrics.FamilySnapshot("cache_size", "gauge", points, help="What the cache holds.")


class Service:
    """Generates text. It is given what makes its metrics: in a program the root."""

    def __init__(self, metrics: cmetrics.Metrics, limit: int = 2) -> None:
        service = metrics.child("service", {"model": "small"})
        self._limit = limit
        self._requests = service.counter_family("requests", "Requests that came in.", ["code"])
        self._running = service.int_gauge("running", "Requests under way.")
        self._tokens = service.int_counter("tokens", "Tokens that were made.", unit="tokens")
        self._latency = service.duration_counter("latency", "Time to the last token.")
        self._load = service.float_gauge("load", "Share of the limit that is in use.", priority=cmetrics.Priority.LOW)
        self._last = service.duration_gauge("last_request", "When a request came in last.", priority="debug")
        self._failures = service.counter("failures", "Requests that failed.")
        self.cache = Cache()

    async def generate(self, prompt: str, tokens: int) -> str:
        """Return so many tokens. Raises Overloaded beyond the limit."""
        with self._failures.count_exceptions(Overloaded):
            if self._running.value >= self._limit:
                self._requests.labels(503).inc()
                raise Overloaded
        self._requests.labels(code=200).inc()
        self._last.set(time.time())
        if answer := self.cache.get(prompt):
            return answer
        with self._running.track_inprogress(), self._latency.time():
            self._load.set(self._running.value / self._limit)
            await asyncio.sleep(0.001)
            answer = " ".join([prompt] * tokens)
        self._tokens.add(tokens)
        self.cache.put(prompt, answer)
        return answer


def report(registry: cmetrics.Registry | None = None) -> tuple[str, bytes]:
    """Return the type and the body of an answer to a scrape."""
    return cmetrics.content_type(), cmetrics.generate_latest(registry, timeout=1.0)


def total(registry: cmetrics.Registry, name: str) -> int:
    """Return what a counter of amounts has, 0 if there is none."""
    metric = registry.find(name, "int_counter", labels={"model": "small"})
    return metric.total if isinstance(metric, cmetrics.IntCounter) else 0


def main() -> None:
    """Serve one request and print what there is to tell."""
    with cmetrics.client("service", "1.0") as client:
        root = client.root()
        service = Service(root)
        collector = root.child("service").register_collector(service.cache)
        asyncio.run(service.generate("hello", 3))
        assert total(root, "service_tokens") == 3
        _, body = report()
        print(body.decode(), end="")
        collector.remove()


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""An engine as programs have it: written with prometheus_client, and with a registry of its own."""

from __future__ import annotations

from collections.abc import Iterator

import prometheus_client
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric


class Engine:
    """Makes steps. It knows nothing of cmetrics."""

    def __init__(self) -> None:
        self.registry = prometheus_client.CollectorRegistry(auto_describe=True)
        self.step_number = 0
        self.finished = prometheus_client.Counter(
            "engine_requests_finished", "Requests that are done", ["reason"], registry=self.registry
        )
        self.latency = prometheus_client.Histogram(
            "engine_step_seconds", "How long steps take", registry=self.registry, buckets=(0.01, 0.1, 1)
        )
        self.batch = prometheus_client.Summary("engine_batch_size", "Requests in a step", registry=self.registry)
        self.state = prometheus_client.Enum(
            "engine_state", "What it does", registry=self.registry, states=["idle", "busy"]
        )
        prometheus_client.Info("engine_build", "What it is", registry=self.registry).info(
            {"version": "0.9", "model": 'a "large" one\nin two lines: 大きい'}
        )
        self.registry.register(self)

    def step(self) -> None:
        """Make one step."""
        self.step_number += 1
        self.finished.labels("stop" if self.step_number % 3 else "length").inc()
        self.latency.observe(0.004 * self.step_number)
        self.batch.observe(self.step_number % 8)
        self.state.state("busy" if self.step_number % 2 else "idle")

    def collect(self) -> Iterator[Metric]:
        """Tell of what is computed when it is asked for: as a custom collector of its registry."""
        # The series of one step are gone with the next.
        running = GaugeMetricFamily("engine_running_request", "Tokens of a request that runs", labels=["request"])
        for n in range(3):
            running.add_metric([f"request-{self.step_number}-{n}"], n)
        yield running
        tokens = CounterMetricFamily("engine_tokens", "Tokens so far", labels=["kind"])
        tokens.add_metric(["prompt"], 2**53 + self.step_number)
        yield tokens
        waits = HistogramMetricFamily("engine_wait_seconds", "How long requests wait")
        waits.add_metric([], [("0.5", 1.0), ("+Inf", 2.0)], 1.5)
        yield waits

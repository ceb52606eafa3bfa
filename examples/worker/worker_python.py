# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The Python part of the worker: metrics and updates as vLLM's engine has them. The same in all three hosts."""

import threading

import cmetrics

from worker_case import KINDS, read_case

VERSION = "0.1.0"


class PythonPart:
    """plugin.h, as Python says it: failures are exceptions."""

    language = "python"

    def __init__(self):
        self._case = None
        self._mine = {}

    def open(self, folder):
        """Reads the case and creates the Python metrics. How many metrics and rows; where the tail begins."""
        case = read_case(folder)
        root = cmetrics.client("worker", VERSION).root()
        registries = {}
        for name, path in case.registries.items():
            registry = root
            for step in path:
                registry = registry.child(step["prefix"] or None, step["labels"])
            registries[name] = registry
        self._mine = {
            index: (registries[metric.registry], _create(registries[metric.registry], metric))
            for index, metric in enumerate(case.metrics)
            if metric.language == "python"
        }
        self._case = case
        return len(case.metrics), len(case.rows), case.tail

    def run_body(self, threads):
        """Replays the Python rows before the tail, each thread taking every `threads`th one. How many."""
        case = self._opened()
        updates = [
            (_update(self._mine[row.metric][1], row.op), row.amount)
            for row in case.rows[: case.tail]
            if row.metric in self._mine
        ]
        replayed = [0] * threads

        def work(first):
            for update, amount in updates[first::threads]:
                update(amount)
                replayed[first] += 1

        on_threads(threads, work)
        return sum(replayed)

    def tail_row(self, row):
        """Replays row `row` if it is a Python row; whether it was."""
        index, op, amount = self._opened().rows[row]
        if index not in self._mine:
            return False
        registry, metric = self._mine[index]
        if op == "remove":
            registry.remove(metric)
        else:
            _update(metric, op)(amount)
        return True

    def close(self):
        """Lets go of the case. The metrics stay."""
        self._case, self._mine = None, {}

    def touch(self):
        """Counts 1 in `worker_touches_total`. The root's id, and the count after it."""
        root = cmetrics.root()
        counter = root.counter("worker_touches")
        counter.inc()
        return root.id, counter.value

    def stress(self, threads, metrics, rounds):
        """On each thread, `rounds` times: gets each metric anew and updates it once."""

        def work(_):
            for _ in range(rounds):
                for i in range(metrics):
                    _stress_once(i)

        on_threads(threads, work)

    def _opened(self):
        if self._case is None:
            raise RuntimeError("no case is open")
        return self._case


def on_threads(threads, work):
    """Runs work(0) .. work(threads - 1), each on its thread, and raises the first failure."""
    if threads < 1:
        raise ValueError("at least one thread is wanted")
    failures = []

    def guarded(index):
        try:
            work(index)
        except BaseException as error:  # a thread has nobody above it: the caller raises it
            failures.append(error)

    workers = [threading.Thread(target=guarded, args=(index,)) for index in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]


def _create(registry, metric):
    options = dict.fromkeys(metric.flags, True)
    return getattr(registry, metric.kind)(
        metric.name, metric.help, labels=metric.labels, priority=metric.priority, **options
    )


def _update(metric, op):
    """The method that does `op`: durations are replayed in exact nanoseconds."""
    exact = metric.kind in ("duration_counter", "duration_gauge")
    return getattr(metric, f"{op}_ns" if exact else op)


_AMOUNTS = (
    ("counter", "inc", 1),
    ("int_counter", "add", 3),
    ("float_counter", "add", 0.5),
    ("duration_counter", "add_ns", 1001),
    ("int_gauge", "sub", 2),
    ("float_gauge", "add", 0.25),
    ("duration_gauge", "sub_ns", 5),
)
assert [kind for kind, _, _ in _AMOUNTS] == list(KINDS)


def _stress_once(i):
    kind, op, amount = _AMOUNTS[i % 7]
    registry = cmetrics.root().child(labels={"series": i, "shared": "no"})
    metric = getattr(registry, kind)(f"stress_{kind}_{i // 7 % 20}", labels={"shared": "yes"})
    getattr(metric, op)(amount)

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Threads of three languages create and update the same metrics while two more render.

`stress.py THREADS METRICS ROUNDS`: THREADS are shared out among the languages. Every report made meanwhile is
parsed strictly; the last one must hold every
update, and the official parser must read it."""

import os
import sys
import threading
from fractions import Fraction
from pathlib import Path

WORKER = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(WORKER), str(WORKER / "acceptance")]

import cmetrics  # noqa: E402
import compare  # noqa: E402
from prometheus_client.parser import text_string_to_metric_families  # noqa: E402

from worker_abi import Plugin  # noqa: E402
from worker_python import PythonPart, on_threads  # noqa: E402

# By the metric's number modulo 7: its kind, and the suffix and the part of an update that each of its samples holds.
NANO = Fraction(1, 10**9)
SAMPLES = (
    ("counter", {"_total": 1}),
    ("int_counter", {"_sum": 3, "_count": 1}),
    ("float_counter", {"_sum": Fraction(1, 2), "_count": 1}),
    ("duration_counter", {"_seconds_sum": 1001 * NANO, "_seconds_count": 1}),
    ("int_gauge", {"": -2}),
    ("float_gauge", {"": Fraction(1, 4)}),
    ("duration_gauge", {"_seconds": -5 * NANO}),
)


def expected(metrics, updates):
    """Every sample's value after `updates` updates of each metric."""
    out = {}
    for i in range(metrics):
        kind, samples = SAMPLES[i % 7]
        for suffix, part in samples.items():
            labels = (("series", str(i)), ("shared", "yes"))
            out[f"stress_{kind}_{i // 7 % 20}{suffix}", labels] = part * updates
    return out


def read(report):
    """The samples of a report; compare.parse fails on a torn line or a family in two pieces."""
    assert report.endswith("\n") or not report, "the last line has no end"
    samples = {}
    for family in compare.parse(report):
        assert family["type"] and family["samples"], f"{family['name']} is torn"
        for name, labels, value in family["samples"]:
            assert (name, tuple(labels)) not in samples, f"{name} {labels} comes twice"
            samples[name, tuple(labels)] = Fraction(value)
    return samples


def render_until(done, counts, index):
    """Renders and checks: a sample once there stays, and what only grows does not fall."""
    before = {}
    while not done.is_set():
        now = read(cmetrics.render(verbosity="debug", include_self=False))
        assert before.keys() <= now.keys(), "a sample has gone"
        for sample, value in before.items():
            assert abs(now[sample]) >= abs(value), f"{sample} went from {value} to {now[sample]}"
        before = now
        counts[index] += 1


def main(threads, metrics, rounds):
    parts = [PythonPart(), Plugin(os.environ["WORKER_RUST_PLUGIN"]), Plugin(os.environ["WORKER_CPP_PLUGIN"])]
    shares = [threads // 3, (threads + 1) // 3, (threads + 2) // 3]
    done, counts = threading.Event(), [0, 0]

    def work(index):
        if index < 2:
            render_until(done, counts, index)
        else:
            parts[index - 2].stress(shares[index - 2], metrics, rounds)

    def stop_when_done(index):
        try:
            work(index)
        finally:
            if index >= 2:
                finished.release()
            else:
                done.set()

    finished = threading.Semaphore(0)

    def end():
        for _ in parts:
            finished.acquire()
        done.set()

    ender = threading.Thread(target=end)
    ender.start()
    on_threads(2 + len(parts), stop_when_done)
    ender.join()

    report = cmetrics.render(verbosity="debug", include_self=False)
    got, wanted = read(report), expected(metrics, sum(shares) * rounds)
    wrong = {sample: (got.get(sample), value) for sample, value in wanted.items() if got.get(sample) != value}
    assert not wrong, f"{len(wrong)} samples are wrong (got, wanted), for instance {next(iter(wrong.items()))}"
    assert got.keys() == wanted.keys()
    official = sum(len(family.samples) for family in text_string_to_metric_families(report))
    assert official == len(wanted), f"the official parser reads {official} samples of {len(wanted)}"
    print(f"{metrics} metrics, {sum(shares)} threads, none of {sum(shares) * rounds * metrics} updates lost;", end=" ")
    print(f"{sum(counts)} reports meanwhile, none torn")
    assert min(counts) > 0, "a renderer made no report"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

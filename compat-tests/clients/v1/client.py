# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Frozen: a client of the Python SDK of ABI version 1. Prints what client.c prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cmetrics

NUMBERS = {"INVALID_ARGUMENT": 1, "CONFLICT": 2, "GONE": 5}


def number(error: cmetrics.Error | None) -> int:
    """Return the number of a failure in the C header, 0 for none."""
    return 0 if error is None else NUMBERS.get(error.code, -1)


def attempt(call: Callable[[], Any]) -> cmetrics.Error | None:
    """Return what a call fails with."""
    try:
        call()
    except cmetrics.Error as error:
        return error
    return None


def failed(what: str, error: cmetrics.Error | None, offender: str) -> None:
    """Print the number of a failure, and whether the error names the offender and the client."""
    subject = (error and error.subject) or ""
    existing = (error and error.existing) or ""
    names = f"names the offender: {int(offender in subject)}, names the client: {int('frozen' in existing)}"
    print(f"{what}: {number(error)}, {names}")


def main() -> None:
    """Make a metric of every kind, count, read, report, and have calls fail that must fail."""
    # Without a library the SDK would go on with metrics that keep nothing.
    cmetrics.library()
    client = cmetrics.client("frozen", "1.0")
    root = client.isolated()
    registry = root.child("frozen", {"rank": 0})

    counter = registry.counter("steps", "Steps")
    ints = registry.int_counter("tokens", "Tokens")
    floats = registry.float_counter("cost", "Cost")
    durations = registry.duration_counter("wait", "Waits")
    depth = registry.int_gauge("depth", "Depth")
    level = registry.float_gauge("level", "Level")
    skew = registry.duration_gauge("skew", "Skew")

    counter.inc()
    counter.add(41)
    print(f"counter: {counter.value}")
    ints.add(12)
    ints.add(0)
    print(f"int counter: {ints.total} in {ints.count}")
    floats.add(0.5)
    floats.add(0.25)
    attempt(lambda: floats.add(-1.0))  # refused
    print(f"float counter: {floats.total:.2f} in {floats.count}")
    durations.add(1.5)
    durations.add_ns(7)
    print(f"duration counter: {durations.total_ns} ns in {durations.count}")
    depth.set(5)
    depth.add(4)
    depth.sub(13)
    depth.inc()
    depth.dec()
    print(f"int gauge: {depth.value}")
    level.set(3.0)
    level.add(0.5)
    level.sub(1.25)
    print(f"float gauge: {level.value:.2f}")
    skew.set_ns(1000)
    skew.sub_ns(1345)
    print(f"duration gauge: {skew.value_ns} ns")

    again = registry.counter("steps")
    print(f"the same again: 0, same metric: {int(again == counter)}")
    failed("conflict", attempt(lambda: registry.int_gauge("steps")), "steps")
    failed("bad name", attempt(lambda: registry.counter("not a name")), "not a name")
    helpless = registry.counter("helpless")
    print("without help: 0")
    removed = attempt(lambda: registry.remove(helpless))
    print(f"removed: {number(removed)}, attached: {int(helpless.attached)}")
    print(root.render(include_self=False), end="")
    registry.remove_all()
    print(f"in a removed registry: {number(attempt(lambda: registry.counter('late')))}")
    client.close()
    print("done")


if __name__ == "__main__":
    main()

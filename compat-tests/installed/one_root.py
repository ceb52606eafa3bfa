# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A process with the wheel, and with a plugin that links the system's library: whatever comes first, there is one root.

Called as: one_root.py ORDER PLUGIN LIBRARY. ORDER is "plugin-first", "wheel-first", or "both-copies" for a process that
opens the system's copy although the wheel's is at work. Prints how many copies are loaded and which of them provides.
"""

import ctypes
import json
import os
import subprocess
import sys


def plugin_counts(plugin: str, system: "ctypes.CDLL | None" = None) -> None:
    """Loads the plugin and has it count, through this copy if one is given."""
    loaded = ctypes.CDLL(plugin)
    if system is None:
        status = loaded.plugin_count()
    else:
        status = loaded.plugin_count_through(ctypes.cast(system.cmetrics_get_api, ctypes.c_void_p))
    assert status == 0, f"the plugin could not count: status {status}"


def wheel_counts() -> None:
    import cmetrics

    cmetrics.root().counter("wheel_events").inc()


def look() -> "dict[str, object]":
    """What the doctor, in a process of its own, tells of this one."""
    # PR_SET_PTRACER: some systems let only ancestors read a process's memory, unless it permits others.
    ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
    command = [sys.executable, "-I", "-m", "cmetrics", "doctor", "--json", "--pid", str(os.getpid())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    assert told["memory"], "the doctor may not read this process's memory"
    return told


def main(order: str, plugin: str, library: str) -> None:
    if order == "plugin-first":
        plugin_counts(plugin)
        wheel_counts()
    elif order == "wheel-first":
        wheel_counts()
        plugin_counts(plugin)
    elif order == "both-copies":
        wheel_counts()
        plugin_counts(plugin, ctypes.CDLL(library))
    else:
        sys.exit(f"no such order: {order}")
    import cmetrics

    report = cmetrics.render(include_self=False).splitlines()
    for line in ("plugin_events_total 1", "wheel_events_total 1"):
        assert line in report, f"{line} is not in the report:\n" + "\n".join(report)

    wheel = os.path.join(os.path.dirname(cmetrics.__file__), "libcmetrics.so.1")
    told = look()
    paths = [os.path.realpath(copy["path"]) for copy in told["copies"]]
    expected = {
        "plugin-first": [library],
        "wheel-first": [wheel],
        "both-copies": [wheel, library],
    }[order]
    assert sorted(paths) == sorted(map(os.path.realpath, expected)), f"{paths} are loaded, not {expected}"
    winners = [copy["path"] for copy in told["copies"] if copy["winner"]]
    assert len(winners) == 1, f"{winners} provide"
    assert not any(copy["satellite"] for copy in told["copies"]), "one of them is a satellite"
    print(f"{order}: {len(paths)} loaded, {'wheel' if os.path.samefile(winners[0], wheel) else 'system'}'s provides")


if __name__ == "__main__":
    main(*sys.argv[1:])

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""One process in which Python, Rust and C++ use the library first in the order of the arguments, as in
`orders.py rust python cpp`. Prints what each saw of the root, and where the library came from."""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def part_of(language):
    """The part, loaded at its turn: the wheel is imported when Python comes to be used, not before."""
    if language == "python":
        from worker_python import PythonPart

        return PythonPart()
    from worker_abi import Plugin

    return Plugin(os.environ["WORKER_RUST_PLUGIN" if language == "rust" else "WORKER_CPP_PLUGIN"])


def loaded():
    """The files of that name that this process has mapped."""
    maps = Path("/proc/self/maps").read_text().splitlines()
    return sorted({line.split()[-1] for line in maps if "/libcmetrics.so" in line})


def main(order):
    assert not loaded(), loaded()
    parts = [part_of(order[0])]
    seen = [parts[0].touch()]
    for language in order[1:]:
        parts.append(part_of(language))
        seen.append(parts[-1].touch())
    # Once more in the other direction, when all are there.
    seen += [part.touch() for part in reversed(parts)]
    import cmetrics

    report = cmetrics.render(verbosity="debug")
    print(json.dumps({"seen": seen, "libraries": loaded(), "report": report}))


if __name__ == "__main__":
    main(sys.argv[1:])

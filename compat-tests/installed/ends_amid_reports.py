# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A program ends while a daemon thread makes reports that call back into Python.

Until 3.13 CPython then ends that thread where it is, by unwinding all of its frames, the library's among them: with an
unwinder of its own the library would not survive that.
"""

import threading

import cmetrics

point = cmetrics.Point({}, [cmetrics.Sample(1)])
cmetrics.root().register_collector(lambda: [cmetrics.FamilySnapshot("a", "gauge", [point])])


def report_for_ever() -> None:
    while True:
        cmetrics.render()


threading.Thread(target=report_for_ever, daemon=True).start()
assert "a 1" in cmetrics.render()

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A second interpreter in the process is refused with a clear error, whichever comes first."""

from __future__ import annotations

import sys

import pytest

from .reading import python

INSIDE = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

code = '''
try:
    import cmetrics
except ImportError as error:
    assert str(error).startswith("cmetrics works in the main interpreter"), error
else:
    raise AssertionError("it was served")
'''

def refused():
    inside = interpreters.create()
    failure = (getattr(interpreters, "exec", None) or interpreters.run_string)(inside, code)
    assert failure is None, failure
    interpreters.destroy(inside)
"""
FIRST = """
refused()
import cmetrics
refused()
cmetrics.root().register_collector(lambda: [])
cmetrics.root().counter("a").inc()
refused()
print(cmetrics.render().splitlines()[-1])
"""


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="only CPython has them")
def test_a_second_interpreter_is_refused_and_the_main_one_is_served() -> None:
    assert python(INSIDE + FIRST).stdout == "a_total 1\n"

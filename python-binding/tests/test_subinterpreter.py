# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A second interpreter in the process is served, or refused with a clear error; never wrongly."""

from __future__ import annotations

import sys

import pytest

from .reading import python

CODE = """
import cmetrics
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
cmetrics.root().counter("a").inc()
inside = interpreters.create()
code = '''
try:
    import cmetrics
except ImportError as error:
    assert "interpreter" in str(error), error
else:
    cmetrics.root().counter("a").inc()
'''
failure = (getattr(interpreters, "exec", None) or interpreters.run_string)(inside, code)
assert failure is None, failure
interpreters.destroy(inside)
print(cmetrics.root().counter("a").value)
"""


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="only CPython has them")
def test_a_second_interpreter_is_served_or_told() -> None:
    assert python(CODE).stdout in ("1\n", "2\n")

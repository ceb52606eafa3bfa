# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The guide's tests, as they stand there, under a real pytest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "testing.md"


def test_the_tests_of_the_guide_pass(pytester: pytest.Pytester) -> None:
    (shown,) = re.findall(r"```python\n(# test_service\.py\n.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    (pytester.path / "test_service.py").write_text(shown)
    for option in (["--cmetrics-update-golden"], []):
        result = pytester.runpytest_subprocess("-W", "error", *option)
        assert result.parseoutcomes() == {"passed": 3}, result.stdout.str()
    golden = pytester.path / "golden" / "queue.prom"
    assert golden.read_text() == '# HELP depth Jobs that wait.\n# TYPE depth gauge\ndepth{queue="in"} 1\n'

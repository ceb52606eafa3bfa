# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The stubs say what the compiled classes are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ALLOWED = Path(__file__).parent / "stubtest_allowlist.txt"


@pytest.mark.skipif(sys.version_info < (3, 10), reason="3.9's own enum and typing differ from their stubs")
def test_stubs_and_classes_agree() -> None:
    command = [sys.executable, "-m", "mypy.stubtest", "cmetrics", "--allowlist", str(ALLOWED)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The stubs say what the compiled classes are."""

from __future__ import annotations

import subprocess
import sys


def test_stubs_and_classes_agree() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "cmetrics"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr

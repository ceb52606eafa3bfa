# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""No lost update, no torn line."""

import subprocess
import sys
from pathlib import Path

from conftest import environment, plugin, program


def checked(command):
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_thirty_two_threads_of_three_languages_lose_nothing_while_two_render():
    said = checked([sys.executable, str(Path(__file__).with_name("stress.py")), "32", "1000", "3"])
    assert said.startswith("1000 metrics, 32 threads, none of 96000 updates lost; ")


def test_rust_and_cpp_without_python_lose_nothing_while_two_render():
    said = checked([program("worker-stress", "rust"), plugin("cpp"), "16", "1000", "3"])
    assert said.startswith("1000 metrics, 96 updates each, none lost; ")

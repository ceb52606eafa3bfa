# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""No lost update, no torn line."""

import subprocess
import sys
from pathlib import Path

from conftest import built, environment


def checked(command):
    env = environment(WORKER_RUST_PLUGIN=built("WORKER_RUST_PLUGIN"), WORKER_CPP_PLUGIN=built("WORKER_CPP_PLUGIN"))
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_thirty_two_threads_of_three_languages_lose_nothing_while_two_render():
    said = checked([sys.executable, str(Path(__file__).with_name("stress.py")), "32", "1000", "3"])
    assert said.startswith("1000 metrics, 32 threads, none of 96000 updates lost; ")


def test_rust_and_cpp_without_python_lose_nothing_while_two_render():
    said = checked([built("WORKER_STRESS"), built("WORKER_CPP_PLUGIN"), "16", "1000", "3"])
    assert said.startswith("1000 metrics, 96 updates each, none lost; ")

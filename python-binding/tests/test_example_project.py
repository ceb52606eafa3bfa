# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The example project in examples/testing: what a user's type checkers and pytest say of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2] / "examples" / "testing"


def run(*arguments: str) -> str:
    command = [sys.executable, "-m", *arguments]
    # pyright asks the first Python on the path for its packages.
    env = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])}
    done = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_tests_pass() -> None:
    assert " passed" in run("pytest", "-q", "-p", "no:cacheprovider")


def test_mypy_at_its_strictest_finds_nothing() -> None:
    assert "no issues found in 2 source files" in run("mypy", "--cache-dir", "/dev/null", ".")


@pytest.mark.skipif(sys.version_info < (3, 10), reason="basedpyright is for 3.10 and newer")
def test_pyright_at_its_strictest_finds_nothing() -> None:
    assert "0 errors, 0 warnings" in run("basedpyright", ".")


@pytest.mark.skipif(sys.version_info < (3, 10), reason="basedpyright is for 3.10 and newer")
def test_pyright_knows_the_type_of_everything_public() -> None:
    assert "Type completeness score: 100%" in run("basedpyright", "--verifytypes", "cmetrics", "--ignoreexternal")

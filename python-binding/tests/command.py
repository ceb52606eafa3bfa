# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Runs the command ``cmetrics`` in interpreters of its own, and makes files for it to look at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cmetrics

FILES = Path(__file__).parent / "files"
LIBRARY = Path(cmetrics.__file__).parent / "libcmetrics.so.1"
NAME = "libcmetrics.so.1"
# Variables of whoever runs these tests, that would change what the command finds.
FOREIGN = ("CMETRICS_LIBRARY", "CMETRICS_DISABLE", "LD_LIBRARY_PATH", "LD_PRELOAD")

# Loads files as a program would, and then is the command.
LOADED_BEFORE = """
import ctypes, sys
from cmetrics._cli.main import main
count = int(sys.argv[1])
kept = [ctypes.CDLL(path) for path in sys.argv[2 : 2 + count]]
sys.exit(main(sys.argv[2 + count :]))
"""


class Ran(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """What it told with ``--json``."""
        data: dict[str, Any] = json.loads(self.out)
        assert data["schema"] == 1
        assert data["exit"] == self.code
        return data


def run(arguments: Sequence[str], environment: Mapping[str, str] | None = None, loaded: Sequence[Path] = ()) -> Ran:
    """Run ``python -m cmetrics`` with these arguments, in a process that has loaded these files before."""
    env = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    env.update(environment or {})
    start = ["-c", LOADED_BEFORE, str(len(loaded)), *map(str, loaded)] if loaded else ["-m", "cmetrics"]
    command = [sys.executable, "-W", "error", *start, *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def compile_c(source: str, file: Path, *options: str) -> Path:
    """Compile one of ``tests/files`` to a shared object."""
    file.parent.mkdir(parents=True, exist_ok=True)
    flags = ["-shared", "-fPIC", "-Wall", "-Wextra", "-pedantic", "-Werror", f"-Wl,-soname,{NAME}"]
    subprocess.run(["cc", *flags, *options, "-o", str(file), str(FILES / source)], check=True, timeout=120)  # noqa: S607 - the compiler of the machine
    return file


def noted(file: Path, **macros: str) -> Path:
    """Compile a file that carries our notes, with these macros."""
    return compile_c("noted.c", file, *(f"-D{name}={value}" for name, value in macros.items()))


def stranger(folder: Path) -> Path:
    """Compile another project's library of our name."""
    return compile_c("stranger.c", folder / NAME)


def attention(data: Mapping[str, Any]) -> list[str]:
    """Return the codes of what deserves attention."""
    return [item["code"] for item in data["attention"]]

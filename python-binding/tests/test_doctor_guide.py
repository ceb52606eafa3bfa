# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""docs/guides/doctor.md shows what the command really prints. With ``WRITE_GUIDE=1`` this writes it there."""

from __future__ import annotations

import os
import platform
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cmetrics

from .command import LIBRARY, NAME, run, stranger
from .test_doctor_pid import ELECT, child, process

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the guide shows Linux")

GUIDE = Path(__file__).parents[2] / "docs/guides/doctor.md"
BLOCK = re.compile(r"```console\n(.*?)```\n", re.DOTALL)
CURE = "docs/guides/doctor.md is stale; run, in python-binding: WRITE_GUIDE=1 pytest tests/test_doctor_guide.py"


@pytest.fixture
def places(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Lend what the guide names, made for this test: its words, and what they stand for here."""
    for folder in ("a", "b", "plugin"):
        (tmp_path / folder).mkdir()
        shutil.copy(LIBRARY, tmp_path / folder / NAME)
    stranger(tmp_path / "fluent")
    upgraded = tmp_path / "plugin" / NAME
    with process(child(ELECT, LIBRARY, upgraded)) as pid:
        shutil.copy(LIBRARY, tmp_path / "new")
        (tmp_path / "new").replace(upgraded)
        yield {
            "/opt/app/cmetrics": str(LIBRARY.parent),
            "/opt/app/bin/python": sys.executable,
            "/usr/bin/python3.11": os.path.realpath(sys.executable),
            "/srv": str(tmp_path),
            "4321": str(pid),
        }


def shown(output: str, places: dict[str, str]) -> str:
    """Return an output in the guide's words."""
    for words, here in sorted(places.items(), key=lambda place: -len(place[1])):
        output = re.sub(rf"(?<![\w/.]){re.escape(here)}(?!\w)", words, output)
    for here, words in [
        (re.escape(cmetrics.__version__), "0.1.0"),
        (rf"(?<=python: ){re.escape(platform.python_version())}", "3.11.7"),
        (r"(?<=rank )\d+|(?<=rank       )\d+", "1000000"),
        (r"(?<=build )[^\s),]+", "cmetrics-0.1.0"),
        (rf"\b{re.escape(platform.machine())}\b", "x86_64"),
    ]:
        output = re.sub(here, words, output)
    return output


def answer(command: str, places: dict[str, str]) -> tuple[str, int]:
    """Run a command of the guide, and return what it prints and its exit code."""
    for words, here in places.items():
        command = re.sub(rf"(?<![\w/]){re.escape(words)}(?!\w)", here, command)
    parts = shlex.split(command)
    environment = {}
    while "=" in parts[0]:
        name, _, value = parts.pop(0).partition("=")
        environment[name] = value
    assert parts[:3] == ["python", "-m", "cmetrics"], command
    ran = run(parts[3:], environment)
    return shown(ran.out, places) + shown(ran.err, places), ran.code


def as_run(block: str, places: dict[str, str]) -> str:
    """Return a block with what its commands print now."""
    lines, code = [], 0
    for line in block.splitlines():
        if line == "$ echo $?":
            lines += [line, str(code)]
        elif line.startswith("$ "):
            output, code = answer(line[2:], places)
            lines += [line, *output.splitlines()]
    return "".join(f"{line}\n" for line in lines)


def test_the_guide_shows_what_the_command_prints(places: dict[str, str]) -> None:
    guide = GUIDE.read_text()
    now = BLOCK.sub(lambda block: f"```console\n{as_run(block[1], places)}```\n", guide)
    if os.environ.get("WRITE_GUIDE"):
        GUIDE.write_text(now)
    assert len(BLOCK.findall(guide)) >= 6
    assert now == guide, CURE

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The files of the guide's chapter on gunicorn, as they stand there, under a real gunicorn."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from .reading import samples

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "python-processes.md"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")


def wait_for(address: str, gunicorn: subprocess.Popen[bytes]) -> None:
    """Return once it answers."""
    host, port = address.split(":")
    deadline = time.monotonic() + 60
    while gunicorn.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=30):
            return
        time.sleep(0.05)
    raise AssertionError("gunicorn does not answer; its log is in the test's folder")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Start gunicorn with what the guide shows and return where it answers."""
    for name in ("app.py", "gunicorn.conf.py"):
        (shown,) = re.findall(rf"```python\n(# {re.escape(name)}\n.*?)```", GUIDE.read_text(), re.DOTALL)
        (tmp_path / name).write_text(shown)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", address, "app:app"]
    with (tmp_path / "log").open("w") as log:
        gunicorn = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log)
        try:
            wait_for(address, gunicorn)
            yield address
        finally:
            gunicorn.terminate()
            gunicorn.wait(60)
    assert list(tmp_path.glob("worker-*.json")) == [], "notes go with their workers"


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - it is http
        text: bytes = answer.read()
    return text.decode()


def test_every_worker_tells_of_itself_and_nothing_is_lost(address: str, tmp_path: Path) -> None:
    assert get(f"http://{address}/a") == "hello\n"
    for _ in range(19):
        get(f"http://{address}/a")
    deadline = time.monotonic() + 60
    while len(notes := sorted(tmp_path.glob("worker-*.json"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    served = 0.0
    for note in notes:
        ((target,),) = [entry["targets"] for entry in json.loads(note.read_text())]
        told = samples(get(f"http://{target}/metrics"))
        served += sum(sample.value for sample in told if sample.name == "requests_total")
    assert served == 20

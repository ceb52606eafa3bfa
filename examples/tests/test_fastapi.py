# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The FastAPI example under gunicorn with two uvicorn workers, scraped by a real Prometheus server."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent
EXAMPLE = EXAMPLES / "python" / "fastapi"
GUIDE = EXAMPLES.parent / "docs" / "guides" / "serving.md"
sys.path.insert(0, str(EXAMPLES / "worker" / "tests"))

from prometheus_server import PROGRAM, free_port, running  # noqa: E402 - it lies with the worker's tests

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn is for systems with fork")

CONFIGURATION = """
global: {{scrape_interval: 250ms, scrape_timeout: 250ms}}
scrape_configs:
  - job_name: app
    static_configs: [{{targets: ["{address}"]}}]
  - job_name: workers
    file_sd_configs:
      - files: ["{folder}/worker-*.json"]
        refresh_interval: 250ms
"""


def ask(address, method, path):
    """One request on a connection of its own, so that any worker may get it: the status and the body."""
    connection = http.client.HTTPConnection(address, timeout=60)
    with contextlib.closing(connection):
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.fixture
def address(tmp_path):
    """Where the example answers."""
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", address, "app:app"]
    with (tmp_path / "log").open("w") as log:
        gunicorn = subprocess.Popen(
            command, cwd=EXAMPLE, env={**os.environ, "TARGETS": str(tmp_path)}, stdout=log, stderr=log
        )
        try:
            end = time.monotonic() + 60
            while True:
                with contextlib.suppress(OSError):
                    if ask(address, "GET", "/metrics")[0] == 200 and len(list(tmp_path.glob("worker-*.json"))) == 2:
                        break
                assert gunicorn.poll() is None and time.monotonic() < end, (tmp_path / "log").read_text()
                time.sleep(0.05)
            yield address
        finally:
            gunicorn.terminate()
            gunicorn.wait(60)
    assert list(tmp_path.glob("worker-*.json")) == [], "notes go with their workers"


def test_the_guide_shows_the_example_as_it_is():
    text = GUIDE.read_text()
    for name in ("app.py", "gunicorn.conf.py"):
        source = (EXAMPLE / name).read_text().split("\n\n", 1)[1]
        assert f"```python\n# {name}\n{source}```" in text, f"{GUIDE.name} shows another {name}"


def test_the_mounted_app_answers_as_every_server_does(address):
    status, report = ask(address, "GET", "/metrics?name[]=orders_running")
    assert status == 200 and report.endswith("orders_running 0\n")
    assert ask(address, "POST", "/metrics")[0] == 405
    assert ask(address, "GET", "/metrics?verbosity=loud")[0] == 400


@pytest.mark.skipif(PROGRAM is None, reason="there is no prometheus here (Debian: apt-get install prometheus)")
def test_prometheus_has_the_orders_of_all_workers(address, tmp_path):
    for number in range(60):
        item = ("tea", 'a "cup"', "面")[number % 3]
        status, body = ask(address, "POST", f"/orders/{quote(item)}")
        assert (status, json.loads(body)) == (200, {"item": item})
    with running(CONFIGURATION.format(address=address, folder=tmp_path), tmp_path) as server:
        both = server.wait_for('up{job="workers"}', lambda found: [up for _, up in found] == ["1", "1"])
        assert len({labels["worker"] for labels, _ in both}) == 2
        everyone = server.query('sum by (item) (orders_taken_total{job="workers"})')
        assert {labels["item"]: number for labels, number in everyone} == {"tea": "20", 'a "cup"': "20", "面": "20"}
        each = server.query('sum by (worker) (orders_duration_seconds_count{job="workers"})')
        assert len(each) == 2 and sum(int(number) for _, number in each) == 60
        # The service's own address is answered by one worker or the other.
        server.wait_for('up{job="app"}', lambda found: [up for _, up in found] == ["1"])
        ((_, number),) = server.query('orders_duration_seconds_count{job="app"}')
        assert number in [number for _, number in each]

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A real Prometheus server on loopback, which scrapes one target and answers queries."""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

PROGRAM = shutil.which("prometheus")
# Neither is the target's.
OWN_LABELS = ("job", "instance")
CONFIGURATION = """
global: {{scrape_interval: {interval}, scrape_timeout: {interval}}}
scrape_configs:
  - job_name: worker
    metrics_path: {path}
    params: {params}
    static_configs: [{{targets: ["{target}"]}}]
"""


class Prometheus:
    """What is asked of a server that runs."""

    def __init__(self, url, log):
        self.url = url
        self.log = log

    def get(self, path, **parameters):
        """What the HTTP API answers, as data."""
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"{self.url}{path}?{query}", timeout=30) as answer:
            return json.loads(answer.read())

    def query(self, expression):
        """An instant vector as pairs: labels with the name, without those that Prometheus adds; and the number's text."""
        found = self.get("/api/v1/query", query=expression)["data"]["result"]
        return [
            ({key: value for key, value in one["metric"].items() if key not in OWN_LABELS}, one["value"][1])
            for one in found
        ]

    def wait_for(self, expression, wanted, seconds=60):
        """Asks until `wanted` says yes to what comes back, and returns that; fails with the last answer."""
        end = time.monotonic() + seconds
        while True:
            found = self.query(expression)
            if wanted(found):
                return found
            if time.monotonic() > end:
                targets = self.get("/api/v1/targets")["data"]["activeTargets"]
                errors = [target["lastError"] for target in targets]
                raise AssertionError(f"{expression} is {found} after {seconds} s; scrapes said {errors}")
            time.sleep(0.1)


def free_port():
    """A port that nobody has at this moment: Prometheus does not tell which it chose."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextmanager
def scraping(url, folder, *, interval="250ms", params=None):
    """A server that scrapes `url`, from when it has done so once until the block ends."""
    target = urllib.parse.urlsplit(url)
    configuration = CONFIGURATION.format(
        interval=interval, path=target.path, target=target.netloc, params=json.dumps(params or {})
    )
    with running(configuration, folder) as server:
        server.wait_for("up", lambda found: [number for _, number in found] == ["1"])
        yield server


@contextmanager
def running(text, folder):
    """A server with this configuration, from when it answers until the block ends."""
    configuration = folder / "prometheus.yml"
    configuration.write_text(text)
    port = free_port()
    log = folder / "prometheus.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                PROGRAM,
                f"--config.file={configuration}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        server = Prometheus(f"http://127.0.0.1:{port}", log)
        end = time.monotonic() + 60
        while True:
            try:
                server.query("up")
                break
            except (urllib.error.URLError, ConnectionError):
                if process.poll() is not None or time.monotonic() > end:
                    raise AssertionError(f"Prometheus does not answer:\n{log.read_text()}") from None
                time.sleep(0.05)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)

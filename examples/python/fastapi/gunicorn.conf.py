# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Each worker is a target of its own, which Prometheus finds in the folder TARGETS."""

import json
import os
from pathlib import Path

import cmetrics

workers = 2
worker_class = "uvicorn_worker.UvicornWorker"
targets = Path(os.environ.get("TARGETS", "."))


def post_fork(server, worker):
    metrics = cmetrics.start_http_server(0, "127.0.0.1")
    target = {"targets": [f"127.0.0.1:{metrics.port}"], "labels": {"worker": str(worker.pid)}}
    note(worker).write_text(json.dumps([target]))


def child_exit(server, worker):
    note(worker).unlink(missing_ok=True)


def note(worker):
    return targets / f"worker-{worker.pid}.json"

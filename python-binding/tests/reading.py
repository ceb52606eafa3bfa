# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reads reports back with prometheus_client's parser, and runs code in interpreters of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

import cmetrics


def samples(report: str) -> list[Sample]:
    """Return every sample of a report."""
    return [sample for family in text_string_to_metric_families(report) for sample in family.samples]


def lines(registry: cmetrics.Registry) -> list[str]:
    """Return the sample lines of a registry's report at the highest verbosity, without the library's own."""
    report = registry.render(verbosity="debug", include_self=False)
    return [line for line in report.splitlines() if not line.startswith("#")]


def python(
    code: str, environment: Mapping[str, str] | None = None, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run code in a new interpreter and return what came of it. A failure of the code fails the test."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("CMETRICS_")}
    env.update(environment or {})
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done

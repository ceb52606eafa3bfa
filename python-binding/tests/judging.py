# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Judges reports as others read them: one HELP and TYPE per family, no series twice, both formats, promtool."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter

import prometheus_client
import prometheus_client.openmetrics.exposition as openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def judged(report: str) -> Series:
    """Return the series of a text report that is as it should be."""
    for word in ("HELP", "TYPE"):
        heads = Counter(line.split()[2] for line in report.splitlines() if line.startswith(f"# {word} "))
        assert max(heads.values(), default=1) == 1, heads.most_common(3)
    promtool(report)
    return series_of([sample for family in read_text(report) for sample in family.samples])


def judged_theirs(registry: prometheus_client.CollectorRegistry) -> Series:
    """Return the series of a registry of prometheus_client whose reports are as they should be in both formats.

    Without what we tell of our own collectors.
    """
    told = judged(prometheus_client.generate_latest(registry).decode())
    # They count reports.
    told = {key: value for key, value in told.items() if not key[0].startswith("python_collector_")}
    families = read_openmetrics(openmetrics.generate_latest(registry).decode())
    newer = series_of([sample for family in families for sample in family.samples])
    assert newer.items() >= told.items()
    return told


def series_of(samples: list[prometheus_client.samples.Sample]) -> Series:
    """Return samples by name and labels; none is there twice."""
    told = {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}
    assert len(told) == len(samples)
    return told


def promtool(report: str) -> None:
    """Have promtool read a report, where the machine has it; it also looks at names and help."""
    if found := shutil.which("promtool"):
        done = subprocess.run([found, "check", "metrics"], input=report, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr + report

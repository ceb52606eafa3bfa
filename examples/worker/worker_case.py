# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reads a case: a folder with metrics.json and trace.csv. Every mistake is a BadCase that names file and line."""

import json
import math
import re
from collections import namedtuple
from pathlib import Path

LANGUAGES = ("python", "rust", "cpp")
PRIORITIES = ("critical", "high", "normal", "low", "debug")
FLAGS = ("total_only", "verbatim")
COUNTER, GAUGE = ("inc", "add", "remove"), ("inc", "dec", "add", "sub", "set", "remove")
VALUE_COUNTER, DURATION_GAUGE = ("add", "remove"), ("add", "sub", "set", "remove")
# The kinds, in the order of their numbers: the operations that each has, and the range of its amounts (None: doubles).
I64, U64 = (-(2**63), 2**63 - 1), (0, 2**64 - 1)
KINDS = {
    "counter": (COUNTER, U64),
    "int_counter": (VALUE_COUNTER, U64),
    "float_counter": (VALUE_COUNTER, None),
    "duration_counter": (VALUE_COUNTER, I64),
    "int_gauge": (GAUGE, I64),
    "float_gauge": (GAUGE, None),
    "duration_gauge": (DURATION_GAUGE, I64),
}
UNSIGNED, SIGNED = re.compile(r"[0-9]{1,20}"), re.compile(r"-?[0-9]{1,20}")
FLOAT = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|NaN|[+-]Inf")

Metric = namedtuple("Metric", "language registry kind name help labels priority flags")
Row = namedtuple("Row", "metric op amount")
Case = namedtuple("Case", "registries metrics rows tail")


class BadCase(Exception):
    """The case breaks its form; the message names file and line."""


def read_case(folder):
    """The whole case, checked."""
    metrics_file, trace_file = Path(folder) / "metrics.json", Path(folder) / "trace.csv"
    registries, metrics = _read_metrics(metrics_file, _text(metrics_file))
    rows = _read_trace(trace_file, _text(trace_file), metrics)
    tail = next((i for i, row in enumerate(rows) if row.op in ("set", "remove")), len(rows))
    return Case(registries, metrics, rows, tail)


def _text(file):
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise BadCase(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadCase(f"{file}: not UTF-8 at byte {error.start}") from None


def _read_metrics(file, text):
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadCase(f"{file}:{error.lineno}: not JSON: {error.msg}") from None

    def need(ok, where, what):
        if not ok:
            raise BadCase(f"{file}: {where}: {what}")

    def labels_ok(labels):
        return isinstance(labels, dict) and all(isinstance(value, str) for value in labels.values())

    need(isinstance(document, dict), "the document", "an object with registries and metrics is wanted")
    registries, metrics = document.get("registries"), document.get("metrics")
    need(isinstance(registries, dict), "registries", "an object is wanted")
    need(isinstance(metrics, list), "metrics", "an array is wanted")
    for name, path in registries.items():
        ok = isinstance(path, list) and all(
            isinstance(step, dict) and isinstance(step.get("prefix"), str) and labels_ok(step.get("labels"))
            for step in path
        )
        need(ok, f"registry {name}", "a path of {prefix, labels} is wanted")
    out = []
    for index, entry in enumerate(metrics):
        where = f"metric {index}"
        need(isinstance(entry, dict), where, "an object is wanted")
        metric = Metric(*(entry.get(key) for key in Metric._fields))
        need(entry.get("id") == index, where, "its id is not its place in the array")
        for key, known in (
            ("language", LANGUAGES),
            ("kind", KINDS),
            ("priority", PRIORITIES),
            ("registry", registries),
        ):
            value = getattr(metric, key)
            need(isinstance(value, str) and value in known, where, f"unknown {key} {json.dumps(value)}")
        need(isinstance(metric.name, str) and isinstance(metric.help, str), where, "name and help are texts")
        need(labels_ok(metric.labels), where, "labels are texts by name")
        need(isinstance(metric.flags, list), where, "flags is an array")
        for flag in metric.flags:
            need(flag in FLAGS, where, f"unknown flag {json.dumps(flag)}")
        out.append(metric)
    return registries, out


def _read_trace(file, text, metrics):
    lines = text.split("\n")
    if lines[0] != "metric,op,value":
        raise BadCase(f"{file}:1: the first line is metric,op,value")
    if lines.pop() != "":
        raise BadCase(f"{file}:{len(lines) + 1}: the last line has no end")
    rows = []
    for number, line in enumerate(lines[1:], 2):
        try:
            rows.append(_row(line, metrics))
        except ValueError as error:
            raise BadCase(f"{file}:{number}: {error}") from None
    return rows


def _row(line, metrics):
    fields = line.split(",")
    if len(fields) != 3:
        raise ValueError("metric,op,value is wanted")
    metric, op, value = fields
    if not UNSIGNED.fullmatch(metric) or int(metric) >= len(metrics):
        raise ValueError(f"metric {metric} is not in metrics.json, which has {len(metrics)}")
    kind = metrics[int(metric)].kind
    ops, limits = KINDS[kind]
    if op not in GAUGE:
        raise ValueError(f"unknown op {op}")
    if op not in ops:
        raise ValueError(f"op {op} does not fit kind {kind}")
    return Row(int(metric), op, _amount(kind, op, value, limits))


def _amount(kind, op, value, limits):
    amount = None
    if limits is None and FLOAT.fullmatch(value):
        amount = float(value) if value[-1] in "Nf" or math.isfinite(float(value)) else None
    elif limits is not None and (UNSIGNED if limits is U64 else SIGNED).fullmatch(value):
        amount = int(value) if limits[0] <= int(value) <= limits[1] else None
    if amount is None:
        raise ValueError(f"{value} is no amount for kind {kind}")
    if (op in ("inc", "dec") and amount != 1) or (op == "remove" and amount != 0):
        raise ValueError(f"op {op} has the value {0 if op == 'remove' else 1}")
    return amount

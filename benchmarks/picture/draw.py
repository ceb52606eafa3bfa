# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Draws the result of a run: updates against threads, and reports against series, each as SVG and PNG.

usage: draw.py RESULT.json FOLDER
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

CASES = ("counter inc", "float add", "float gauge set", "3 labels + inc")
# One colour and mark for each, the same in every panel; ours stands out by its width.
STYLES = {
    "cmetrics": ("#d62728", "o"),
    "tikv prometheus": ("#1f77b4", "s"),
    "prometheus-client": ("#2ca02c", "^"),
    "metrics": ("#9467bd", "D"),
    "measured": ("#8c564b", "v"),
    "OpenTelemetry": ("#e377c2", "P"),
    "prometheus-cpp": ("#17becf", "X"),
    "client_golang": ("#bcbd22", "*"),
    "prometheus_client": ("#ff7f0e", "<"),
    "empty vtable call": ("#555555", ""),
    "lock xadd, inline": ("#999999", ""),
    "cached prefix": ("#555555", ""),
    "memcpy": ("#999999", ""),
}

Lines = dict[str, dict[int, list[float]]]


def gather(records: list[dict[str, Any]], programs: tuple[str, ...], case: str) -> Lines:
    """The rounds of a case, by contestant and number; the first program that has them counts."""
    lines: Lines = defaultdict(dict)
    for program, record in itertools.product(programs, records):
        if record["case"] == case and record["program"].startswith(program):
            lines[record["who"]].setdefault(record["at"], record["rounds"])
    return lines


def panel(axes: Any, lines: Lines, title: str, limits: Lines) -> None:
    """Medians as lines, quartiles as bars; limits dashed."""
    for who, points in {**lines, **limits}.items():
        colour, mark = STYLES.get(who, ("#000000", "."))
        numbers = sorted(points)
        medians = [statistics.median(points[number]) for number in numbers]
        below, above = [], []
        for number, median in zip(numbers, medians):
            rounds = points[number]
            low, _, high = statistics.quantiles(rounds, n=4) if len(rounds) > 1 else (median, median, median)
            below.append(max(0.0, median - low))
            above.append(max(0.0, high - median))
        width = 2.6 if who == "cmetrics" else 1.2
        dash = "--" if who in limits else "-"
        axes.errorbar(
            numbers, medians, yerr=[below, above], label=who, color=colour, marker=mark, lw=width, ls=dash, capsize=2,
            markersize=5, elinewidth=0.8, zorder=3 if who == "cmetrics" else 2,
        )  # fmt: skip
    axes.set_title(title, fontsize=10)
    axes.set_yscale("log")
    axes.grid(visible=True, which="both", lw=0.3, alpha=0.6)
    axes.yaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: f"{value:g}"))


def subtitle(run: dict[str, Any]) -> str:
    """The machine, in a line."""
    facts = dict(run["machine"])
    return (
        f"{facts.get('CPU', 'unknown CPU')}, {facts.get('processors', '?')} processors; medians and quartiles of rounds"
    )


def updates(run: dict[str, Any]) -> Any:
    """A panel for each case."""
    figure, grid = plt.subplots(2, 2, figsize=(11, 8.5), constrained_layout=True)
    limits = gather(run["records"], ("rust",), "limit")
    limits = {who: points for who, points in limits.items() if who in STYLES}
    threads: list[int] = []
    for axes, case in zip(grid.flat, CASES):
        lines = gather(run["records"], ("rust", "cpp", "go"), case)
        panel(axes, lines, case, limits)
        threads = sorted({number for points in lines.values() for number in points})
        axes.set_xscale("log", base=2)
        axes.set_xticks(threads, [str(number) for number in threads])
        axes.minorticks_off()
        axes.set_xlabel("threads on one metric")
        axes.set_ylabel("ns for one, on each thread")
    handles: dict[str, Any] = {}
    for axes in grid.flat:
        for handle, label in zip(*axes.get_legend_handles_labels()):
            handles.setdefault(label, handle)
    figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=5, fontsize=8)
    figure.suptitle(f"An update\n{subtitle(run)}", fontsize=11)
    return figure


def reports(run: dict[str, Any]) -> Any:
    """Time for each series, and the whole."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 6), constrained_layout=True)
    lines = gather(run["records"], ("series", "python", "go"), "report")
    limits = {who: lines.pop(who) for who in ("cached prefix", "memcpy") if who in lines}
    whole = lambda these: {  # noqa: E731
        who: {number: [one * number / 1e6 for one in rounds] for number, rounds in points.items()}
        for who, points in these.items()
    }
    panel(left, lines, "ns for each series", limits)
    panel(right, whole(lines), "ms for the report", whole(limits))
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xlabel("series")
    left.set_ylabel("ns")
    right.set_ylabel("ms")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=5, fontsize=8)
    figure.suptitle(f"A report of counters with three labels\n{subtitle(run)}", fontsize=11)
    return figure


def main() -> int:
    """Draws both."""
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    run = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder = Path(sys.argv[2])
    mpl.rcParams["svg.fonttype"] = "none"
    for name, figure in (("updates", updates(run)), ("reports", reports(run))):
        for ending in ("svg", "png"):
            figure.savefig(folder / f"{name}.{ending}", dpi=110)
    return 0


if __name__ == "__main__":
    sys.exit(main())

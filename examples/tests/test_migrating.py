# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The services of examples/migrating, before and after: the same requests, and reports that tell the same of them."""

import contextlib
import difflib
import functools
import http.client
import importlib.util
import io
import os
import shlex
import shutil
import subprocess
import sys
import time
import tokenize
import urllib.request
from pathlib import Path
from urllib.parse import quote

import prometheus_client
import pytest
from prometheus_client import CollectorRegistry, Counter, Enum, Gauge, Info, Summary
from prometheus_client.parser import text_string_to_metric_families

import cmetrics
from cmetrics import Registry

EXAMPLES = Path(__file__).resolve().parent.parent
MIGRATING = EXAMPLES / "migrating"
HEADERS = EXAMPLES.parent / "headers" / "include"
WHEEL = Path(importlib.util.find_spec("cmetrics").origin).parent
sys.path.insert(0, str(EXAMPLES / "worker" / "tests"))

from prometheus_server import free_port  # noqa: E402 - it lies with the worker's tests

SOURCES = {"python": "py", "rust": "rs", "cpp": "cpp"}
# What each is built with beyond the compiler: packages of pkg-config, and the Debian packages that have them.
NEEDS = {
    "before": (["cpp-httplib", "prometheus-cpp-pull"], "libcpp-httplib-dev prometheus-cpp-dev"),
    "after": (["cpp-httplib", "zlib"], "libcpp-httplib-dev zlib1g-dev"),
    "attached": (["prometheus-cpp-core"], "prometheus-cpp-dev"),
}
ORDERS = ["tea", "tea", "cake", 'a "cup"', "面", "milk", "milk"]
SERVED = 3
# Bytes of what is answered: orders, then what is served of them; refusals say their type, which differs by language.
TAKEN = [order for order in ORDERS if order != "milk"]
BYTES = sum(len(order.encode()) for order in TAKEN + TAKEN[:SERVED])
REFUSALS = {"python": "ValueError", "rust": "unknown_item", "cpp": "unknown_item"}
UNLIKE = "shop_request_duration_seconds"


def code_lines(file):
    """The lines of a source that are neither blank nor comment."""
    lines = file.read_text().splitlines()
    if file.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(file.read_text()).readline)
        quiet = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
        told = {n for t in tokens if t.type not in quiet for n in range(t.start[0], t.end[0] + 1)}
        return [line for number, line in enumerate(lines, 1) if number in told]
    return [line for line in lines if line.strip() and not line.lstrip().startswith("//")]


def alone(language):
    """The lines of code that only the one has, and those that only the other has: what is to do with metrics."""
    before, after = (code_lines(MIGRATING / language / f"{age}.{SOURCES[language]}") for age in ("before", "after"))
    moved = list(difflib.ndiff(before, after))
    return [line[2:] for line in moved if line[0] == "-"], [line[2:] for line in moved if line[0] == "+"]


@pytest.mark.parametrize("language", SOURCES)
def test_cmetrics_takes_no_more_lines(language):
    before, after = alone(language)
    print(f"{language}: {len(before)} lines before, {len(after)} after")
    assert len(after) >= 6, "there are six metrics"
    assert len(after) <= len(before), "\n".join(after)
    assert max(map(len, after)) <= max(120, *map(len, before))


@functools.cache
def lacking(age):
    """Why the service in C++ cannot be built; empty if it can."""
    packages, debian = NEEDS[age]
    if shutil.which("pkg-config") is None:
        return "there is no pkg-config here (Debian: apt-get install pkg-config)"
    if subprocess.run(["pkg-config", "--exists", *packages], check=False).returncode != 0:
        return f"pkg-config does not know {' and '.join(packages)} (Debian: apt-get install {debian})"
    return ""


def cpp(age, folder):
    """Builds a service in C++; left out where a library that it needs is not there."""
    if why := lacking(age):
        pytest.skip(why)
    found = subprocess.run(
        ["pkg-config", "--cflags", "--libs", *NEEDS[age][0]], capture_output=True, text=True, check=True
    )
    program = folder / age
    command = [*shlex.split(os.environ.get("CXX", "c++")), "-std=c++17", "-Wall", "-Wextra", "-Werror"]
    command += ["-I", str(HEADERS), str(MIGRATING / "cpp" / f"{age}.cpp"), "-o", str(program)]
    done = subprocess.run(
        [*command, *found.stdout.split(), "-ldl", "-pthread"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return program


def environment():
    (library,) = WHEEL.rglob("libcmetrics.so.1")
    return {**os.environ, "CMETRICS_LIBRARY": str(library)}


@contextlib.contextmanager
def serving(language, age, folder):
    """A service while it runs: its port, and the port of its metrics."""
    port = metrics = free_port()
    if language == "python":
        command = [sys.executable, "-m", "uvicorn", "--port", str(port), f"{age}:app"]
    elif language == "rust":
        command = [Path(os.environ["MIGRATING_RUST"]) / age, f"127.0.0.1:{port}"]
    else:
        metrics = free_port() if age == "before" else port
        command = [cpp(age, folder), str(port), str(metrics)]
    with (folder / "log").open("w") as log:
        service = subprocess.Popen(
            command,
            cwd=MIGRATING / language,
            env={**environment(), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=log,
            stderr=log,
        )
        try:
            end = time.monotonic() + 60
            while True:
                with contextlib.suppress(OSError):
                    # The one and the other are listening.
                    if ask(port, "GET", "/nothing")[0] == 404 and scrape(metrics):
                        break
                assert service.poll() is None and time.monotonic() < end, (folder / "log").read_text()
                time.sleep(0.05)
            yield port, metrics
        finally:
            service.terminate()
            service.wait(60)


def ask(port, method, path):
    """One request: the status and the body."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def scrape(port):
    """The report; as Prometheus does, this goes where it is sent: prometheus_client's app is mounted at /metrics/."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        return answer.read().decode()


def promtool(report):
    """Has promtool read a report, where it is."""
    if found := shutil.which("promtool"):
        done = subprocess.run([found, "check", "metrics"], input=report, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr + report


def measured(language, age, folder):
    """What the service reports after the requests, as families by name; judged by promtool where it is."""
    with serving(language, age, folder) as (port, metrics):
        for order in ORDERS:
            status, body = ask(port, "POST", f"/orders/{quote(order)}")
            assert (status, body) == ((409, REFUSALS[language]) if order == "milk" else (200, order))
        for order in TAKEN[:SERVED]:
            assert ask(port, "DELETE", "/orders") == (200, order)
        report = scrape(metrics)
    promtool(report)
    families = {family.name: family for family in text_string_to_metric_families(report)}
    # The service's own. Of prometheus_client's there are gauges of when a counter was made, beside each.
    return {name: it for name, it in families.items() if name.startswith("shop_") and not name.endswith("_created")}


def series(family):
    return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in family.samples}


@pytest.mark.parametrize("language", SOURCES)
def test_both_report_the_same(language, tmp_path):
    if language == "rust" and "MIGRATING_RUST" not in os.environ:
        pytest.fail("MIGRATING_RUST is not set; run: cargo xtask test --only documents")
    after = measured(language, "after", tmp_path)

    # First what is to be told, by what was asked: two that tell nothing are alike too.
    refused = len(REFUSALS[language]) * ORDERS.count("milk")
    path, label = "/orders/{item}", REFUSALS[language]
    wanted = {
        "shop_requests": {
            ("shop_requests_total", (("method", "POST"), ("path", path), ("status", "200"))): len(TAKEN),
            ("shop_requests_total", (("method", "POST"), ("path", path), ("status", "409"))): ORDERS.count("milk"),
            ("shop_requests_total", (("method", "DELETE"), ("path", "/orders"), ("status", "200"))): SERVED,
        },
        "shop_errors": {("shop_errors_total", (("type", label),)): ORDERS.count("milk")},
        "shop_requests_in_progress": {("shop_requests_in_progress", ()): 0},
        "shop_sent_bytes": {("shop_sent_bytes_total", ()): BYTES + refused},
        "shop_orders_waiting": {("shop_orders_waiting", ()): len(TAKEN) - SERVED},
    }
    assert {name: series(family) for name, family in after.items() if name != UNLIKE} == wanted

    before = measured(language, "before", tmp_path)
    assert before.keys() == after.keys() == {*wanted, UNLIKE}
    for name, family in before.items():
        assert family.documentation == after[name].documentation
        if name != UNLIKE:
            assert (family.type, series(family)) == (after[name].type, series(after[name]))
    # A histogram has become a total of durations and their number, under the names that PromQL's mean asks for.
    assert (before[UNLIKE].type, after[UNLIKE].type) == ("histogram", "summary")
    for told in (series(before[UNLIKE]), series(after[UNLIKE])):
        assert told[f"{UNLIKE}_count", ()] == len(ORDERS) + SERVED
        assert 0 < told[f"{UNLIKE}_sum", ()] < 60


def test_a_registry_of_prometheus_cpp_shows_in_our_report(tmp_path):
    program = cpp("attached", tmp_path)
    done = subprocess.run([program], env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    ours, theirs = done.stdout.split("=\n# HELP", 1)
    promtool(ours)
    ours, theirs = (
        {family.name: (family.type, family.documentation, series(family)) for family in told}
        for told in map(text_string_to_metric_families, (ours, "# HELP" + theirs))
    )
    assert len(ours) == 5 and ours["shop_duration_seconds"][0] == "histogram"
    # Of the one that both define, ours is told.
    assert ours.pop("shop_orders_waiting") == ("gauge", "Orders in the queue.", {("shop_orders_waiting", ()): 4})
    del theirs["shop_orders_waiting"]
    assert ours == theirs


def test_what_pythons_table_of_equivalents_promises():
    theirs, ours = CollectorRegistry(), Registry.isolated()
    Counter("cost", "Help", registry=theirs).inc(0.5)
    ours.float_counter("cost", "Help", total_only=True).add(0.5)
    Gauge("load", "Help", registry=theirs).set(0.25)
    ours.float_gauge("load", "Help").set(0.25)
    Info("build", "Help", registry=theirs).info({"version": "1"})
    ours.int_gauge("build_info", "Help", labels={"version": "1"}).set(1)
    Enum("phase", "Help", states=["idle", "busy"], registry=theirs).state("busy")
    for state, is_it in (("idle", 0), ("busy", 1)):
        ours.int_gauge_family("phase", "Help", ["phase"]).labels(state).set(is_it)
    Summary("step_seconds", "Help", registry=theirs).observe(0.25)
    ours.duration_counter("step", "Help").observe(0.25)
    Summary("batch", "Help", registry=theirs).observe(3)
    ours.int_counter("batch", "Help").observe(3)
    Counter("failures", "Help", ["code"], registry=theirs).labels(code=500).inc(2)
    ours.counter_family("failures", "Help", ["code"]).labels(code=500).inc(2)
    for work in (Counter("broken", "Help", registry=theirs), ours.counter("broken", "Help")):
        with contextlib.suppress(ValueError), work.count_exceptions():
            raise ValueError

    def told(report):
        families = text_string_to_metric_families(report.decode())
        return {f.name: (f.type, f.documentation, series(f)) for f in families if not f.name.endswith("_created")}

    assert told(cmetrics.generate_latest(ours)) == told(prometheus_client.generate_latest(theirs))
    assert len(told(cmetrics.generate_latest(ours))) == 8

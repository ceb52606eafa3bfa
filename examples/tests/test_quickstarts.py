# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The small examples are built and run as their first lines say. CC and CXX name other compilers."""

import importlib.util
import os
import shlex
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent
HEADERS = EXAMPLES.parent / "headers" / "include"
WHEEL = Path(importlib.util.find_spec("cmetrics").origin).parent


def run(*command):
    (library,) = WHEEL.rglob("libcmetrics.so.1")
    env = {**os.environ, "LD_LIBRARY_PATH": str(library.parent)}
    env.pop("CMETRICS_LIBRARY", None)
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def build(compiler, *flags, source, into):
    program = into / source.stem
    command = [*shlex.split(compiler), *flags, "-Wall", "-Wextra", "-Werror", "-I", str(HEADERS), str(source)]
    run(*command, "-o", str(program), "-ldl")
    return str(program)


def test_every_quickstart_is_short():
    sources = [file for file in EXAMPLES.glob("*/quickstart.*") if file.suffix in (".c", ".cpp", ".py")]
    assert sorted(file.parent.name for file in sources) == ["c", "cpp", "python"]
    assert all(len(file.read_text().splitlines()) <= 60 for file in sources)


def test_c(tmp_path):
    report = run(build(os.environ.get("CC", "cc"), "-std=c99", source=EXAMPLES / "c" / "quickstart.c", into=tmp_path))
    assert report == [
        "# HELP requests_total Requests served",
        "# TYPE requests_total counter",
        'requests_total{endpoint="generate"} 1',
    ]


def test_cpp(tmp_path):
    source = EXAMPLES / "cpp" / "quickstart.cpp"
    report = run(build(os.environ.get("CXX", "c++"), "-std=c++17", source=source, into=tmp_path))
    quickstart(report)


def test_python():
    quickstart(run(sys.executable, str(EXAMPLES / "python" / "quickstart.py")))


def quickstart(report):
    """What the Python and the C++ example report alike; times differ from run to run."""
    samples = dict(line.rsplit(" ", 1) for line in report if not line.startswith("#"))
    spent = samples.pop('shop_request_duration_seconds_sum{zone="eu"}')
    assert 0 <= float(spent) < 60
    assert samples == {
        'shop_errors_total{error_type="zero_tokens",zone="eu"}': "1",
        'shop_inflight_requests{zone="eu"}': "0",
        'shop_request_duration_seconds_count{zone="eu"}': "3",
        'shop_requests_total{endpoint="generate",zone="eu"}': "3",
    }

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A real Prometheus server scrapes each host, and what it is asked afterwards is what the worker recorded."""

import json
import math
import random
import re
import signal
import subprocess
from contextlib import contextmanager

import pytest

from conftest import CASE, HOSTS, WORKER, command, environment
from prometheus_server import PROGRAM, scraping

pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="there is no prometheus here (Debian: apt-get install prometheus)"
)

# What Prometheus records of a scrape.
OF_THE_SCRAPE = re.compile("up|scrape_.*")


@contextmanager
def serving(host, case=CASE):
    """The URL of a host's report."""
    process = subprocess.Popen(
        command(host, "--verbosity", "debug", "--serve", "127.0.0.1:0", case=case),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        said = []
        for line in process.stderr:
            said.append(line.decode())
            if found := re.search(r"(http://\S+/metrics)", said[-1]):
                yield found[1]
                break
        else:
            raise AssertionError(f"the {host} host does not serve: {''.join(said)}")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()


def identity(labels):
    """A series as Prometheus knows it, to whom an empty label is none."""
    return tuple(sorted((key, value) for key, value in labels.items() if value != ""))


def scraped(server):
    """All that Prometheus has of the worker: the numbers by series."""
    found = server.query('{job="worker"}')
    return {
        identity(labels): float(number) for labels, number in found if not OF_THE_SCRAPE.fullmatch(labels["__name__"])
    }


@pytest.mark.parametrize("host", HOSTS)
def test_prometheus_has_every_number_of_the_worker(host, tmp_path):
    expected = json.loads((CASE / "expected.json").read_text())
    wanted = {
        identity({"__name__": sample["name"], **sample["labels"]}): float(sample["value"])
        for family in expected
        for sample in family["samples"]
    }
    assert len(wanted) == 94
    with serving(host) as url, scraping(url, tmp_path) as server:
        found = scraped(server)
        # Types and helps go with them; Prometheus cuts the suffix from no family of ours.
        metadata = server.get("/api/v1/metadata")["data"]
    assert found.keys() == wanted.keys()
    off = {
        series: (found[series], number)
        for series, number in wanted.items()
        if found[series] != number and not (math.isnan(number) and math.isnan(found[series]))
    }
    # Sums of floats depend on the order of the additions.
    assert not {series: pair for series, pair in off.items() if not math.isclose(*pair, rel_tol=1e-9)}, off
    for family in expected:
        (said,) = metadata[family["name"]]
        assert (said["type"], said["help"]) == (family["type"], family["help"])


# Each is likely to be mishandled by somebody: quotes, escapes, ends of lines, controls, other scripts, beyond 16 bits.
HARD = list('"\\\n\r\t\x00\x0b\x7f\x85\u2028\ufeff\U0001f600,{}=# ') + ["模", "α", "א", "é", "e\u0301", "a", "0"]


def hard_texts(seed, count):
    """Label values, all different, the same for the same seed."""
    rng = random.Random(seed)
    texts = set()
    while len(texts) < count:
        texts.add("".join(rng.choice(HARD) for _ in range(rng.randint(1, 12))))
    return sorted(texts)


@pytest.mark.parametrize("host", HOSTS)
def test_fuzzed_label_values_survive_the_round_trip(host, tmp_path):
    seed = random.SystemRandom().randrange(2**32)
    texts = hard_texts(seed, 300)
    languages = ("python", "rust", "cpp")
    metrics = [
        {
            "id": number,
            "language": languages[number % 3],
            "registry": "root",
            "kind": "counter",
            "name": "fuzz",
            "help": text,
            "labels": {"text": text},
            "priority": "normal",
            "flags": [],
        }
        for number, text in enumerate(texts)
    ]
    for metric in metrics:
        metric["help"] = texts[0]
    case = tmp_path / "case"
    case.mkdir()
    (case / "metrics.json").write_text(json.dumps({"registries": {"root": []}, "metrics": metrics}))
    rows = [f"{number},add,{number * 9_007_199_254_740_991 // len(texts)}" for number in range(len(texts))]
    (case / "trace.csv").write_text("metric,op,value\n" + "\n".join(rows) + "\n")
    with serving(host, case) as url, scraping(url, tmp_path) as server:
        found = {labels["text"]: int(number) for labels, number in server.query("fuzz_total")}
    wanted = {text: number * 9_007_199_254_740_991 // len(texts) for number, text in enumerate(texts)}
    assert found == wanted, f"the seed was {seed}"


def test_the_dashboard_shows_something_in_every_panel(tmp_path):
    dashboard = json.loads((WORKER / "dashboard.json").read_text())
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    assert len(panels) >= 8
    with serving("python") as url, scraping(url, tmp_path) as server:
        # A rate needs two scrapes.
        server.wait_for("count_over_time(up[1m]) >= 3", lambda found: len(found) == 1)
        for panel in panels:
            assert panel["datasource"]["type"] == "prometheus" and panel["targets"], panel["title"]
            for target in panel["targets"]:
                expression = target["expr"].replace("$__rate_interval", "1m").replace("$job", "worker")
                assert "$" not in expression, f"{panel['title']}: a variable is left in {expression}"
                assert server.query(expression), f"{panel['title']} shows nothing for {expression}"

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The three hosts' reports against the exact expectation."""

import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

from conftest import CASE, HOSTS, compare, run

LEVELS = ["critical", "high", "normal", "low", "debug"]


def expected(verbosity):
    families = json.loads((CASE / "expected.json").read_text("utf-8"))
    return [family for family in families if LEVELS.index(family["priority"]) <= LEVELS.index(verbosity)]


def labels_of(sample):
    return tuple(sorted(sample["labels"].items()))


def blocks(report):
    """The text of each family, by name."""
    out = {}
    for block in report.decode("utf-8").split("# HELP ")[1:]:
        out[block.split(" ", 1)[0]] = block
    return out


@pytest.mark.parametrize("host", HOSTS)
def test_the_report_is_what_exact_arithmetic_says(host, reports, tmp_path):
    status, verdict = compare(reports[host], tmp_path, "debug")
    samples = sum(len(family["samples"]) for family in expected("debug"))
    assert (status, verdict) == (0, f"equal: {len(expected('debug'))} families, {samples} samples")


def test_the_reports_are_byte_identical(reports):
    assert len(reports) == len(HOSTS)
    assert len(set(reports.values())) == 1


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("verbosity", LEVELS[:-1])
def test_a_lower_verbosity_drops_exactly_the_less_important_families(host, verbosity, reports, tmp_path):
    done = run(host, "--verbosity", verbosity)
    assert done.returncode == 0, done.stderr.decode()
    status, verdict = compare(done.stdout, tmp_path, verbosity)
    assert status == 0, verdict
    whole, part = blocks(reports[host]), blocks(done.stdout)
    dropped = {family["name"] for family in expected("debug")} - {family["name"] for family in expected(verbosity)}
    assert set(whole) - set(part) == dropped
    assert dropped
    assert all(whole[name] == block for name, block in part.items())


@pytest.mark.parametrize("host", HOSTS)
def test_another_number_of_threads_gives_the_same_report(host, reports):
    for threads in ("1", "7"):
        assert run(host, "--threads", threads).stdout == reports[host]


@pytest.mark.parametrize("host", HOSTS)
def test_self_adds_the_librarys_own_families_alone(host, reports):
    done = run(host, "--self")
    assert done.returncode == 0, done.stderr.decode()
    whole, with_own = blocks(reports[host]), blocks(done.stdout)
    own = set(with_own) - set(whole)
    assert {"cmetrics_info", "cmetrics_series", "cmetrics_copies"} <= own
    assert all(name.startswith("cmetrics_") for name in own)
    assert not [name for name in whole if name.startswith("cmetrics_")]
    assert all(with_own[name] == block for name, block in whole.items())


def test_the_official_parser_reads_every_sample(reports):
    # The parser gives every counter's sample its suffix, of which a verbatim name has none.
    wanted = {
        (sample["name"].removesuffix("_total") + "_total" * (family["type"] == "counter"), labels_of(sample))
        for family in expected("debug")
        for sample in family["samples"]
    }
    families = text_string_to_metric_families(next(iter(reports.values())).decode("utf-8"))
    got = [(sample.name, tuple(sorted(sample.labels.items()))) for family in families for sample in family.samples]
    assert len(got) == len(wanted)
    assert set(got) == wanted


@pytest.mark.parametrize("host", HOSTS)
def test_progress_is_on_standard_error_and_names_each_languages_share(host):
    done = run(host)
    shares = next(line for line in done.stderr.decode().splitlines() if "all made:" in line)
    counts = dict(share.split() for share in shares.partition("all made: ")[2].split(", "))
    assert set(counts) == {"python", "rust", "cpp"}
    assert sum(map(int, counts.values())) == 20000
    assert all(int(count) > 0 for count in counts.values())

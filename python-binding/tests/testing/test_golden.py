# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reports against files."""

from __future__ import annotations

from pathlib import Path

import pytest

import cmetrics
from cmetrics.testing import MismatchError, Recorder, assert_report

GOLDEN = Path(__file__).with_name("depth.prom")


@pytest.fixture(autouse=True)
def _compare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare, whatever the environment says."""
    monkeypatch.delenv("CMETRICS_UPDATE_GOLDEN", raising=False)


def report_of_depth(registry: cmetrics.Metrics, depth: int) -> None:
    registry.int_gauge("depth", "Requests that wait").set(depth)
    registry.int_gauge("steps").set(7)


def test_a_golden_file_is_compared_to_the_byte(registry: cmetrics.Registry) -> None:
    report_of_depth(registry, 3)
    assert_report(registry, GOLDEN)
    report_of_depth(registry, 4)
    with pytest.raises(MismatchError) as raised:
        assert_report(registry, GOLDEN)
    expected = f"""\
the report is not what {GOLDEN} holds; CMETRICS_UPDATE_GOLDEN=1 writes it anew
--- {GOLDEN}
+++ the report
@@ -1,6 +1,6 @@
 # HELP depth Requests that wait
 # TYPE depth gauge
-depth 3
+depth 4
 # HELP steps 
 # TYPE steps gauge
 steps 7"""  # noqa: W291 - a report has it
    assert str(raised.value) == expected


def test_ends_of_lines_are_compared_too(registry: cmetrics.Registry, tmp_path: Path) -> None:
    registry.int_gauge("depth", labels={"queue": "a\u2028b\r"}).set(3)
    golden = tmp_path / "report.prom"
    golden.write_bytes(registry.render().encode())
    assert_report(registry, str(golden))
    golden.write_bytes(registry.render().encode()[:-1])
    with pytest.raises(MismatchError) as raised:
        assert_report(registry, golden)
    line = 'depth{queue="a\u2028b\r"} 3'
    assert str(raised.value).endswith(f"\n-{line}\n\\ No newline at end of file\n+{line}")
    golden.write_bytes(registry.render().replace("\n", "\r\n").encode())
    with pytest.raises(MismatchError):
        assert_report(registry, golden)


def test_a_variable_writes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    golden = tmp_path / "deep" / "report.prom"
    recorder = Recorder()
    report_of_depth(recorder, 5)
    with pytest.raises(MismatchError, match=r"report\.prom: cannot be read: .*; CMETRICS_UPDATE_GOLDEN=1 writes it"):
        assert_report(recorder, golden)
    assert not golden.exists()
    monkeypatch.setenv("CMETRICS_UPDATE_GOLDEN", "1")
    assert_report(recorder, golden)
    assert b"depth 5\n" in golden.read_bytes()
    monkeypatch.delenv("CMETRICS_UPDATE_GOLDEN")
    assert_report(recorder, golden)


def test_what_cannot_be_written_or_read_is_named(
    registry: cmetrics.Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "latin").write_bytes(b"\xff")
    with pytest.raises(MismatchError, match="latin: cannot be read: it is not UTF-8; "):
        assert_report(registry, tmp_path / "latin")
    monkeypatch.setenv("CMETRICS_UPDATE_GOLDEN", "1")
    with pytest.raises(MismatchError, match="cannot be written: "):
        assert_report(registry, tmp_path / "latin" / "report.prom")

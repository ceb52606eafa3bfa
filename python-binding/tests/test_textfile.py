# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reports in files are whole, and take the place of the one before."""

from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path

import prometheus_client
import pytest

import cmetrics

from .judging import judged


def test_the_file_holds_the_report_and_nothing_else_is_left(registry: cmetrics.Registry, tmp_path: Path) -> None:
    registry.counter("jobs", "Jobs.").inc()
    registry.counter("probes", "Probes.", priority="debug").inc()
    for path in (tmp_path / "batch.prom", str(tmp_path / "batch.prom")):
        cmetrics.write_to_textfile(path, registry)
        assert Path(path).read_bytes() == cmetrics.generate_latest(registry)
    cmetrics.write_to_textfile(path, registry, "debug", ["probes_total"], include_self=False, timeout=30)
    assert judged(Path(path).read_text()) == {("probes_total", ()): 1.0}
    assert os.listdir(tmp_path) == ["batch.prom"]


def test_without_a_registry_it_is_the_root(
    registry: cmetrics.Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    registry.counter("jobs").inc(3)
    with registry.scope():
        cmetrics.write_to_textfile("batch.prom")
    assert "jobs_total 3\n" in Path("batch.prom").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such permissions")
@pytest.mark.parametrize("mask", [0o022, 0o027, 0o077])
def test_its_permissions_are_those_that_prometheus_client_gives(
    registry: cmetrics.Registry, tmp_path: Path, mask: int
) -> None:
    before = os.umask(mask)
    try:
        cmetrics.write_to_textfile(tmp_path / "ours.prom", registry)
        prometheus_client.write_to_textfile(str(tmp_path / "theirs.prom"), prometheus_client.CollectorRegistry())
    finally:
        os.umask(before)
    ours, theirs = (stat.S_IMODE((tmp_path / f"{name}.prom").stat().st_mode) for name in ("ours", "theirs"))
    assert ours == theirs == 0o666 & ~mask


def test_what_cannot_be_written_leaves_all_as_it_was(registry: cmetrics.Registry, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing"):
        cmetrics.write_to_textfile(tmp_path / "missing" / "batch.prom", registry)
    file = tmp_path / "batch.prom"
    file.write_text("before\n")
    engine = registry.child("engine")
    engine.counter("steps").inc()
    engine.remove_all()
    with pytest.raises(cmetrics.GoneError):
        cmetrics.write_to_textfile(file, engine)
    with pytest.raises(cmetrics.InvalidArgumentError, match="loud"):
        cmetrics.write_to_textfile(file, registry, "loud")  # type: ignore[arg-type]
    assert file.read_text() == "before\n"
    (tmp_path / "folder.prom").mkdir()
    with pytest.raises(OSError, match=r"folder\.prom"):
        cmetrics.write_to_textfile(tmp_path / "folder.prom", registry)
    assert sorted(os.listdir(tmp_path)) == ["batch.prom", "folder.prom"]


def test_readers_amid_writers_find_whole_reports(registry: cmetrics.Registry, tmp_path: Path) -> None:
    file = tmp_path / "batch.prom"
    family = registry.counter_family("steps", "Steps.", ["n"])
    for n in range(500):
        family.labels(n).inc()
    cmetrics.write_to_textfile(file, registry, include_self=False)
    size = len(file.read_bytes())
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            cmetrics.write_to_textfile(file, registry, include_self=False)

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(300):
            assert len(file.read_bytes()) == size
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert os.listdir(tmp_path) == ["batch.prom"]

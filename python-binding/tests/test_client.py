# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Who acts: clients by name, and the default one."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path

import pytest

import cmetrics

from .reading import lines, python


def test_a_client_is_named_in_conflicts() -> None:
    engine, plugin = cmetrics.client("engine", "1.2"), cmetrics.client("plugin")
    root = engine.isolated()
    with root.scope():
        engine.root().child("a").counter("requests")
        with pytest.raises(cmetrics.ConflictError) as caught:
            plugin.root().int_gauge("a_requests_total", verbatim=True)
    assert caught.value.existing is not None
    assert caught.value.requested is not None
    assert "engine" in caught.value.existing
    assert "plugin" in caught.value.requested


def test_clients_share_one_root() -> None:
    assert cmetrics.client("one").root() == cmetrics.client("two").root() == cmetrics.root()


def test_closing_removes_its_collectors() -> None:
    with cmetrics.client("engine") as engine:
        root = engine.isolated()
        root.counter("requests").inc()
        root.register_collector(
            lambda: [cmetrics.FamilySnapshot("a", "gauge", [cmetrics.Point({}, [cmetrics.Sample(1)])])]
        )
        assert lines(root) == ["a 1", "requests_total 1"]
    assert lines(root) == ["requests_total 1"]
    with pytest.raises(cmetrics.GoneError):
        root.counter("more")
    engine.close()


def test_it_tells_what_it_is() -> None:
    engine = cmetrics.client("engine", "1.2")
    assert (engine.name, engine.version) == ("engine", "1.2")
    assert repr(engine) == "<cmetrics.Client engine 1.2>"
    assert repr(cmetrics.client("engine")) == "<cmetrics.Client engine>"


def test_a_bad_name_is_refused() -> None:
    with pytest.raises(cmetrics.InvalidArgumentError):
        cmetrics.client("x" * 257)
    with pytest.raises(cmetrics.InvalidArgumentError, match="surrogate"):
        cmetrics.client("\ud800")


def test_a_collector_outlives_the_last_handle_of_its_client(registry: cmetrics.Registry) -> None:
    with registry.scope():
        cmetrics.client("engine").root().register_collector(
            lambda: [cmetrics.FamilySnapshot("a", "gauge", [cmetrics.Point({}, [cmetrics.Sample(1)])])]
        )
    gc.collect()
    assert lines(registry) == ["a 1"]


def test_closing_waits_for_its_collectors() -> None:
    running, finished = threading.Event(), threading.Event()

    def collect() -> list[cmetrics.FamilySnapshot]:
        running.set()
        time.sleep(0.05)
        finished.set()
        return []

    engine = cmetrics.client("engine")
    root = engine.isolated()
    root.register_collector(collect)
    thread = threading.Thread(target=root.render)
    thread.start()
    assert running.wait(10)
    engine.close()
    assert finished.is_set()
    thread.join()


CONFLICT = """
import cmetrics
cmetrics.root().counter("a")
try:
    cmetrics.root().int_gauge("a_total", verbatim=True)
except cmetrics.ConflictError as error:
    print(error.requested)
"""


def test_the_default_client_is_named_after_the_program(tmp_path: Path) -> None:
    script = tmp_path / "my_server.py"
    script.write_text(CONFLICT)
    assert "my_server" in python(f"import runpy, sys; sys.argv = [{str(script)!r}]\n{CONFLICT}").stdout
    package = tmp_path / "my_package"
    package.mkdir()
    (package / "__main__.py").write_text(CONFLICT)
    run = f"import runpy, sys; sys.path.insert(0, {str(tmp_path)!r}); runpy.run_module('my_package', alter_sys=True)"
    assert "my_package" in python(run, None, "-m").stdout
    assert "python" in python(CONFLICT).stdout

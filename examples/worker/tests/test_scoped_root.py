# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The test kit across languages: inside of a scoped root, what Rust and C++ plugins record is the test's own."""

import json
import threading
from datetime import timedelta

import cmetrics
import pytest
from cmetrics.testing import MismatchError, Recorder, Snapshot, assert_metric, scoped_root

from conftest import CASE, plugin
from worker_abi import Plugin
from worker_python import PythonPart

# By language: each metric's registry is "engine", but for the last one's. The tail begins with the first set.
METRICS = [
    ("rust", "counter", "requests", {"path": '/a "b"\\\nc'}),
    ("cpp", "int_counter", "sent_bytes", {"peer": "größe 高"}),
    ("python", "duration_counter", "step", {}),
    ("rust", "float_gauge", "load", {}),
    ("cpp", "duration_gauge", "skew", {}),
    ("cpp", "counter", "retries", {}),
]
TRACE = """metric,op,value
0,inc,1
0,add,9007199254740992
1,add,1500
1,add,500
2,add,250000000
5,inc,1
3,set,0.25
4,set,-345
5,remove,0
"""


@pytest.fixture(scope="module")
def parts():
    """The three parts, in this process."""
    return {"rust": Plugin(plugin("rust")), "cpp": Plugin(plugin("cpp")), "python": PythonPart()}


@pytest.fixture
def case(tmp_path):
    """The folder of a small case."""
    path = [{"prefix": "engine", "labels": {"rank": "0"}}]
    metrics = [
        {
            "id": index, "language": language, "registry": "engine", "kind": kind, "name": name, "help": "",
            "labels": labels, "priority": "normal", "flags": [],
        }
        for index, (language, kind, name, labels) in enumerate(METRICS)
    ]  # fmt: skip
    (tmp_path / "metrics.json").write_text(json.dumps({"registries": {"engine": path}, "metrics": metrics}))
    (tmp_path / "trace.csv").write_text(TRACE)
    return tmp_path


def replay(parts, folder):
    """Replays a case as a host does it, and yields where the tail begins."""
    sizes = {part.open(folder) for part in parts.values()}
    ((_, rows, tail),) = sizes
    assert sum(part.run_body(2) for part in parts.values()) == tail
    yield
    for row in range(tail, rows):
        assert sum(part.tail_row(row) for part in parts.values()) == 1
    for part in parts.values():
        part.close()


def on_thread(function):
    """What a function returns on a thread of its own."""
    out = []
    thread = threading.Thread(target=lambda: out.append(function()))
    thread.start()
    thread.join()
    return out[0]


def test_every_language_gets_the_root_of_the_scope(parts, cmetrics_root):
    seen = [part.touch() for part in parts.values()]
    assert seen == [(cmetrics_root.id, total) for total in (1, 2, 3)]
    assert_metric(cmetrics_root, "worker_touches_total", 3)


def test_the_next_test_begins_anew(parts, cmetrics_root, cmetrics_snapshot):
    assert not cmetrics_snapshot.samples
    parts["cpp"].touch()
    assert str(cmetrics_snapshot.diff()) == "new worker_touches_total 1"


def test_scopes_nest_and_end_for_every_language(parts):
    process = cmetrics.root()
    before = Snapshot.of(process)
    with scoped_root() as outer:
        with scoped_root() as inner:
            assert {part.touch()[0] for part in parts.values()} == {inner.id}
        assert {part.touch()[0] for part in parts.values()} == {outer.id}
    assert not before.diff()
    assert {part.touch()[0] for part in parts.values()} == {process.id}


@pytest.mark.parametrize("language", ["rust", "cpp"])
def test_a_thread_is_outside_for_every_language(parts, language, cmetrics_root):
    process = on_thread(cmetrics.root)
    assert process != cmetrics_root
    assert on_thread(parts[language].touch)[0] == process.id

    def inside():
        with cmetrics_root.scope():
            return parts[language].touch()

    assert on_thread(inside) == (cmetrics_root.id, 1)


def test_what_the_plugins_record_is_asserted_to_the_last_digit(parts, case, cmetrics_root):
    process = Snapshot.of(on_thread(cmetrics.root))
    steps = replay(parts, case)
    next(steps)
    body = Snapshot.of(cmetrics_root)
    list(steps)
    assert_metric(cmetrics_root, "engine_requests_total", 9007199254740993, {"path": '/a "b"\\\nc', "rank": 0})
    assert_metric(cmetrics_root, "engine_sent_bytes_sum", 2000, {"peer": "größe 高"})
    assert_metric(cmetrics_root, "engine_sent_bytes_count", 2)
    assert_metric(cmetrics_root, "engine_step_seconds_sum", timedelta(milliseconds=250))
    assert_metric(cmetrics_root, "engine_load", 0.25)
    assert_metric(cmetrics_root, "engine_skew_seconds", -345e-9)
    assert str(body.diff()).splitlines() == [
        'engine_load{rank="0"} 0 -> 0.25',
        'gone engine_retries_total{rank="0"} 1',
        'engine_skew_seconds{rank="0"} 0 -> -0.000000345',
    ]
    assert not process.diff()


def test_near_misses_of_other_languages_are_told(parts, case, cmetrics_root):
    next(replay(parts, case))
    with pytest.raises(MismatchError) as raised:
        assert_metric(cmetrics_root, "engine_sent_bytes_sum", 2000, {"peer": "b"})
    assert str(raised.value) == (
        'engine_sent_bytes_sum{peer="b"}: no such series\n  engine_sent_bytes_sum has:\n'
        '    engine_sent_bytes_sum{peer="größe 高",rank="0"} 2000'
    )


def test_the_whole_case_reports_in_a_scope_what_a_host_reports(parts, cmetrics_root, reports):
    list(replay(parts, CASE))
    told = cmetrics_root.render(verbosity="debug", include_self=False).encode()
    assert set(reports.values()) == {told}


def test_a_recorder_notes_what_python_tells_and_counts_for_all(parts):
    recorder = Recorder()
    with recorder.registry.scope():
        for part in parts.values():
            part.touch()
    assert [str(event) for event in recorder.take()] == ["inc worker_touches_total 1"]
    assert_metric(recorder, "worker_touches_total", 3)

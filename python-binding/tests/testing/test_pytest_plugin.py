# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The fixtures, in the pytest that runs this: the newest, and 8 where the tests are run with it once more."""

from __future__ import annotations

import importlib.metadata
import sys

import pytest

import cmetrics
from cmetrics.testing import Snapshot, assert_metric

pytest_plugins = ["pytester"]


def passed(pytester: pytest.Pytester, *arguments: str, **outcomes: int) -> pytest.RunResult:
    """Run the tests that were made in an interpreter of its own, where warnings are errors."""
    result = pytester.runpytest_subprocess("-W", "error", *arguments)
    assert result.parseoutcomes() == outcomes, result.stdout.str() + result.stderr.str()
    return result


def test_the_wheel_says_that_it_has_a_plugin() -> None:
    (entry,) = [
        entry for entry in importlib.metadata.distribution("cmetrics").entry_points if entry.group == "pytest11"
    ]
    assert (entry.name, entry.value) == ("cmetrics", "_cmetrics_pytest")


def test_a_registry_is_the_test_s_own(cmetrics_registry: cmetrics.Registry) -> None:
    assert cmetrics_registry != cmetrics.root()
    assert Snapshot.of(cmetrics_registry).samples == ()
    cmetrics_registry.counter("requests").inc()
    assert_metric(cmetrics_registry, "requests_total", 1)


def test_a_root_is_the_thread_s(cmetrics_root: cmetrics.Registry) -> None:
    assert cmetrics.root() == cmetrics_root
    assert cmetrics.root().snapshot(include_self=False) == []
    cmetrics.root().counter("requests").inc()


def test_a_snapshot_is_of_the_test_s_root(cmetrics_snapshot: Snapshot, cmetrics_root: cmetrics.Registry) -> None:
    assert cmetrics_snapshot.registry == cmetrics_root
    cmetrics.root().counter("requests").inc()
    assert str(cmetrics_snapshot.diff()) == "new requests_total 1"


def test_a_snapshot_is_of_the_test_s_registry(
    cmetrics_snapshot: Snapshot, cmetrics_registry: cmetrics.Registry
) -> None:
    assert cmetrics_snapshot.registry == cmetrics_registry


def test_a_snapshot_is_of_the_process_s_root_else(cmetrics_snapshot: Snapshot) -> None:
    assert cmetrics_snapshot.registry == cmetrics.root()


def test_roots_end_with_their_tests_even_with_those_that_fail(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import cmetrics
        import pytest
        from cmetrics.testing import assert_metric

        requests = cmetrics.root().counter_family("requests", "", ["path"])
        process = cmetrics.root()

        def test_first(cmetrics_root, cmetrics_registry):
            assert cmetrics.root() == cmetrics_root != cmetrics_registry != process
            cmetrics.root().counter("requests").inc()
            assert_metric(cmetrics_root, "requests_total", 2)

        def test_second(cmetrics_root):
            assert cmetrics_root.snapshot(include_self=False) == []

        def test_third(cmetrics_snapshot):
            assert cmetrics.root() == process
            requests.labels("/a").inc()
            assert str(cmetrics_snapshot.diff()) == 'new requests_total{path="/a"} 1'

        def test_fourth(cmetrics_snapshot):
            requests.labels("/a").inc()
            assert str(cmetrics_snapshot.diff()) == 'requests_total{path="/a"} 1 -> 2'
        """
    )
    result = passed(pytester, passed=3, failed=1)
    # The failure is shown where the test asserts, with the message and without the kit's own frames.
    result.stdout.fnmatch_lines(
        [
            '>       assert_metric(cmetrics_root, "requests_total", 2)',
            "E       cmetrics.testing.MismatchError: requests_total: expected 2, is 1",
            "*test_roots_end_with_their_tests_even_with_those_that_fail.py:11: MismatchError",
        ],
        consecutive=False,
    )
    assert "_assert.py" not in result.stdout.str()


def test_without_a_fixture_nothing_is_loaded(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import sys

        def pytest_sessionfinish():
            loaded = [name for name in sys.modules if name.split(".")[0] == "cmetrics"]
            assert not loaded, loaded
            assert "_cmetrics_pytest" in sys.modules
            assert "libcmetrics" not in open("/proc/self/maps").read()
        """
    )
    pytester.makepyfile("def test_nothing(tmp_path): pass")
    passed(pytester, passed=1)


def test_a_program_may_import_the_package_before_it_starts_pytest(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="def test_it(cmetrics_registry): pass")
    code = "import sys, cmetrics.testing, pytest; sys.exit(pytest.main(['-W', 'error', '-p', 'no:cacheprovider']))"
    done = pytester.run(sys.executable, "-W", "error", "-c", code)
    assert done.parseoutcomes() == {"passed": 1}, done.stdout.str() + done.stderr.str()


def test_it_can_be_turned_off(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(cmetrics_registry): pass")
    result = passed(pytester, "-p", "no:cmetrics", errors=1)
    result.stdout.fnmatch_lines(["*fixture 'cmetrics_registry' not found*"])


def test_every_fixture_says_what_it_is(pytester: pytest.Pytester) -> None:
    listed = pytester.runpytest_subprocess("--fixtures")
    listed.stdout.fnmatch_lines_random(
        ["cmetrics_registry*", "cmetrics_root*", "cmetrics_snapshot*", "*an isolated root*", "*a snapshot of the*"]
    )


def test_an_option_writes_golden_files(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from pathlib import Path

        from cmetrics.testing import assert_report

        def test_report(cmetrics_registry):
            cmetrics_registry.counter("requests", "So far").inc()
            assert_report(cmetrics_registry, Path(__file__).with_name("golden") / "report.prom")
        """
    )
    golden = pytester.path / "golden" / "report.prom"
    result = passed(pytester, failed=1)
    result.stdout.fnmatch_lines(["E*MismatchError: *report.prom: cannot be read: *CMETRICS_UPDATE_GOLDEN=1 writes it"])
    passed(pytester, "--cmetrics-update-golden", passed=1)
    assert golden.read_text() == "# HELP requests_total So far\n# TYPE requests_total counter\nrequests_total 1\n"
    passed(pytester, passed=1)


def test_the_option_ends_with_its_session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CMETRICS_UPDATE_GOLDEN", raising=False)
    pytester.makepyfile(
        """
        import os

        def test_it():
            assert os.environ["CMETRICS_UPDATE_GOLDEN"] == "1"
        """
    )
    for _ in range(2):
        assert pytester.inline_run("--cmetrics-update-golden").ret == 0
        assert pytester.inline_run().ret == 1


def test_without_a_library_tests_that_ask_for_a_registry_fail(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMETRICS_DISABLE", "1")
    pytester.makepyfile(
        """
        def test_registry(cmetrics_registry): pass

        def test_root(cmetrics_root): pass

        def test_other(): pass
        """
    )
    result = passed(pytester, passed=1, errors=2)
    result.stdout.fnmatch_lines(["E*UnavailableError: *disabled in this process (hint: unset CMETRICS_DISABLE)"])

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The pytest plugin of cmetrics: fixtures for tests of instrumentation.

It is a package of its own so that pytest, which loads it at every start, loads neither cmetrics nor the library before
a test asks for a fixture.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import cmetrics
    from cmetrics.testing import Snapshot

_VARIABLE = "CMETRICS_UPDATE_GOLDEN"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say what can be asked of it."""
    parser.getgroup("cmetrics").addoption(
        "--cmetrics-update-golden",
        action="store_true",
        help=f"cmetrics.testing.assert_report writes golden files and compares with none, as {_VARIABLE}=1 does",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Pass on what was asked of it, to the programs that tests start too."""
    if config.getoption("cmetrics_update_golden"):
        before = os.environ.get(_VARIABLE)
        os.environ[_VARIABLE] = "1"
        config.add_cleanup(lambda: _restore(before))


def _restore(before: str | None) -> None:
    if before is None:
        os.environ.pop(_VARIABLE, None)
    else:
        os.environ[_VARIABLE] = before


@pytest.fixture
def cmetrics_registry() -> cmetrics.Registry:
    """Give an isolated root of cmetrics, to pass to the code under test."""
    from cmetrics import testing

    return testing.isolated()


@pytest.fixture
def cmetrics_root() -> Iterator[cmetrics.Registry]:
    """Give an isolated root that is ``cmetrics.root()`` of this thread, in every language, until the test ends."""
    from cmetrics import testing

    with testing.scoped_root() as root:
        yield root


@pytest.fixture
def cmetrics_snapshot(request: pytest.FixtureRequest) -> Snapshot:
    """Give a snapshot of the test's start, whose ``diff()`` tells what changed since.

    It is of ``cmetrics_root`` or of ``cmetrics_registry`` if the test has one of them, else of ``cmetrics.root()``.
    """
    import cmetrics
    from cmetrics.testing import Snapshot

    for name in ("cmetrics_root", "cmetrics_registry"):
        if name in request.fixturenames:
            registry: cmetrics.Registry = request.getfixturevalue(name)
            return Snapshot.of(registry)
    return Snapshot.of(cmetrics.root())

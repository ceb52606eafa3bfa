# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What most tests need: a root of their own."""

from __future__ import annotations

import pytest

import cmetrics


@pytest.fixture
def registry() -> cmetrics.Registry:
    """Return a root that nobody else sees."""
    return cmetrics.Registry.isolated()

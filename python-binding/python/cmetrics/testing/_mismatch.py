# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What was expected of metrics and is not so."""

from __future__ import annotations


class MismatchError(AssertionError):
    """What was expected of metrics is not so; the message names what there is instead.

    >>> import cmetrics.testing
    >>> try:
    ...     cmetrics.testing.assert_metric(cmetrics.root(), "requests_total", 1)
    ... except cmetrics.testing.MismatchError as error:
    ...     print(error)
    requests_total: no such metric
      the registry is empty
    """

    __module__ = "cmetrics.testing"  # where tests know it from, and what failures show

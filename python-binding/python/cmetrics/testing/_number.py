# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Numbers as reports spell them, and when two are equal."""

from __future__ import annotations

import operator
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple, SupportsFloat, SupportsIndex, Union

_NANOS = 1_000_000_000

#: What an assertion expects: a number of any type, or a duration.
Expected = Union[SupportsIndex, SupportsFloat, timedelta]


class Number(NamedTuple):
    """A number of a report: an integer, a float, or where ``ns`` is given a duration, whose seconds ``value`` is."""

    value: int | float
    ns: int | None = None

    @classmethod
    def of(cls, expected: object) -> Number:
        """Return what a test gave as a number. Raises ``TypeError`` for what is none."""
        if isinstance(expected, timedelta):
            ns = ((expected.days * 86_400 + expected.seconds) * 1_000_000 + expected.microseconds) * 1000
            return cls(ns / _NANOS, ns)
        if isinstance(expected, SupportsIndex):
            return cls(operator.index(expected))
        if isinstance(expected, SupportsFloat):
            return cls(float(expected))
        raise TypeError(f"a metric is compared with a number or a timedelta, not {type(expected).__name__}")

    def equals(self, other: Number) -> bool:
        """Return whether both are the same: exactly, or as floats where one is; NaN is the same as NaN."""
        mine, theirs = self._exact(), other._exact()
        if mine is not None and theirs is not None:
            return mine == theirs
        a, b = float(self.value), float(other.value)
        return a == b or (a != a and b != b)

    def _exact(self) -> int | None:
        """Return what is no float, in billionths."""
        if self.ns is not None:
            return self.ns
        return self.value * _NANOS if isinstance(self.value, int) else None

    def __str__(self) -> str:
        if self.ns is not None:
            seconds, rest = divmod(abs(self.ns), _NANOS)
            return f"{'-' if self.ns < 0 else ''}{seconds}.{rest:09}".rstrip("0").rstrip(".")
        return str(self.value) if isinstance(self.value, int) else _float(self.value)


def _float(value: float) -> str:
    """Return the shortest form, with an exponent below 1e-5 and from 1e16."""
    text = repr(value)
    if text in ("nan", "inf", "-inf"):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[text]
    digits, exponent, power = text.partition("e")
    if exponent and not 1e-5 <= abs(value) < 1e16:
        return f"{digits}e{int(power):+d}"
    if exponent:
        return f"{Decimal(text):f}"
    return digits[:-2] if digits.endswith(".0") else digits

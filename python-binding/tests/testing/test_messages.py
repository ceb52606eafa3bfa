# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Every case of the table that the kits of all languages share, to the byte."""

from __future__ import annotations

import pytest

from .table import cases, play

CASES = cases()


@pytest.mark.parametrize("lines", CASES, ids=[lines[0][1][len("case ") :] for lines in CASES])
def test_messages_are_those_of_the_table(lines: list[tuple[int, str]]) -> None:
    questions = play(lines)
    assert questions
    for question in questions:
        assert question.answer == question.expected, f"line {question.line}: {question.asked}"


def test_the_table_is_there_whole() -> None:
    assert len(CASES) >= 20
    assert sum(len(play(lines)) for lines in CASES) >= 40

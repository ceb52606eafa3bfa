# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""``cmetrics doctor``: which library is found here and why, and who provides."""

from __future__ import annotations

import os
from typing import Any

from .. import _cmetrics
from .._survey import Survey
from . import environment
from .copies import about_copies, copy_data, copy_rows
from .crash import crashed
from .environment import OnPath
from .guard import CrashedError, guarded
from .processes import look
from .report import ATTENTION, FINE, NOTHING, Attention, Report, abi, attentions, rows
from .source import UnreadableError


def report(module: str | None) -> Report:
    """Search for the library, and return how that went."""
    module = os.path.abspath(module) if module else None
    try:
        return guarded(lambda: _search(module))
    except CrashedError as crash:
        return crashed(str(crash))


def _search(module: str | None) -> Report:
    survey = _cmetrics._survey(module)
    copies, source = _copies(survey)
    on_path = environment.on_path(os.environ)
    attention = _attention(survey, copies, on_path)
    code = NOTHING if survey.library is None else ATTENTION if attention else FINE
    data = {
        "command": "doctor",
        "library": survey.library._asdict() if survey.library and survey.library.path else None,
        "serves": survey.serves,
        "asker": survey.asker,
        "asks": survey.asks,
        "search": [{key: value for key, value in step._asdict().items() if key != "line"} for step in survey.steps],
        "hint": survey.hint,
        "crash": None,
        "copies": copies,
        "copies_from": source,
        "library_path": on_path._asdict() if on_path else None,
        "environment": environment.variables(os.environ),
        "runtime": environment.runtime(),
        "attention": [item._asdict() for item in attention],
    }
    return Report(code, data, _text(survey, data, attention))


def _copies(survey: Survey) -> tuple[list[dict[str, Any]], str]:
    """Return the copies in this process by the word of the library, or, if there is none to ask, by what is mapped."""
    if survey.copies:
        return [copy._asdict() for copy in survey.copies], "library"
    try:
        return [copy_data(copy) for copy in look(os.getpid()).copies], "maps"
    except UnreadableError:
        return [], "maps"


def _attention(survey: Survey, copies: list[dict[str, Any]], on_path: OnPath | None) -> list[Attention]:
    found = []
    if survey.library:
        if survey.library.origin == "disabled":
            found.append(Attention("disabled", "CMETRICS_DISABLE is set: metrics go nowhere; unset it to have them"))
        found += [
            Attention("refused", f"passed over: {step.line}") for step in survey.steps if step.result == "refused"
        ]
    found += about_copies(copies)
    if on_path and not on_path.ours:
        text = (
            f"LD_LIBRARY_PATH leads clients without a nearer copy to {on_path.path}, which is of no use to them: take "
            "it away, or put a folder with this project's library before it"
        )
        found.append(Attention("stranger-on-path", text))
    return found


def _text(survey: Survey, data: dict[str, Any], attention: list[Attention]) -> list[str]:
    lines = [_verdict(survey)]
    if survey.hint:
        lines.append(f"hint: {survey.hint}")
    lines += ["", f"search       as {survey.asker}, which can use {abi(*survey.asks)}"]
    for step in survey.steps:
        # The words of these say it already.
        line = step.line.removesuffix(": not tried") if step.result == "not tried" else step.line
        lines += rows([(step.result, line.removesuffix(": is used"))])
    lines += ["", f"copies       {len(data['copies'])} in this process"]
    for copy in data["copies"]:
        lines += rows(copy_rows(copy))
    return [*lines, *environment.lines(data), *attentions(attention)]


def _verdict(survey: Survey) -> str:
    library = survey.library
    if library is None:
        return f"no usable library for {survey.asker}, which can use {abi(*survey.asks)}"
    if not library.path:
        return "metrics are disabled: no library is looked for"
    serves = f" of {abi(*survey.serves)}" if survey.serves and survey.serves[0] != survey.serves[1] else ""
    return f"{library.path} is used: cmetrics {library.version}, ABI version {library.abi}{serves}"

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The command line."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from .._cmetrics import __version__
from . import doctor, inspect_report, process_report
from .report import EXIT_CODES, NOT_SEEN, SCHEMA, Report
from .source import UnreadableError, printable

_JSON = """\
with --json: one object, whose "schema" is 1 and whose "exit" is the exit code. Keys may be added; none changes under
the same schema. Where something could not be looked at: "command" and "error".
"""
_DOCTOR = f"""\
Says which library a client in this environment finds and why, step by step; which copies of it are loaded, and which
of them provides. The search is the real one: what it finds is loaded, into a copy of this command's process.

{EXIT_CODES}
{_JSON}
doctor        "library" (path, version, abi, origin; or null), "serves" (oldest and newest ABI version, or null),
              "asker", "asks", "search" (a list of step, path, result, outcome), "hint" (or null), "crash" (null, or
              what ended the process that searched: then most of the others are null or empty), "copies",
              "copies_from" ("library", or "maps" where no library could be asked, or "none"), "library_path" (the first
              of our name on LD_LIBRARY_PATH: path, ours, what; or null), "environment", "runtime", "attention" (a list
              of code, text)
doctor --pid  "pid", "executable", "copies", "election" ("settled", "open", "unknown"), "winner" (a path, or null),
              "memory" (true, or false where it may not be read), "unknown" (mapped files that could not be read),
              "attention"

step      forced, loaded, beside, system, embedded, disabled
result    used, refused (something is there that cannot be used), nothing (nothing is there), not tried
copies    path, version, build_id, serves, rank, winner (null: unknown), embedded, forced, satellite; with maps and
          --pid also deleted, address
"""
_INSPECT = f"""\
Says what a file is by reading it, without loading it: the package version, the ABI versions that it serves, the sizes
of their tables. Also programs and plugins that have the library linked into them.

{EXIT_CODES}
{_JSON}
inspect       "file", "ours" (true or false), "what", "flaws", "remarks", "machine", "layout", "kind", "soname",
              "exports" (count, first), "note", "copies" (a list of version, build_id, serves, rank, embedded),
              "tables" (a list of version, size, vtables, each with name and size)
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    plain = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser(
        prog="cmetrics",
        description="Looks at the library cmetrics: where it is found, who uses it, what a file of it serves.",
        epilog=f"{EXIT_CODES}\ncmetrics COMMAND --help tells more, the keys of --json among it.",
        formatter_class=plain,
    )
    top.add_argument("--version", action="version", version=f"cmetrics {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    look = commands.add_parser(
        "doctor", help="which library is found and why, or is used by a process", epilog=_DOCTOR, formatter_class=plain
    )
    which = look.add_mutually_exclusive_group()
    which.add_argument("--pid", type=_pid, metavar="N", help="look at the running process N instead (Linux)")
    which.add_argument("--module", metavar="FILE", help="search as a client in this program or plugin does")
    look.add_argument("--json", action="store_true", help="print one JSON object")
    read = commands.add_parser("inspect", help="what a file is and serves", epilog=_INSPECT, formatter_class=plain)
    read.add_argument("file", metavar="FILE")
    read.add_argument("--json", action="store_true", help="print one JSON object")
    return top


def _pid(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:10]) < 1 << 31 or len(text) > 10:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of a process")
    return int(text)


def answer(options: argparse.Namespace) -> Report:
    """Do what the command line asks for. Raises ``UnreadableError`` where something cannot be looked at."""
    if options.command == "inspect":
        return inspect_report.report(options.file)
    if options.pid is not None:
        return process_report.report(options.pid)
    return doctor.report(options.module)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command ``cmetrics`` and return its exit code."""
    options = parser().parse_args(arguments)
    try:
        report = answer(options)
    except UnreadableError as error:
        if options.json:
            told = {"schema": SCHEMA, "exit": NOT_SEEN, "command": options.command, "error": str(error)}
            _print(json.dumps(told, indent=2) + "\n")
        sys.stderr.write(f"cmetrics {options.command}: {printable(str(error))}\n")
        return NOT_SEEN
    _print(report.shown(options.json))
    return report.code


def _print(text: str) -> None:
    try:
        # File names may hold what the terminal's encoding does not.
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads has enough. What is left unwritten must not be tried again at the interpreter's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

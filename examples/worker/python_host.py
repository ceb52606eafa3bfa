#!/usr/bin/env python3
# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A Python program that loads a Rust and a C++ plugin: one process, three languages, one report.

Replays a case: each metric is made and updated by its own language. Progress goes to standard error, the report to
standard output. Exit 2 for bad arguments or a bad case, 1 for any other failure.
"""

import argparse
import sys
import threading

import cmetrics

from worker_abi import PartFailed, Plugin
from worker_case import PRIORITIES, BadCase
from worker_python import PythonPart, on_threads
from worker_report import serve, split_address


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", required=True, metavar="DIR", help="a folder with metrics.json and trace.csv")
    parser.add_argument("--rust-plugin", required=True, metavar="PATH")
    parser.add_argument("--cpp-plugin", required=True, metavar="PATH")
    parser.add_argument("--verbosity", choices=PRIORITIES, default="debug", metavar="LEVEL")
    parser.add_argument("--self", action="store_true", dest="own", help="the library's own families too")
    parser.add_argument("--serve", metavar="ADDR", help="keep the report on http://ADDR/metrics until Ctrl-C")
    parser.add_argument("--threads", type=int, default=4, metavar="N", help="threads per language")
    args = parser.parse_args()
    if args.threads < 1:
        parser.error("--threads: at least one is wanted")
    if args.serve:
        try:
            split_address(args.serve)
        except ValueError as error:
            parser.error(str(error))
    return args


def say(text):
    print(f"worker: {text}", file=sys.stderr, flush=True)


def replay(parts, folder, threads):
    """The whole case, each row by exactly one part."""
    sizes = {part.language: part.open(folder) for part in parts}
    if len(set(sizes.values())) != 1:
        raise PartFailed(f"the parts read different cases: {sizes}")
    metrics, rows, tail = next(iter(sizes.values()))
    say(f"{metrics} metrics; {tail} updates on {threads} threads in each of {len(parts)} languages")

    replayed = [0] * len(parts)
    together = threading.Barrier(len(parts))

    def body(index):
        together.wait()
        replayed[index] = parts[index].run_body(threads)

    on_threads(len(parts), body)
    shares = ", ".join(f"{part.language} {count}" for part, count in zip(parts, replayed))
    if sum(replayed) != tail:
        raise PartFailed(f"of {tail} updates {sum(replayed)} were made: {shares}")
    say(f"all made: {shares}")

    for row in range(tail, rows):
        owners = [part.language for part in parts if part.tail_row(row)]
        if len(owners) != 1:
            raise PartFailed(f"row {row} was replayed by {owners or 'nobody'}")
    say(f"{rows - tail} more in order, across languages")
    for part in parts:
        part.close()


def main():
    args = arguments()
    try:
        parts = [PythonPart(), Plugin(args.rust_plugin), Plugin(args.cpp_plugin)]
        replay(parts, args.case, args.threads)
        report = cmetrics.generate_latest(verbosity=args.verbosity, include_self=args.own)
        sys.stdout.buffer.write(report)
        sys.stdout.buffer.flush()
        if args.serve:
            serve(args.serve, args.verbosity, args.own)
    except (PartFailed, cmetrics.Error) as error:
        say(error)
        return 1
    except (BadCase, ValueError) as error:
        say(error)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

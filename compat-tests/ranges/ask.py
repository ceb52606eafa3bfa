# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Asks, through the Python SDK, for what it can use. Prints as ask.c does."""

import cmetrics

CODES = {"UNSUPPORTED": 7, "UNAVAILABLE": 11}


def resets() -> bool:
    """Return whether the library can reset, or a stub says that it cannot."""
    try:
        cmetrics.root().reset()
    except cmetrics.UnsupportedError:
        return False
    return True


def tells() -> bool:
    """Return whether an error has its story, or a stub had none."""
    try:
        cmetrics.root().counter("not a name")
    except cmetrics.InvalidArgumentError as error:
        return "not a name" in str(error) or "a name with a blank" in str(error)
    return False


def main() -> None:
    """Print the status, the version, whether a counter could be made, whether slots are there, and the report."""
    try:
        found = cmetrics.library()
    except cmetrics.Error as error:
        print(f"status {CODES.get(error.code, -1)}\nversion 0\ncounts 0\nwhole 1\n{error}")
        return
    try:
        cmetrics.root().counter("asked", "What was asked").inc()
        counts = 1
    except cmetrics.Error:
        counts = 0
    whole = int(resets() and tells())
    print(f"status 0\nversion {found.abi}\ncounts {counts}\nwhole {whole}")


if __name__ == "__main__":
    main()

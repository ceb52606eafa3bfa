# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What a host that embeds Python runs: PyRun_SimpleString("import worker_embedded; worker_embedded.lend(ADDRESS)").

WORKER_SITE_PACKAGES names the folder where the wheel is installed, unless this Python finds it by itself. What fails
here says why and ends the process, with status 2 for what the user gave and 1 for all else.
"""

import os
import sys

_site_packages = os.environ.get("WORKER_SITE_PACKAGES")
if _site_packages:
    sys.path.append(_site_packages)


def lend(address):
    """Writes the Python part to the worker_part at `address`."""
    try:
        import cmetrics  # noqa: F401  (the first thing that can be missing)
    except ImportError as error:
        sys.exit(
            f"worker: the embedded Python {sys.version.split()[0]} cannot import cmetrics: {error}; install the wheel, "
            f"and set WORKER_SITE_PACKAGES to its folder (now: {_site_packages or 'not set'})"
        )
    from worker_abi import lend as lend_table
    from worker_python import PythonPart

    lend_table(PythonPart(), address)


def serve(address, verbosity, include_self):
    """Keeps the report on http://ADDR/metrics until Ctrl-C."""
    from worker_report import serve as serve_report

    try:
        serve_report(address, verbosity, include_self)
    except ValueError as error:
        print(f"worker: {error}", file=sys.stderr)
        sys.exit(2)

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Reads a wheel, and fails where one of its files is not what it should be.

Called as: wheel_files.py CHECK WHEEL VERSION LIBRARY. LIBRARY is the archive's library for the same platform. Prints in
a few words what was seen.
"""

import base64
import csv
import email.parser
import hashlib
import os
import sys
import zipfile


class Wheel:
    """A wheel, and what is expected of it."""

    def __init__(self, file: str, version: str, library: str) -> None:
        self.file, self.version, self.library = os.path.basename(file), version, library
        self.zip = zipfile.ZipFile(file)
        self.names = [name for name in self.zip.namelist() if not name.endswith("/")]
        self.info = f"cmetrics-{version}.dist-info"

    def text(self, name: str) -> str:
        return self.zip.read(f"{self.info}/{name}").decode()


def metadata(wheel: Wheel) -> str:
    """The version, the licences, the description, and the tags that the file's name has."""
    told = email.parser.Parser().parsestr(wheel.text("METADATA"))
    expected = {
        "Name": "cmetrics",
        "Version": wheel.version,
        "License-Expression": "MIT OR Apache-2.0",
        "Requires-Python": ">=3.9",
    }
    for name, value in expected.items():
        assert told[name] == value, f"{name} is {told[name]}, not {value}"
    licences = sorted(told.get_all("License-File", []))
    assert licences == ["LICENSE-APACHE", "LICENSE-MIT"], f"License-File is {licences}"
    for licence in licences:
        assert len(wheel.text(f"licenses/{licence}")) > 1000, f"{licence} is cut short"
    assert told["Description-Content-Type"].startswith("text/markdown"), told["Description-Content-Type"]
    description = told.get_payload()
    assert "import cmetrics" in description, "the description shows no use of the package"
    needed = [one for one in told.get_all("Requires-Dist", []) if "extra ==" not in one]
    assert not needed, f"it needs {needed}"
    tags = email.parser.Parser().parsestr(wheel.text("WHEEL")).get_all("Tag", [])
    python, abi, platforms = wheel.file.removesuffix(".whl").split("-")[2:]
    named = [f"{python}-{abi}-{platform}" for platform in platforms.split(".")]
    assert sorted(tags) == sorted(named), f"it says {tags}, its name {named}"
    return f"{wheel.version}, {told['License-Expression']}, a description of {len(description)} letters"


def record(wheel: Wheel) -> str:
    """RECORD names every file, with its sum and size, and nothing else."""
    rows = {row[0]: row[1:] for row in csv.reader(wheel.text("RECORD").splitlines())}
    assert sorted(rows) == sorted(wheel.names), f"RECORD and the files differ: {set(rows) ^ set(wheel.names)}"
    for name, (said, size) in rows.items():
        if name == f"{wheel.info}/RECORD":
            assert (said, size) == ("", ""), "RECORD has a sum of itself"
            continue
        content = wheel.zip.read(name)
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        assert (said, size) == (f"sha256={digest}", str(len(content))), f"{name} is not what RECORD says"
    return f"{len(rows)} files"


def library(wheel: Wheel) -> str:
    """The library is the archive's, byte for byte, and there is one."""
    base = os.path.basename(wheel.library)
    found = [name for name in wheel.names if os.path.basename(name).startswith(("libcmetrics", "cmetrics.dll"))]
    assert found == [f"cmetrics/{base}"], f"its libraries are {found}"
    with open(wheel.library, "rb") as file:
        assert wheel.zip.read(found[0]) == file.read(), f"{found[0]} differs from the archive's"
    return f"{base} has the archive's bytes"


def contents(wheel: Wheel) -> str:
    """What types need is there, and nothing that is for developers alone."""
    (compiled,) = [name for name in wheel.names if name.startswith("cmetrics/_cmetrics.") and not name.endswith(".pyi")]
    owed = ["cmetrics/__init__.py", "cmetrics/py.typed", "cmetrics/_cmetrics.pyi", "cmetrics/_metrics.pyi"]
    missing = [name for name in owed if name not in wheel.names]
    assert not missing, f"it lacks {missing}"
    tops = {name.split("/")[0] for name in wheel.names}
    assert tops == {"cmetrics", "_cmetrics_pytest", wheel.info}, f"it installs {sorted(tops)}"
    known = {".py", ".pyi", ".typed", os.path.splitext(compiled)[1], os.path.splitext(wheel.library)[1]}
    for name in wheel.names:
        if name.startswith(wheel.info):
            continue
        parts = name.split("/")
        stray = "__pycache__" in parts or "tests" in parts or parts[-1].startswith(("test_", "conftest", "."))
        assert not stray, f"{name} is not for users"
        assert os.path.splitext(name)[1] in known, f"{name} is of no kind that belongs in a wheel"
    return f"{os.path.basename(compiled)}, py.typed, two stubs; no tests, no caches"


if __name__ == "__main__":
    checks = {check.__name__: check for check in (metadata, record, library, contents)}
    try:
        print(checks[sys.argv[1]](Wheel(*sys.argv[2:])))
    except AssertionError as wrong:
        sys.exit(str(wrong))

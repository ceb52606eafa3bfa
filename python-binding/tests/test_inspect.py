# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""``cmetrics inspect``: what files say of themselves, and what they are instead."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import cmetrics
from cmetrics._cli.inspect_file import inspect
from cmetrics._cli.slot import VTABLES

from .command import LIBRARY, NAME, compile_c, noted, run, stranger

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the compiler's files are ELF on Linux")

HEADER = Path(__file__).parents[2] / "headers/include/cmetrics-1/cmetrics.h"


def test_the_library_tells_its_versions_and_table_sizes() -> None:
    data = run(["inspect", str(LIBRARY), "--json"]).data
    assert list(data) == [
        "schema",
        "exit",
        "command",
        "file",
        "ours",
        "what",
        "flaws",
        "remarks",
        "machine",
        "layout",
        "kind",
        "soname",
        "exports",
        "note",
        "copies",
        "tables",
    ]
    assert (data["exit"], data["ours"], data["what"]) == (0, True, "the library of cmetrics")
    assert (data["flaws"], data["remarks"]) == ([], [])
    assert (data["kind"], data["soname"], data["note"]) == ("shared object", NAME, True)
    assert data["exports"] == {"count": 1, "first": ["cmetrics_get_api"]}
    (copy,) = data["copies"]
    assert list(copy) == ["version", "build_id", "serves", "rank", "embedded"]
    assert (copy["version"], copy["embedded"]) == (cmetrics.__version__, False)
    table = data["tables"][0]
    assert (table["version"], table["size"]) == (1, 8 + 8 * len(VTABLES))
    assert [vtable["name"] for vtable in table["vtables"]] == list(VTABLES)
    # A vtable begins with its size and has a pointer for each slot.
    assert all(vtable["size"] % 8 == 0 and vtable["size"] > 8 for vtable in table["vtables"])


def test_the_names_of_the_vtables_are_the_header_s() -> None:
    body = re.search(r"struct cmetrics_api_v1 \{(.*?)\n\}", HEADER.read_text(), re.DOTALL)
    assert body
    assert tuple(re.findall(r"^ *const \S+ \*(\w+);", body[1], re.MULTILINE)) == VTABLES


def test_reading_loads_nothing() -> None:
    code = f"""
from cmetrics._cli.main import main
assert main(["inspect", {str(LIBRARY)!r}]) == 0
print("libcmetrics" in open("/proc/self/maps").read())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.endswith("False\n")


def test_the_text_names_what_matters(tmp_path: Path) -> None:
    file = noted(tmp_path / "libcmetrics.so.1")
    ran = run(["inspect", str(file)])
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == f"{file}: the library of cmetrics"
    assert lines[1:9] == [
        "  package    cmetrics 1.2.3 (build noted-1.2.3)",
        "  serves     ABI versions 1 to 2",
        "  rank       1002003",
        "  table 1    24 bytes; bytes of each of its 2 vtables:",
        "             client 40, registry 48",
        "  table 2    32 bytes; bytes of each of its 3 vtables:",
        "             client 40, registry 48, metric 56",
        f"  machine    {os.uname().machine} (64-bit, little-endian), shared object",
    ]


def test_a_copy_that_is_linked_in_is_found_in_its_program(tmp_path: Path) -> None:
    plugin = noted(tmp_path / "plugin.so", FLAGS="1", HIDDEN_ENTRY="1")
    data = run(["inspect", str(plugin), "--json"]).data
    assert (data["exit"], data["what"]) == (0, "a shared object with cmetrics linked into it")
    assert data["copies"][0]["embedded"] is True
    assert data["exports"]["count"] == 0
    stripped = tmp_path / "stripped.so"
    subprocess.run(["strip", "-o", str(stripped), str(plugin)], check=True, timeout=60)  # noqa: S607 - the machine's
    assert run(["inspect", str(stripped), "--json"]).data["copies"] == data["copies"]


@pytest.mark.skipif(shutil.which("patchelf") is None, reason="patchelf is not installed here")
def test_tools_that_move_notes_do_not_hide_a_copy(tmp_path: Path) -> None:
    file = noted(tmp_path / "libcmetrics.so.1")
    for change in (["--set-rpath", "/opt/" + "x" * 500], ["--add-needed", "libm.so.6"]):
        subprocess.run(["patchelf", *change, str(file)], check=True, timeout=60)  # noqa: S607 - the machine's
        found = inspect(str(file)).found
        assert found
        assert [slot.version for slot in found.slots] == ["1.2.3"]


@pytest.mark.parametrize(
    ("macros", "flaw"),
    [
        ({"OLDEST": "0"}, "its slot's ABI versions, 0 to 2, are no range"),
        ({"OLDEST": "3"}, "its slot's ABI versions, 3 to 2, are no range"),
        ({"SLOT_NEWEST": "7"}, "its slot and its bootstrap table disagree"),
        ({"CARD": "slot_here"}, "its slot leads to no bootstrap table"),
        ({"CARD": "0x7000000000000000 + ."}, "its slot leads to no bootstrap table"),
        ({"TABLES": "1,104,12,48"}, "its note of table sizes ends within a version"),
        ({"TABLES": "1,104"}, "its note of table sizes ends within a version"),
    ],
)
def test_notes_that_lie_are_not_believed(tmp_path: Path, macros: dict[str, str], flaw: str) -> None:
    data = run(["inspect", str(noted(tmp_path / NAME, **macros)), "--json"]).data
    assert (data["exit"], data["ours"]) == (1, False)
    assert data["what"] == "a shared object with a note of cmetrics that does not hold"
    assert data["flaws"] == [flaw]


def test_a_note_that_leads_elsewhere_is_made_up_for_by_the_magic(tmp_path: Path) -> None:
    assert run(["inspect", str(noted(tmp_path / NAME, SLOT_OFFSET="0x10000"))]).code == 0


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "an empty file"),
        (b"hello\n", "a text file"),
        ("grüße".encode() * 100, "a text file"),
        (b"GROUP ( /lib/libc.so.6 )\n", "a linker script, which no process loads"),
        (b"#!/bin/sh\n", "a script"),
        (b"!<arch>\nx", "a static library (an archive of object files), which no process loads"),
        (b"MZ\x90\0", "a PE file (Windows), which this command cannot read yet"),
        (b"\xcf\xfa\xed\xfe\7\0\0\1", "a Mach-O file (macOS), which this command cannot read yet"),
        (b"\xca\xfe\xba\xbe\0\0\0\2", "a universal Mach-O file (macOS), which this command cannot read yet"),
        (b"\xca\xfe\xba\xbe\0\0\0\x41", "a Java class"),
        (b"\x7fELF\2\1\1", "an ELF file that ends within its header"),
        (b"\x80\x81\x82" * 300, "of no format that this command knows"),
    ],
)
def test_other_files_are_told_for_what_they_are(tmp_path: Path, content: bytes, what: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    ran = run(["inspect", str(file)])
    assert (ran.code, ran.out, ran.err) == (1, f"{file}: {what}\n", "")


def test_a_stranger_is_told_with_what_it_lacks(tmp_path: Path) -> None:
    data = run(["inspect", str(stranger(tmp_path)), "--json"]).data
    assert data["exit"] == 1
    assert data["what"] == "another project's library: it does not export cmetrics_get_api"
    assert data["exports"] == {"count": 1, "first": ["cmt_initialize"]}


def test_an_executable_is_no_library() -> None:
    data = run(["inspect", os.path.realpath(sys.executable), "--json"]).data
    assert (data["exit"], data["what"]) == (1, "an executable without cmetrics in it")


def test_an_entry_without_a_note_is_told(tmp_path: Path) -> None:
    source = tmp_path / "entry.c"
    source.write_text("const void *cmetrics_get_api(unsigned v) { return v ? 0 : &cmetrics_get_api; }\n")
    file = compile_c(str(source), tmp_path / NAME, "-Wno-missing-prototypes", "-Wno-pedantic")
    data = run(["inspect", str(file), "--json"]).data
    assert data["exit"] == 1
    assert data["what"].startswith("a shared object that exports cmetrics_get_api and carries no note of cmetrics")


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, why in [
        (tmp_path / "nowhere", "no such file"),
        (tmp_path, "is a folder"),
        (pipe, "is not a regular file"),
    ]:
        ran = run(["inspect", str(path)])
        assert (ran.code, ran.out) == (4, "")
        assert ran.err.startswith(f"cmetrics inspect: {path}")
        assert why in ran.err
        data = run(["inspect", str(path), "--json"]).data
        assert (data["command"], why in data["error"]) == ("inspect", True)

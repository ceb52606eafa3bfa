# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""``cmetrics doctor``: what it finds, what it explains, what it exits with."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import cmetrics

from .command import LIBRARY, NAME, attention, compile_c, run, stranger

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the other systems are not verified")


def copy_of_library(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return Path(shutil.copy(LIBRARY, folder / NAME))


def outcomes(data: dict[str, object]) -> list[tuple[str, str]]:
    search = data["search"]
    assert isinstance(search, list)
    return [(step["step"], step["result"]) for step in search]


def test_the_wheel_s_own_library_is_found_and_explained() -> None:
    ran = run(["doctor"])
    assert ran.code == 0
    assert ran.err == ""
    assert ran.out.startswith(f"{LIBRARY} is used: cmetrics {cmetrics.__version__}, ABI version 1\n")
    assert "  nothing    CMETRICS_LIBRARY: not set\n" in ran.out
    assert f"  used       beside the module: {LIBRARY}\n" in ran.out
    assert f"  not tried  system search path: {NAME}\n" in ran.out
    assert f"  provides   {LIBRARY}\n" in ran.out
    assert "attention" not in ran.out


def test_the_keys_of_json_are_stable() -> None:
    ran = run(["doctor", "--json"])
    data = ran.data
    assert list(data) == [
        "schema",
        "exit",
        "command",
        "library",
        "serves",
        "asker",
        "asks",
        "search",
        "hint",
        "crash",
        "copies",
        "copies_from",
        "library_path",
        "environment",
        "runtime",
        "attention",
    ]
    assert data["library"] == {
        "path": str(LIBRARY),
        "version": cmetrics.__version__,
        "abi": 1,
        "origin": "beside",
    }
    assert data["serves"][0] == 1
    assert data["asks"] == [1, 1]
    assert data["hint"] is None
    assert data["attention"] == []
    assert data["copies_from"] == "library"
    assert data["search"][0] == {"step": "forced", "path": None, "result": "nothing", "outcome": "not set"}
    (copy,) = data["copies"]
    assert list(copy) == [
        "path",
        "version",
        "build_id",
        "serves",
        "rank",
        "winner",
        "embedded",
        "forced",
        "satellite",
    ]
    assert (copy["path"], copy["winner"], copy["forced"]) == (str(LIBRARY), True, False)
    assert list(data["environment"]) == ["CMETRICS_LIBRARY", "CMETRICS_DISABLE", "LD_LIBRARY_PATH", "LD_PRELOAD"]
    assert list(data["runtime"]) == ["package", "package_path", "python", "executable", "platform"]
    told = run(["doctor", "--help"]).out
    for key in [*list(data)[2:], *copy]:
        assert re.search(rf"\b{key}\b", told), key


def test_a_forced_copy_is_used() -> None:
    data = run(["doctor", "--json"], {"CMETRICS_LIBRARY": str(LIBRARY)}).data
    assert data["exit"] == 0
    assert outcomes(data) == [
        ("forced", "used"),
        ("loaded", "not tried"),
        ("beside", "not tried"),
        ("system", "not tried"),
    ]
    assert data["library"]["origin"] == "forced"
    assert data["copies"][0]["forced"] is True


def other_machine(folder: Path) -> Path:
    """Return the library as if it were for a Sparc."""
    file = copy_of_library(folder)
    content = bytearray(file.read_bytes())
    content[18:20] = (2).to_bytes(2, sys.byteorder)
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("missing", "no such file"),
        ("relative", "is not an absolute path"),
        ("text", "is not an ELF file"),
        ("folder", "is a folder"),
        ("machine", "is for another machine: it is for sparc (64-bit, little-endian), this process is for"),
        ("cut", "is cut short or damaged"),
        ("stranger", "is another project's library: it does not export cmetrics_get_api"),
    ],
)
def test_a_wrong_cmetrics_library_is_explained(tmp_path: Path, kind: str, outcome: str) -> None:
    text, cut = tmp_path / "text.so", tmp_path / "cut.so"
    text.write_text("not a library\n")
    cut.write_bytes(LIBRARY.read_bytes()[:4000])
    wrong = {
        "missing": lambda: tmp_path / "nowhere.so",
        "relative": lambda: Path("libcmetrics.so.1"),
        "text": lambda: text,
        "folder": lambda: tmp_path,
        "machine": lambda: other_machine(tmp_path / "machine"),
        "cut": lambda: cut,
        "stranger": lambda: stranger(tmp_path / "stranger"),
    }[kind]()
    environment = {"CMETRICS_LIBRARY": str(wrong)}
    ran = run(["doctor"], environment)
    assert ran.code == 1
    assert ran.out.startswith("no usable library for cmetrics doctor ")
    assert f" CMETRICS_LIBRARY: {wrong}: {outcome}" in ran.out
    assert "\nhint: set CMETRICS_LIBRARY to the absolute path of a libcmetrics.so.1" in ran.out
    data = run(["doctor", "--json"], environment).data
    assert data["library"] is None
    assert data["serves"] is None
    assert data["search"][0]["outcome"].startswith(outcome)
    assert data["environment"]["CMETRICS_LIBRARY"] == str(wrong)


@pytest.mark.parametrize(
    ("end", "crash"),
    [
        ("abort()", "SIGABRT"),
        ("raise(SIGSEGV)", "SIGSEGV"),
        ("_Exit(3)", "exit status 3"),
        ("exit(0)", "exit status 0"),
    ],
)
def test_a_library_that_crashes_does_not_take_the_doctor_along(tmp_path: Path, end: str, crash: str) -> None:
    file = compile_c("crashing.c", tmp_path / NAME, f"-DEND={end}")
    environment = {"CMETRICS_LIBRARY": str(file)}
    ran = run(["doctor", "--json"], environment)
    assert (ran.data["exit"], ran.data["crash"], ran.data["library"]) == (1, crash, None)
    assert list(ran.data) == list(run(["doctor", "--json"]).data)
    text = run(["doctor"], environment).out
    assert text.startswith(f"the process that searched for the library ended: {crash}\nhint: replace the file")
    assert f"\n  CMETRICS_LIBRARY   {file}: a shared object that exports cmetrics_get_api and carries no note" in text


def test_a_library_that_is_cut_short_is_never_loaded(tmp_path: Path) -> None:
    file = tmp_path / NAME
    stripped = tmp_path / "stripped.so"
    subprocess.run(["strip", "-o", str(stripped), str(LIBRARY)], check=True, timeout=60)  # noqa: S607 - the machine's
    whole = stripped.read_bytes()
    for part in (2, 20, 40, 60, 80, 95):
        file.write_bytes(whole[: len(whole) * part // 100])
        data = run(["doctor", "--json"], {"CMETRICS_LIBRARY": str(file)}).data
        assert (data["exit"], data["crash"]) == (1, None)
        assert data["search"][0]["outcome"].startswith("is cut short or damaged: ")
        seen = run(["inspect", str(file), "--json"]).data
        assert (seen["exit"], seen["what"]) == (1, "a damaged ELF file")


def test_two_copies_are_both_told_and_one_provides(tmp_path: Path) -> None:
    copies = [copy_of_library(tmp_path / folder) for folder in ("a", "b")]
    data = run(["doctor", "--json"], loaded=copies).data
    assert data["exit"] == 3
    assert {copy["path"]: copy["winner"] for copy in data["copies"]} == {str(copies[0]): True, str(copies[1]): False}
    assert data["library"]["path"] == str(copies[0])
    assert attention(data) == ["several-copies"]
    text = run(["doctor"], loaded=copies).out
    assert f"  provides   {copies[0]}\n" in text
    assert f"  follows    {copies[1]}\n" in text
    assert text.endswith("\nattention: 2 copies are loaded: one provides for all; the newest would do\n")


def test_copies_are_told_also_where_no_library_is_usable(tmp_path: Path) -> None:
    copy = copy_of_library(tmp_path / "a")
    data = run(["doctor", "--json"], {"CMETRICS_LIBRARY": str(tmp_path / "nowhere.so")}, [copy]).data
    assert data["exit"] == 1
    assert data["copies_from"] == "maps"
    assert [(told["path"], told["winner"]) for told in data["copies"]] == [(str(copy), False)]


def test_another_project_s_library_first_on_the_path_is_noticed(tmp_path: Path) -> None:
    foreign = stranger(tmp_path / "foreign")
    environment = {"LD_LIBRARY_PATH": f"{tmp_path / 'empty'}:{foreign.parent}:{LIBRARY.parent}"}
    data = run(["doctor", "--json"], environment).data
    # The package's own copy is nearer. Others have none.
    assert data["exit"] == 3
    assert data["library"]["path"] == str(LIBRARY)
    assert attention(data) == ["stranger-on-path"]
    assert data["library_path"] == {
        "path": str(foreign),
        "ours": False,
        "what": "another project's library: it does not export cmetrics_get_api",
    }
    # A program elsewhere stops at it.
    ran = run(["doctor", "--module", str(tmp_path / "bin/program")], environment)
    assert ran.code == 1
    assert f"  refused    system search path: {NAME}: is another project's library: it does not export" in ran.out


def test_our_library_on_the_path_is_found_by_programs_elsewhere(tmp_path: Path) -> None:
    copy = copy_of_library(tmp_path / "lib")
    data = run(["doctor", "--json", "--module", "/opt/program"], {"LD_LIBRARY_PATH": str(copy.parent)}).data
    assert data["exit"] == 0
    assert data["library"]["origin"] == "system"
    assert data["search"][-1]["outcome"] == f"is used, found as {copy}"
    assert data["asker"].endswith("(python, /opt/program)")
    assert data["library_path"] == {"path": str(copy), "ours": True, "what": "the library of cmetrics"}


def test_a_stranger_that_is_passed_over_deserves_attention(tmp_path: Path) -> None:
    stranger(tmp_path)
    copy_of_library(tmp_path / "lib")
    data = run(["doctor", "--json", "--module", str(tmp_path / "plugin.so")]).data
    assert data["exit"] == 3
    assert attention(data) == ["refused"]
    assert data["library"]["path"] == str(tmp_path / "lib" / NAME)


def test_metrics_that_are_disabled_are_told() -> None:
    data = run(["doctor", "--json"], {"CMETRICS_DISABLE": "1"}).data
    assert data["exit"] == 3
    assert (data["library"], data["copies"]) == (None, [])
    assert outcomes(data) == [("disabled", "used")]
    assert attention(data) == ["disabled"]
    assert run(["doctor"], {"CMETRICS_DISABLE": "1"}).out.startswith("metrics are disabled: no library is looked for\n")


def test_a_missing_library_is_told_with_every_place(tmp_path: Path) -> None:
    ran = run(["doctor", "--module", str(tmp_path / "program")])
    assert ran.code == 1
    assert ran.out.count("no such file") >= 4
    assert "hint: install cmetrics, or set CMETRICS_LIBRARY to the absolute path of a libcmetrics.so.1\n" in ran.out


def test_variables_may_hold_anything() -> None:
    odd = os.fsdecode(b"/srv/\xff\x1b[31m\n/x.so")
    ran = run(["doctor"], {"CMETRICS_LIBRARY": odd})
    assert ran.code == 1
    assert "\x1b" not in ran.out
    assert run(["doctor", "--json"], {"CMETRICS_LIBRARY": odd}).data["environment"]["CMETRICS_LIBRARY"] == odd


def test_who_reads_may_stop_reading() -> None:
    command = f"{sys.executable} -m cmetrics doctor | true"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120, check=False)  # noqa: S602 - a pipe of the shell's
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("wrong", [[], ["cure"], ["doctor", "--pid", "x"], ["doctor", "--pid", "0"], ["inspect"]])
def test_wrong_usage_is_told(wrong: list[str]) -> None:
    ran = run(wrong)
    assert ran.code == 2
    assert ran.err.startswith("usage: cmetrics")


def test_the_version_is_the_package_s() -> None:
    assert run(["--version"]).out == f"cmetrics {cmetrics.__version__}\n"


def test_help_names_the_exit_codes() -> None:
    for arguments in (["--help"], ["doctor", "--help"], ["inspect", "--help"]):
        assert "\nexit codes:\n  0  fine\n" in run(arguments).out


def test_the_script_is_installed() -> None:
    script = Path(sys.executable).parent / "cmetrics"
    done = subprocess.run([script, "--version"], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == f"cmetrics {cmetrics.__version__}\n"

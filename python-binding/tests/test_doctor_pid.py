# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""``cmetrics doctor --pid``: which copies a running process has mapped, and which of them won."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from cmetrics._cli import processes
from cmetrics._cli.copies import about_copies
from cmetrics._cli.process_report import report
from cmetrics._cli.source import UnreadableError

from .command import FILES, LIBRARY, NAME, Ran, attention, noted, run, stranger

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked at through /proc")

# Loads libraries, does what it is told, and waits until its input ends.
CHILD = """
import ctypes, mmap, sys
# PR_SET_PTRACER: some systems let only ancestors read a process's memory, unless it permits others.
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
kept = [ctypes.CDLL(path) for path in sys.argv[2:]]
exec(sys.argv[1])
print("ready", flush=True)
sys.stdin.read()
"""
ELECT = "import cmetrics; cmetrics.root().counter('a').inc()"


@contextmanager
def process(command: Sequence[str]) -> Iterator[int]:
    """Lend the number of a process that runs this, and waits."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("CMETRICS_", "LD_"))}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=env) as child:
        assert child.stdout
        try:
            assert child.stdout.readline() == b"ready\n"
            yield child.pid
        finally:
            child.communicate(timeout=60)
    assert child.returncode == 0


def look(pid: int) -> Ran:
    return run(["doctor", "--json", "--pid", str(pid)])


def child(do: str, *libraries: Path) -> list[str]:
    return [sys.executable, "-c", CHILD, do, *map(str, libraries)]


def copy_of_library(folder: Path, name: str = NAME) -> Path:
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(LIBRARY, folder / name))


def test_a_process_without_a_copy(tmp_path: Path) -> None:
    with process(child("pass", stranger(tmp_path))) as pid:
        data = look(pid).data
        text = run(["doctor", "--pid", str(pid)])
    assert (data["exit"], data["copies"], data["election"], data["winner"]) == (1, [], "open", None)
    assert text.out == f"process {pid}: {os.path.realpath(sys.executable)}\nno copy of cmetrics is mapped\n"


def test_a_process_that_uses_the_library() -> None:
    with process(child(ELECT)) as pid:
        data = look(pid).data
        text = run(["doctor", "--pid", str(pid)]).out
    assert list(data) == [
        "schema",
        "exit",
        "command",
        "pid",
        "executable",
        "copies",
        "election",
        "winner",
        "memory",
        "unknown",
        "attention",
    ]
    assert (data["exit"], data["pid"], data["election"]) == (0, pid, "settled")
    assert (data["winner"], data["memory"], data["unknown"]) == (str(LIBRARY), True, [])
    (copy,) = data["copies"]
    here = run(["doctor", "--json"]).data["copies"][0]
    # The same that the library says of itself in a process of its own.
    assert {key: copy[key] for key in here} == here
    assert copy["deleted"] is False
    assert int(copy["address"], 16) % 4096 == 0
    assert f"\n{LIBRARY} provides\n" in text
    assert f"\n  provides   {LIBRARY}\n" in text


def test_before_the_first_use_nobody_has_won(tmp_path: Path) -> None:
    with process(child("pass", copy_of_library(tmp_path))) as pid:
        data = look(pid).data
        text = run(["doctor", "--pid", str(pid)]).out
    assert (data["exit"], data["election"], data["winner"]) == (0, "open", None)
    assert [copy["winner"] for copy in data["copies"]] == [False]
    assert "no copy provides yet" in text


def test_several_copies_one_of_them_deleted_one_replaced(tmp_path: Path) -> None:
    # The second has a name that is none of ours: copies are told by their notes.
    files = [copy_of_library(tmp_path / "a"), copy_of_library(tmp_path, "b (deleted)"), copy_of_library(tmp_path / "c")]
    with process(child(ELECT, *files)) as pid:
        files[0].unlink()
        shutil.copy(LIBRARY, tmp_path / "new")
        (tmp_path / "new").replace(files[2])
        data = look(pid).data
    assert data["exit"] == 3
    told = {copy["path"]: (copy["winner"], copy["deleted"]) for copy in data["copies"]}
    # The replaced one is deleted as far as this process goes; the kernel's mark is no part of the name.
    assert told == {str(files[0]): (True, True), str(files[1]): (False, False), str(files[2]): (False, True)}
    assert data["winner"] == str(files[0])
    assert attention(data) == ["several-copies", "deleted", "deleted"]


def test_a_copy_linked_into_a_plugin_is_found_by_its_note(tmp_path: Path) -> None:
    plugin = noted(tmp_path / "plugin.so", FLAGS="1", HIDDEN_ENTRY="1")
    subprocess.run(["strip", str(plugin)], check=True, timeout=60)  # noqa: S607 - the machine's
    with process(child("pass", plugin)) as pid:
        (copy,) = look(pid).data["copies"]
    assert (copy["path"], copy["version"], copy["embedded"]) == (str(plugin), "1.2.3", True)


@pytest.mark.parametrize("options", [["-pie"], ["-no-pie", "-fno-pie"]])
def test_a_copy_linked_into_a_program_is_found_by_its_note(tmp_path: Path, options: list[str]) -> None:
    source = tmp_path / "main.c"
    source.write_text(
        '#include <stdio.h>\nint main(void) { puts("ready"); fflush(stdout); while (getchar() != EOF) {} return 0; }\n'
    )
    program = tmp_path / "program"
    files = [str(source), str(FILES / "noted.c")]
    command = ["cc", "-fPIE", "-DFLAGS=1", *options, *files, "-s", "-o", str(program)]
    subprocess.run(command, check=True, timeout=60)
    with process([str(program)]) as pid:
        data = look(pid).data
    assert data["executable"] == str(program)
    (copy,) = data["copies"]
    assert (copy["path"], copy["serves"], copy["embedded"]) == (str(program), [1, 2], True)


def test_a_library_that_is_only_read_is_no_copy() -> None:
    read = f"file = open({str(LIBRARY)!r}, 'rb'); m = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ | mmap.PROT_EXEC)"
    with process(child(read)) as pid:
        assert look(pid).data["copies"] == []


def test_hostile_notes_in_a_process_are_no_copies(tmp_path: Path) -> None:
    liars = [{"OLDEST": "3"}, {"SLOT_NEWEST": "9"}, {"CARD": "slot_here"}, {"CARD": "0x7000000000000000 + ."}]
    files = [noted(tmp_path / f"{number}.so", **macros) for number, macros in enumerate(liars)]
    with process(child("pass", *files)) as pid:
        data = look(pid).data
    assert (data["exit"], data["copies"]) == (1, [])


def test_without_its_memory_the_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = copy_of_library(tmp_path / "gone")
    with process(child(ELECT, copy_of_library(tmp_path), gone)) as pid:
        gone.unlink()
        real = os.open

        def closed(path: str, flags: int, *others: int) -> int:
            if path == f"/proc/{pid}/mem":
                raise PermissionError(13, "Permission denied")
            return real(path, flags, *others)

        monkeypatch.setattr(os, "open", closed)
        told = report(pid)
    assert told.code == 3
    assert (told.data["memory"], told.data["election"], told.data["winner"]) == (False, "unknown", None)
    (copy,) = told.data["copies"]
    assert (copy["path"], copy["winner"]) == (str(tmp_path / NAME), None)
    assert told.data["unknown"] == [f"{gone} was deleted, and it is not permitted to read memory instead"]
    assert [item["code"] for item in told.data["attention"]] == ["not-all-read"]
    assert "which copy provides is not known: it is not permitted to read the process's memory" in told.text


# Becomes somebody else once all that it needs is imported, since that user may not read this Python.
AS_NOBODY = """
import contextlib, io, os, sys
from cmetrics._cli.main import main
with contextlib.redirect_stdout(io.StringIO()):
    main(["doctor", "--pid", str(os.getpid())])
os.setgroups([]); os.setgid(65534); os.setuid(65534)
sys.exit(main(["doctor", "--pid", sys.argv[1]]))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_s_process_may_not_be_looked_at() -> None:
    with process(child("pass")) as pid:
        command = [sys.executable, "-c", AS_NOBODY, str(pid)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4
    assert done.stderr == (
        f"cmetrics doctor: it is not permitted to look at process {pid}: run this as the process's user, or as root\n"
    )


def test_a_process_that_is_not_there() -> None:
    with process(child("pass")) as pid:
        pass
    ran = run(["doctor", "--pid", str(pid)])
    assert (ran.code, ran.err) == (4, f"cmetrics doctor: there is no process {pid}\n")
    data = look(pid).data
    assert (data["command"], data["error"]) == ("doctor", f"there is no process {pid}")


def test_a_process_that_has_ended_and_nobody_waited_for() -> None:
    ended = subprocess.Popen([sys.executable, "-c", "pass"], stdout=subprocess.PIPE)
    assert ended.stdout
    ended.stdout.read()
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    ran = run(["doctor", "--pid", str(ended.pid)])
    ended.communicate()
    assert ran.code == 4
    assert "has no memory: it has ended, or is a part of the kernel" in ran.err


def test_what_deserves_attention_in_copies_is_told() -> None:
    sound = {"path": "/a", "winner": False, "forced": False, "satellite": False}

    def codes(*copies: dict[str, object]) -> list[str]:
        return [found.code for found in about_copies([{**sound, **copy} for copy in copies])]

    assert codes() == codes({}) == codes({"winner": True, "forced": True}) == []
    assert codes({"winner": True}, {"path": "/b", "forced": True}) == ["several-copies", "forced-lost"]
    assert codes({"winner": True}, {"path": "/b", "satellite": True}) == ["several-copies", "satellite"]
    assert codes({"winner": True}, {"path": "/b", "winner": True}) == ["several-copies", "several-winners"]
    # Nobody has won yet, or it is not known who has.
    assert codes({"winner": None, "forced": True}) == []


def test_other_systems_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(UnreadableError, match="through /proc of Linux, and this is darwin"):
        processes.look(os.getpid())

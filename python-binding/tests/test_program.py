# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What the default client is called."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from cmetrics._program import program


@pytest.mark.parametrize(
    ("spec", "arguments", "name", "file"),
    [
        (None, ["/srv/my_server.py", "--port"], "my_server", "/srv/my_server.py"),
        (None, ["/srv/my.server"], "my", "/srv/my.server"),
        (None, ["-c"], "python", sys.executable),
        (None, [""], "python", sys.executable),
        (None, [], "python", sys.executable),
        (ModuleSpec("vllm.entry.__main__", None, origin="/srv/vllm/entry/__main__.py"), ["x"], "vllm.entry", None),
        (ModuleSpec("vllm.serve", None, origin="/srv/vllm/serve.py"), ["x"], "vllm.serve", "/srv/vllm/serve.py"),
        (None, ["/srv/\udcff.py"], "?", "/srv/?.py"),
        (None, ["/srv/" + "é" * 200 + ".py"], "é" * 128, None),
        (None, ["/" * 5000 + "x.py"], "x", None),
    ],
)
def test_the_program_has_a_name_that_the_library_takes(
    monkeypatch: pytest.MonkeyPatch, spec: ModuleSpec | None, arguments: list[str], name: str, file: str | None
) -> None:
    main = ModuleType("__main__")
    main.__spec__ = spec
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setattr(sys, "argv", arguments)
    told = program()
    assert told[0] == name
    assert told[1] == file or file is None
    assert len(told[0].encode()) <= 256
    assert len(told[1].encode()) <= 4096


def test_an_embedding_program_may_have_no_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    monkeypatch.delattr(sys, "argv")
    monkeypatch.setattr(sys, "executable", None)
    assert program() == ("python", "")

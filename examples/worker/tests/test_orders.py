# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Whoever comes first, the root is one."""

import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import environment, library_folder, plugin

ORDERS = list(itertools.permutations(["python", "rust", "cpp"]))


def orders(order, **changes):
    script = [sys.executable, str(Path(__file__).with_name("orders.py")), *order]
    env = environment(**changes)
    done = subprocess.run(script, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def agreed(told):
    assert len({root for root, _ in told["seen"]}) == 1
    assert [total for _, total in told["seen"]] == [1, 2, 3, 4, 5, 6]
    assert "\nworker_touches_total 6\n" in told["report"]
    assert told["report"].count("\ncmetrics_info{") == 1


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_the_root_is_one_where_all_find_one_file(order):
    told = orders(order)
    agreed(told)
    assert len(told["libraries"]) == 1


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_the_root_is_one_where_the_plugins_have_a_copy_beside_them(order, tmp_path):
    copy = tmp_path / "libcmetrics.so.1"
    shutil.copy(library_folder() / copy.name, copy)
    beside = {"LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")}
    for language in ("rust", "cpp"):
        beside[f"WORKER_{language.upper()}_PLUGIN"] = shutil.copy(plugin(language), tmp_path)
    told = orders(order, **beside)
    agreed(told)
    # Who comes first decides which file it is; the others join it.
    first = str(library_folder() / copy.name) if order[0] == "python" else str(copy)
    assert os.path.realpath(first) in map(os.path.realpath, told["libraries"])

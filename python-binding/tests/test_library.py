# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Which library serves, and life without one. Each case in an interpreter of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import cmetrics

from .reading import python

LIBRARY = Path(cmetrics.__file__).parent / "libcmetrics.so.1"

# Everything a program does, with whatever library there is.
EVERYTHING = """
import asyncio, cmetrics, datetime, logging
logging.basicConfig(format="%(name)s %(levelname)s %(message)s")
root = cmetrics.root().child("engine", {"engine": 0})
root.counter("a").inc(3)
root.int_counter("b").observe(2)
root.float_counter("c").add(0.5)
latency = root.duration_counter("d")
latency.add(datetime.timedelta(seconds=1))
with latency.time():
    pass
@latency.time()
async def work():
    return 5
assert asyncio.run(work()) == 5
root.int_gauge("e").dec()
root.float_gauge("f").set_to_current_time()
root.duration_gauge("g").set_ns(4)
family = root.counter_family("errors", "", ["kind"])
family.labels("io").inc()
root.register_collector(lambda: [cmetrics.FamilySnapshot("h", "gauge", [])]).remove()
repr(root), repr(root.counter("a")), repr(family)
root.reset()
with cmetrics.Registry.isolated().scope():
    cmetrics.root().counter("x").inc()
"""


def test_the_wheel_s_own_library_is_found() -> None:
    done = python("import cmetrics; print(*cmetrics.library(), sep='\\n')")
    path, version, abi, origin = done.stdout.splitlines()
    assert Path(path).samefile(LIBRARY)
    assert version == cmetrics.__version__
    assert abi == "1"
    assert origin == "beside"
    assert done.stderr == ""


def test_everything_works_with_it() -> None:
    done = python(EVERYTHING + "print(cmetrics.render(include_self=False))")
    assert "engine_a_total" in done.stdout
    assert done.stderr == ""


def test_importing_loads_nothing() -> None:
    code = "import cmetrics; print('libcmetrics' in open('/proc/self/maps').read())"
    assert python(code).stdout == "False\n"


def test_an_operator_can_force_a_copy(tmp_path: Path) -> None:
    copy = tmp_path / "libcmetrics.so.1"
    shutil.copy(LIBRARY, copy)
    code = "import cmetrics; cmetrics.root(); print(cmetrics.library().path, cmetrics.library().origin)"
    assert python(code, {"CMETRICS_LIBRARY": str(copy)}).stdout == f"{copy} forced\n"


def test_a_copy_that_is_loaded_already_is_taken(tmp_path: Path) -> None:
    copy = tmp_path / "libcmetrics.so.1"
    shutil.copy(LIBRARY, copy)
    code = f"""
import ctypes, cmetrics
ctypes.CDLL({str(copy)!r})
cmetrics.root().counter("a").inc()
print(cmetrics.library().path, cmetrics.library().origin, "a_total 1" in cmetrics.render())
"""
    assert python(code).stdout == f"{copy} loaded True\n"


def test_families_of_a_program_without_a_library_cost_one_metric_a_member(tmp_path: Path) -> None:
    missing = {"CMETRICS_LIBRARY": str(tmp_path / "nowhere.so")}
    code = """
import cmetrics
family = cmetrics.root().counter_family("a", "", ["b"])
print(family.labels("c") is family.labels("c"))
"""
    assert python(code, missing).stdout == "True\n"


def test_a_forced_copy_that_is_wrong_is_an_error_and_never_a_fallback(tmp_path: Path) -> None:
    text = tmp_path / "libcmetrics.so.1"
    text.write_text("not a library")
    for wrong in (tmp_path / "nowhere.so", tmp_path, text):
        code = """
import cmetrics
try:
    cmetrics.library()
except cmetrics.Error as error:
    print(isinstance(error, ImportError), error)
assert cmetrics.root().counter("a").value == 0
"""
        done = python(code, {"CMETRICS_LIBRARY": str(wrong)})
        assert done.stdout.startswith("True ")
        assert str(wrong) in done.stdout
        assert str(wrong) in done.stderr


def test_without_a_library_a_program_works_and_is_told_once(tmp_path: Path) -> None:
    missing = {"CMETRICS_LIBRARY": str(tmp_path / "nowhere.so")}
    done = python(EVERYTHING + "print(repr(cmetrics.render()), cmetrics.root().snapshot())", missing)
    assert done.stdout == "'' []\n"
    assert done.stderr.count("cmetrics WARNING") == 1
    assert "nowhere.so" in done.stderr


def test_each_client_is_told_once(tmp_path: Path) -> None:
    code = """
import cmetrics
for _ in range(3):
    for name in ("engine", "plugin"):
        with cmetrics.client(name) as client:
            client.root().counter("a").inc()
            client.isolated().counter("a").inc()
"""
    done = python(code, {"CMETRICS_LIBRARY": str(tmp_path / "nowhere.so")})
    assert done.stderr.count("no metrics are kept") == 2
    assert "for engine (python)" in done.stderr
    assert "for plugin (python)" in done.stderr


def test_a_copy_that_comes_later_is_found(tmp_path: Path) -> None:
    later = tmp_path / "libcmetrics.so.1"
    code = f"""
import cmetrics, shutil
cmetrics.root().counter("early").inc()
shutil.copy({str(LIBRARY)!r}, {str(later)!r})
cmetrics.root().counter("late").inc()
print(cmetrics.library().origin, "late_total 1" in cmetrics.render(), "early" in cmetrics.render())
"""
    assert python(code, {"CMETRICS_LIBRARY": str(later)}).stdout == "forced True False\n"


def test_it_can_be_disabled() -> None:
    code = EVERYTHING + "print(repr(cmetrics.render()), cmetrics.library().origin)"
    done = python(code, {"CMETRICS_DISABLE": "1"})
    assert done.stdout == "'' disabled\n"
    assert done.stderr == ""

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What the worker's tests need. `cargo xtask test` builds it and sets the environment.

WORKER_RUST_PLUGIN and WORKER_CPP_PLUGIN name the built plugins; the hosts and worker-stress lie beside them.
WORKER_HOSTS: the hosts to test, "python cpp rust" unless it says otherwise. The wheel is the one that this Python
imports.
"""

import importlib.util
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

WORKER = Path(__file__).resolve().parent.parent
CASE = WORKER / "acceptance" / "worker"
HOSTS = os.environ.get("WORKER_HOSTS", "python cpp rust").split()
sys.path.insert(0, str(WORKER))


def plugin(language):
    """The plugin that the environment names; a test that needs it fails without."""
    variable = f"WORKER_{language.upper()}_PLUGIN"
    file = os.environ.get(variable)
    assert file, f"{variable} is not set: run these tests by `cargo xtask test`, or see {Path(__file__).name}"
    assert Path(file).is_file(), f"{variable}={file} is no file"
    return file


def program(name, language):
    """A program that is built beside a language's plugin."""
    file = Path(plugin(language)).with_name(name)
    assert file.is_file(), f"{file} is not built"
    return str(file)


def wheel():
    """The folder of the installed package, found without loading it."""
    spec = importlib.util.find_spec("cmetrics")
    assert spec and spec.origin, "the wheel is not installed in this Python"
    return Path(spec.origin).parent


def library_folder():
    """Where the wheel's own library is."""
    (library,) = wheel().rglob("libcmetrics.so.1")
    return library.parent


def libpython():
    """This Python's own library, for the Rust host, which finds it at run time."""
    get = sysconfig.get_config_var
    return os.path.join(get("LIBDIR"), get("INSTSONAME"))


def environment(**more):
    """This one, with the library on the system's search path, the wheel for an embedded Python, and the plugins."""
    path = os.pathsep.join(filter(None, [str(library_folder()), os.environ.get("LD_LIBRARY_PATH")]))
    out = {"WORKER_LIBPYTHON": libpython(), **os.environ, "LD_LIBRARY_PATH": path}
    out["WORKER_SITE_PACKAGES"] = str(wheel().parent)
    out.pop("CMETRICS_LIBRARY", None)
    return {**out, **more}


def command(host, *arguments, case=CASE):
    """The command line of a host; the same for all three but for the program."""
    start = {
        "python": lambda: [sys.executable, str(WORKER / "python_host.py")],
        "cpp": lambda: [program("worker_cpp_host", "cpp")],
        "rust": lambda: [program("worker-rust-host", "rust")],
    }[host]()
    plugins = ["--rust-plugin", plugin("rust"), "--cpp-plugin", plugin("cpp")]
    return [*start, "--case", str(case), *plugins, *arguments]


def run(host, *arguments, case=CASE, env=None):
    """Runs a host to its end."""
    return subprocess.run(
        command(host, *arguments, case=case), env=env or environment(), capture_output=True, timeout=120, check=False
    )


@pytest.fixture(scope="session")
def reports():
    """The whole report of each host, from one run each."""
    out = {}
    for host in HOSTS:
        done = run(host, "--verbosity", "debug")
        assert done.returncode == 0, f"{host}: {done.stderr.decode()}"
        out[host] = done.stdout
    return out


def compare(report, tmp_path, verbosity):
    """What compare.py says of a report."""
    file = tmp_path / "report.txt"
    file.write_bytes(report)
    script = [sys.executable, str(CASE.parent / "compare.py"), str(CASE / "expected.json"), str(file), verbosity]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip()

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Tells xtask what this Python is, as one JSON object on standard output. Must run on any Python 3."""

import importlib.util
import json
import os
import sys
import sysconfig


def shared_library():
    """The shared libpython that programs can load: the linker's name for it, or the one with the version."""
    get = sysconfig.get_config_var
    names = [get("LDLIBRARY"), get("INSTSONAME")]
    folders = [get("LIBDIR"), get("PYTHONFRAMEWORKPREFIX"), os.path.join(sys.base_prefix, "lib"), get("LIBPL")]
    for folder in folders:
        for name in names:
            if folder and name and not name.endswith(".a"):
                file = os.path.join(folder, name)
                if os.path.isfile(file):
                    return file
    return None


def headers():
    """The folder of Python.h."""
    folder = sysconfig.get_path("include", vars={"installed_base": sys.base_prefix, "base": sys.base_prefix})
    for place in (sysconfig.get_config_var("INCLUDEPY"), folder):
        if place and os.path.isfile(os.path.join(place, "Python.h")):
            return place
    return None


print(
    json.dumps(
        {
            "executable": sys.executable,
            "version": sys.version_info[:3],
            "can_venv": all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")),
            "library": shared_library(),
            "include": headers(),
            "site_packages": sysconfig.get_path("purelib"),
            "base": getattr(sys, "_base_executable", None) or sys.executable,
        }
    )
)

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Packs a folder into a .tar.gz or a .zip whose bytes follow from its content alone.

Called as: archive.py FOLDER NAME FILE SECONDS. NAME is the folder's name within the archive, SECONDS the time that every
entry has, since 1970. Entries are sorted by name, owned by root, and nothing of the machine is in them.
"""

import gzip
import os
import stat
import sys
import tarfile
import time
import zipfile


def entries(folder):
    """Yields the relative path of every folder, file and link, sorted."""
    found = []
    for base, folders, files in os.walk(folder):
        found += [os.path.relpath(os.path.join(base, name), folder) for name in folders + files]
    return sorted(found)


def tar(folder, name, file, seconds):
    # Without a name and a time in the head of the compressed stream.
    with (
        open(file, "wb") as raw,
        gzip.GzipFile("", "wb", 9, raw, 0) as zipped,
        tarfile.open(mode="w", fileobj=zipped, format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in [""] + entries(folder):
            whole = os.path.join(folder, path)
            entry = archive.gettarinfo(whole, os.path.join(name, path).rstrip("/"))
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = "root"
            entry.mtime = seconds
            entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
            if entry.isreg():
                with open(whole, "rb") as content:
                    archive.addfile(entry, content)
            else:
                archive.addfile(entry)


def pack_zip(folder, name, file, seconds):
    # The oldest time that the format has is the beginning of 1980.
    when = time.gmtime(max(seconds, 315532800))[:6]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in entries(folder):
            whole = os.path.join(folder, path)
            if os.path.isdir(whole):
                continue
            entry = zipfile.ZipInfo(os.path.join(name, path), when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            with open(whole, "rb") as content:
                archive.writestr(entry, content.read())


if __name__ == "__main__":
    folder, name, file, seconds = sys.argv[1:]
    (pack_zip if file.endswith(".zip") else tar)(folder, name, file, int(seconds))

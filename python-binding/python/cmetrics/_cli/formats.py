# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What a file is by its first bytes, where it is no ELF file."""

from __future__ import annotations

# Enough to tell.
FIRST = 512

_FORMATS = (
    (b"MZ", "a PE file (Windows), which this command cannot read yet"),
    (b"\xcf\xfa\xed\xfe", "a Mach-O file (macOS), which this command cannot read yet"),
    (b"\xce\xfa\xed\xfe", "a Mach-O file (macOS), which this command cannot read yet"),
    (b"\xfe\xed\xfa\xcf", "a Mach-O file (macOS), which this command cannot read yet"),
    (b"\xfe\xed\xfa\xce", "a Mach-O file (macOS), which this command cannot read yet"),
    (b"!<arch>\n", "a static library (an archive of object files), which no process loads"),
    (b"!<thin>\n", "a static library (an archive of object files), which no process loads"),
    (b"PK\x03\x04", "a zip archive: of a wheel, install it or unpack the library"),
    (b"\x1f\x8b", "a file compressed by gzip"),
    (b"#!", "a script"),
    (b"version https://git-lfs", "the pointer that Git LFS leaves in place of a file"),
)
_UNIVERSAL = b"\xca\xfe\xba\xbe"


def name(first: bytes) -> str:
    """Return what the file is that begins so."""
    if not first:
        return "an empty file"
    for magic, what in _FORMATS:
        if first.startswith(magic):
            return what
    if first.startswith(_UNIVERSAL):
        # The next number is how many machines it is for; a Java class has its version there, 45 at least.
        few = int.from_bytes(first[4:8], "big") < 45
        return "a universal Mach-O file (macOS), which this command cannot read yet" if few else "a Java class"
    if first.startswith(b"\x7fELF"):
        return "an ELF file that ends within its header"
    try:
        text = first.decode()
    except UnicodeDecodeError as error:
        # A character that the last byte cuts in two is no reason against text.
        if error.start < len(first) - 3:
            return "of no format that this command knows"
        text = first[: error.start].decode()
    if all(character.isprintable() or character in "\t\r\n\f" for character in text):
        linker = text.lstrip().startswith(("/* GNU ld script", "INPUT", "GROUP", "OUTPUT_FORMAT"))
        return "a linker script, which no process loads" if linker else "a text file"
    return "of no format that this command knows"

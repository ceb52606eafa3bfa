# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""``cmetrics inspect`` on files that were cut, bent or made up: an answer, soon, without a traceback."""

from __future__ import annotations

import random
import struct
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from cmetrics._cli.inspect_file import Inspection, inspect
from cmetrics._cli.inspect_report import report

from .command import NAME, noted

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the compiler's files are ELF on Linux")

# For any one file: of processor time, which others on the machine do not spend. Sound ones take a few milliseconds and
# a few hundred kilobytes.
SECONDS, BYTES = 5.0, 64 << 20


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a file that carries our notes."""
    return noted(tmp_path_factory.mktemp("sound") / NAME).read_bytes()


def examine(folder: Path, content: bytes) -> Inspection:
    """Inspect these bytes, and see that it took neither long nor much."""
    file = folder / "file"
    file.write_bytes(content)
    start = time.process_time()
    found = inspect(str(file))
    told = report(str(file))
    assert told.shown(as_json=True)
    assert told.shown(as_json=False)
    assert time.process_time() - start < SECONDS
    return found


def test_every_cut_is_told(tmp_path: Path, sound: bytes) -> None:
    for size in [*range(0, 1200, 7), *range(1200, len(sound), 211)]:
        cut = examine(tmp_path, sound[:size])
        # The end of a file holds what only debuggers read.
        assert not cut.ours or size > len(sound) // 2, size


def test_no_bit_that_flips_makes_it_fail(tmp_path: Path, sound: bytes) -> None:
    generator = random.Random(1)  # noqa: S311 - not a secret
    for _ in range(1500):
        content = bytearray(sound)
        for _ in range(generator.choice([1, 1, 2, 8])):
            # Headers, notes and tables stand at the front; the slot behind.
            place = generator.choice([generator.randrange(0x600), generator.randrange(len(content))])
            content[place] ^= 1 << generator.randrange(8)
        examine(tmp_path, bytes(content))


def test_no_number_in_a_header_makes_it_fail(tmp_path: Path, sound: bytes) -> None:
    for place in range(0, 64 + 14 * 56, 4):
        for number in (0, 1, 0x7FFFFFFF, 0xFFFFFFFF):
            examine(tmp_path, sound[:place] + struct.pack("<I", number) + sound[place + 4 :])


def crafted(segments: list[tuple[int, int, int, int, int]], content: bytes, kind: int = 3) -> bytes:
    """Make an ELF file of program headers (type, rights, offset, address, size) and content behind them."""
    header = struct.pack(
        "<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", kind, 62, 1, 0, 64, 0, 0, 64, 56, len(segments), 0, 0, 0
    )
    table = b"".join(
        struct.pack("<IIQQQQQQ", part, rights, offset, address, address, size, size, 8)
        for part, rights, offset, address, size in segments
    )
    return header + table + content


MANY = 8 << 20
WHOLE = (1, 7, 0, 0, MANY)
NOTE = struct.pack("<III12sqq", 9, 16, 0x434D5431, b"CMETRICS", 1, 1)
SLOT = b"cmetrics-slot-1\0" + struct.pack("<IIIIQqQ24sq40x", 128, 0, 1, 1, 1, 0, 0, b"", 0)
SIZES = struct.pack("<III12s", 9, 4 << 20, 0x434D5432, b"CMETRICS")


def dynamic(*tags: tuple[int, int]) -> bytes:
    """Make a file of this dynamic section, whose tables would be large."""
    section = b"".join(struct.pack("<QQ", *tag) for tag in [*tags, (0, 0)])
    start = 64 + 2 * 56
    body = bytearray(section.ljust(0x200, b"\0") + b"\x11" * MANY)
    struct.pack_into("<II", body, 0x200 - start, 1, 0xFFFFFFFF)
    struct.pack_into("<III", body, 0x300 - start, 1 << 20, 1, 0)
    return crafted([WHOLE, (2, 6, start, start, len(section))], bytes(body))


# Files that ask for much work.
BOMBS: dict[str, Callable[[], bytes]] = {
    "many segments": lambda: crafted([WHOLE] * 60000, b""),
    "each segment the whole file": lambda: crafted([WHOLE] * 500, bytes(MANY)),
    "notes that lead nowhere": lambda: crafted(
        [WHOLE, (4, 4, 4096, 4096, MANY - 8192)], bytes(4096 - 176) + NOTE * (MANY // len(NOTE))
    ),
    "slots everywhere": lambda: crafted(
        [WHOLE, (4, 4, 4096, 4096, 4000)], bytes(4096 - 176) + NOTE * 100 + bytes(96) + SLOT * (MANY // len(SLOT))
    ),
    "a long note of table sizes": lambda: crafted([WHOLE, (4, 4, 176, 176, 6 << 20)], SIZES + bytes(MANY)),
    "more symbols than there are": lambda: dynamic((6, 4096), (5, 4096), (10, MANY), (4, 0x200)),
    "a hash table that is large": lambda: dynamic((6, 4096), (5, 4096), (10, MANY), (0x6FFFFEF5, 0x300)),
    "relocations without end": lambda: dynamic((6, 4096), (5, 4096), (7, 4096), (8, 1 << 60)),
    "a hole of a terabyte": lambda: crafted([(1, 7, 0, 0, 1 << 40), (4, 4, 176, 176, 1 << 40)], b""),
}


@pytest.mark.parametrize("name", list(BOMBS))
def test_files_that_ask_for_much_get_little(tmp_path: Path, name: str) -> None:
    content = BOMBS[name]()
    tracemalloc.start()
    try:
        found = examine(tmp_path, content)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not found.ours
    assert most < BYTES


def test_a_sparse_file_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "sparse"
    with file.open("wb") as hole:
        hole.write(crafted([(1, 7, 0, 0, 1 << 40), (4, 4, 176, 176, 1 << 40)], b""))
        hole.truncate(1 << 34)
    start = time.process_time()
    assert not inspect(str(file)).ours
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(("wide", "order"), [(False, "<"), (False, ">"), (True, ">")])
def test_other_classes_and_byte_orders_are_read(tmp_path: Path, wide: bool, order: str) -> None:
    """A library for a machine that no compiler is here for: one segment, one note, a slot, a bootstrap table."""
    word, slot, card, code, text = ("Q" if wide else "I"), 0x400, 0x500, 0x600, 0x640
    size = 104 if wide else 72
    image = bytearray(0x700)
    ident = bytes([0x7F, *b"ELF", 2 if wide else 1, 1 if order == "<" else 2, 1])
    note, at = 0x200, 0x200 + 24
    struct.pack_into(
        order + "16sHHI" + word * 3 + "IHHHHHH",
        image,
        0,
        ident,
        3,
        22 if wide else 40,
        1,
        0,
        64,
        0,
        0,
        64,
        56 if wide else 32,
        2,
        0,
        0,
        0,
    )
    for place, (kind, offset, length) in enumerate([(1, 0, len(image)), (4, note, 40)]):
        if wide:
            fields = (kind, 7, offset, offset, offset, length, length, 4)
            struct.pack_into(order + "IIQQQQQQ", image, 64 + 56 * place, *fields)
        else:
            fields = (kind, offset, offset, offset, length, length, 7, 4)
            struct.pack_into(order + "IIIIIIII", image, 64 + 32 * place, *fields)
    struct.pack_into(order + "III12sqq", image, note, 9, 16, 0x434D5431, b"CMETRICS\0", slot - at, -(at + 8))
    told = (b"cmetrics-slot-1", 128, 0, 1, 3, 77, code - slot - 40, 0, b"made-up", card - slot - 80)
    struct.pack_into(order + "16sIIIIQqQ24sq", image, slot, *told)
    pointers = [text, text, code, code, code, code, code, code]
    struct.pack_into(order + "II16sIIQ" + word * 8, image, card, size, 0, b"cmetrics-abi-0", 1, 3, 77, *pointers)
    image[text : text + 6] = b"9.8.7\0"
    found = examine(tmp_path, bytes(image))
    assert found.flaws == []
    assert found.found
    (copy,) = found.found.slots
    assert (copy.version, copy.oldest, copy.newest, copy.rank, copy.build_id) == ("9.8.7", 1, 3, 77, "made-up")

# SPDX-FileCopyrightText: The cmetrics authors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""plugin.h in Python: loads the other languages' parts, and lends the Python part to a host that embeds Python."""

import ctypes
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int32, c_int64, c_uint32, c_uint64, c_void_p

from worker_case import BadCase

VERSION, CAPACITY = 1, 4096
OK, FAILED, BAD_CASE = 0, 1, 2


class CaseSize(ctypes.Structure):
    """worker_case_size"""

    _fields_ = [("metrics", c_int64), ("rows", c_int64), ("tail", c_int64)]


class Touched(ctypes.Structure):
    """worker_touch_result"""

    _fields_ = [("root", c_uint64), ("total", c_uint64)]


_OPEN = CFUNCTYPE(c_int32, c_char_p, POINTER(CaseSize), c_void_p, c_uint64)
_RUN_BODY = CFUNCTYPE(c_int64, c_int32, c_void_p, c_uint64)
_TAIL_ROW = CFUNCTYPE(c_int32, c_int64, c_void_p, c_uint64)
_CLOSE = CFUNCTYPE(None)
_TOUCH = CFUNCTYPE(c_int32, POINTER(Touched), c_void_p, c_uint64)
_STRESS = CFUNCTYPE(c_int32, c_int32, c_int32, c_int32, c_void_p, c_uint64)


class Table(ctypes.Structure):
    """worker_part"""

    _fields_ = [
        ("struct_size", c_uint32),
        ("version", c_uint32),
        ("language", c_char_p),
        ("open", _OPEN),
        ("run_body", _RUN_BODY),
        ("tail_row", _TAIL_ROW),
        ("close", _CLOSE),
        ("touch", _TOUCH),
        ("stress", _STRESS),
    ]


class PartFailed(Exception):
    """A part could not do what it was asked."""


class Plugin:
    """A part in a shared library, with the methods of worker_python.PythonPart."""

    def __init__(self, file):
        try:
            library = ctypes.CDLL(str(file))
            get = library.worker_part_v1
        except (OSError, AttributeError) as error:
            raise PartFailed(f"cannot load the plugin {file}: {error}") from None
        get.restype = POINTER(Table)
        self._library, self._table = library, get().contents
        if self._table.version != VERSION or self._table.struct_size < ctypes.sizeof(Table):
            raise PartFailed(f"{file}: it speaks version {self._table.version} of plugin.h; this host wants {VERSION}")
        self.language = self._table.language.decode()

    def open(self, folder):
        size = CaseSize()
        self._call(lambda *error: self._table.open(str(folder).encode(), size, *error), lambda status: status == OK)
        return size.metrics, size.rows, size.tail

    def run_body(self, threads):
        return self._call(lambda *error: self._table.run_body(threads, *error), lambda rows: rows >= 0)

    def tail_row(self, row):
        return self._call(lambda *error: self._table.tail_row(row, *error), lambda status: status >= 0) == 1

    def close(self):
        self._table.close()

    def touch(self):
        touched = Touched()
        self._call(lambda *error: self._table.touch(touched, *error), lambda status: status == OK)
        return touched.root, touched.total

    def stress(self, threads, metrics, rounds):
        self._call(lambda *error: self._table.stress(threads, metrics, rounds, *error), lambda status: status == OK)

    def _call(self, function, succeeded):
        message = ctypes.create_string_buffer(CAPACITY)
        status = function(ctypes.addressof(message), CAPACITY)
        if succeeded(status):
            return status
        text = message.value.decode("utf-8", "replace")
        raise BadCase(text) if status == BAD_CASE else PartFailed(f"{self.language}: {text}")


_lent = []  # what hosts hold for as long as Python lives


def lend(part, address):
    """Writes `part` as a worker_part to `address`, where the host has room for one. ctypes takes and gives the GIL."""

    def guarded(function, failed):
        def call(*arguments):
            *arguments, error, capacity = arguments
            try:
                return function(*arguments)
            except BaseException as failure:  # nothing may be raised through the host
                text = str(failure) if isinstance(failure, BadCase) else f"{type(failure).__name__}: {failure}"
                cut = text.encode("utf-8", "replace")[: capacity - 1] + b"\0"
                ctypes.memmove(error, cut, len(cut))
                return BAD_CASE if failed == FAILED and isinstance(failure, BadCase) else failed

        return call

    def open_case(folder, size):
        size[0] = CaseSize(*part.open(folder.decode()))
        return OK

    def touch(result):
        result[0] = Touched(*part.touch())
        return OK

    table = Table(
        ctypes.sizeof(Table),
        VERSION,
        part.language.encode(),
        _OPEN(guarded(open_case, FAILED)),
        _RUN_BODY(guarded(part.run_body, -1)),
        _TAIL_ROW(guarded(part.tail_row, -1)),
        _CLOSE(part.close),
        _TOUCH(guarded(touch, FAILED)),
        _STRESS(guarded(lambda *wanted: part.stress(*wanted) or OK, FAILED)),
    )
    _lent.append(table)
    ctypes.memmove(address, ctypes.addressof(table), ctypes.sizeof(table))

"""Files of sound that were cut short, told without decoding: decoders read on in silence.

Errors are worded to follow the file's name, see named.py.
"""

import struct
from typing import BinaryIO

from umbrella.base.errors import DataError

PAGE = struct.Struct("<4sBBQIIIB")  # head of a page of Ogg, up to the number of its lengths
LAST = 4  # flag of the page that ends a stream
UNKNOWN = 0x7FFF0000  # a size from here on was written before the end was known
REMEDY = "Copy it again, or leave the row out."


def refuse_cut(file: BinaryIO, size: int, format: str) -> None:
    """Compare what a file promises with what is there, where its format lets that be told.

    Args:
        file: at its beginning.
        size: its bytes.
        format: what `magic.tell` found.

    Raises:
        DataError: it was cut short.
    """
    if format in CUT:
        CUT[format](file, size)


def _refuse_cut_wav(file: BinaryIO, size: int) -> None:
    file.seek(12)
    while len(head := file.read(8)) == 8:
        name, length = struct.unpack("<4sI", head)
        if name == b"data":
            there = size - file.tell()
            if there < length < UNKNOWN:
                raise DataError(f"is cut short: {there:,} of {length:,} bytes are there. {REMEDY}")
            return
        file.seek(length + length % 2, 1)
    raise DataError(f"is cut short: its header has no sound behind it. {REMEDY}")


def _refuse_cut_ogg(file: BinaryIO, size: int) -> None:
    """Go from page to page; decoders take what is left of the last one for its end."""
    flags = 0
    while len(head := file.read(PAGE.size)) == PAGE.size:
        mark, _, found, *_, count = PAGE.unpack(head)
        if mark != b"OggS":
            break
        end = file.tell() + count + sum(file.read(count))
        if end > size:
            raise DataError(f"is cut short: its last page lacks {end - size:,} bytes. {REMEDY}")
        flags = found
        file.seek(end)
    if head and not flags & LAST:  # what follows the page that ends the sound does not matter
        raise DataError(f"is cut short: its last page is damaged. {REMEDY}")


CUT = {"wav": _refuse_cut_wav, "ogg": _refuse_cut_ogg}

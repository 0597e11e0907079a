"""What must hold in a MATLAB 5 file before SciPy reads it: its reader trusts sizes, and of wrong ones ends the process.

The format: The MathWorks, "MAT-File Format", chapter 1, "Level 5 MAT-File Format".
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from math import prod

MATRIX, COMPRESSED = 14, 15
INT8, INT32, UINT32 = 1, 5, 6
NUMBERS = {INT8: 1, 2: 1, 3: 2, 4: 2, INT32: 4, UINT32: 4, 7: 4, 9: 8, 12: 8, 13: 8}  # bytes of one
TEXTS = {INT8, 2, 4, 16, 17, 18}  # as bytes, as uint16, in UTF-8, UTF-16, UTF-32
CELL, STRUCT, CHAR, SPARSE = 1, 2, 4, 5  # kinds of a matrix
FULL = range(6, 16)  # one number for each place
MOST_BYTES = 1 << 28  # of a part once unpacked; a mask and its boundaries take some megabytes

Element = tuple[int, bytes]  # kind, content


def validate_mat(data: bytes) -> None:
    """Refuse a MATLAB 5 file that is cut, misses a checksum, or in which a size is not that of its content.

    Raises:
        ValueError: with the reason. Objects and functions are refused too: no mask needs them.
        zlib.error: a compressed part is damaged.
    """
    order = {b"\x00\x01IM": "<", b"\x01\x00MI": ">"}.get(data[124:128])
    if order is None:
        raise ValueError("no file of MATLAB 5")
    for element in _elements(data[128:], order):
        if element[0] == COMPRESSED:
            (element,) = _elements(_unpacked(element[1]), order)
        _validate_matrix(element, order)


def _unpacked(content: bytes) -> bytes:
    unpacker = zlib.decompressobj()  # which compares the checksum at the end
    unpacked = unpacker.decompress(content, MOST_BYTES)
    if not unpacker.eof:
        raise ValueError("a part ends too early, or is larger than any mask")
    return unpacked


def _elements(data: bytes, order: str) -> Iterator[Element]:
    """The parts that fill ``data``, one after another."""
    place = 0
    while place < len(data):
        if place + 8 > len(data):
            raise ValueError("a part ends too early")
        kind, length = struct.unpack_from(f"{order}II", data, place)
        start = place + 8
        if kind >> 16:  # up to four bytes lie beside their kind
            kind, length, start = kind & 0xFFFF, kind >> 16, place + 4
            if length > 4:
                raise ValueError(f"a short part has {length} bytes")
        if start + length > len(data):
            raise ValueError("a part ends too early")
        yield kind, data[start : start + length]
        place = start + length
        if kind != COMPRESSED:
            place += -place % 8


def _validate_matrix(element: Element, order: str) -> None:
    kind, content = element
    if kind != MATRIX:
        raise ValueError(f"a part is of kind {kind}, and no matrix")
    if not content:
        return  # an empty one
    head, rest = _taken(list(_elements(content, order)), UINT32, INT32, INT8, order=order)  # and its name
    (flags, *_), shape, _ = head
    if len(shape) < 2 or min(shape) < 0:
        raise ValueError(f"a shape is {shape}")
    kind, count, parts = flags & 0xFF, prod(shape), 1 + bool(flags & 0x0800)  # complex numbers have two parts
    if kind == STRUCT:
        ((longest, *_), names), rest = _taken(rest, INT32, INT8, order=order)
        if longest < 1 or len(names) % longest:
            raise ValueError(f"names of fields take {len(names)} bytes, each of them {longest}")
        count *= len(names) // longest
    if kind in (CELL, STRUCT):
        if len(rest) != count:
            raise ValueError(f"{len(rest)} entries in place of {count}")
        for inner in rest:
            _validate_matrix(inner, order)
        return
    if kind == SPARSE:
        _, rest = _taken(rest, INT32, INT32, order=order)
        right = all(of in NUMBERS for of, _ in rest)
    elif kind == CHAR:
        right = all(of in TEXTS for of, _ in rest)
    elif kind in FULL:
        right = all(of in NUMBERS and len(inner) == count * NUMBERS[of] for of, inner in rest)
    else:
        raise ValueError(f"a matrix is of kind {kind}")
    if not right or len(rest) != parts:
        raise ValueError(f"a matrix of kind {kind} and shape {shape} holds other numbers")


def _taken(elements: list[Element], *kinds: int, order: str) -> tuple[list[tuple[int, ...]], list[Element]]:
    """The whole numbers of the first elements, which must be of these kinds, and the elements behind them."""
    first, rest = elements[: len(kinds)], elements[len(kinds) :]
    found = [kind for kind, _ in first]
    if found != list(kinds) or any(len(part) % NUMBERS[kind] for kind, part in first):
        raise ValueError(f"parts of kinds {found} in place of {list(kinds)}")
    letters = {INT8: "b", INT32: "i", UINT32: "I"}
    return [struct.unpack(f"{order}{len(part) // NUMBERS[kind]}{letters[kind]}", part) for kind, part in first], rest

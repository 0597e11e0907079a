"""MATLAB files before SciPy reads them: sound ones pass, and one whose sizes lie is refused."""

import io
import struct
import zlib

import numpy as np
import pytest
from scipy.io import loadmat, savemat
from scipy.sparse import csc_matrix

from fcn_course.data.matlab import validate_mat
from fcn_course.data.sbd import read_mat_mask
from tests.support.sbd import save_mat, sbd_mask

CELL = np.empty((2, 3), object)
for number in range(6):
    CELL[number // 3, number % 3] = np.arange(number)
SOUND = {
    "numbers of all kinds": {
        kind: np.arange(6).reshape(2, 3).astype(kind) for kind in ("u1", "i2", "u4", "i8", "f4", "f8")
    },
    "complex": {"z": np.array([[1 + 2j, 3 - 1j]])},
    "sparse": {"s": csc_matrix(np.eye(5)), "of": csc_matrix((4, 3)), "z": csc_matrix(np.eye(2) * 1j)},
    "words": {"w": "words", "more": np.array(["ab", "cde"]), "other": "żółć", "none": ""},
    "cells": {"c": CELL, "empty": np.empty((0, 0), object)},
    "structs": {"s": {"a": 1, "b": {"c": "d"}}, "many": np.zeros((2, 2), [("a", "O"), ("long_name", "O")])},
    "empty": {"e": np.zeros((0, 4)), "logical": np.array([[True, False]])},
    "four dimensions": {"d": np.zeros((2, 3, 4, 5), np.uint8)},
    "nothing": {},
}


def written(content, **options):
    stream = io.BytesIO()
    savemat(stream, content, **options)
    return stream.getvalue()


def element(kind, content, order="<"):
    return struct.pack(f"{order}II", kind, len(content)) + content + bytes(-len(content) % 8)


def matrix(*parts, order="<", flags=9, shape=(2, 3), name=b"m"):
    """A file with one matrix, made by hand: numbers in the bytes' order, and then these parts."""
    head = element(6, struct.pack(f"{order}II", flags, 0), order)
    head += element(5, struct.pack(f"{order}{len(shape)}i", *shape), order) + element(1, name, order)
    mark = b"\x00\x01IM" if order == "<" else b"\x01\x00MI"
    return b"MATLAB 5.0 MAT-file".ljust(124) + mark + element(14, head + b"".join(parts), order)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("name", SOUND)
def test_what_scipy_writes_passes(name, compressed):
    validate_mat(written(SOUND[name], do_compression=compressed))


@pytest.mark.parametrize("order", "<>")
def test_a_file_made_by_hand_is_what_scipy_reads(order):
    data = matrix(element(2, bytes(range(6)), order), order=order)
    validate_mat(data)
    assert loadmat(io.BytesIO(data))["m"].tolist() == [[0, 2, 4], [1, 3, 5]]  # column by column


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no file of MATLAB 5"),
        (matrix()[:-4], "a part ends too early"),
        (matrix(element(2, b"123456")) + b"1234", "a part ends too early"),
        (matrix()[:128] + element(7, b"12345678"), "a part is of kind 7, and no matrix"),
        (matrix()[:128] + struct.pack("<HH", 2, 5) + b"12345", "a short part has 5 bytes"),
        (matrix(element(2, b"12345")), r"a matrix of kind 9 and shape \(2, 3\) holds other numbers"),
        (matrix(element(9, b"123456")), "holds other numbers"),
        (matrix(element(2, b"123456"), flags=9 | 0x0800), "holds other numbers"),
        (matrix(element(2, b"123456"), shape=(6,)), r"a shape is \(6,\)"),
        (matrix(element(2, b"123456"), shape=(-2, -3)), r"a shape is \(-2, -3\)"),
        (matrix(element(2, b"123456"), flags=3), "a matrix is of kind 3"),
        (matrix(element(14, b""), flags=1), "1 entries in place of 6"),
        (matrix(*6 * [element(2, b"1")], flags=1), "a part is of kind 2, and no matrix"),
        (matrix(element(5, bytes(4)), element(1, b"abc"), flags=2), "names of fields take 3 bytes, each of them 0"),
        (matrix(element(5, b"\2\0\0\0"), element(1, b"abc"), flags=2), "names of fields take 3 bytes, each of them 2"),
        (matrix(element(5, b"\3\0\0\0"), element(1, b"abc"), flags=2), "0 entries in place of 6"),
        (matrix(flags=5), r"parts of kinds \[\] in place of \[5, 5\]"),
        (matrix(element(14, b"").ljust(8), flags=4), "holds other numbers"),
    ],
)
def test_what_lies_is_refused(data, told):
    with pytest.raises(ValueError, match=told):
        validate_mat(data)


def test_a_part_that_says_it_is_longer_than_its_matrix_is_refused():
    data = bytearray(matrix(element(2, b"123456")))
    place = data.index(b"123456") - 4
    data[place : place + 4] = struct.pack("<I", 1 << 30)
    with pytest.raises(ValueError, match="a part ends too early"):
        validate_mat(bytes(data))


def test_a_compressed_part_with_a_right_checksum_is_looked_into():
    lie = matrix(element(2, b"12345"))
    packed = zlib.compress(lie[128:])
    data = lie[:128] + struct.pack("<II", 15, len(packed)) + packed
    with pytest.raises(ValueError, match="holds other numbers"):
        validate_mat(data)


@pytest.mark.fault("a byte of a .mat mask without checksums is another", "refused, or read; the process goes on")
@pytest.mark.filterwarnings("ignore")
def test_a_damaged_file_without_checksums_does_not_end_the_process(tmp_path):
    """SciPy alone ends it at some of these."""
    path, rng = tmp_path / "a.mat", np.random.default_rng(0)
    save_mat(path, sbd_mask("2008_01", (12, 16)), compressed=False)
    whole, refused = path.read_bytes(), 0
    for _ in range(1000):
        broken = bytearray(whole)
        for place in rng.integers(128, len(whole), rng.integers(1, 4)):
            broken[place] ^= 1 << rng.integers(8)
        path.write_bytes(broken)
        try:
            mask = read_mat_mask(path)
            assert mask.ndim == 2 and bool(((mask < 21) | (mask == 255)).all())
        except ValueError as error:
            assert str(path) in str(error)
            refused += 1
    assert 100 < refused < 1000

"""Files as an enemy, or a failing disk, would make them: the originals, and what is done to their bytes."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image

from fcn_course.data.labels import VOC_CLASSES, palette_image
from tests.support.sbd import save_mat, sbd_mask

PICTURES = ("noise as a picture", "JPEG", "progressive JPEG", "PNG picture")
MASKS = (
    "noise as a mask",
    "palette mask",
    "grey mask",
    "mask with right checksums",
    "mask of 16 bits",
    "mask of 1 bit",
    "TIFF mask",
)
LABELS = ("labels.txt", "labelmap.txt", "class_names.txt")
LISTS = ("list of a split", "list of names")
SBD = ("mask of SBD", "mask of SBD, not compressed")
KINDS = (*PICTURES, *MASKS, *SBD, *LABELS, *LISTS, "whole folder")
SIDES = (0, 1, 7, 39, 41, 255, 256, 4000, 9000, 20000, 65535)
STARTS = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    b"GIF89a",
    b"II*\x00",
    b"BM",
    b"RIFF\x20\0\0\0WEBPVP8 ",
    b"",
)
LONG_LINE = "a:" + " " * 100_000 + "b"
WORDS = ("\ufeff", "\r", "\0", "\u2028", "__ignore__\n", "#", LONG_LINE, "\n" * 300, ":::", "background\n", "e\u0301")
TEXTS = {
    "labels.txt": "__ignore__\n_background_\naeroplane\nbicycle\nمِلعقة\n",
    "labelmap.txt": "# label:color_rgb:parts:actions\nCat:48,112,32::\nbackground:0,0,0::\nDog:176,112,32:head:jump\n",
    "class_names.txt": "\n".join(VOC_CLASSES),
}


def originals() -> dict[str, bytes]:
    """The files of a small set in VOC's layout, pictures of 40 x 30 pixels, by path."""
    rng, files = np.random.default_rng(0), {}
    for number, name in enumerate(("a", "b c", "草")):
        rows, columns = np.mgrid[:30, :40]
        colours = np.stack([rows * 8, columns * 6, rng.integers(0, 256, (30, 40))], -1).astype(np.uint8)
        indices = np.where(np.hypot(rows - 15, columns - 20) < 12, number + 1, 0).astype(np.uint8)
        indices[np.abs(np.hypot(rows - 15, columns - 20) - 12) < 1] = 255
        files[f"JPEGImages/{name}.jpg"] = _saved(Image.fromarray(colours), "JPEG")
        files[f"SegmentationClass/{name}.png"] = _saved(palette_image(indices), "PNG")
    files["ImageSets/Segmentation/train.txt"] = b"a\nb c\n"
    files["ImageSets/Segmentation/val.txt"] = "草\n".encode()
    return files


def sbd_truth() -> np.ndarray:
    """The indices that the sound mask of SBD holds."""
    return sbd_mask("2008_01")


def _mat(compressed):
    stream = io.BytesIO()
    save_mat(stream, sbd_truth(), compressed=compressed)
    return b"MATLAB 5.0 MAT-file".ljust(116) + stream.getvalue()[116:]  # the first line says when it was written


def _saved(picture, kind, **options):
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def sound(kind: str) -> bytes:
    """A file of this kind that nothing is wrong with."""
    files = originals()
    with Image.open(io.BytesIO(files["JPEGImages/a.jpg"])) as file:
        picture = file.convert("RGB")
    with Image.open(io.BytesIO(files["SegmentationClass/a.png"])) as file:
        indices = Image.fromarray(np.array(file))
    if kind in TEXTS:
        return TEXTS[kind].encode()
    if kind in SBD:
        return _mat(compressed=kind == SBD[0])
    return {
        "JPEG": files["JPEGImages/a.jpg"],
        "progressive JPEG": _saved(picture, "JPEG", progressive=True, restart_marker_rows=1),
        "PNG picture": _saved(picture, "PNG"),
        "palette mask": files["SegmentationClass/a.png"],
        "grey mask": _saved(indices, "PNG"),
        "mask of 16 bits": _saved(Image.fromarray(np.array(indices).astype(np.uint16)), "PNG"),
        "mask of 1 bit": _saved(Image.fromarray(np.array(indices) > 0), "PNG"),
        "TIFF mask": _saved(Image.fromarray(np.array(indices).astype(np.int32)), "TIFF"),
        "mask with right checksums": files["SegmentationClass/a.png"],
        "list of a split": files["ImageSets/Segmentation/train.txt"],
        "list of names": files["ImageSets/Segmentation/train.txt"],
    }[kind]


def hostile_bytes(kind: str, rng: np.random.Generator) -> tuple[bytes, bool]:
    """A file of this kind, and whether anything was done to it."""
    if kind.startswith("noise"):
        return STARTS[rng.integers(len(STARTS))] + rng.bytes(int(rng.integers(0, 400))), True
    data, times = sound(kind), int(rng.integers(0, 4))
    for _ in range(times):
        if kind in TEXTS or kind in LISTS:
            data = hurt_text(data, rng) if rng.random() < 0.5 else hurt_bytes(data, rng)
        elif rng.random() < 0.4:
            data = _hurt_parts(data, rng, repair=kind == "mask with right checksums" or rng.random() < 0.5)
        else:
            data = hurt_bytes(data, rng)
    if times and kind == "mask with right checksums":
        data = _joined(*_chunks(data), repair=True)
    return data, times > 0


def hurt_bytes(data: bytes, rng: np.random.Generator) -> bytes:
    """Flip, cut, insert, repeat, swap or blank bytes somewhere."""
    first, last = sorted(int(place) for place in rng.integers(0, len(data) + 1, 2))
    short = min(last, first + int(rng.integers(1, 9)))
    match int(rng.integers(8)):
        case 0:
            return data[:first]
        case 1:
            return (
                data[:first]
                + bytes(byte ^ (1 << int(rng.integers(8))) for byte in data[first : first + 1])
                + data[first + 1 :]
            )
        case 2:
            return data[:first] + rng.bytes(short - first) + data[short:]
        case 3:
            return data[:first] + rng.bytes(int(rng.integers(1, 40))) + data[first:]
        case 4:
            return data[:first] + data[last:]
        case 5:
            return data[:last] + data[first:last] + data[last:]
        case 6:
            return (
                data[first:] + data[:first]
                if rng.random() < 0.2
                else data[:first] + bytes(short - first) + data[short:]
            )
        case _:
            return data[:first] + b"\xff" * (short - first) + data[short:]


def hurt_text(data: bytes, rng: np.random.Generator) -> bytes:
    """Another encoding, other line ends, lines repeated, or what no editor shows."""
    text = data.decode("utf-8", "replace")
    place = int(rng.integers(0, len(text) + 1))
    match int(rng.integers(5)):
        case 0:
            return text.encode(("utf-16", "utf-16-le", "utf-32", "cp037")[rng.integers(4)], "replace")
        case 1:
            return text.replace("\n", "\r\n").encode()
        case 2:
            return (text * int(rng.integers(2, 20))).encode()
        case _:
            return (text[:place] + WORDS[rng.integers(len(WORDS))] + text[place:]).encode()


def _hurt_parts(data, rng, repair):
    """Swap, drop or repeat chunks or segments, or write other sizes and types into the header."""
    start, parts, rest = _chunks(data) if data[:4] == b"\x89PNG" else _segments(data)
    if not parts:
        return hurt_bytes(data, rng)
    one, other = (int(place) for place in rng.integers(0, len(parts), 2))
    what = int(rng.integers(4))
    if what == 0:
        parts[one], parts[other] = parts[other], parts[one]
    elif what == 1:
        del parts[one]
    elif what == 2:
        parts.insert(other, parts[one])
    else:
        parts = [_other_header(part, rng) for part in parts]
    return _joined(start, parts, rest, repair)


def _other_header(part, rng):
    sides = [SIDES[place] for place in rng.integers(0, len(SIDES), 2)]
    if part[4:8] == b"IHDR" and len(part) > 20:
        if rng.random() < 0.5:
            return part[:8] + struct.pack(">II", *sides) + part[16:]
        bits, colour, way = (int(rng.choice(values)) for values in ((1, 2, 4, 8, 16, 3), (0, 2, 3, 4, 6, 1), (0, 1, 2)))
        return part[:16] + bytes([bits, colour, part[18], part[19], way]) + part[21:]
    if part[:2] in (b"\xff\xc0", b"\xff\xc2") and len(part) > 9:
        return part[:5] + struct.pack(">HH", *sides) + part[9:]
    return part


def _chunks(data):
    """A PNG's signature, its chunks and what follows them; a chunk that is cut belongs to the rest."""
    parts, place = [], 8
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        if place + 12 + length > len(data):
            break
        parts.append(data[place : place + 12 + length])
        place += 12 + length
    return data[:8], parts, data[place:]


def _segments(data):
    """The same of a JPEG: the segments before the first scan."""
    parts, place = [], 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", data, place + 2)
        parts.append(data[place : place + 2 + length])
        place += 2 + length
    return data[:2], parts, data[place:]


def _joined(start, parts, rest, repair):
    if repair and start[:4] == b"\x89PNG":
        parts = [part[:-4] + struct.pack(">I", zlib.crc32(part[4:-4])) for part in parts]
    return start + b"".join(parts) + rest


def png_is_broken(data: bytes) -> bool:
    """Whether a PNG has a wrong checksum, or no end."""
    _, parts, _ = _chunks(data)
    for part in parts:
        if zlib.crc32(part[4:-4]) != struct.unpack(">I", part[-4:])[0]:
            return True
        if part[4:8] == b"IEND":
            return False
    return True

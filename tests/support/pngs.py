"""PNG files made by hand, for what Pillow does not write; and reading without it."""

import struct
import zlib

from PIL.PngImagePlugin import PngImageFile

GREY, COLOURS = 0, 2


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_of(*chunks):
    """A file of these chunks and an end."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"")


def head(width, height, bits, kind, interlaced=False):
    """The chunk that says how the pixels lie; ``kind`` is ``GREY`` or ``COLOURS``."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, interlaced))


def pixels(rows):
    """The chunk of the pixels; each row begins with a byte for its filter."""
    return chunk(b"IDAT", zlib.compress(rows))


def forbid_decoding(monkeypatch):
    """Let Pillow open a PNG, and no more."""

    def load(self):
        raise AssertionError("Pillow decodes the pixels")

    monkeypatch.setattr(PngImageFile, "load", load)

"""What a file must be: where it can be had, how long it is, and the hashes by which it is known."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

PIECE = 1 << 20  # bytes
SHOWN = 8  # digits of a hash that is told as a wrong one


@dataclass(frozen=True)
class Wanted:
    """A file that is fetched, and how a right one is told from a wrong one.

    Attributes:
        name: what messages call it.
        urls: its addresses, the most trusted first.
        size: its bytes, if they are known.
        md5, sha256: hexadecimal digits, if they are known; the first few are enough.
    """

    name: str
    urls: tuple[str, ...]
    size: int | None = None
    md5: str | None = None
    sha256: str | None = None

    @property
    def hashes(self) -> dict[str, str]:
        """The hashes that are known, by their usual names."""
        both = {"MD5": self.md5, "SHA-256": self.sha256}
        return {name: digits for name, digits in both.items() if digits}

    @property
    def marks(self) -> str:
        """By what a right file is known, in words."""
        known = [f"{self.size} bytes"] if self.size is not None else []
        return ", ".join(known + [f"{name} {digits}" for name, digits in self.hashes.items()])

    def fault(self, path: Path) -> str | None:
        """What is wrong with the file at ``path``, None if nothing is; 2 GB are read in some seconds."""
        size = path.stat().st_size
        if self.size is not None and size != self.size:
            return f"it has {size} bytes, not {self.size}"
        for name, found in digests(path, list(self.hashes)).items():
            digits = self.hashes[name].lower()
            if not found.startswith(digits):
                return f"its {name} begins with {found[:SHOWN]}, not with {digits[:SHOWN]}"
        return None


def digests(path: Path, names: list[str]) -> dict[str, str]:
    """The hashes of these names ("MD5", "SHA-256") of a file, which is read once: hexadecimal digits."""
    makers = {"MD5": lambda: hashlib.md5(usedforsecurity=False), "SHA-256": hashlib.sha256}
    running = {name: makers[name]() for name in names}
    if running:
        with open(path, "rb") as file:
            while piece := file.read(PIECE):
                for one in running.values():
                    one.update(piece)
    return {name: one.hexdigest() for name, one in running.items()}

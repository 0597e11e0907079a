"""Which notebooks are meant by the words of a command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fcn_course.data.paths import CHECKOUT, in_checkout


def notebooks_folder() -> Path:
    """``notebooks/`` of the checkout, or of the folder in which the command was given."""
    return CHECKOUT / "notebooks" if in_checkout() else Path("notebooks").absolute()


def find_notebooks(words: Sequence[str]) -> list[Path]:
    """The notebooks that are meant: each word is a path or the number of a lecture; all lectures if there is none.

    Raises:
        FileNotFoundError: if a word is neither; tells the lectures that there are.
    """
    folder = notebooks_folder()
    lectures = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    if not words:
        if not lectures:
            raise FileNotFoundError(f"no lectures in {folder}; give the paths of notebooks")
        return lectures
    return [_find(str(word), lectures, folder) for word in words]


def _find(word, lectures, folder):
    if Path(word).is_file():
        return Path(word)
    number = word.zfill(2)
    for lecture in lectures:
        if lecture.stem == word or lecture.stem.split("_")[0] == number:
            return lecture
    there = ", ".join(lecture.stem for lecture in lectures) or "none"
    raise FileNotFoundError(f"{word!r} is neither a file nor a lecture; lectures in {folder}: {there}")

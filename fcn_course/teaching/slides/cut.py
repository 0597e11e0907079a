"""Where a notebook's slides begin and what is left out of them, for notebooks in which nobody has said so by hand.

``slideshow`` metadata of a cell (JupyterLab: *Slide Type*) goes before these rules.
"""

from __future__ import annotations

import copy
import re

import nbformat

LAST_LINES = 8  # of a traceback, behind the line of one's own; the lectures read them from the last one up
HIDDEN = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS.*?^[ \t]*### END HIDDEN TESTS[^\n]*\n?", re.M | re.S)
MARK = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[^\n]*\n?", re.M)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def title_of(notebook) -> str:
    """The text of the first heading, "" if there is none."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (found := re.search(r"^# +(.+)$", cell.source, re.M)):
            return found[1].strip()
    return ""


def cut(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy of the notebook with ``slideshow`` metadata on each cell.

    A slide begins at a heading of level 1 or 2, a page of it at one of level 3 and behind each guess, so that the
    answer is not read together with the question. Left out: cells that only prepare, the code that draws a picture,
    replies to guesses that were not made, progress bars, most of a traceback, marks of solutions, hidden tests.
    """
    made, after_guess = [], False
    for cell in notebook.cells:
        pieces = _pieces(cell)
        for piece in pieces:
            kind = piece.metadata.get("slideshow", {}).get("slide_type")
            if not kind:
                kind = _kind(piece)
                if kind == "-" and (after_guess or (_is_guess(piece) and _has_picture(piece))):
                    kind = "subslide"
                piece.metadata["slideshow"] = {"slide_type": kind}
            if kind not in ("skip", "notes"):
                after_guess = _is_guess(piece) and not _has_picture(piece)
            made.append(piece)
    copied = copy.deepcopy({key: value for key, value in notebook.items() if key != "cells"})
    return nbformat.NotebookNode(copied, cells=made)


def _kind(cell):
    if cell.cell_type == "markdown":
        level = re.match(r"(#{1,6}) ", cell.source.lstrip())
        return {1: "slide", 2: "slide", 3: "subslide"}.get(len(level[1]), "-") if level else "-"
    if cell.cell_type != "code" or not cell.source.strip():
        return "skip"
    return "skip" if re.search(r"(^|-)setup$", cell.get("id", "")) or _only_imports(cell) else "-"


def _only_imports(cell):
    lines = [line for line in re.sub(r"\([^()]*\)", "()", cell.source).splitlines() if line.strip()]
    return not cell.outputs and all(re.match(r"import |from |plt\.rcParams|#", line) for line in lines)


def _has_picture(cell):
    return any(kind.startswith("image/") for output in cell.get("outputs", ()) for kind in output.get("data", ()))


def _is_guess(cell):
    return cell.cell_type == "code" and bool(re.search(r"^guess\w* = .*\.\.\.", cell.source, re.M))


def _pieces(cell):
    """Text is cut before its headings; code stays whole and loses what only a person at the keyboard needs."""
    if cell.cell_type == "markdown":
        texts = _before_headings(MARK.sub("", cell.source))  # a mark would pass for a heading
        return [_like(cell, text, number) for number, text in enumerate(texts) if text.strip()]
    if cell.cell_type != "code":
        return [copy.deepcopy(cell)]
    made = copy.deepcopy(cell)
    made.source = MARK.sub("", HIDDEN.sub("", cell.source)).strip("\n")
    made.outputs = [_shorter(output) for output in made.outputs if not _is_noise(output)]
    return [made]


def _like(cell, text, number):
    made = copy.deepcopy(cell)
    made.source = text.strip("\n")
    if number:
        made.id = f"{cell.get('id', 'cell')}-{number}"
        if made.metadata.get("slideshow", {}).get("slide_type") in ("slide", "subslide", "fragment"):
            del made.metadata["slideshow"]
    return made


def _before_headings(text):
    parts, fenced = [[]], False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        if re.match(r"#{1,3} ", line) and not fenced and any(before.strip() for before in parts[-1]):
            parts.append([])
        parts[-1].append(line)
    return ["\n".join(part) for part in parts]


def _is_noise(output):
    data = output.get("data", {})
    if any(kind.startswith("image/") for kind in data):
        return False
    words = data.get("text/plain", "") if data else output.get("text", "")
    return "Not answered yet" in words[:30] or bool(re.search(r"\d+%\|", words))


def _shorter(output):
    if output.output_type == "error":
        lines = COLOURS.sub("", "\n".join(output.traceback)).rstrip().splitlines()
        if len(lines) > LAST_LINES:
            own = [line for line in lines[:-LAST_LINES] if re.match(r"-+> ?\d", line)][:1]
            lines = [*own, "…", *lines[-LAST_LINES:]]
        output.traceback = lines
    return output

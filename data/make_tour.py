"""Make the moving picture of the README: every explorer in a few of its states, as it draws them.

uv run python data/make_tour.py data/tour.webp
"""

from __future__ import annotations

import argparse
import importlib
import io
import re
from html import unescape
from pathlib import Path

from PIL import Image, ImageDraw

from fcn_course.prediction.fonts import font

SIZE, EDGE, BAND = (900, 640), 20, 112  # of a frame, in pixels; the band under the picture is for the caption
TOUR = [  # lecture, module, explorer, what to change before each frame
    (
        "00 · Five questions about one picture",
        "start_here",
        "FirstLook",
        [{"question": "detection"}, {"question": "semantic"}],
    ),
    (
        "01 · Where a backbone is cut, and what a cell sees",
        "backbone_surgery",
        "BackboneExplorer",
        [{"cut": 8}, {"cut": 16}],
    ),
    (
        "02 · What every number of a layer does",
        "shape_arithmetic",
        "ShapeExplorer",
        [{}, {"column": 3}, {"layer": "transposed: zeros between"}],
    ),
    (
        "03 · The kernel that enlarges",
        "bilinear_kernel",
        "KernelExplorer",
        [{}, {"show": "overlap", "kernel": 9}, {"show": "pictures", "kernel": 8}],
    ),
    (
        "04 · Pictures, masks, windows",
        "voc_dataset",
        "DatasetExplorer",
        [{"picture": 5}, {"epoch": 1}],
    ),
    (
        "06 · What the net says, and how sure it is",
        "prediction",
        "PredictionExplorer",
        [{}, {"row": 120, "column": 330}],
    ),
]


def frames():
    """Every state of the tour as a picture."""
    for lecture, module, name, states in TOUR:
        kind = getattr(importlib.import_module(f"fcn_course.teaching.explorers.{module}"), name)
        panel = getattr(kind, "demo", kind)()
        for state in states:
            with panel.together():
                for control, value in state.items():
                    panel.controls[control].value = value
            yield framed(lecture, panel)


def framed(lecture: str, panel) -> Image.Image:
    """The panel's picture between its lecture's name and its caption."""
    frame = Image.new("RGB", SIZE, "white")
    brush = ImageDraw.Draw(frame)
    brush.text((EDGE, 14), lecture, "black", font=font(22, bold=True))
    picture = Image.open(io.BytesIO(panel.png)).convert("RGB")
    picture.thumbnail((SIZE[0] - 2 * EDGE, SIZE[1] - BAND - 56), Image.LANCZOS)
    frame.paste(picture, ((SIZE[0] - picture.width) // 2, 50))
    told = [unescape(re.sub(r"<[^>]+>", "", part)) for part in re.split(r"<br>|</p>", panel.caption.value)]
    lines = [line for part in told for line in wrapped(part, font(15), SIZE[0] - 2 * EDGE, brush)]
    brush.multiline_text((EDGE, 62 + picture.height), "\n".join(lines[:4]), "black", font=font(15), spacing=7)
    return frame


def wrapped(words: str, face, width: int, brush) -> list[str]:
    """Lines of words that are not wider than ``width`` pixels."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if brush.textlength(longer, font=face) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=float, default=2.5, help="for each frame")
    args = parser.parse_args()
    first, *rest = frames()
    first.save(
        args.out, save_all=True, append_images=rest, duration=round(1000 * args.seconds), loop=0, quality=60, method=6
    )


if __name__ == "__main__":
    main()

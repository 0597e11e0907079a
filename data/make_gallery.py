"""Make the picture at the top of the project's README: drawn pictures, their masks, what the shipped net says.

uv run python data/make_gallery.py data/gallery.jpg
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image

from fcn_course.data import open_voc
from fcn_course.nets import load_net
from fcn_course.prediction import overlay, predict

CELL = (320, 240)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--pictures", type=int, nargs="+", default=[1, 12, 5, 38, 13, 34], help="numbers in val.txt")
    args = parser.parse_args()
    net, val = load_net("minivoc"), open_voc("minivoc", "val")
    sheet = Image.new("RGB", (CELL[0] * len(args.pictures), CELL[1] * 3), "white")
    for column, index in enumerate(args.pictures):
        image, truth = val[index]
        rows = (
            Image.fromarray(image.permute(1, 2, 0).numpy()),
            overlay(image, truth),
            overlay(image, predict(net, image)),
        )
        for row, picture in enumerate(rows):
            sheet.paste(picture.resize(CELL, Image.LANCZOS), (CELL[0] * column, CELL[1] * row))
    sheet.save(args.out, quality=72, optimize=True, progressive=True)


if __name__ == "__main__":
    main()

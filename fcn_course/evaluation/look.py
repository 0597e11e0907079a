"""A page to look at a data set before anything is trained on it: masks over their pictures, every class among them."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from jinja2 import Environment, StrictUndefined
from PIL import Image

from fcn_course.data.images import read_image
from fcn_course.data.labels import VOID, choose_classes, voc_colour
from fcn_course.data.masks import read_mask
from fcn_course.data.writing import replacing
from fcn_course.prediction.overlays import overlay

SIDE = 640  # pixels of the longer side as shown; larger pictures are made smaller
SMALL = 320  # smaller ones are made larger by a whole number, so that names have room
LETTERS = 15  # height of the names in pixels
Pixels = Mapping[str, Mapping[int, int]]  # of each picture, by name, how many pixels it has of each index


def choose(pictures: Pixels, number: int = 20) -> list[str]:
    """Up to ``number`` names, in their given order: those that show all classes, and others evenly spread."""
    lacking = set().union(*pictures.values())
    taken: list[str] = []
    while lacking and len(taken) < number:
        best = max(pictures, key=lambda name: (len(lacking & pictures[name].keys()), len(pictures[name])))
        taken.append(best)
        lacking -= pictures[best].keys()
    rest = [name for name in pictures if name not in taken]
    wanted = min(number - len(taken), len(rest))
    taken += [rest[int((place + 0.5) * len(rest) / wanted)] for place in range(wanted)]
    return [name for name in pictures if name in set(taken)]


def write_look(folder: str | Path, pictures: Pixels, number: int = 20) -> Path:
    """Write ``look.html`` into a folder laid out like VOC, and return its path.

    The page is one file that needs no script and no network; names are escaped.

    Args:
        pictures: how many pixels each has of each index.
    """
    folder = Path(folder)
    classes = choose_classes(None, folder)
    # in HTML a name may hold < and &, so every value is escaped
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files(__package__).joinpath("look.html.jinja").read_text("utf-8"))
    chosen = choose(pictures, number)
    page = template.render(
        name=folder.resolve().name,
        number=len(pictures),
        legend=list(legend(pictures, classes)),
        cards=list(_cards(folder, chosen, classes)),
        missing=[
            classes[index] for index in range(1, len(classes)) if not any(index in seen for seen in pictures.values())
        ],
    )
    path = folder / "look.html"
    with replacing(path, "w", encoding="utf-8") as file:
        file.write(page)
    return path


def legend(pictures: Pixels, classes: Sequence[str]) -> Iterator[dict]:
    """For each class, and void where it occurs: name, index, colour, share of the pixels, number of pictures."""
    void = [VOID] * any(VOID in seen for seen in pictures.values())
    whole = sum(sum(seen.values()) for seen in pictures.values())
    for index in [*range(len(classes)), *void]:
        pixels = sum(seen.get(index, 0) for seen in pictures.values())
        found = sum(index in seen for seen in pictures.values())
        share = 100 * pixels / whole if whole else 0
        yield {
            "name": _name(index, classes),
            "index": index,
            "colour": _colour(index),
            "share": share,
            "pictures": found,
        }


def _name(index, classes):
    return "void" if index == VOID else classes[index]


def _colour(index):
    return "#{:02x}{:02x}{:02x}".format(*voc_colour(index)) if index else ""


def _cards(folder, names, classes):
    places = {path.stem: path for path in (folder / "JPEGImages").iterdir()}
    for name in names:
        image = read_image(places[name])
        mask = read_mask(folder / "SegmentationClass" / f"{name}.png", len(classes)).numpy().astype(np.uint8)
        size = f"{mask.shape[1]} x {mask.shape[0]}"
        found = [{"name": _name(index, classes), "colour": _colour(index)} for index in np.unique(mask).tolist()]
        image, mask = _resized(image, mask)
        drawn = overlay(image, torch.from_numpy(mask), classes, letters=LETTERS)
        plain = Image.fromarray(image.permute(1, 2, 0).numpy())
        yield {
            "name": name,
            "size": size,
            "shape": drawn.size,
            "found": found,
            "mask": _data(drawn),
            "plain": _data(plain),
        }


def _resized(image, mask):
    """Picture ``(3, H, W)`` and mask ``(H, W)`` in a size to look at, the mask without new indices."""
    longer = max(mask.shape)
    if SMALL <= longer <= SIDE:
        return image, mask
    scale = SIDE / longer if longer > SIDE else -(-SMALL // longer)
    size = tuple(max(1, round(side * scale)) for side in mask.shape[::-1])
    how = Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST
    pixels = Image.fromarray(image.permute(1, 2, 0).contiguous().numpy()).resize(size, how)
    mask = Image.fromarray(mask).resize(size, Image.Resampling.NEAREST)
    return torch.from_numpy(np.array(pixels)).permute(2, 0, 1), np.array(mask)


def _data(image):
    memory = io.BytesIO()
    image.save(memory, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(memory.getvalue()).decode()

"""Drawn scenes as Datumaro's own exporters write them; run by datumaro_exports.py where Datumaro is installed.

python datumaro_writes.py SCENES.npz OUT
"""

import sys
from pathlib import Path

import numpy as np
from datumaro import (
    AnnotationType,
    Dataset,
    DatasetItem,
    Image,
    LabelCategories,
    Mask,
    MaskCategories,
)
from datumaro.util.mask_tools import generate_colormap

FORMATS = ("coco", "cvat", "voc_segmentation", "camvid", "cityscapes")


def dataset(scenes, pixels):
    """Two subsets; of each scene an image, and the objects' classes and ``pixels``, or the visible ones alone."""
    names = [str(name) for name in scenes["names"]]
    labels = LabelCategories.from_iterable([str(name) for name in scenes["classes"]])
    categories = {AnnotationType.label: labels}
    categories[AnnotationType.mask] = MaskCategories(generate_colormap(len(labels)))
    items = []
    for number, name in enumerate(names):
        things = zip(scenes[f"{name} indices"], scenes[f"{name} {pixels}"], strict=True)
        masks = [
            Mask(pixels, label=int(index), id=order, group=order, z_order=order)
            for order, (index, pixels) in enumerate(things, 1)
        ]
        image = Image.from_numpy(scenes[f"{name} image"][..., ::-1], ext=".png")  # blue comes first there
        subset = "val" if number >= len(names) - 2 else "train"
        items.append(DatasetItem(name, subset=subset, media=image, annotations=masks, attributes={"frame": number}))
    return Dataset.from_iterable(items, categories=categories)


if __name__ == "__main__":
    scenes, out = np.load(sys.argv[1]), Path(sys.argv[2])
    for name in FORMATS:
        # its COCO exporter writes objects in another order, so that they must not overlap
        dataset(scenes, "visible" if name == "coco" else "pixels").export(str(out / name), name, save_media=True)

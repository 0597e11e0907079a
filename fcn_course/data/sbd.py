"""SBD beside VOC: masks for 11,355 of VOC's pictures, which the paper and most others trained on.

Hariharan, Arbelaez, Bourdev, Maji, Malik, "Semantic contours from inverse detectors", ICCV 2011. Its archive
``benchmark.tgz`` unpacks to

    benchmark_RELEASE/dataset/
      img/2008_000002.jpg     pictures, all of which VOC2012 holds too
      cls/2008_000002.mat     masks of VOC's classes
      inst/2008_000002.mat    single objects, not used here
      train.txt, val.txt      8498 and 2857 names, shared out otherwise than VOC's own lists
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from fcn_course.data.folders import MASK_FOLDER, find_voc, is_vocs, split_names
from fcn_course.data.images import open_image
from fcn_course.data.labels import VOC_CLASSES, choose_classes, has_labels, read_lines
from fcn_course.data.lists import chosen_names
from fcn_course.data.masks import validate_indices
from fcn_course.data.matlab import validate_mat
from fcn_course.data.pairing import MASKS, PICTURES, find_files
from fcn_course.data.palettes import class_colours, refuse_other_order, validate_way
from fcn_course.data.paths import data_folder
from fcn_course.data.voc import VOCSegmentation

SPLITS = ("train_aug", "sbd_train", "val_without_sbd")
LAYOUT = "cls/*.mat, img/*.jpg, train.txt and val.txt"
USUAL = ("benchmark_RELEASE/dataset", "SBD/benchmark_RELEASE/dataset", "SBD/dataset", "SBD")


class SBDSegmentation(VOCSegmentation):
    """VOC and SBD together, used like :class:`fcn_course.data.voc.VOCSegmentation`.

    Splits:
        ``"train_aug"``: VOC's train and both lists of SBD without VOC's val, sorted; 10,582 pictures. VOC's mask where
        it has one, else SBD's. Score it on ``"val"``.

        ``"sbd_train"``: SBD's train list with SBD's masks, as the paper trained. **It shares hundreds of pictures with
        VOC's val**: scored there, a net is asked what it was told. Score it on ``"val_without_sbd"``.

        ``"val_without_sbd"``: VOC's val without SBD's train, with VOC's masks; the "restricted" set of many reports.

    Pictures are VOC's; one that VOC's folder lacks is SBD's.

    Args:
        folder: laid out like VOC, with the lists ``train`` and ``val``.
        classes, names: see :class:`fcn_course.data.voc.VOCSegmentation`.
        sbd: SBD's folder, see :func:`find_sbd`.
        masks, palette: VOC's folder of masks, and how they are read, see there.

    Raises:
        FileNotFoundError: a folder, list, picture or mask is missing.
        ValueError: another split, an empty one, or class names that cannot be used.
    """

    def __init__(
        self,
        folder: str | Path,
        split: str = "train_aug",
        classes: Sequence[str] | str | Path | None = None,
        names: Sequence[str] | str | Path | None = None,
        sbd: str | Path | None = None,
        masks: str = MASK_FOLDER,
        palette: str | None = None,
    ):
        self.palette = validate_way(palette)
        if split not in SPLITS:
            raise ValueError(f"no split of SBD is called {split!r}; choose {', '.join(SPLITS)}")
        self.folder, self.split = find_voc(folder, masks), split
        self.sbd = find_sbd(sbd, self.folder)
        self.classes = choose_classes(classes, self.folder)
        self.named = classes is not None or has_labels(self.folder) or is_vocs(self.folder)
        chosen = None if names is None else chosen_names(names, self.folder, masks)
        self.names = _split_names(self.folder, self.sbd, split) if names is None else chosen
        ours, theirs = (self.folder / masks, MASKS), (self.sbd / "cls", (".mat",))
        places = {"train_aug": (ours, theirs), "sbd_train": (theirs,), "val_without_sbd": (ours,)}[split]
        pictures = [place for place in (self.folder / "JPEGImages", self.sbd / "img") if place.is_dir()]
        listing = f"the split {split}" if names is None else "the list of names"
        pictures = find_files(self.names, listing, *((place, PICTURES) for place in pictures))
        found = find_files(self.names, listing, *places)
        self.files = list(zip(pictures, found, strict=True))
        self.colours = class_colours(self.folder, self.classes)
        if palette is None:
            refuse_other_order([path for path in found if path.suffix != ".mat"], self.colours)

    def decode_mask(self, path: Path) -> Tensor:
        """A mask file of either kind as uint8 ``(H, W)``."""
        return read_mat_mask(path, len(self.classes)) if path.suffix == ".mat" else super().decode_mask(path)

    def size(self, index: int) -> tuple[int, int]:
        """(height, width) of a picture, from the first bytes of a PNG mask, or else of the picture."""
        image_path, mask_path = self.paths(index)
        if mask_path.suffix != ".mat":
            return super().size(index)
        with open_image(image_path, "picture", "JPEG or PNG") as file:  # a .mat would have to be read as a whole
            return file.height, file.width


def find_sbd(folder: str | Path | None = None, beside: Path | None = None) -> Path:
    """The folder that holds SBD's ``cls``, ``img`` and lists.

    Args:
        folder: this folder, or the one that was unpacked; left out, ``benchmark_RELEASE/dataset``, ``SBD/dataset`` and
            ``SBD`` are looked for in the data folder and round ``beside``.
        beside: VOC's folder, in or beside whose ``VOCdevkit`` SBD may lie.

    Raises:
        FileNotFoundError: tells where it was looked for, and the layout.
    """
    if folder is not None:
        around = [Path(folder).expanduser()]
        places = [around[0], around[0] / "dataset", around[0] / "benchmark_RELEASE" / "dataset"]
    else:
        around = [data_folder(), *(beside.absolute().parents[:2] if beside else ())]
        around = list(dict.fromkeys(around))
        places = [place / part for place in around for part in USUAL]
    for place in places:
        if (place / "cls").is_dir() and all((place / f"{name}.txt").is_file() for name in ("train", "val")):
            return place
    looked = f"in {around[0]}" if folder else f"for {', '.join(USUAL)} in {', '.join(map(str, around))}"
    raise FileNotFoundError(
        f"SBD was not found: looked {looked}; unpack its benchmark.tgz there, or give the folder that holds {LAYOUT}"
    )


def sbd_names(folder: str | Path, split: str) -> list[str]:
    """The names in a list of SBD's own, ``"train"`` or ``"val"``.

    Raises:
        FileNotFoundError: if there is no such list.
        ValueError: if it is empty.
    """
    listing = find_sbd(folder) / f"{split}.txt"
    names = read_lines(listing, f"list of SBD's {split!r}")
    if not names:
        raise ValueError(f"{listing} names no picture; take it from SBD's archive again")
    return names


def _split_names(folder, sbd, split):
    train = sbd_names(sbd, "train")
    if split == "sbd_train":
        return train
    val = split_names(folder, "val")
    if split == "train_aug":
        names = sorted({*split_names(folder, "train"), *train, *sbd_names(sbd, "val")}.difference(val))
    else:
        theirs = set(train)
        names = [name for name in val if name not in theirs]
    if not names:
        raise ValueError(f"the split {split!r} is empty: nothing is left of the lists in {folder} and {sbd}; mend them")
    return names


def read_mat_mask(path: str | Path, num_classes: int = len(VOC_CLASSES)) -> Tensor:
    """One of SBD's ``cls/*.mat`` as uint8 ``(H, W)``: the field ``Segmentation`` of the struct ``GTcls``.

    Nothing in the file is executed: it is read as numbers.

    Raises:
        FileNotFoundError: no such file.
        ValueError: no whole MATLAB file, another one than SBD's, or an index that is neither a class nor 255.
    """
    from scipy.io import loadmat

    try:
        data = Path(path).read_bytes()
        validate_mat(data)
        content = loadmat(BytesIO(data), variable_names=["GTcls"])
    except FileNotFoundError as error:
        raise FileNotFoundError(f"no mask at {path}") from error
    except Exception as error:  # each kind of broken file fails in its own way
        raise ValueError(f"{path} cannot be read as a MATLAB file ({type(error).__name__}); take it anew") from error
    classes = content.get("GTcls")
    fields = getattr(getattr(classes, "dtype", None), "names", None) or ()
    if "Segmentation" not in fields or classes.shape != (1, 1):
        raise ValueError(f"{path} holds no GTcls.Segmentation; give a file of SBD's folder cls (not of inst)")
    indices = classes[0, 0]["Segmentation"]
    if getattr(indices, "ndim", 0) != 2 or indices.dtype != np.uint8:
        found = f"{getattr(indices, 'dtype', type(indices).__name__)} {getattr(indices, 'shape', '')}"
        raise ValueError(f"{path}: GTcls.Segmentation is {found.strip()}; a mask must be uint8 (height, width)")
    return torch.from_numpy(validate_indices(path, np.ascontiguousarray(indices), num_classes))

"""A small SBD in its own file format, and VOC's pictures of the same names."""

import numpy as np
from PIL import Image
from scipy.io import savemat
from scipy.sparse import csc_matrix

SIZE = (40, 56)
TRAIN, VAL = ["2008_01", "2008_02", "2008_05", "2009_01"], ["2008_03", "2009_02", "2009_03"]  # SBD's
VOC_TRAIN, VOC_VAL = ["2007_01", "2008_02"], ["2007_02", "2008_05", "2009_03"]


def picture(name, size=SIZE):
    """A picture and VOC's mask of it; the same name gives the same."""
    rng = np.random.default_rng(int(name.replace("_", "")))
    return rng.integers(0, 256, (*size, 3), dtype=np.uint8), rng.integers(0, 21, size, dtype=np.uint8)


def sbd_mask(name, size=SIZE):
    """SBD's mask: another than VOC's."""
    return np.random.default_rng(int(name.replace("_", "")) + 1).integers(0, 21, size, dtype=np.uint8)


def save_mat(path, mask, struct="GTcls", compressed=True):
    """Write a mask as SBD does: in a 1 x 1 struct, between the boundaries of 20 classes and the classes present."""
    boundaries = np.empty((20, 1), object)
    for number in range(20):
        boundaries[number, 0] = csc_matrix(mask == number + 1, dtype=float)
    present = np.unique(mask[(mask > 0) & (mask < 255)])[:, None].astype(np.uint8)
    fields = {"Boundaries": boundaries, "Segmentation": mask, "CategoriesPresent": present}
    savemat(path, {struct: fields}, do_compression=compressed)


def make_sbd(folder, train=TRAIN, val=VAL):
    for part in ("img", "cls", "inst"):
        (folder / part).mkdir(parents=True)
    for split, names in (("train", train), ("val", val)):
        (folder / f"{split}.txt").write_text("".join(f"{name}\n" for name in names))
        for name in names:
            Image.fromarray(picture(name)[0]).save(folder / "img" / f"{name}.jpg")
            save_mat(folder / "cls" / f"{name}.mat", sbd_mask(name))
            save_mat(folder / "inst" / f"{name}.mat", 0 * sbd_mask(name) + 1, "GTinst")
    return folder

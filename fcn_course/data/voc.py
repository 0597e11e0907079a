"""Pictures and masks of a folder laid out like VOC, read when asked for (lecture 04; D2L 14.9)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

from torch import Tensor
from torch.utils.data import Dataset

from fcn_course.data.folders import MASK_FOLDER, PICTURE_FOLDER, find_voc, is_vocs, split_names
from fcn_course.data.images import decode_image, exif_transpose, open_image
from fcn_course.data.labels import choose_classes, has_labels
from fcn_course.data.lists import chosen_names
from fcn_course.data.pairing import MASKS, PICTURES, find_files
from fcn_course.data.palettes import class_colours, decode_as, refuse_other_order, validate_way


class VOCSegmentation(Dataset):
    """Pictures and masks of one split of a folder laid out like VOC.

    Opening reads the list, looks whether the files are there, and at the palettes of a few masks; pictures and masks
    are decoded when asked for.

    A picture may be a JPEG, PNG, BMP, WebP or TIFF with its usual ending, a mask a PNG or TIFF; one of each for a name.

    Args:
        folder: holds ``JPEGImages``, ``SegmentationClass`` and ``ImageSets/Segmentation``.
        split: ``"train"``, ``"val"`` or any other list in ``ImageSets/Segmentation``.
        classes: class names, index 0 first, or the path of a labels file, see
            :func:`fcn_course.data.labels.read_classes`; left out, the folder's own ``labels.txt``, ``labelmap.txt`` or
            ``class_names.txt`` holds, else VOC's names.
        names: pictures to take instead of the split's, by name, or the path of a text file with one name a line, or
            DeepLab's two paths (:func:`fcn_course.data.lists.read_names`).
        masks: the folder of masks, such as ``"SegmentationClassAug"``.
        palette: how masks are read: ``"indices"`` as they are stored, whatever their colours; ``"colours"`` by their
            colours, VOC's or those of the folder's ``labelmap.txt``; None as they are stored, unless their palette has
            these colours in another order, which is refused.

    Attributes:
        classes: the class names, a tuple.
        named: whether anyone named them; else they are VOC's for want of others.
        names: the pictures' names, a list.

    Raises:
        FileNotFoundError: folder, list, picture or mask missing.
        ValueError: an empty list, one that names a picture twice or leads elsewhere, two files of one name, a
            palette in another order, or class names that cannot be used.
    """

    def __init__(
        self,
        folder: str | Path,
        split: str = "train",
        classes: Sequence[str] | str | Path | None = None,
        names: Sequence[str] | str | Path | None = None,
        masks: str = MASK_FOLDER,
        palette: str | None = None,
    ):
        self.palette = validate_way(palette)
        self.folder, self.split = find_voc(folder, masks), split
        self.classes = choose_classes(classes, self.folder)
        self.named = classes is not None or has_labels(self.folder) or is_vocs(self.folder)
        chosen = None if names is None else chosen_names(names, self.folder, masks)
        self.names = split_names(self.folder, split, masks) if names is None else chosen
        listing = names if isinstance(names, (str, Path)) else "the list of names"
        listing = f"{split}.txt" if names is None else listing
        pictures = find_files(self.names, listing, (self.folder / PICTURE_FOLDER, PICTURES))
        found = find_files(self.names, listing, (self.folder / masks, MASKS))
        self.files = list(zip(pictures, found, strict=True))
        self.colours = class_colours(self.folder, self.classes)
        if palette is None:
            refuse_other_order(found, self.colours)

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        image, mask = self.read(index)
        return image.contiguous(), mask.long()

    def read(self, index: int) -> tuple[Tensor, Tensor]:
        """Picture and mask as they are stored, both uint8: what loaders move about, an eighth of an int64 mask."""
        image_path, mask_path = self.paths(index)
        with _still_there(image_path, mask_path):
            image, mask = decode_image(image_path), self.decode_mask(mask_path)
        if image.shape[1:] != mask.shape:
            raise ValueError(
                f"{self.names[index]}: the picture is {image.shape[2]} x {image.shape[1]} but its mask "
                f"{mask.shape[1]} x {mask.shape[0]}; {_what_to_draw(image_path, image, mask)}"
            )
        return image, mask

    def decode_mask(self, path: Path) -> Tensor:
        """A mask file of this set as uint8 ``(H, W)``."""
        return decode_as(path, len(self.classes), self.colours, self.palette)

    def mask(self, index: int) -> Tensor:
        """A mask alone, uint8 ``(H, W)``, without its picture being decoded."""
        path = self.paths(index)[1]
        with _still_there(path):
            return self.decode_mask(path)

    def size(self, index: int) -> tuple[int, int]:
        """(height, width) of a picture, from the first bytes of its mask's file."""
        path = self.paths(index)[1]
        with _still_there(path), open_image(path, "mask", "PNG") as file:
            return file.height, file.width

    def paths(self, index: int) -> tuple[Path, Path]:
        """The files of one picture and its mask."""
        return self.files[index]


@contextmanager
def _still_there(*paths):
    """Files that lay there when the data set was opened: what has gone since is told, be it a file or the folder."""
    try:
        yield
    except FileNotFoundError as error:
        wanted = gone = next((path for path in paths if not path.exists()), paths[0])
        while not gone.parent.exists():
            gone = gone.parent
        if gone == wanted:
            raise FileNotFoundError(
                f"{error}, though it was there when the data set was opened; put it back"
            ) from error
        raise FileNotFoundError(
            f"{gone} is gone, though it was there when the data set was opened ({wanted} was to be read); put it back, "
            "or open the data set anew where it lies now"
        ) from error


def _what_to_draw(image_path, image, mask):
    turn = exif_transpose(image_path)
    if turn is None or image.shape[1:] != mask.T.shape:
        return "draw the mask on the picture's own pixels"
    return (
        "the picture's EXIF orientation turns it, and the mask was drawn on the unturned picture; turn the mask too "
        f"(Pillow: mask.transpose(Image.Transpose.{turn.name})), or take the orientation out of the picture's file"
    )


def read_uint8(dataset: Dataset, index: int) -> tuple[Tensor, Tensor]:
    """Picture and mask with as few bytes as the data set has them in; any map-style data set will do."""
    return dataset.read(index) if hasattr(dataset, "read") else dataset[index]

"""VOC2012, from the net, from a tar, or from a folder that one has.

Data: M. Everingham et al., "The PASCAL Visual Object Classes Challenge 2012", VOCtrainval_11-May-2012.tar, 2 GB.
MD5 as in torchvision.datasets.voc; SHA-256 and size as in TensorFlow Datasets (url_checksums/voc.txt), and the same
SHA-256 in torchvision's prototype of its data sets.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from fcn_course.data.download.fetching import TIMEOUT, fetch
from fcn_course.data.download.unpacking import leftovers, unpack
from fcn_course.data.download.wanted import Wanted
from fcn_course.data.locking import alone, say
from fcn_course.data.paths import VOC2012_NOTE, data_folder, voc2012_folder
from fcn_course.data.room import check_room
from fcn_course.data.writing import replacing

_TAR = "VOCtrainval_11-May-2012.tar"
VOC2012 = Wanted(
    name=_TAR,
    urls=(
        f"https://thor.robots.ox.ac.uk/pascal/VOC/voc2012/{_TAR}",
        f"http://host.robots.ox.ac.uk/pascal/VOC/voc2012/{_TAR}",
        f"http://d2l-data.s3-accelerate.amazonaws.com/{_TAR}",
    ),
    size=1_999_639_040,
    md5="6cd6e144f989b92b3379bac3b3de84fd",
    sha256="e14f763270cf193d0b5f74b169f44157a4b0c6efa708f4dd0ff78ee691763bcb",
)
INNER = "VOCdevkit/VOC2012"
NEEDED = ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation")
LOCK = ".VOC2012.lock"


def voc2012(
    folder: str | Path | None = None,
    progress: bool = True,
    source: str | Path | None = None,
    wanted: Wanted | None = None,
    timeout: float = TIMEOUT,
) -> Path:
    """Make VOC2012 ready below ``folder`` (default: the data folder) and return the folder that holds its pictures.

    Nothing is done if it is there. A tar that was placed in ``folder`` by hand is used without a connection. Of two
    processes the second waits for the first.

    Args:
        source: a tar, which is unpacked and stays where it is; or a folder that is or holds VOC2012, which is not
            copied: ``VOC2012.path`` in ``folder`` says where it lies. Nothing is written beside either.
        wanted: the tar, if it is not the published one.
        timeout: seconds without a single byte after which a connection is given up.

    Raises:
        DownloadError: if no address gives the tar.
        NoRoomError: if the disk is too small for the tar and its content.
        UnpackError: if the tar reaches out of its folder.
        FileNotFoundError: if there is nothing at ``source``, or no VOC2012 in it.
        FileExistsError: if a part of VOC2012 lies where the whole belongs.
        ValueError: if ``source`` is another file than the published tar.
    """
    folder, wanted = data_folder() if folder is None else Path(folder).expanduser(), wanted or VOC2012
    source = None if source is None else _tar_or_folder(Path(source).expanduser().absolute(), wanted)
    if source is not None and source.is_dir():
        return _note(source, folder)
    if _whole(voc2012_folder(folder)) and not leftovers(folder):
        return voc2012_folder(folder)
    with alone(folder / LOCK, f"getting VOC2012 into {folder}", progress):
        for path in leftovers(folder):  # of killed processes: no living one has come as far while this one is alone
            shutil.rmtree(path, ignore_errors=True)
        if _whole(voc2012_folder(folder)):
            return voc2012_folder(folder)
        _refuse_half(folder / INNER)
        content = wanted.size * 11 // 10  # 40,000 files, the last block of each half empty
        tar = source or fetch(wanted, folder / wanted.name, progress, timeout, room=content)
        if source is not None and (fault := wanted.fault(source)):
            raise ValueError(
                f"{source} is not {wanted.name} as it was published: {fault}. It may have been cut on its way: get it "
                f"again ({wanted.marks}), or leave out --from to fetch it"
            )
        check_room(folder, content, f"the content of {tar.name}")
        voc = unpack(tar, INNER, folder, progress)
        say(f"{tar} is not needed any more, unless for other machines", progress)
    return voc


def _whole(voc: Path) -> bool:
    return all((voc / part).is_dir() for part in NEEDED)


def _refuse_half(voc: Path) -> None:
    if voc.exists() and any(voc.iterdir()):
        missing = ", ".join(part for part in NEEDED if not (voc / part).is_dir())
        raise FileExistsError(f"{voc} is there, but {missing} missing in it; move or delete it, and run the same again")


def _tar_or_folder(source: Path, wanted: Wanted) -> Path:
    """A folder with the tar in it stands for the tar."""
    if not source.exists():
        raise FileNotFoundError(f"nothing at {source}; give {wanted.name}, or a folder that holds VOCdevkit/VOC2012")
    return source / wanted.name if (source / wanted.name).is_file() else source


def _note(source: Path, folder: Path) -> Path:
    from fcn_course.data.folders import find_voc  # PIL and numpy, which a download does without

    voc = find_voc(source)
    with replacing(folder / VOC2012_NOTE, "w", encoding="utf-8") as file:
        file.write(f"{voc}\n")
    return voc

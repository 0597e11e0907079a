"""Three tools' exports of one garden: what each holds, and that all say the same of every pixel away from outlines."""

import json

import numpy as np
import pytest
from matplotlib.path import Path as Outline
from PIL import Image, ImageFilter

from fcn_course.data.importing.folder import import_folder
from fcn_course.data.labels import VOC_COLORMAP
from fcn_course.data.masks import read_mask
from fcn_course.teaching.exercises.exports import LEGEND, SEEDS, write_exports
from fcn_course.teaching.exercises.garden import THINGS, draw_garden


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    return write_exports(tmp_path_factory.mktemp("tools"))


def files_of(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_each_holds_what_its_tool_writes(exports):
    names = [f"harvest_{number}" for number in range(1, 7)]
    ends = [f"{name}.{end}" for name in names for end in ("jpg", "json")]
    assert files_of(exports["labelme"]) == [*ends, "labels.txt"]
    assert files_of(exports["CVAT"]) == [
        "ImageSets/Segmentation/default.txt",
        *(f"JPEGImages/{name}.jpg" for name in names),
        *(f"SegmentationClass/{name}.png" for name in names),
        *(f"SegmentationObject/{name}.png" for name in names),
        "labelmap.txt",
    ]
    assert (exports["CVAT"] / "ImageSets/Segmentation/default.txt").read_text().split() == names
    images = sorted(path.name.partition("-") for path in (exports["Label Studio"] / "images").iterdir())
    assert sorted(name for _, _, name in images) == [f"{name}.jpg" for name in names]
    assert len({letters for letters, _, _ in images}) == 6 and all(len(letters) == 8 for letters, _, _ in images)


def test_the_pictures_hold_every_thing_twice_and_nothing_unclear():
    labels = [{shape["label"] for shape in draw_garden(seed)[1]["shapes"]} for seed in SEEDS]
    assert all(sum(thing in some for some in labels) >= 2 for thing in THINGS)
    assert set().union(*labels) == {*THINGS}


def test_cvats_legend_is_from_a_to_z_and_not_vocs(exports):
    lines = (exports["CVAT"] / "labelmap.txt").read_text().splitlines()
    assert lines[:3] == ["# label:color_rgb:parts:actions", "apple:250,50,83::", "background:0,0,0::"]
    assert [line.partition(":")[0] for line in lines[1:]] == sorted([*THINGS, "background"])
    for path in (exports["CVAT"] / "SegmentationClass").iterdir():
        with Image.open(path) as file:
            assert file.mode == "RGB"
            seen = {tuple(colour) for colour in np.unique(np.asarray(file).reshape(-1, 3), axis=0).tolist()}
        assert (0, 0, 0) in seen and seen <= {*LEGEND.values()} and not seen & {*VOC_COLORMAP[1:]}


def test_label_studios_numbers_are_those_of_the_outlines(exports):
    content = json.loads((exports["Label Studio"] / "result.json").read_text())
    assert content["categories"] == [{"id": number, "name": name} for number, name in enumerate(sorted(THINGS))]
    drawn = [shape for seed in SEEDS for shape in draw_garden(seed)[1]["shapes"]]
    assert [entry["id"] for entry in content["annotations"]] == list(range(len(drawn)))
    names = {entry["id"]: entry["name"] for entry in content["categories"]}
    for entry, shape in zip(content["annotations"], drawn, strict=True):
        corners = np.array(shape["points"])
        assert names[entry["category_id"]] == shape["label"] and entry["iscrowd"] == entry["ignore"] == 0
        assert entry["segmentation"] == [corners.ravel().tolist()]
        left, top, width, height = entry["bbox"]
        assert (left, top) == tuple(corners.min(0)) and np.allclose(corners.max(0), (left + width, top + height))
        inside = Outline(corners).contains_points(np.argwhere(np.ones((320, 320))) + 0.5).sum()
        assert abs(entry["area"] - inside) < 0.02 * inside + 10
    for entry in content["images"]:
        with Image.open(exports["Label Studio"] / entry["file_name"]) as file:
            assert file.size == (entry["width"], entry["height"])


def test_the_three_imports_agree_but_on_outlines(exports, tmp_path):
    masks = {}
    for tool, export in exports.items():
        made = import_folder(export, tmp_path / export.name, progress=False)
        assert {*made.classes} == {"background", *THINGS}
        names = np.array(made.classes)
        for listed in made.pictures:
            indices = read_mask(made.folder / "SegmentationClass" / f"{listed}.png", 6).numpy()
            masks[tool, listed.rpartition("-")[2]] = names[indices]
    for number in range(1, 7):
        labelme, cvat, studio = (masks[tool, f"harvest_{number}"] for tool in exports)
        assert (cvat == studio).all()
        numbers = np.unique(cvat, return_inverse=True)[1].astype(np.uint8)
        high, low = (
            np.asarray(Image.fromarray(numbers).filter(kind(5)))
            for kind in (ImageFilter.MaxFilter, ImageFilter.MinFilter)
        )
        assert 0.95 < (labelme == cvat).mean() < 1 and (labelme == cvat)[high == low].all()


def test_a_picture_with_a_heap_is_refused(tmp_path):
    seed = next(seed for seed in range(20) if "__ignore__" in str(draw_garden(seed)[1]))
    with pytest.raises(ValueError, match=f"the picture of seed {seed} holds __ignore__; take a seed whose picture"):
        write_exports(tmp_path, [500, seed])
    assert not list(tmp_path.iterdir())

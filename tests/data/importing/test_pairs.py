"""Pictures and masks that share their names: which belongs to which, and what masks mean."""

import numpy as np
import pytest
from PIL import Image

from fcn_course.data.importing.files import Files
from fcn_course.data.importing.folder import import_folder
from fcn_course.data.importing.pairs import pair_up
from tests.data.importing.test_import_folder import indices_of
from tests.support.exports import COLOURS, binary, camvid, parallel, save_picture_of_each
from tests.support.scenes import CLASSES, painted, save_grey, save_picture, scene, scenes


def run(folder, **options):
    return import_folder(folder, folder.parent / "out", progress=False, **options)


@pytest.mark.parametrize(
    "picture, mask",
    [
        ("images/{}.jpg", "masks/{}.png"),
        ("train/images/{}.jpg", "train/masks/{}.png"),
        ("images/train/{}.jpg", "labels/train/{}.png"),
        ("train/{}.jpg", "trainannot/{}.png"),
        ("imgs/{}.jpg", "annotations/{}_mask.png"),
        ("{}.jpg", "{}_label.png"),
        ("one/{}.jpg", "two/{}.png"),
        ("two/{}.png", "one/{}.png"),
        ("photos/deep/{}.webp", "ground_truth/deep/{}.tif"),
    ],
)
def test_pairs_are_found_in_every_usual_layout(tmp_path, picture, mask):
    for name, drawn in scenes(3).items():
        save_picture(tmp_path / "source" / picture.format(name), drawn.image)
        save_grey(tmp_path / "source" / mask.format(name), drawn.truth)
    found = {str(one): [str(path) for path in others] for one, others in pair_up(Files(tmp_path / "source")).items()}
    source = tmp_path / "source"
    assert found == {str(source / mask.format(name)): [str(source / picture.format(name))] for name in scenes(3)}
    made = run(source)
    assert all(np.array_equal(indices_of(made.folder, name), drawn.truth) for name, drawn in scenes(3).items())


def test_the_same_names_in_train_and_val_stay_with_their_split(tmp_path):
    for split, first in (("train", 0), ("val", 10)):
        for number in range(3):
            save_picture(tmp_path / "source" / split / "images" / f"{number}.jpg", scene(first + number).image)
            save_grey(tmp_path / "source" / split / "masks" / f"{number}.png", scene(first + number).truth)
    made = run(tmp_path / "source")
    assert made.splits == {
        "train": [f"train_images_{number}" for number in range(3)],
        "val": [f"val_images_{number}" for number in range(3)],
    }
    assert np.array_equal(indices_of(made.folder, "val_images_2"), scene(12).truth)


def test_pictures_without_a_mask_are_left_out_and_told(tmp_path):
    parallel(tmp_path / "source", scenes(4))
    (tmp_path / "source" / "masks" / "pic_01.png").unlink()
    made = run(tmp_path / "source")
    assert "pictures without a mask, left out: images/pic_01.jpeg" in made.said and len(made.pictures) == 3


def test_black_and_white_is_one_class_and_may_be_named(tmp_path):
    binary(tmp_path / "source", scenes(3))
    assert run(tmp_path / "source").classes == ("background", "foreground")
    (tmp_path / "source" / "labels.txt").write_text("nothing\nroad\n")
    made = run(tmp_path / "source")
    assert made.classes == ("nothing", "road")
    assert "the masks are black and white alone: white is road" in made.said


def test_white_is_the_class_whatever_its_index(tmp_path):
    """A palette of two as other programs write it: index 0 is white."""
    save_picture_of_each(tmp_path / "source" / "images", scenes(3))
    (tmp_path / "source" / "masks").mkdir()
    for name, drawn in scenes(3).items():
        file = Image.fromarray((drawn.truth == 0).astype(np.uint8))
        file.putpalette([255, 255, 255, 0, 0, 0])
        file.save(tmp_path / "source" / "masks" / f"{name}.png")
    made = run(tmp_path / "source")
    assert all(np.array_equal(indices_of(made.folder, name), drawn.truth > 0) for name, drawn in scenes(3).items())


def test_void_names_and_black_are_void_where_they_are_no_class(tmp_path):
    camvid(tmp_path / "source", scenes(3))
    lines = [f"{r} {g} {b}\t{name}" for name, (r, g, b) in zip(("Void", *CLASSES[1:]), COLOURS, strict=True)]
    (tmp_path / "source" / "label_colors.txt").write_text("\n".join(lines))
    made = run(tmp_path / "source")
    assert made.classes == CLASSES
    truth = scenes(3)["pic_00"].truth
    assert np.array_equal(indices_of(made.folder, "pic_00"), np.where(truth == 0, 255, truth))
    made = run(tmp_path / "source", unlabelled="background")
    assert np.array_equal(indices_of(made.folder, "pic_00"), truth)


def damage_index(folder):
    save_grey(folder / "masks" / "pic_00.png", np.full((40, 56), 9, np.uint8))


FAULTS = {
    "an index beyond the classes": (
        damage_index,
        r"index without a class: images/pic_00 \(9 at 2240 pixels, of 4 classes\)",
    ),
    "a mask without its picture": (
        lambda folder: (folder / "images" / "pic_00.JPG").unlink(),
        r"mask without its picture: masks/pic_00\.png; put the picture",
    ),
    "two pictures of one mask": (
        lambda folder: save_picture(folder / "images" / "pic_00.png", scene(1).image),
        r"several pictures fit: masks/pic_00\.png \(images/pic_00\.JPG and images/pic_00\.png\)",
    ),
    "two masks of one picture": (
        lambda folder: save_grey(folder / "masks" / "pic_00_mask.png", scene(1).truth),
        r"picture annotated twice: images/pic_00\.JPG \(masks/pic_00\.png and masks/pic_00_mask\.png\)",
    ),
    "a mask of another size": (
        lambda folder: save_grey(folder / "masks" / "pic_00.png", np.zeros((20, 28), np.uint8)),
        r"sizes that differ: images/pic_00 \(picture 56 x 40, annotations 28 x 20\)",
    ),
    "a JPEG as mask": (
        lambda folder: Image.fromarray(scene(0).truth).save(folder / "masks" / "pic_00.png", "JPEG"),
        r"unreadable mask: images/pic_00 \(a JPEG, which blurs every outline\)",
    ),
    "a cut mask": (
        lambda folder: (folder / "masks" / "pic_00.png").write_bytes(
            (folder / "masks" / "pic_00.png").read_bytes()[:60]
        ),
        r"unreadable mask: images/pic_00 \(cannot be read as a mask",
    ),
    "a cut picture": (
        lambda folder: (folder / "images" / "pic_00.JPG").write_bytes(b"\xff\xd8\xff\xe0"),
        r"unreadable picture: images/pic_00 \(cannot be read as a picture",
    ),
    "colours without a list": (
        lambda folder: save_picture(folder / "masks" / "pic_00.png", painted(scene(0).truth, COLOURS)),
        r"colour without a class: images/pic_00 \(4 colours, no list says what they mean: 0,0,0",
    ),
    "half transparent pixels": (
        lambda folder: Image.new("RGBA", (56, 40), (1, 1, 1, 9)).save(folder / "masks" / "pic_00.png"),
        "some of its pixels are transparent",
    ),
    "a mask of floats": (
        lambda folder: (
            (folder / "masks" / "pic_00.png").unlink(),
            Image.new("F", (56, 40)).save(folder / "masks" / "pic_00.tif"),
        ),
        r"unreadable mask: images/pic_00 \(of mode F\)",
    ),
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.fault(f"pairs: {name}", "told; nothing is written")) for name in FAULTS],
)
def test_faults_are_told(tmp_path, name):
    damage, told = FAULTS[name]
    parallel(tmp_path / "source", scenes(4))
    damage(tmp_path / "source")
    with pytest.raises(ValueError, match=told):
        run(tmp_path / "source")
    assert not (tmp_path / "out").exists()


@pytest.mark.fault("masks of 0 and 255 where five classes are named", "refused: 255 would be void, and nothing judged")
def test_black_and_white_with_many_names_is_refused(tmp_path):
    binary(tmp_path / "source", scenes(3))
    (tmp_path / "source" / "labels.txt").write_text("\n".join(CLASSES))
    with pytest.raises(
        ValueError, match=r"black and white alone, but 4 classes are named \(background, leaf, stone, water\)"
    ):
        run(tmp_path / "source")


@pytest.mark.fault("masks in shades of grey for classes", "told which shades, and the two ways out")
def test_shades_of_grey_are_no_indices(tmp_path):
    save_picture_of_each(tmp_path / "source" / "images", scenes(3))
    for name, drawn in scenes(3).items():
        save_grey(tmp_path / "source" / "masks" / f"{name}.png", drawn.truth * 80)
    with pytest.raises(ValueError, match=r"the masks hold 0, 80, 160, 240, and no list says what that means; name all"):
        run(tmp_path / "source")
    lines = [f"{name}:{80 * index},{80 * index},{80 * index}::" for index, name in enumerate(CLASSES)]
    (tmp_path / "source" / "labelmap.txt").write_text("\n".join(lines))
    for path in (tmp_path / "source" / "masks").iterdir():  # as colours; grey numbers count the lines of the list
        with Image.open(path) as file:
            file.convert("RGB").save(path)
    made = run(tmp_path / "source")
    assert np.array_equal(indices_of(made.folder, "pic_00"), scenes(3)["pic_00"].truth)


@pytest.mark.fault("masks are called unlike their pictures", "told how to lay them")
def test_no_pair_at_all_is_told(tmp_path):
    for name, drawn in scenes(2).items():
        save_picture(tmp_path / "source" / "images" / f"{name}.jpg", drawn.image)
        save_grey(tmp_path / "source" / "masks" / f"other {name}.png", drawn.truth)
    with pytest.raises(ValueError, match="holds no annotations that are known here"):
        run(tmp_path / "source")
    with pytest.raises(ValueError, match="holds nothing of the format 'pairs'"):
        run(tmp_path / "source", format="pairs")

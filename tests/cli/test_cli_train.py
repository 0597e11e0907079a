"""Training from a terminal on classes of one's own, on other lists, and with SBD."""

import numpy as np
import pytest
import torch
from PIL import Image

from fcn_course.cli import main
from fcn_course.data.labels import VOC_CLASSES
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.checkpoints import load_net
from fcn_course.prediction.inference import predict
from tests.support.helpers import error_line, make_voc, save_mask, shapes_picture
from tests.support.sbd import SIZE, TRAIN, VAL, VOC_TRAIN, VOC_VAL, make_sbd, picture

OWN = ("background", "square", "disc", "bar", "cloud")
QUICK = ["--device", "cpu", "--epochs", 1, "--batch-size", 4, "--crop", 48, 64]


@pytest.fixture
def folder(tmp_path):
    """Four pictures to train and two to validate, of five classes of our own."""
    rng = np.random.default_rng(5)
    splits = {
        split: {f"{split}{index}": shapes_picture(rng) for index in range(n)} for split, n in (("train", 4), ("val", 2))
    }
    for pictures in splits.values():
        for _, mask in pictures.values():
            mask[:4] = 4  # the cloud
    return make_voc(tmp_path / "own", **splits)


def train(*arguments):
    return main(["train", *(str(argument) for argument in (*QUICK, *arguments))])


def check_net(path, names, image):
    net = load_net(path)
    assert net.classes == names and net.num_classes == len(names)
    mask = predict(net, image, device="cpu")
    assert mask.shape == (48, 64) and set(mask.unique().tolist()) <= set(range(len(names)))
    return net


@pytest.mark.parametrize("how", ["file", "names", "found", "cvat"])
def test_a_net_learns_and_keeps_classes_of_ones_own(folder, tmp_path, capsys, how):
    options = {"file": ["--classes", tmp_path / "mine.txt"], "names": ["--classes", *OWN]}.get(how, [])
    if how == "file":
        (tmp_path / "mine.txt").write_text("\n".join(["# what was drawn", "__ignore__", *OWN]))
    if how == "found":
        (folder / "labels.txt").write_text("\n".join(OWN))
    if how == "cvat":
        lines = [f"{name}:{index},1,2::" for index, name in enumerate(OWN)]
        (folder / "labelmap.txt").write_text("\n".join([*lines[1:], lines[0]]))
    out = tmp_path / "run"
    assert train("--data", folder, *options, "--out", out) == 0
    assert "4 pictures to train, 2 to validate" in capsys.readouterr().out
    net = check_net(out / "best.pt", OWN, folder / "JPEGImages" / "val0.jpg")
    assert check_net(out / "last.pt", OWN, folder / "JPEGImages" / "val0.jpg").architecture["num_classes"] == 5
    # the head is new, the trunk began as the one that ships: one step has hardly moved it
    shipped = load_backbone("resnet18", "minivoc").stages.state_dict()
    ours = net.stages.state_dict()
    first = next(key for key, value in shipped.items() if value.ndim == 4)
    torch.testing.assert_close(ours[first], shipped[first], rtol=0, atol=0.05)
    assert not torch.equal(ours[first], shipped[first])


@pytest.mark.parametrize("names", [("background",), ("background", "thing")])
def test_one_class_and_two(folder, tmp_path, names):
    for path in (folder / "SegmentationClass").glob("*.png"):
        with Image.open(path) as file:
            mask = np.array(file)
        mask[(mask > 0) & (mask < 255)] = len(names) - 1
        save_mask(path, mask)
    (folder / "labels.txt").write_text("\n".join(names))
    assert train("--data", folder, "--out", tmp_path / "run", "--stride", 8) == 0
    check_net(tmp_path / "run" / "best.pt", names, folder / "JPEGImages" / "val0.jpg")


def test_without_labels_the_names_are_vocs(few_voc, tmp_path):
    assert train("--data", few_voc, "--out", tmp_path / "run") == 0
    check_net(tmp_path / "run" / "best.pt", VOC_CLASSES, next((few_voc / "JPEGImages").glob("*.jpg")))


def test_other_lists_may_be_trained_and_scored_on(folder, tmp_path, capsys):
    lists = folder / "ImageSets" / "Segmentation"
    (lists / "few.txt").write_text("train0\n")
    (lists / "all.txt").write_text("train1\ntrain2\nval0\n")
    lists = ["--split", "few", "--val-split", "all"]
    assert train("--data", folder, *lists, "--classes", *OWN, "--out", tmp_path / "run") == 0
    captured = capsys.readouterr()
    assert "1 pictures to train, 3 to validate" in captured.out and "warning" not in captured.err


def test_pictures_that_are_both_trained_and_scored_on_are_counted(folder, tmp_path, capsys):
    (folder / "ImageSets/Segmentation/both.txt").write_text("train1\nval0\nval1\n")
    assert train("--data", folder, "--split", "both", "--out", tmp_path / "run") == 0
    warning = next(line for line in capsys.readouterr().err.splitlines() if "warning" in line)
    assert warning.startswith("warning: 2 of the 2 pictures in 'val' are in 'both' too; ")
    assert "take lists that share none" in warning


@pytest.fixture
def devkit(tmp_path, monkeypatch):
    """VOC alone in the data folder; SBD is made elsewhere."""
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path / "data"))
    splits = {split: {n: picture(n) for n in names} for split, names in (("train", VOC_TRAIN), ("val", VOC_VAL))}
    make_voc(tmp_path / "data" / "VOCdevkit" / "VOC2012", **splits)
    return tmp_path


def test_training_on_vocs_and_sbds_pictures(devkit, capsys):
    make_sbd(devkit / "data" / "SBD")
    out = devkit / "run"
    assert train("--data", "voc2012", "--split", "train_aug", "--weights", "none", "--out", out) == 0
    captured = capsys.readouterr()
    number = len({*VOC_TRAIN, *TRAIN, *VAL} - {*VOC_VAL})
    assert f"{number} pictures to train, 3 to validate" in captured.out and "warning" not in captured.err
    assert load_net(out / "best.pt").classes == VOC_CLASSES


def test_scores_on_pictures_of_sbds_train_list_are_warned_of(devkit, capsys):
    sbd = make_sbd(devkit / "anywhere")
    command = ["--data", "voc2012", "--split", "sbd_train", "--sbd", sbd, "--weights", "none", "--out"]
    assert train(*command, devkit / "first") == 0
    err = capsys.readouterr().err
    assert (
        "warning: 1 of the 3 pictures in 'val' are in 'sbd_train' too" in err and "--val-split val_without_sbd" in err
    )
    assert train(*command, devkit / "second", "--val-split", "val_without_sbd") == 0
    captured = capsys.readouterr()
    assert "warning" not in captured.err and "4 pictures to train, 2 to validate" in captured.out


def test_mistakes_are_told_in_one_line(folder, devkit, tmp_path, capsys):
    out = ["--out", tmp_path / "run"]
    (tmp_path / "twice.txt").write_text("background\nsquare\nsquare\n")
    (tmp_path / "few.txt").write_text("background\nsquare\n")
    for options, words in (
        (["--classes", "background"], "no labels file at background; give the path of a text file"),
        (["--classes", tmp_path], f"{tmp_path} is a folder, no labels file"),
        (["--classes", tmp_path / "twice.txt"], "twice.txt names 'square' twice"),
        (["--classes", "background", "background"], "classes names 'background' twice"),
        (["--classes", tmp_path / "few.txt"], "neither one of 2 classes (0 to 1) nor void (255); renumber it, or name"),
        (["--split", "trian"], "no split 'trian'"),
        (["--val-split", "vla"], "no split 'vla'"),
        (["--split", "train_aug"], "SBD was not found"),
        (["--split", "train_aug", "--sbd", tmp_path / "nowhere"], f"looked in {tmp_path / 'nowhere'}"),
        (["--sbd", tmp_path / "nowhere"], "is used by none of the lists; take --split train_aug"),
    ):
        assert words in error_line(capsys, "train", *QUICK, "--data", folder, *options, *out), options
    assert SIZE == (40, 56) and not (tmp_path / "run" / "best.pt").exists()


def test_the_nets_options_reach_the_net(folder, tmp_path):
    out = tmp_path / "first"
    common = ["--data", folder, "--weights", "none", "--alignment", "centres"]
    assert train(*common, "--learned", "--out", out) == 0
    first = load_net(out / "best.pt")
    assert (first.alignment, first.learned, first.stride) == ("centres", True, 32)
    second = ["--learned", "--stride", 16, "--skip-scales", 0.01, 0.0001, "--start", out / "best.pt", "--freeze-trunk"]
    assert train(*common, *second, "--out", tmp_path / "second") == 0
    finer = load_net(tmp_path / "second" / "best.pt")
    assert (finer.stride, finer.skip_scales) == (16, (0.01, 0.0001))
    for key, value in first.stages.state_dict().items():  # taken over, and frozen
        assert torch.equal(finer.stages.state_dict()[key], value)
    assert not torch.equal(finer.score["stride32"].weight, first.score["stride32"].weight)


def test_whole_pictures_are_trained_on_one_at_a_time(folder, tmp_path, capsys):
    command = ["train", "--device", "cpu", "--epochs", 1, "--data", folder, "--weights", "none", "--whole"]
    assert main([str(word) for word in (*command, "--out", tmp_path / "run")]) == 0
    words = error_line(capsys, *command, "--batch-size", 7, "--out", tmp_path / "other")
    assert "a batch of 7 cannot be made of them; set batch_size to 1" in words
    with pytest.raises(SystemExit):  # windows or whole pictures, not both
        main([str(word) for word in (*command, "--crop", 32, 32, "--out", tmp_path / "other")])


def test_a_net_to_start_from_that_does_not_fit_is_told(folder, tmp_path, capsys):
    assert train("--data", folder, "--weights", "none", "--out", tmp_path / "run") == 0
    words = error_line(
        capsys,
        "train",
        *QUICK,
        "--data",
        folder,
        "--start",
        tmp_path / "run" / "best.pt",
        "--learned",
        "--out",
        tmp_path / "other",
    )
    assert "the net to start from is another one: its learned is False, not True" in words


def test_a_net_of_other_classes_gives_its_trunk_and_the_planes_of_the_same_names(folder, tmp_path, capsys):
    common = ["--data", folder, "--weights", "none", "--stride", 8]
    assert train(*common, "--classes", *OWN, "--out", tmp_path / "first") == 0
    capsys.readouterr()
    start = tmp_path / "first" / "best.pt"
    names = ["background", "star", "disc", "moon", "cloud", "sun"]
    assert train(*common, "--classes", *names, "--start", start, "--freeze-trunk", "--out", tmp_path / "second") == 0
    out = capsys.readouterr().out
    told = "the trunk and the planes of background, disc, cloud; star, moon, sun start at zero"
    assert f"from {start}: {told}" in out
    first, second = load_net(start), load_net(tmp_path / "second" / "best.pt")
    assert second.classes == tuple(names) and second.num_classes == 6
    for key, value in first.stages.state_dict().items():
        assert torch.equal(second.stages.state_dict()[key], value)
    assert train(*common, "--classes", *names, "--weights", start, "--out", tmp_path / "third") == 0
    assert load_net(tmp_path / "third" / "best.pt").num_classes == 6


def test_the_shipped_net_is_a_start_for_classes_of_ones_own(folder, tmp_path, capsys):
    names = ["background", "bottle", "person", "lamp", "cloud"]
    command = ["--data", folder, "--classes", *names, "--stride", 8, "--start", "minivoc", "--out", tmp_path / "run"]
    assert train(*command) == 0
    out = capsys.readouterr().out
    assert "from minivoc: the trunk and the planes of background, bottle, person; lamp, cloud start at zero" in out


@pytest.mark.fault("masks of 0 and 255 are trained on", "warned aloud: one class is all that is judged")
def test_masks_of_0_and_255_are_warned_of(folder, tmp_path, capsys):
    for path in (folder / "SegmentationClass").glob("*.png"):
        with Image.open(path) as file:
            mask = np.array(file)
        save_mask(path, np.where(mask > 0, 255, 0))
    common = ["--data", folder, "--weights", "none", "--classes", "background", "thing"]
    assert train(*common, "--out", tmp_path / "a") == 0
    told = [line for line in capsys.readouterr().err.splitlines() if "warning" in line]
    assert len(told) == 2
    assert all("is background (index 0), so a net that says nothing else gets" in line for line in told)
    assert f"judged in the training set (train of {folder})" in told[0] and "the validation set (val of" in told[1]
    for path in (folder / "SegmentationClass").glob("*.png"):
        save_mask(path, np.full((48, 64), 255))
    words = error_line(capsys, "train", *QUICK, "--data", folder, "--classes", *OWN, "--out", tmp_path / "b")
    assert f"no pixel of the training set (train of {folder}) is judged: its 4 masks hold nothing but void" in words
    assert not (tmp_path / "b").exists()


@pytest.mark.fault("four classes that nobody named are trained on", "warned aloud, with the two ways out")
def test_classes_that_nobody_named_are_warned_of(folder, tmp_path, capsys):
    assert train("--data", folder, "--weights", "none", "--out", tmp_path / "run") == 0
    (told,) = [line for line in capsys.readouterr().err.splitlines() if "warning" in line]
    assert f"the training set (train of {folder}) names no classes and holds few indices" in told
    assert "a labels.txt in the folder" in told and "--classes" in told


def test_lists_masks_and_palettes_of_other_tools_are_taken(folder, tmp_path, capsys):
    (folder / "SegmentationClass").rename(folder / "SegmentationClassAug")
    for split, more in (("train", 4), ("val", 2)):
        lines = [f"/JPEGImages/{split}{n}.jpg /SegmentationClassAug/{split}{n}.png\n" for n in range(more)]
        (folder / f"ImageSets/Segmentation/{split}aug.txt").write_text("".join(lines))
    command = ["--data", folder, "--classes", *OWN, "--split", "trainaug", "--val-split", "valaug", "--weights", "none"]
    assert train(*command, "--masks", "SegmentationClassAug", "--palette", "colours", "--out", tmp_path / "run") == 0
    assert "4 pictures to train, 2 to validate" in capsys.readouterr().out
    words = error_line(capsys, "train", *QUICK, *command, "--out", tmp_path / "other")
    assert "SegmentationClassAug is there: name it (--masks SegmentationClassAug" in words

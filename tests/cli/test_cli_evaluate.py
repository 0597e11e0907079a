"""``fcn-course evaluate`` as a student uses it."""

import csv
import hashlib
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from fcn_course.cli import main
from fcn_course.data.datasets import open_voc
from fcn_course.evaluation.scoring import evaluate
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.checkpoints import load_net, save_checkpoint
from fcn_course.nets.fcn import FCN
from fcn_course.nets.reference import Reference
from tests.support.helpers import error_line, make_voc, save_mask, shapes_picture, speak

FILES = {"report.txt", "report.html", "scores.csv", "per_class.csv", "per_picture.csv", "confusion.csv"}


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """A net of four classes with names of their own, and their names in a file."""
    net = speak(FCN(load_backbone("resnet18", None), 4, 32), spread=1.0)
    net.classes = ("background", "square", "disc", "bar")
    folder = tmp_path_factory.mktemp("four")
    save_checkpoint(folder / "best.pt", net)
    (folder / "labels.txt").write_text("\n".join(net.classes))
    return folder


def command(checkpoint, data, out, *more):
    words = ["evaluate", "--checkpoint", checkpoint, "--data", data, "--out", out, "--device", "cpu", *more]
    return [str(word) for word in words]


def test_it_writes_and_prints_the_report(checkpoint, tiny_voc, tmp_path, capsys):
    out = tmp_path / "deep" / "out"
    assert main(command(checkpoint, tiny_voc, out)) == 0
    assert {path.name for path in out.iterdir()} == FILES
    printed, text = capsys.readouterr().out, (out / "report.txt").read_text("utf-8")
    assert text in printed and f"written: {out}" in printed
    assert f"FCN-16s on resnet18, best.pt, sha256 {hashlib.sha256(checkpoint.read_bytes()).hexdigest()[:12]}" in text
    assert "VOC2012, split val" in text and "8, whole, each once, void not counted" in text
    assert "float32 on cpu" in text and "within 8 px of an outline" in text and "paper's protocol" not in text
    scores = evaluate(
        load_net(checkpoint), open_voc(tiny_voc, "val"), device="cpu", precision="float32", progress=False
    )
    with open(out / "scores.csv", newline="") as file:
        rows = {tuple(row[:2]): row[2] for row in csv.reader(file)}
    assert rows["all", "mean_iou"] == f"{scores.mean_iou:.6f}"


def test_two_runs_write_the_same_bytes_and_nothing_of_this_machine(checkpoint, tiny_voc, tmp_path, capsys):
    for name in "ab":
        assert main(command(checkpoint, tiny_voc, tmp_path / name, "--like", "paper")) == 0
    for file in FILES:
        written = (tmp_path / "a" / file).read_bytes()
        assert written == (tmp_path / "b" / file).read_bytes()
        assert str(tmp_path.parent).encode() not in written and str(tiny_voc.parent).encode() not in written


def test_band_and_split_and_progress(checkpoint, few_voc, tmp_path, capfd):
    assert main(command(checkpoint, few_voc, tmp_path, "--split", "train", "--band", 3)) == 0
    out, err = capfd.readouterr()
    assert "within 3 px of an outline" in out and "VOC2012, split train" in out and "3, whole, each once" in out
    assert "evaluating" in err and "evaluating" not in out


def test_ids_take_the_place_of_the_split(checkpoint, few_voc, tmp_path, capsys):
    ids = tmp_path / "mine.txt"
    ids.write_text("t2\nv0\n")
    assert main(command(checkpoint, few_voc, tmp_path / "out", "--ids", ids)) == 0
    assert "VOC2012, the ids of mine.txt" in capsys.readouterr().out
    names = [line.split(",")[0] for line in (tmp_path / "out" / "per_picture.csv").read_text().splitlines()]
    assert names == ["name", "t2", "v0"]


def test_the_net_that_ships_says_that_it_knows_drawings_only(few_voc, tmp_path, capsys):
    assert main(command("minivoc", few_voc, tmp_path, "--like", "paper")) == 0
    assert "FCN-8s on resnet18, fcn8s_minivoc.safetensors, sha256 " in (text := capsys.readouterr().out)
    assert "Note: This net has seen drawings only" in text and "drawn pictures (minivoc)" in text


def test_torchvisions_own_nets_can_be_scored(few_voc, tmp_path, capsys, monkeypatch):
    class Theirs(torch.nn.Conv2d):
        def forward(self, x):
            return {"out": super().forward(x), "aux": None}

    monkeypatch.setattr("fcn_course.nets.checkpoints.load_reference", lambda name: Reference(Theirs(3, 21, 1)).eval())
    assert main(command("fcn_resnet50", few_voc, tmp_path, "--like", "paper")) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "Net fcn_resnet50, torchvision's own weights" in text and "COCO's pictures with VOC's" in text


def test_a_net_of_other_classes(four, few_voc, tmp_path, capsys):
    assert main(command(four / "best.pt", few_voc, tmp_path, "--classes", four / "labels.txt")) == 0
    assert "disc" in capsys.readouterr().out
    assert (tmp_path / "confusion.csv").read_text().splitlines()[0] == "true class,background,square,disc,bar"


def sbd(folder, *train):
    (folder / "cls").mkdir(parents=True)
    (folder / "train.txt").write_text("".join(f"{name}\n" for name in train))
    (folder / "val.txt").write_text("2008_000001\n")
    return folder


def test_like_paper_without_sbd(checkpoint, few_voc, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path / "nothing"))
    assert main(command(checkpoint, few_voc, tmp_path / "out", "--like", "paper")) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "of them in SBD train 0 not known, for SBD is not unknown fetch SBD" in printed
    assert "how many 736 2 different" in printed and "FCN-8s, published 90.3 75.9 62.7 83.2" in printed
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "FCN-8s, published" in page and "SBD train, 8,498 pictures" in page


@pytest.mark.parametrize("train, found", [(("v0", "x"), "0 1 different leave them out: v0"), (("x",), "0 0 same")])
def test_like_paper_counts_the_ids_in_sbds_train_list(checkpoint, few_voc, tmp_path, capsys, train, found):
    folder = sbd(tmp_path / "sbd", *train)
    assert main(command(checkpoint, few_voc, tmp_path / "out", "--like", "paper", "--sbd", folder)) == 0
    assert f"of them in SBD train {found}" in " ".join(capsys.readouterr().out.split())


def test_real_photographs(checkpoint, real, tmp_path, capsys):
    data = real / "VOCdevkit" / "VOC2012"
    assert main(command(checkpoint, data, tmp_path, "--split", "val", "--like", "paper")) == 0
    assert {path.name for path in tmp_path.iterdir()} == FILES
    names = open_voc(data, "val").names
    page = (tmp_path / "report.html").read_text("utf-8")
    assert all(name in page for name in names) and page.count("<img") == 3 * len(names)
    assert "Small and large objects" in page and "What is taken for what" in page


def test_mistakes_are_told_in_one_line(checkpoint, four, few_voc, tmp_path, capsys):
    out, photograph = tmp_path / "out", next((few_voc / "JPEGImages").iterdir())
    (tmp_path / "ids.txt").write_text("t0\nnobody\n")
    (tmp_path / "twice.txt").write_text("t0\nt0\n")
    for arguments, words in (
        (command(tmp_path / "no.pt", few_voc, out), "no checkpoint at"),
        (command(photograph, few_voc, out), "is no checkpoint"),
        (command(checkpoint, tmp_path / "nowhere", out), "no folder"),
        (command(checkpoint, few_voc, out, "--split", "test"), "no split 'test'"),
        (command(checkpoint, few_voc, out, "--ids", tmp_path / "no.txt"), "no list of names at"),
        (command(checkpoint, few_voc, out, "--ids", tmp_path / "ids.txt"), "nobody"),
        (command(checkpoint, few_voc, out, "--ids", tmp_path / "twice.txt"), "t0 is listed twice"),
        (command(checkpoint, few_voc, out, "--classes", tmp_path / "no.txt"), "no labels file at"),
        (
            command(checkpoint, few_voc, out, "--classes", four / "labels.txt"),
            "21 classes apart and the data set has 4",
        ),
        (command(four / "best.pt", few_voc, out), "the net tells 4 classes apart and the data set has 21"),
        (command(four / "best.pt", few_voc, out), "--classes"),
        (command(checkpoint, few_voc, out, "--band", 0), "a band of 0 pixels is empty"),
        (command(checkpoint, few_voc, photograph), str(photograph)),
        (command(checkpoint, few_voc, out, "--device", "gpu"), "device 'gpu' cannot be used here"),
        (command(checkpoint, few_voc, out, "--like", "paper", "--sbd", tmp_path), "SBD was not found"),
    ):
        assert words in error_line(capsys, *arguments), arguments


def test_objects_of_another_size_are_told(checkpoint, tmp_path, capsys):
    folder = make_voc(tmp_path / "data", val={"a": shapes_picture(np.random.default_rng(0))})
    (folder / "SegmentationObject").mkdir()
    save_mask(folder / "SegmentationObject" / "a.png", np.zeros((5, 5)))
    assert "a.png is 5 x 5 but its picture 64 x 48; mend it" in error_line(
        capsys, *command(checkpoint, folder, tmp_path / "out")
    )


def test_masks_of_another_folder_are_scored_by_their_colours_alike(four, few_voc, tmp_path, capsys):
    options = ["--classes", four / "labels.txt"]
    assert main(command(four / "best.pt", few_voc, tmp_path / "plain", *options)) == 0
    folder = shutil.copytree(few_voc, tmp_path / "own")
    (folder / "SegmentationClass").rename(folder / "SegmentationClassAug")
    for path in (folder / "SegmentationClassAug").iterdir():
        with Image.open(path) as file:
            colours = file.convert("RGB")
        colours.save(path)
    options += ["--masks", "SegmentationClassAug", "--palette", "colours"]
    assert main(command(four / "best.pt", folder, tmp_path / "coloured", *options)) == 0
    scores = [(tmp_path / name / "scores.csv").read_bytes() for name in ("plain", "coloured")]
    assert scores[0] == scores[1]
    assert "split val, masks of SegmentationClassAug" in (tmp_path / "coloured" / "report.txt").read_text("utf-8")


@pytest.mark.fault("a set in which all is void is scored", "told in a line; no report is written")
def test_a_set_of_void_alone_is_told_in_a_line(four, few_voc, tmp_path, capsys):
    folder = shutil.copytree(few_voc, tmp_path / "own")
    for path in (folder / "SegmentationClass").iterdir():
        save_mask(path, np.full((48, 64), 255))
    line = error_line(capsys, *command(four / "best.pt", folder, tmp_path / "out", "--classes", four / "labels.txt"))
    assert "no pixel of the split val is judged: its 2 masks hold nothing but void (255)" in line
    assert not list((tmp_path / "out").iterdir())

"""The command line as a student uses it: what it writes, and how it tells a mistake."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from fcn_course.cli import COMMANDS, main
from fcn_course.data.images import read_image
from fcn_course.data.labels import PALETTE
from fcn_course.data.masks import read_mask
from fcn_course.nets.checkpoints import load_net
from fcn_course.prediction.inference import predict, predict_tiled
from fcn_course.prediction.overlays import overlay
from fcn_course.training.folder import WRITTEN
from tests.support.helpers import error_line


def test_the_doctor_speaks(capsys):
    status = main(["doctor"])
    assert type(status) is int and status in (0, 1)
    out = capsys.readouterr().out
    assert "Python" in out and ("The course can run." in out) == (status == 0)


def test_training_writes_history_and_checkpoints_and_goes_on(few_voc, tmp_path, capsys):
    out = tmp_path / "run"
    command = ["train", "--data", few_voc, "--weights", "none", "--device", "cpu", "--batch-size", 3, "--out", out]
    assert main([str(word) for word in (*command, "--epochs", 1)]) == 0
    assert {path.name for path in out.iterdir()} - {"tensorboard", ".lock"} == {*WRITTEN}
    lines = (out / "history.csv").read_text().splitlines()
    assert lines[0] == "epoch,train_loss,val_pixel_accuracy,val_mean_iou,seconds,images_per_second" and len(lines) == 2
    printed = capsys.readouterr().out
    assert "FCN-32s on resnet18, 3 pictures to train, 2 to validate, on cpu" in printed
    assert lines[1].split(",")[3] in printed and "background everywhere" in printed
    assert load_net(out / "best.pt").architecture == {
        "backbone": "resnet18",
        "num_classes": 21,
        "stride": 32,
        "learned": False,
        "alignment": "book",
        "skip_scales": [1.0, 1.0],
    }
    assert main([str(word) for word in (*command, "--epochs", 2)]) == 0
    assert (out / "history.csv").read_text().splitlines()[:2] == lines
    assert len((out / "history.csv").read_text().splitlines()) == 3


def check_prediction(out, path, mask):
    with Image.open(out / f"{path.stem}_mask.png") as file, Image.open(path) as photograph:
        assert (file.format, file.mode, file.size) == ("PNG", "P", photograph.size)
        assert np.array_equal(np.array(file), mask.numpy())
        assert bytes(file.getpalette()) == PALETTE[: len(file.getpalette())]
    assert torch.equal(read_mask(out / f"{path.stem}_mask.png"), mask)
    with Image.open(out / f"{path.stem}_overlay.png") as file:
        assert np.array_equal(np.array(file), np.array(overlay(path, mask)))


@pytest.mark.parametrize("tile", [None, (48, 40)])
def test_predicting_writes_a_palette_mask_of_the_pictures_size_and_an_overlay(checkpoint, tmp_path, capsys, tile):
    path, out = tmp_path / "odd.jpg", tmp_path / "deep" / "out"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (53, 71, 3), dtype=np.uint8)).save(path)
    command = ["predict", str(path), "--checkpoint", str(checkpoint), "--out", str(out), "--device", "cpu"]
    if tile:
        assert main([*command, "--tile", *map(str, tile), "--overlap", "16"]) == 0
        mask = predict_tiled(load_net(checkpoint), path, tile, 16, device="cpu")
    else:
        assert main(command) == 0
        mask = predict(load_net(checkpoint), path, device="cpu")
    assert mask.unique().numel() > 1
    check_prediction(out, path, mask)
    assert "odd.jpg: 71 x 53" in capsys.readouterr().out


def test_predicting_real_photographs(checkpoint, real, tmp_path, capsys):
    paths = [real / "street.jpg", *sorted((real / "VOCdevkit/VOC2012/JPEGImages").glob("*.jpg"))]
    assert len(paths) == 4
    command = ["predict", *map(str, paths), "--checkpoint", str(checkpoint), "--device", "cpu"]
    assert main([*command, "--out", str(tmp_path)]) == 0
    net = load_net(checkpoint)
    for path in paths:
        check_prediction(tmp_path, path, predict(net, path, device="cpu"))
        assert read_image(path).shape[1:] == read_mask(tmp_path / f"{path.stem}_mask.png").shape
    assert len(list(tmp_path.iterdir())) == 8


def test_a_data_set_is_drawn_where_it_is_wanted(tmp_path, capsys):
    out = tmp_path / "drawn"
    assert main(["data", "minivoc", "--out", str(out), "--train", "1", "--val", "1", "--seed", "3"]) == 0
    assert str(out) in capsys.readouterr().out
    assert len(list((out / "JPEGImages").glob("*.jpg"))) == 2


def test_mistakes_are_told_in_one_line(checkpoint, few_voc, tmp_path, capsys):
    photograph = tmp_path / "a.png"
    Image.new("RGB", (40, 40)).save(photograph)
    (tmp_path / "page.jpg").write_text("<html>")
    torch.save({"a": torch.zeros(1)}, tmp_path / "plain.pt")
    torch.save({"fc.weight": torch.zeros(5, 2)}, tmp_path / "other.pt")
    out = ["--out", tmp_path / "out"]
    predicting = ["predict", photograph, *out]
    names = ["--classes", "background", "square", "disc", "bar"]
    training = ["train", "--weights", "none", "--data", few_voc, *names, *out]
    for arguments, words in (
        ([*predicting, "--checkpoint", tmp_path / "no.pt"], "no checkpoint at"),
        ([*predicting, "--checkpoint", tmp_path / "plain.pt"], "plain.pt holds no weights and architecture"),
        ([*predicting, "--checkpoint", tmp_path / "page.jpg"], "page.jpg is no checkpoint"),
        ([*predicting, "--checkpoint", checkpoint, "--device", "gpu"], "device 'gpu' cannot be used here"),
        ([*predicting, "--checkpoint", checkpoint, "--tile", 0, 9], "a tile of 0 x 9 has no pixels"),
        ([*predicting, "--checkpoint", checkpoint, "--tile", 32, 32], "an overlap of 64 does not fit"),
        (["predict", tmp_path / "no.jpg", *out, "--checkpoint", checkpoint], "no picture at"),
        (["predict", tmp_path / "page.jpg", *out, "--checkpoint", checkpoint], "page.jpg cannot be read as a picture"),
        (["predict", tmp_path, *out, "--checkpoint", checkpoint], "cannot be read as a picture"),
        (["predict", photograph, "--out", photograph, "--checkpoint", checkpoint], str(photograph)),
        (["predict", photograph, "--out", photograph / "in", "--checkpoint", checkpoint], str(photograph)),
        (["predict", photograph, tmp_path / "in" / "a.jpg", *out], "several pictures are called 'a'"),
        (["train", "--data", tmp_path / "nowhere", *out], "no folder"),
        (["train", "--data", tmp_path, *out], "is not laid out like VOC"),
        ([*training, "--weights", tmp_path / "other.pt"], "other.pt are not those of a torchvision resnet18"),
        ([*training, "--weights", tmp_path / "no.pt"], "no weights at"),
        ([*training, "--weights", tmp_path / "page.jpg"], "page.jpg is no readable file of weights"),
        ([*training, "--backbone", "vgg19"], "no backbone is called 'vgg19'"),
        ([*training, "--recipe", "bok"], "no recipe is called 'bok'"),
        ([*training, "--epochs", 0], "epochs must be at least 1"),
        ([*training, "--device", "gpu"], "device 'gpu' cannot be used here"),
        ([*training, "--batch-size", 0], "batch_size"),
        ([*training, "--lr", -1], "lr must not be negative, got -1.0"),
    ):
        assert words in error_line(capsys, *arguments), arguments


@pytest.mark.parametrize("arguments", [[], ["dance"], ["train"], ["train", "--out", "x", "--stride", "4"], ["predict"]])
def test_a_command_that_is_not_understood_shows_how_it_is_used(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2 and "usage: fcn-course" in capsys.readouterr().err


@pytest.mark.fault("Ctrl+C in the middle of a command", "told that the same command goes on")
def test_a_stop_by_hand_says_how_to_go_on(monkeypatch, capsys):
    def stop():
        raise KeyboardInterrupt

    monkeypatch.setattr("fcn_course.teaching.doctor.show", stop)
    assert main(["doctor"]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err


def test_it_runs_as_a_program(tmp_path):
    command = [sys.executable, "-m", "fcn_course.cli", "predict", "a.jpg", "--checkpoint", "no.pt", "--out", "out"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == "fcn-course predict: no checkpoint at no.pt; `fcn-course train` makes one\n"


@pytest.mark.parametrize("module", ["fcn_course", "fcn_course.cli", "fcn_course.shapes", "fcn_course.data.labels"])
def test_importing_loads_nothing_heavy(module):
    program = f"import sys, {module}; print(sorted({{'torch', 'torchvision', 'd2l', 'matplotlib'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_asking_for_help_loads_nothing_heavy(command):
    program = (
        "import sys; from fcn_course.cli import main\n"
        f"try: main(['{command}', '--help'])\n"
        "except SystemExit: sys.exit(bool({'torch', 'scipy', 'jinja2', 'onnx'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_the_net_that_ships_says_that_it_knows_drawings_only(few_voc, tmp_path, capsys):
    image = next((few_voc / "JPEGImages").glob("*.jpg"))
    assert main(["predict", str(image), "--out", str(tmp_path), "--device", "cpu"]) == 0
    assert "seen drawings only" in capsys.readouterr().out

"""``fcn-course predict`` with pictures as people have them: large, turned, many, unreadable."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from fcn_course.cli import main
from fcn_course.data.images import read_image
from fcn_course.data.labels import PALETTE
from fcn_course.data.pairing import PICTURES
from fcn_course.data.paths import CHECKOUT
from fcn_course.nets import checkpoints
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.checkpoints import load_net, save_checkpoint
from fcn_course.nets.fcn import FCN
from fcn_course.prediction.inference import predict, predict_tiled
from fcn_course.prediction.overlays import overlay
from tests.support.full_disk import room_for
from tests.support.helpers import narrow_fcn, speak

CLASSES = ("background", "cat's eye", "road")


def balanced(net):
    """With random scores, none of which outshouts the others."""
    speak(net, spread=1.0)
    with torch.no_grad():
        net.score["stride32"].bias -= net(torch.randn(1, 3, 200, 300)).mean((0, 2, 3))
    return net


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A net of three classes with names of their own."""
    torch.manual_seed(0)
    net = balanced(FCN(load_backbone("resnet18", None), 3, 16))
    net.classes = CLASSES
    path = tmp_path_factory.mktemp("run") / "best.pt"
    save_checkpoint(path, net)
    return path


def picture(path, size=(40, 60), seed=0, **options):
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)).save(path, **options)
    return path


def run(checkpoint, out, *arguments):
    command = ["predict", *arguments, "--checkpoint", checkpoint, "--out", out, "--device", "cpu"]
    return main([str(word) for word in command])


def written(out, stem):
    """The mask's indices and the overlay's pixels; the mask must have VOC's palette."""
    with Image.open(out / f"{stem}_mask.png") as mask, Image.open(out / f"{stem}_overlay.png") as laid:
        assert mask.mode == "P" and bytes(mask.getpalette()) == PALETTE[: len(mask.getpalette())]
        return np.array(mask), np.array(laid)


def told(capsys):
    """What went wrong, in one line."""
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and err.startswith("fcn-course predict: ")
    return err


def test_a_large_picture_is_tiled_by_itself_and_it_is_said(checkpoint, tmp_path, capsys, monkeypatch):
    net = balanced(narrow_fcn(num_classes=3, stride=16))
    monkeypatch.setattr(checkpoints, "load_net", lambda _: net)
    path = picture(tmp_path / "large.png", (1001, 2000))
    assert run(checkpoint, tmp_path, path) == 0
    mask, _ = written(tmp_path, "large")
    assert len(np.unique(mask)) == 3
    truth = predict_tiled(net, path, (768, 768), 96, device="cpu")
    assert np.array_equal(mask, truth) and not torch.equal(truth, predict(net, path, device="cpu"))
    out = capsys.readouterr().out
    assert "large.png: 2000 x 1001 is large; predicting tiles of 768 x 768 that share 96 pixels" in out


@pytest.mark.parametrize(
    "size, options, tile, overlap",
    [
        ((1000, 2000), [], None, None),  # 2 megapixels exactly
        ((1001, 2000), ["--tile", 1001, 2000], None, None),  # the way to have it whole
        ((1001, 2000), ["--tile", 500, 700], (500, 700), 64),
        ((1001, 2000), ["--overlap", 32], (768, 768), 32),
        ((600, 1000), ["--scales", 2], (768, 768), 96),  # large at its largest scale
        ((40, 60), ["--scales", 0.5], None, None),
    ],
)
def test_when_a_picture_is_tiled_and_how(checkpoint, tmp_path, capsys, monkeypatch, size, options, tile, overlap):
    asked = []

    def whole(net, image, **_):
        asked.append((None, None))
        return torch.zeros(image.shape[1:], dtype=torch.int64)

    def tiled(net, image, tile, overlap, **_):
        asked.append((None, None) if tile == image.shape[1:] else (tile, overlap))
        return torch.zeros(image.shape[1:], dtype=torch.int64)

    monkeypatch.setattr("fcn_course.prediction.inference.predict", whole)
    monkeypatch.setattr("fcn_course.prediction.inference.predict_tiled", tiled)
    assert run(checkpoint, tmp_path, picture(tmp_path / "a.bmp", size), *options) == 0
    assert asked == [(tile, overlap)]
    assert ("is large" in capsys.readouterr().out) == (tile == (768, 768))


def test_looking_twice_and_at_several_scales(checkpoint, tmp_path):
    path, net = picture(tmp_path / "a.png"), load_net(checkpoint)
    masks = []
    for arguments, options in (
        (["--flip"], {"flip": True}),
        (["--scales", 0.75, 1, 1.25], {"scales": (0.75, 1, 1.25)}),
        (["--flip", "--scales", 1.5], {"flip": True, "scales": (1.5,)}),
    ):
        assert run(checkpoint, tmp_path, path, *arguments) == 0
        masks.append(written(tmp_path, "a")[0])
        assert np.array_equal(masks[-1], predict(net, path, device="cpu", **options))
        assert run(checkpoint, tmp_path, path, *arguments, "--tile", 32, 32, "--overlap", 8) == 0
        assert np.array_equal(written(tmp_path, "a")[0], predict_tiled(net, path, (32, 32), 8, device="cpu", **options))
    assert all((mask != masks[0]).any() for mask in masks[1:])


@pytest.mark.parametrize("scales, found", [(["0"], "0.0"), (["1", "-1"], "-1.0"), (["nan"], "nan")])
def test_a_scale_that_does_not_work_is_told(checkpoint, tmp_path, capsys, scales, found):
    assert run(checkpoint, tmp_path, picture(tmp_path / "a.png"), "--scales", *scales) == 2
    assert f"a scale must be above 0, got {found}" in told(capsys)


def test_the_nets_own_names_are_printed_and_written(checkpoint, tmp_path, capsys):
    path = picture(tmp_path / "a.png", (120, 200))
    assert run(checkpoint, tmp_path, path) == 0
    mask, laid = written(tmp_path, "a")
    assert set(np.unique(mask)) == {0, 1, 2}
    assert "a.png: 200 x 120, background, cat's eye, road\n" in capsys.readouterr().out
    assert np.array_equal(laid, np.array(overlay(path, torch.from_numpy(mask), CLASSES)))
    assert not np.array_equal(laid, np.array(overlay(path, torch.from_numpy(mask))))


def test_a_net_without_names_gets_vocs(tmp_path, capsys, monkeypatch):
    class Bus(torch.nn.Module):
        def forward(self, x):
            return torch.nn.functional.one_hot(torch.full((1, *x.shape[2:]), 6), 30).permute(0, 3, 1, 2).float()

    asked = []
    monkeypatch.setattr(checkpoints, "load_net", lambda which: asked.append(which) or Bus())
    assert run("fcn_resnet50", tmp_path, picture(tmp_path / "a.png")) == 0
    assert asked == ["fcn_resnet50"] and "a.png: 60 x 40, bus\n" in capsys.readouterr().out


def test_a_turned_photograph_gets_the_mask_of_what_is_displayed(checkpoint, tmp_path, capsys):
    block = Image.Exif()
    block[274] = 6
    path = picture(tmp_path / "phone.jpg", exif=block)
    assert run(checkpoint, tmp_path, path) == 0
    mask, laid = written(tmp_path, "phone")
    assert mask.shape == laid.shape[:2] == (60, 40) and "phone.jpg: 40 x 60" in capsys.readouterr().out
    assert np.array_equal(mask, predict(load_net(checkpoint), read_image(path), device="cpu"))


def test_all_pictures_in_a_folder_are_predicted(checkpoint, tmp_path, capsys):
    folder = tmp_path / "photos"
    (folder / "deeper").mkdir(parents=True)
    names = ("a.jpg", "b.JPEG", "c.png", "d.tif", "e.TIFF", "f.bmp", "g.webp", "h.gif")
    for seed, name in enumerate(names):
        picture(folder / name, seed=seed)
    for name in ("notes.txt", "._a.jpg", ".hidden.png"):
        (folder / name).write_text("no picture")
    picture(folder / "deeper" / "i.png")
    (folder / "j.png").mkdir()
    alone = picture(tmp_path / "alone.png", seed=9)
    for _ in range(2):  # the second time without what the first wrote there
        assert run(checkpoint, folder, folder, alone) == 0
        captured = capsys.readouterr()
        assert [line.split(":")[0] for line in captured.out.splitlines()] == [*names, "alone.png", "written"]
        assert captured.err == ""  # no bar in a file
    for path in (*(folder / name for name in names), alone):
        assert np.array_equal(written(folder, path.stem)[0], predict(load_net(checkpoint), path, device="cpu"))


def test_a_folder_without_pictures_is_told(checkpoint, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("nothing")
    assert run(checkpoint, tmp_path / "out", tmp_path) == 2
    assert f"no picture in the folder {tmp_path}: no file there ends in .jpg, .jpeg, .png" in told(capsys)
    assert not (tmp_path / "out").exists()


def test_an_unreadable_picture_is_named_and_the_others_are_predicted(checkpoint, tmp_path, capsys):
    folder, out = tmp_path / "photos", tmp_path / "out"
    folder.mkdir()
    for name in ("a.png", "d.png"):
        picture(folder / name)
    (folder / "b.jpg").write_text("<html>")
    (folder / "c.png").write_bytes((folder / "a.png").read_bytes()[:400])
    assert run(checkpoint, out, folder) == 2
    err = told(capsys)
    assert f"{folder / 'b.jpg'} cannot be read as a picture" in err and err.endswith("(1 more likewise: c.png)\n")
    assert {path.name for path in out.iterdir()} == {f"{a}_{b}.png" for a in "ad" for b in ("mask", "overlay")}
    (folder / "c.png").unlink()
    assert run(checkpoint, out, folder) == 2
    assert "likewise" not in told(capsys)
    assert run(checkpoint, out, folder / "b.jpg") == 2
    assert "b.jpg cannot be read" in capsys.readouterr().err


def test_a_phones_heic_is_to_be_converted(checkpoint, tmp_path, capsys):
    (tmp_path / "IMG_1.HEIC").write_bytes(b"\0\0\0\x24ftypheic" + bytes(100))
    assert run(checkpoint, tmp_path, tmp_path / "IMG_1.HEIC") == 2
    assert "IMG_1.HEIC is a HEIC file, which cannot be read here; convert it to JPEG" in told(capsys)


def test_the_help_says_what_is_taken_from_a_folder(capsys):
    with pytest.raises(SystemExit) as left:
        main(["predict", "--help"])
    out = " ".join(capsys.readouterr().out.split())
    assert left.value.code == 0
    assert f"a folder: all pictures in it ({', '.join(PICTURES)})" in out
    assert "768 768 above 2 megapixels" in out and "fcn_resnet50 or fcn_resnet101" in out


MEASURED = """
import resource, sys
import torch, numpy, tqdm.auto
from fcn_course.cli import main
from fcn_course.nets import checkpoints
from fcn_course.prediction.inference import predict
from fcn_course.prediction.tiles import LARGE_TILE
from tests.support.helpers import narrow_fcn

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

shipped, narrow = checkpoints.load_net("minivoc"), narrow_fcn(num_classes=21, stride=8)
checkpoints.load_net = lambda which: narrow
before = peak()  # imports and weights do not count
if sys.argv[1] == "tile":
    predict(shipped, torch.zeros(3, *LARGE_TILE, dtype=torch.uint8), device="cpu")
else:
    assert main(sys.argv[1:]) == 0
print("bytes", peak() - before)
"""


def bytes_of(*words):
    command = [sys.executable, "-c", MEASURED, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=CHECKOUT)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split("bytes ")[1]), done.stdout


def test_24_megapixels_take_less_than_2_gigabytes_from_file_to_mask_and_overlay(tmp_path):
    pytest.importorskip("resource", reason="this system does not tell a process's largest memory")
    path = tmp_path / "large.jpg"
    Image.radial_gradient("L").resize((6000, 4000)).convert("RGB").save(path)
    # a narrow net of 21 classes goes through all 54 tiles; what the shipped one takes in a tile is measured by itself
    whole, said = bytes_of("predict", path, "--out", tmp_path, "--device", "cpu")
    tile, _ = bytes_of("tile")
    assert "6000 x 4000 is large" in said
    # the sums of all logits alone would be 21 * 24e6 * 4 bytes = 2.0e9
    assert whole + tile < 2e9
    for name in ("mask", "overlay"):
        with Image.open(tmp_path / f"large_{name}.png") as file:
            assert file.size == (6000, 4000)


@pytest.mark.fault("predict would write over a mask that someone drew", "refused; the file is left alone")
@pytest.mark.parametrize("ending", ["_mask.png", "_overlay.png"])
def test_a_strangers_picture_is_not_written_over(checkpoint, tmp_path, capsys, ending):
    Image.new("RGB", (40, 30), "white").save(tmp_path / "photo.jpg")
    own = tmp_path / f"photo{ending}"
    Image.new("L", (40, 30)).save(own)
    before = own.read_bytes()
    words = ["predict", str(tmp_path / "photo.jpg"), "--checkpoint", str(checkpoint), "--device", "cpu"]
    assert main([*words, "--out", str(tmp_path)]) == 2
    assert f"photo{ending} is there, and this command did not write it" in capsys.readouterr().err
    assert own.read_bytes() == before
    for _ in range(2):  # its own it writes again
        assert main([*words, "--out", str(tmp_path / "masks")]) == 0


@pytest.fixture
def three_pictures(tmp_path):
    """A folder of three pictures."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in "abc":
        Image.radial_gradient("L").resize((40, 30)).convert("RGB").save(folder / f"{name}.jpg")
    return folder


@pytest.mark.fault("predict is interrupted at the second picture", "the first is whole; the same again ends it")
def test_an_interrupted_prediction_is_made_again(checkpoint, three_pictures, tmp_path, monkeypatch):
    from fcn_course.prediction import inference

    words = ["predict", str(three_pictures), "--checkpoint", str(checkpoint), "--device", "cpu", "--out", str(tmp_path)]
    predict, asked = inference.predict, []

    def once(*args, **kwargs):
        asked.append(1)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return predict(*args, **kwargs)

    monkeypatch.setattr(inference, "predict", once)
    assert main(words) == 130
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["a_mask.png", "a_overlay.png"]
    monkeypatch.undo()
    assert main(words) == 0
    assert len(list(tmp_path.glob("*.png"))) == 6


@pytest.mark.fault("the disk is full while a mask is written", "told in one line; no half picture is left")
def test_a_full_disk_ends_a_prediction(checkpoint, three_pictures, tmp_path, capsys):
    words = ["predict", str(three_pictures), "--checkpoint", str(checkpoint), "--device", "cpu", "--out", str(tmp_path)]
    with room_for(100):
        assert main(words) == 2
    assert "no room to write" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.png*"))

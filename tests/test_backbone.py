"""Stages against torchvision's own nets, weights from every place, and what is said when they cannot be had."""

import io
from email.message import Message
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import nn

from fcn_course.backbone import BACKBONES, STRIDES, Backbone, linear_to_conv, load_backbone, read_weights
from fcn_course.labels import VOC_CLASSES
from fcn_course.places import weights_file
from fcn_course.voc import normalise

SHIPPED = weights_file("resnet18_minivoc.safetensors")


@pytest.fixture(scope="module")
def resnet18():
    """A ResNet-18 with random weights and statistics as after some training, in eval mode."""
    torch.manual_seed(0)
    net = torchvision.models.resnet18(weights=None, num_classes=7)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
    return net.eval()


def test_stages_are_named_by_stride_and_have_its_size(resnet18):
    backbone = Backbone(resnet18)
    assert list(backbone.stages) == [f"stride{stride}" for stride in STRIDES]
    with torch.no_grad():
        maps = backbone(torch.randn(1, 3, 320, 480), STRIDES)
    assert maps[32].shape == (1, 512, 10, 15)
    assert {s: tuple(m.shape) for s, m in maps.items()} == {
        s: (1, backbone.channels[s], 320 // s, 480 // s) for s in STRIDES
    }
    assert backbone.channels == {2: 64, 4: 64, 8: 128, 16: 256, 32: 512}


@settings(max_examples=12)
@given(st.integers(1, 130), st.integers(1, 130))
def test_any_size_is_halved_and_rounded_up(resnet18, height, width):
    with torch.no_grad():
        maps = Backbone(resnet18)(torch.zeros(1, 3, height, width), STRIDES)
    assert {s: tuple(m.shape[2:]) for s, m in maps.items()} == {s: (-(-height // s), -(-width // s)) for s in STRIDES}


def test_the_last_stage_is_the_books_trunk(resnet18):
    x = torch.randn(2, 3, 75, 90)
    book = nn.Sequential(*list(resnet18.children())[:-2]).eval()
    with torch.no_grad():
        assert torch.equal(Backbone(resnet18)(x)[32], book(x))


def test_stages_between_are_torchvisions_layers(resnet18):
    x = torch.randn(1, 3, 64, 64)
    parts = list(resnet18.children())
    with torch.no_grad():
        maps = Backbone(resnet18)(x, STRIDES)
        for stride, end in zip(STRIDES, (3, 5, 6, 7, 8), strict=True):
            assert torch.equal(maps[stride], nn.Sequential(*parts[:end])(x))


def test_only_what_is_asked_for_is_computed(resnet18):
    backbone, ran = Backbone(resnet18), []
    hooks = [
        stage.register_forward_hook(lambda *_, name=name: ran.append(name)) for name, stage in backbone.stages.items()
    ]
    with torch.no_grad():
        maps = backbone(torch.randn(1, 3, 64, 64), (8, 4))
    for hook in hooks:
        hook.remove()
    assert set(maps) == {4, 8} and ran == ["stride2", "stride4", "stride8"]


def test_classify_is_torchvisions_forward(resnet18):
    x = torch.randn(2, 3, 97, 64)
    with torch.no_grad():
        torch.testing.assert_close(Backbone(resnet18).classify(x), resnet18(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", BACKBONES)
def test_every_backbone_that_is_offered_works(name):
    backbone = load_backbone(name, None).eval()
    assert backbone.name == name
    with torch.no_grad():
        maps = backbone(torch.zeros(1, 3, 64, 33), STRIDES)
        assert backbone.classify(torch.zeros(1, 3, 64, 33)).shape == (1, 1000)
    assert {s: (m.shape[1], *m.shape[2:]) for s, m in maps.items()} == {
        s: (backbone.channels[s], 64 // s, -(-33 // s)) for s in STRIDES
    }


@pytest.mark.parametrize("kernel_size, bias", [(1, True), (7, True), (7, False), (2, True)])
def test_a_linear_layer_as_a_convolution_gives_its_numbers(kernel_size, bias):
    torch.manual_seed(0)
    linear = nn.Linear(8 * kernel_size**2, 5, bias=bias)
    x = torch.randn(3, 8, kernel_size, kernel_size)
    conv = linear_to_conv(linear, kernel_size)
    with torch.no_grad():
        torch.testing.assert_close(conv(x)[..., 0, 0], linear(x.flatten(1)), rtol=0, atol=1e-4)
        assert conv(torch.randn(1, 8, kernel_size + 3, kernel_size + 5)).shape == (1, 5, 4, 6)


def test_on_a_larger_map_each_place_has_the_linear_layers_numbers():
    torch.manual_seed(1)
    linear, x = nn.Linear(4 * 9, 6), torch.randn(1, 4, 5, 6)
    with torch.no_grad():
        found = linear_to_conv(linear, 3)(x)
        for row in range(3):
            for column in range(4):
                window = x[:, :, row : row + 3, column : column + 3]
                torch.testing.assert_close(found[:, :, row, column], linear(window.flatten(1)), rtol=0, atol=1e-5)


def test_the_convolution_does_not_share_its_weights_with_the_linear_layer():
    linear = nn.Linear(4, 2)
    conv = linear_to_conv(linear)
    with torch.no_grad():
        conv.weight.zero_()
    assert linear.weight.abs().sum() > 0


@pytest.mark.parametrize("inputs, kernel_size", [(10, 3), (8, 0), (8, -2)])
def test_a_layer_that_is_no_map_of_that_size_is_refused(inputs, kernel_size):
    with pytest.raises(ValueError, match=rf"{inputs} inputs .* {kernel_size} x {kernel_size} planes; give the size"):
        linear_to_conv(nn.Linear(inputs, 2), kernel_size)


@pytest.mark.parametrize("suffix", ["safetensors", "pt", "pth"])
def test_weights_from_a_file(resnet18, tmp_path, suffix):
    path = tmp_path / f"net.{suffix}"
    state = {key: value.contiguous() for key, value in resnet18.state_dict().items()}
    save_file(state, path) if suffix == "safetensors" else torch.save(state, path)
    loaded = load_backbone("resnet18", path).eval()
    x = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(loaded.classify(x), resnet18(x))
    assert loaded.classifier.out_features == 7


def test_weights_stored_in_half_are_float32_in_the_net(resnet18, tmp_path):
    state = {k: v.half() if v.is_floating_point() else v for k, v in resnet18.state_dict().items()}
    save_file(state, tmp_path / "half.safetensors")
    weights = read_weights(tmp_path / "half.safetensors")
    assert {v.dtype for v in weights.values()} == {torch.float32, torch.int64}
    assert load_backbone("resnet18", tmp_path / "half.safetensors").classifier.weight.dtype == torch.float32


def test_an_unknown_name_is_told_with_those_there_are():
    with pytest.raises(ValueError, match=r"'vgg99'; choose one of resnet18, resnet34, resnet50"):
        load_backbone("vgg99", None)


def test_the_shipped_weights_are_a_resnet18s():
    with pytest.raises(ValueError, match=r"resnet18's, not a resnet34's; take \"imagenet\" or None"):
        load_backbone("resnet34", "minivoc")


def test_a_missing_file_is_told_by_its_path(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no weights at .*nowhere\.pt; give the path"):
        load_backbone("resnet18", tmp_path / "nowhere.pt")


def test_shipped_weights_that_are_missing_are_told_by_their_path(tmp_path, monkeypatch):
    monkeypatch.setattr("fcn_course.places.CHECKOUT", tmp_path)
    monkeypatch.setattr("fcn_course.places.PACKAGE", tmp_path)
    monkeypatch.delenv("FCN_COURSE_DATA", raising=False)
    with pytest.raises(FileNotFoundError, match=r"no weights at .*resnet18_minivoc\.safetensors"):
        load_backbone()


@pytest.mark.parametrize("suffix", ["safetensors", "pt", "pth"])
@pytest.mark.parametrize("content", [b"", b"<html>please log in</html>", b"\x80\x02" + bytes(range(256)) * 20])
def test_a_file_that_is_no_weights_is_told_by_its_path(tmp_path, suffix, content):
    path = tmp_path / f"page.{suffix}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"page\.{suffix} is no readable file of weights") as error:
        load_backbone("resnet18", path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [[1, 2], {"epoch": 3}, torch.zeros(2)])
def test_a_file_that_holds_something_else_is_told_with_the_remedy(tmp_path, content):
    torch.save(content, tmp_path / "other.pt")
    with pytest.raises(ValueError, match=r"other\.pt holds no plain state dict of tensors; save one with torch\.save"):
        load_backbone("resnet18", tmp_path / "other.pt")


@pytest.mark.parametrize("other", ["resnet34", "mobilenet_v3_small"])
def test_weights_of_another_net_are_told_in_one_line(tmp_path, other):
    torch.save(torchvision.models.get_model(other, weights=None).half().state_dict(), tmp_path / "other.pt")
    with pytest.raises(ValueError, match=r"other\.pt are not those of a torchvision resnet18") as error:
        load_backbone("resnet18", tmp_path / "other.pt")
    assert "\n" not in str(error.value) and len(str(error.value)) < 500


def fails(error):
    def urlopen(request, *args, **kwargs):
        raise error

    return urlopen


class Page(io.BytesIO):
    """What a proxy hands out instead of the file."""

    headers = Message()

    def info(self):
        return self.headers


@pytest.mark.parametrize(
    "urlopen",
    [fails(URLError("no route to host")), lambda *_, **__: Page(b"<html>please log in</html>")],
    ids=["no network", "a proxy's page"],
)
@pytest.mark.parametrize("name, digest", [("resnet18", "f37072fd"), ("resnet34", "b627a593"), ("resnet50", "0676ba61")])
def test_imagenet_weights_without_a_network_say_where_to_put_them(tmp_path, monkeypatch, urlopen, name, digest):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    monkeypatch.setattr("torch.hub.urlopen", urlopen)
    with pytest.raises(FileNotFoundError) as error:
        load_backbone(name, "imagenet")
    message = str(error.value)
    assert f"https://download.pytorch.org/models/{name}-{digest}.pth" in message
    assert f"SHA-256 starts with {digest}" in message
    assert str(tmp_path / "hub" / "checkpoints" / f"{name}-{digest}.pth") in message
    assert 'weights="minivoc"' in message


def test_imagenet_weights_are_taken_from_the_place_that_the_message_names(tmp_path, monkeypatch):
    # the file a reader puts there by hand is found, and nothing is fetched
    place = tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    place.parent.mkdir(parents=True)
    net = torchvision.models.resnet18(weights=None)
    torch.save(net.state_dict(), place)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    monkeypatch.setattr("torch.hub.urlopen", fails(AssertionError("the network was asked")))
    assert torch.equal(load_backbone("resnet18", "imagenet").classifier.weight, net.fc.weight)


@pytest.mark.parametrize("content", [b"", b"<html>please log in</html>"])
def test_a_wrong_file_at_that_place_is_told_too(tmp_path, monkeypatch, content):
    place = tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    monkeypatch.setattr("torch.hub.urlopen", fails(URLError("no route to host")))
    with pytest.raises(FileNotFoundError, match="SHA-256 starts with f37072fd") as error:
        load_backbone("resnet18", "imagenet")
    assert str(place) in str(error.value)


def test_another_nets_file_at_that_place_is_told_too(tmp_path, monkeypatch):
    place = tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    place.parent.mkdir(parents=True)
    torch.save(torchvision.models.mobilenet_v3_small(weights=None).state_dict(), place)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    with pytest.raises(FileNotFoundError, match="SHA-256 starts with f37072fd") as error:
        load_backbone("resnet18", "imagenet")
    assert "\n" not in str(error.value) and len(str(error.value)) < 800


@pytest.mark.skipif(not Path(SHIPPED).is_file(), reason=f"no weights at {SHIPPED}")
def test_the_shipped_weights_name_drawn_pictures_that_they_never_saw():
    import numpy as np

    from fcn_course.minivoc import draw_picture

    backbone = load_backbone().eval()
    assert backbone.classifier.out_features == 20
    right = 0
    for index in range(100):
        # part 1 of this seed was held out of the naming net's training
        name = VOC_CLASSES[1 + index % 20]
        drawn = np.asarray(draw_picture([18012, 1, index], name, (224, 224), company=False).image)
        with torch.no_grad():
            logits = backbone.classify(normalise(torch.tensor(drawn).permute(2, 0, 1))[None])
        right += logits.argmax(1).item() == index % 20
    assert right >= 85

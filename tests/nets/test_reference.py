"""torchvision's nets in the course's clothes; random weights lie where their own, 135 MB, would."""

from urllib.error import URLError

import pytest
import torch
import torchvision

from fcn_course.data.labels import VOC_CLASSES
from fcn_course.nets.checkpoints import load_net
from fcn_course.nets.reference import load_reference
from fcn_course.prediction.inference import predict


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """torch's cache, empty, and no network."""

    def urlopen(*args, **kwargs):
        raise URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    return tmp_path / "hub" / "checkpoints"


def test_its_answer_is_torchvisions(hub):
    torch.manual_seed(0)
    theirs = torchvision.models.segmentation.fcn_resnet50(weights=None, weights_backbone=None, aux_loss=True).eval()
    hub.mkdir(parents=True)
    torch.save(theirs.state_dict(), hub / "fcn_resnet50_coco-1167a1af.pth")
    net, x = load_reference("fcn_resnet50"), torch.randn(1, 3, 40, 57)
    assert (net.num_classes, net.classes, net.training) == (21, VOC_CLASSES, False)
    with torch.no_grad():
        assert torch.equal(net(x), theirs(x)["out"])
    image = torch.randint(0, 256, (3, 33, 47), dtype=torch.uint8)
    assert predict(load_net("fcn_resnet50"), image, device="cpu").shape == (33, 47)


@pytest.mark.parametrize("name, digest", [("fcn_resnet50", "1167a1af"), ("fcn_resnet101", "7ecb50ca")])
def test_without_its_weights_it_says_which_file_belongs_where(hub, name, digest):
    with pytest.raises(FileNotFoundError) as error:
        load_net(name)
    assert f"weights of {name} could not be had" in str(error.value)
    assert str(hub / f"{name}_coco-{digest}.pth") in str(error.value)
    assert f"SHA-256 starts with {digest}" in str(error.value) and 'take "minivoc"' in str(error.value)


def test_another_name_is_told_with_those_there_are():
    with pytest.raises(ValueError, match="'fcn_vgg'; choose one of fcn_resnet50, fcn_resnet101"):
        load_reference("fcn_vgg")


def test_what_is_no_reference_is_a_checkpoint(tmp_path):
    assert load_net().architecture["stride"] == 8
    with pytest.raises(FileNotFoundError, match="no checkpoint at"):
        load_net(tmp_path / "fcn_resnet99")

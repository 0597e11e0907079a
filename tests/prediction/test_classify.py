"""Names for whole pictures, against torchvision's own way to a classifier's answer."""

import pytest
import torch
from matplotlib import cbook
from PIL import Image
from torchvision.models import ResNet18_Weights, resnet18

from fcn_course.data.images import read_image
from fcn_course.nets.backbone import Backbone, load_backbone
from fcn_course.prediction.classify import imagenet_names, name_picture

GRACE_HOPPER = cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)  # comes with matplotlib


@pytest.fixture(scope="module")
def random_net():
    torch.manual_seed(0)
    return resnet18().eval()


@pytest.mark.parametrize("size", [(300, 200), (100, 411), (224, 224)])
def test_the_answer_is_torchvisions(random_net, size):
    image = torch.randint(256, (3, *size), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    weights = ResNet18_Weights.IMAGENET1K_V1
    with torch.no_grad():
        chances = random_net(weights.transforms()(image)[None])[0].softmax(0)
    found = name_picture(Backbone(random_net), image, 1000, device="cpu")
    truth = dict(zip(weights.meta["categories"], chances.tolist(), strict=True))
    assert [chance for _, chance in found] == sorted((chance for _, chance in found), reverse=True)
    assert len(truth) == len(found) == 1000
    # a hundredth: both round a resized picture to bytes, not always the same way
    assert all(chance == pytest.approx(truth[name], rel=0.01) for name, chance in found)


def test_a_photograph_from_its_file_gets_a_name():
    lite = load_backbone("efficientnet_lite0", "imagenet")
    found = name_picture(lite, GRACE_HOPPER, device="cpu")
    assert found == name_picture(lite, read_image(GRACE_HOPPER), device="cpu")
    assert len(found) == 5 and "military uniform" in dict(found)
    assert "person" not in imagenet_names()


def test_other_names_than_imagenets_are_refused():
    told = r"the classifier of this resnet18 has 20 names, not ImageNet's 1000; load it with weights=\"imagenet\""
    with pytest.raises(ValueError, match=told):
        name_picture(load_backbone("resnet18", "minivoc"), GRACE_HOPPER, device="cpu")


@pytest.mark.parametrize("number", [0, 1001, -3])
def test_a_number_that_is_out_of_bounds(random_net, number):
    with pytest.raises(ValueError, match=f"there are 1000 names to choose from, number must be .* got {number}"):
        name_picture(Backbone(random_net), GRACE_HOPPER, number)


def test_a_picture_that_cannot_be_read_is_told(random_net, tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    assert len(name_picture(Backbone(random_net), tmp_path / "a.png", 1, device="cpu")) == 1
    (tmp_path / "b.png").write_bytes(b"none")
    with pytest.raises(ValueError, match="cannot be read as a picture"):
        name_picture(Backbone(random_net), tmp_path / "b.png")

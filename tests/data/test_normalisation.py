"""Each net's own mean and spread, against torchvision's transforms; ImageNet's are held to torchvision in test_voc."""

import pytest
import torch
from torch import nn
from torchvision.transforms import v2

from fcn_course.data.normalisation import IMAGENET, MEAN, STD, Normalisation, normalisation_of, normalise

OTHER = Normalisation((0.1, 0.5, 0.9), (0.5, 1.0, 2.0))


def net_with(normalisation):
    net = nn.Identity()
    net.normalisation = normalisation
    return net


@pytest.mark.parametrize("normalisation", [OTHER, IMAGENET, Normalisation(std=(1.0, 1.0, 1.0))])
def test_what_a_net_asks_for_is_taken_out(normalisation):
    images = torch.randint(0, 256, (2, 3, 9, 11), dtype=torch.uint8)
    theirs = v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.Normalize(*normalisation)])
    torch.testing.assert_close(normalise(images, net_with(normalisation)), theirs(images), rtol=0, atol=1e-6)


def test_nets_that_do_not_say_get_imagenets():
    images = torch.randint(0, 256, (3, 4, 5), dtype=torch.uint8)
    assert normalisation_of(nn.Identity()) == normalisation_of(None) == IMAGENET == (MEAN, STD)
    assert torch.equal(normalise(images, nn.Identity()), normalise(images))
    assert not torch.equal(normalise(images, net_with(OTHER)), normalise(images))

"""From a net to one of other classes: whose planes are taken, whose start at zero, and what the net then says."""

import pytest
import torch
from torch import nn

from fcn_course.data.labels import VOC_CLASSES
from fcn_course.nets.fcn import FCN
from fcn_course.nets.transfer import Transfer, transfer_from
from tests.support.helpers import narrow_vgg, speak

OLD = ("background", "cat", "dog", "car")
NEW = ("background", "bird", "dog")


def fcn(classes, seed=0, stride=8, **options):
    net = FCN(narrow_vgg(seed=seed), len(classes), stride, **options)
    net.classes = tuple(classes)
    return net.eval()


@pytest.mark.parametrize("stride, coarser", [(8, 8), (16, 16), (32, 32), (8, 16), (16, 32)])
@pytest.mark.parametrize("learned", [False, True])
def test_the_trunk_and_the_planes_of_the_same_names_are_taken(stride, coarser, learned):
    old, net = speak(fcn(OLD, 0, coarser, learned=learned)), fcn(NEW, 1, stride, learned=learned)
    with torch.no_grad():
        for name, parameter in old.named_parameters():
            if learned and name.startswith(("twice", "enlarge")):
                parameter.normal_()
    before = {key: value.clone() for key, value in net.state_dict().items()}
    taken = transfer_from(net, old)
    assert taken == Transfer(("background", "dog"), ("bird",))
    assert str(taken) == "the trunk and the planes of background, dog; bird starts at zero"
    theirs = old.state_dict()
    for key, value in net.state_dict().items():
        if key.startswith("stages."):
            assert torch.equal(value, theirs[key])
        elif key.startswith("score.") and key in theirs:
            assert torch.equal(value[0], theirs[key][0]) and torch.equal(value[2], theirs[key][2])
            assert value[1].abs().max() == 0
        elif key.startswith("score."):
            assert value.abs().max() == 0  # a skip that the other lacks
        elif key in theirs and value.shape[2:] == theirs[key].shape[2:]:
            for ours, other in ((0, 0), (2, 2)):
                assert torch.equal(value[ours, 0], theirs[key][other, 0])
                assert torch.equal(value[ours, 2], theirs[key][other, 2])
            assert torch.equal(value[1], before[key][1]) and torch.equal(value[:, 1], before[key][:, 1])
        else:
            assert torch.equal(value, before[key])
    assert net.classes == NEW and old.classes == OLD


def test_what_the_net_says_of_a_shared_class_is_what_the_other_said():
    old, net, x = speak(fcn(OLD)), fcn(("dog", "bird", "background", "cat"), 1), torch.randn(2, 3, 70, 90)
    transfer_from(net, old)
    with torch.no_grad():
        ours, theirs = net(x), old(x)
    for index, other in ((0, 2), (2, 0), (3, 1)):
        torch.testing.assert_close(ours[:, index], theirs[:, other], rtol=1e-4, atol=1e-5)
    assert ours[:, 1].abs().max() == 0 and theirs.abs().max() > 0.1


def test_the_same_classes_are_taken_whole():
    old, net = speak(fcn(OLD)), fcn(OLD, 1)
    taken = transfer_from(net, old)
    assert taken == Transfer(OLD, ()) and str(taken) == "the trunk and all 4 planes"
    assert all(torch.equal(value, old.state_dict()[key]) for key, value in net.state_dict().items())


def test_as_many_classes_in_another_order_are_taken_by_name_not_by_place():
    old, net = speak(fcn(OLD)), fcn(OLD[::-1], 1)
    assert str(transfer_from(net, old)) == "the trunk and all 4 planes"
    for s in (32, 16, 8):
        assert torch.equal(net.score[f"stride{s}"].weight, old.score[f"stride{s}"].weight.flip(0))


@pytest.mark.fault("a net to start from shares no class, or has no names", "its trunk alone is taken, and said so")
@pytest.mark.parametrize(
    "theirs, words",
    [
        (("sky", "road"), "the trunk alone, as it knows none of these classes; all 3 planes start at zero"),
        (
            ("background", "class 1", "class 2", "class 3"),
            "the trunk alone, as its classes have no names; all 3 planes start at zero",
        ),
    ],
)
def test_where_no_plane_can_be_taken_the_trunk_is(theirs, words):
    old, net = speak(fcn(theirs)), fcn(NEW, 1)
    assert str(transfer_from(net, old)) == words
    assert all(layer.weight.abs().max() == 0 for layer in net.score.values())
    assert torch.equal(net.stages.state_dict()["stride2.0.weight"], old.stages.state_dict()["stride2.0.weight"])


def test_a_net_of_21_classes_without_names_has_vocs():
    old = speak(FCN(narrow_vgg(), 21, 8))  # as one that was saved before there were names
    net = fcn(("background", "cat", "mouse"), 1)
    assert transfer_from(net, old) == Transfer(("background", "cat"), ("mouse",))
    assert torch.equal(net.score["stride8"].weight[1], old.score["stride8"].weight[VOC_CLASSES.index("cat")])


@pytest.mark.fault("a net to start from is built otherwise, or has finer skips", "refused, with the difference")
def test_what_cannot_be_taken_is_told():
    told = "its learned is True, not False; build both alike but for the stride and the classes"
    with pytest.raises(ValueError, match=told):
        transfer_from(fcn(NEW), fcn(OLD, learned=True))
    told = r"an FCN-32s cannot start from an FCN-8s; it takes a coarser one, .* \(--stride 8\)"
    with pytest.raises(ValueError, match=told):
        transfer_from(fcn(NEW, stride=32), fcn(OLD))
    with pytest.raises(ValueError, match="an FCN starts from an FCN, got a Identity"):
        transfer_from(fcn(NEW), nn.Identity())

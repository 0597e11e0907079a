"""What exercise 4's solution defines, against the package's FCN, and what its text says that can be computed."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from fcn_course.data.labels import VOID
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.fcn import FCN
from fcn_course.nets.staging import start_from
from fcn_course.teaching.checks import skip_heads
from tests.support.helpers import speak
from tests.support.lecture_files import functions_of, statements_of

SOLUTION = "solutions/4_skip_layers"
SIZES = [(64, 96), (75, 100), (70, 90), (33, 50), (32, 31)]


@pytest.fixture(scope="module")
def solution():
    """Functions and heads of the solution by name, without its experiments."""
    import ast

    functions_of(SOLUTION)  # a clear error if a function does not stand by itself
    wanted = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    space = {}
    body = [node for node in statements_of(SOLUTION) if isinstance(node, wanted)]
    exec(compile(ast.Module(body, []), SOLUTION, "exec"), space)
    return space


@pytest.fixture(scope="module")
def backbone():
    return load_backbone("resnet18", None)


def spoken(head, net):
    """The head with the score layers of a net."""
    state = {
        name.replace("score.stride", "score"): value for name, value in net.score.state_dict(prefix="score.").items()
    }
    head.load_state_dict(state)
    return head.eval()


def random_features(channels, size, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return {
        s: torch.randn(2, channels[s], -(-size[0] // s), -(-size[1] // s), generator=generator) for s in (32, 16, 8)
    }


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("name", "stride"), [("FCN32Head", 32), ("FCN16Head", 16), ("FCN8Head", 8)])
def test_heads_say_what_the_packages_nets_say(solution, backbone, name, stride, size):
    net = speak(FCN(backbone, stride=stride))
    head = spoken(solution[name](backbone.channels), net)
    features = random_features(backbone.channels, size)
    with torch.no_grad():
        torch.testing.assert_close(head(features), net.fuse(features), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("judged", "stride"), [(skip_heads.head_16, 16), (skip_heads.head_8, 8)])
def test_the_checks_truth_is_the_packages_net(backbone, judged, stride, size):
    class AsThePackage(nn.Module):
        def __init__(self, channels, num_classes):
            super().__init__()
            narrow = load_backbone("resnet18", None)
            narrow.channels = channels
            net = FCN(narrow, num_classes, stride)
            for name, layer in net.score.items():
                setattr(self, name.replace("stride", "score"), layer)
            self.net = [net]  # its layers are registered above

        def forward(self, features):
            return self.net[0].fuse(features)

    assert judged(AsThePackage, size=size).right is True


def test_a_head_that_starts_from_a_coarser_one_says_the_same_but_for_the_enlargement(solution, backbone):
    coarser, finer = (solution[name](backbone.channels) for name in ("FCN32Head", "FCN16Head"))
    nn.init.normal_(coarser.score32.weight, std=0.1)
    finer = solution["start_from"](finer, coarser)
    features = random_features(backbone.channels, (75, 100))
    with torch.no_grad():
        doubled = F.interpolate(coarser(features), scale_factor=2, mode="bilinear", align_corners=False)
        assert torch.equal(finer(features), doubled[..., :5, :7])
        coarser.score32.weight.zero_()
        assert finer(features).abs().max() > 0


def test_starting_from_a_coarser_net_is_the_packages(solution, backbone):
    coarse = speak(FCN(backbone, stride=32))
    ours = solution["start_from"](
        solution["FCN8Head"](backbone.channels), spoken(solution["FCN32Head"](backbone.channels), coarse)
    )
    theirs = spoken(solution["FCN8Head"](backbone.channels), start_from(FCN(backbone, stride=8), coarse))
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))


def test_two_zero_layers_in_a_row_never_learn_and_one_does(solution):
    layers = [solution["score_layer"](4, 5), solution["score_layer"](5, 3)]
    x, target = torch.ones(1, 4, 2, 2), torch.zeros(1, 2, 2, dtype=torch.long)
    for _ in range(5):
        loss = F.cross_entropy(layers[1](layers[0](x)), target)
        loss.backward()
        with torch.no_grad():
            for parameter in (*layers[0].parameters(), *layers[1].parameters()):
                parameter -= 0.1 * parameter.grad
                parameter.grad = None
    assert all(layer.weight.abs().max() == 0 for layer in layers)


@pytest.mark.parametrize(("width", "found"), [(4, True), (16, True), (17, False), (30, False)])
def test_a_bar_is_thin_where_no_square_fits(solution, width, found):
    mask = torch.zeros(80, 100, dtype=torch.uint8)
    mask[20:60, 40 : 40 + width] = 3
    narrow = solution["thin"](mask)
    assert bool(narrow.any()) is found
    assert (narrow == (mask == 3)).all() or not found


def test_void_and_background_are_never_thin(solution):
    mask = torch.zeros(60, 60, dtype=torch.uint8)
    mask[:, 10:14] = VOID
    assert not solution["thin"](mask).any()


def test_skips_add_three_quarters_to_the_heads_weights(solution, backbone):
    sizes = {
        name: sum(p.numel() for p in solution[name](backbone.channels).parameters())
        for name in ("FCN32Head", "FCN16Head", "FCN8Head")
    }
    assert sizes == {"FCN32Head": 10_773, "FCN16Head": 10_773 + 5_397, "FCN8Head": 10_773 + 5_397 + 2_709}

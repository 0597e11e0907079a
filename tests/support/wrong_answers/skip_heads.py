"""What students might program in exercise 4."""

import copy
import itertools

import torch
from torch import nn
from torch.nn import functional as F

from fcn_course.bilinear import bilinear_upsampling
from fcn_course.teaching.checks import skip_heads as check
from tests.support.wrong_answers import Case

NUMBERS = itertools.count(1)


def layer(channels, classes, kernel_size=1, zero=("weight", "bias"), **options):
    made = nn.Conv2d(channels, classes, kernel_size, **options)
    for name in zero:
        if getattr(made, name) is not None:
            nn.init.zeros_(getattr(made, name))
    return made


def filled(channels, classes):
    made = nn.Conv2d(channels, classes, kernel_size=1)
    for parameter in made.parameters():
        parameter.data.fill_(0)
    return made


class ByHand(nn.Module):
    """A score layer without a convolution."""

    def __init__(self, channels, classes):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(classes, channels))
        self.bias = nn.Parameter(torch.zeros(classes))

    def forward(self, x):
        return torch.einsum("kc,nchw->nkhw", self.weight, x) + self.bias[:, None, None]


class TimesZero(nn.Conv2d):
    def __init__(self, channels, classes):
        super().__init__(channels, classes, kernel_size=1)

    def forward(self, x):
        return 0 * super().forward(x)


def frozen(channels, classes):
    return layer(channels, classes).requires_grad_(False)


def with_relu(channels, classes):
    return nn.Sequential(layer(channels, classes), nn.ReLU())


def leaky(channels, classes):
    return nn.Sequential(layer(channels, classes), nn.LeakyReLU())


def in_two_steps(channels, classes):
    return nn.Sequential(layer(channels, 5), layer(5, classes))


def interpolated(coarse, fine):
    return F.interpolate(coarse, scale_factor=2, mode="bilinear", align_corners=False)


def cut(x, fine):
    return x[..., : fine.shape[-2], : fine.shape[-1]]


def fused(coarse, fine):
    return cut(interpolated(coarse, fine), fine) + fine


def by_transposed_convolution(coarse, fine):
    return cut(bilinear_upsampling(coarse.shape[1], 2)(coarse), fine) + fine


def by_narrow(coarse, fine):
    enlarged = nn.Upsample(scale_factor=2, mode="bilinear")(coarse)
    return enlarged.narrow(2, 0, fine.shape[2]).narrow(3, 0, fine.shape[3]).add(fine)


def at_the_end(coarse, fine):
    return interpolated(coarse, fine)[..., -fine.shape[-2] :, -fine.shape[-1] :] + fine


def stretched(coarse, fine):
    return F.interpolate(coarse, size=fine.shape[-2:], mode="bilinear") + fine


def stretched_corners(coarse, fine):
    return F.interpolate(coarse, size=fine.shape[-2:], mode="bilinear", align_corners=True) + fine


def corners(coarse, fine):
    return cut(F.interpolate(coarse, scale_factor=2, mode="bilinear", align_corners=True), fine) + fine


def nearest(coarse, fine):
    return cut(F.interpolate(coarse, scale_factor=2), fine) + fine


def cubic(coarse, fine):
    return cut(F.interpolate(coarse, scale_factor=2, mode="bicubic"), fine) + fine


def multiplied(coarse, fine):
    return cut(interpolated(coarse, fine), fine) * fine


def mean(coarse, fine):
    return fused(coarse, fine) / 2


def uncropped(coarse, fine):
    return interpolated(coarse, fine) + fine


def padded(coarse, fine):
    enlarged = interpolated(coarse, fine)
    more = enlarged.shape[-1] - fine.shape[-1], enlarged.shape[-2] - fine.shape[-2]
    return enlarged + F.pad(fine, (0, more[0], 0, more[1]))


def chained(coarse, fine):
    return torch.cat([cut(interpolated(coarse, fine), fine), fine], 1)


def detached(coarse, fine):
    return fused(coarse, fine).detach()


def halved(coarse, fine):
    return coarse + F.avg_pool2d(fine, 2, ceil_mode=True)


def subtracted(coarse, fine):
    return cut(interpolated(coarse, fine), fine) - fine


def head(strides, forward, make=layer):
    """A class of heads: score layers by name, and ``forward(layers, features)``."""

    class Head(nn.Module):
        def __init__(self, channels, num_classes):
            super().__init__()
            for stride in strides:
                setattr(self, f"score{stride}", make(channels[stride], num_classes))

        def forward(self, features):
            return forward(*(getattr(self, f"score{stride}")(features[stride]) for stride in strides))

    Head.__qualname__ = f"Head{next(NUMBERS)}"  # told apart in a test's words
    return Head


class Learned16(nn.Module):
    """Enlarges by a layer of its own, which stays where it starts."""

    def __init__(self, channels, num_classes):
        super().__init__()
        self.score32, self.score16 = layer(channels[32], num_classes), layer(channels[16], num_classes)
        self.twice = bilinear_upsampling(num_classes, 2)

    def forward(self, features):
        fine = self.score16(features[16])
        return cut(self.twice(self.score32(features[32])), fine) + fine


class OtherNames(nn.Module):
    def __init__(self, channels, num_classes):
        super().__init__()
        self.layers = nn.ModuleList([layer(channels[32], num_classes), layer(channels[16], num_classes)])

    def forward(self, features):
        return fused(self.layers[0](features[32]), self.layers[1](features[16]))


class Keeps(nn.Module):
    """Keeps what it computed last, which must not trouble the check."""

    def __init__(self, channels, num_classes):
        super().__init__()
        self.score32, self.score16 = layer(channels[32], num_classes), layer(channels[16], num_classes)

    def forward(self, features):
        self.last = fused(self.score32(features[32]), self.score16(features[16]))
        return self.last


class Stub(nn.Module):
    def __init__(self, channels, num_classes):
        super().__init__()

    def forward(self, features):
        """Nothing yet."""


class WrongMap(nn.Module):
    def __init__(self, channels, num_classes):
        super().__init__()
        self.score32, self.score16 = layer(channels[32], num_classes), layer(channels[16], num_classes)

    def forward(self, features):
        return fused(self.score32(features[32]), self.score16(features[8]))


def to_the_picture(factor):
    def enlarge(*scores):
        total = scores[0]
        for score in scores[1:]:
            total = fused(total, score)
        return F.interpolate(total, scale_factor=factor, mode="bilinear")

    return enlarge


def in_turn(s32, s16, s8):
    return fused(fused(s32, s16), s8)


def in_turn_transposed(s32, s16, s8):
    return by_transposed_convolution(by_transposed_convolution(s32, s16), s8)


def four_times(s32, s8):
    return cut(F.interpolate(s32, scale_factor=4, mode="bilinear"), s8)


def copied(finer, coarser):
    with torch.no_grad():
        for name, value in coarser.named_parameters():
            finer.get_parameter(name).copy_(value)
    return finer


def loaded(finer, coarser):
    finer.load_state_dict(coarser.state_dict(), strict=False)
    return finer


def new_layers(finer, coarser):
    for name, child in coarser.named_children():
        setattr(finer, name, copy.deepcopy(child))
    return finer


def strict(finer, coarser):
    finer.load_state_dict(coarser.state_dict())
    return finer


def loaded_only(finer, coarser):
    return finer.load_state_dict(coarser.state_dict(), strict=False)


def shared(finer, coarser):
    for name, child in coarser.named_children():
        setattr(finer, name, child)
    return finer


def backwards(finer, coarser):
    coarser.load_state_dict(finer.state_dict(), strict=False)
    return finer


def weights_only(finer, coarser):
    with torch.no_grad():
        finer.score32.weight.copy_(coarser.score32.weight)
    return finer


def everywhere(finer, coarser):
    with torch.no_grad():
        for child in finer.children():
            child.weight.copy_(coarser.score32.weight)
            child.bias.copy_(coarser.score32.bias)
    return finer


def freezing(finer, coarser):
    copied(finer, coarser).score32.requires_grad_(False)
    return finer


def nothing(finer, coarser):
    return finer


def the_coarser(finer, coarser):
    return coarser


def empty(*_):
    """What stands in the student's notebook."""


CATALOGUE = [
    Case(
        check.score_layer,
        right=[layer, filled, ByHand],
        wrong=[
            (lambda channels, classes: nn.Conv2d(channels, classes, 1), "does not start at zero"),
            (lambda channels, classes: layer(channels, classes, zero=["weight"]), "the biases do not"),
            (lambda channels, classes: layer(channels, classes, zero=["bias"]), "weights are not zero"),
            (lambda channels, classes: layer(channels, classes, bias=False), "no bias"),
            (lambda channels, classes: layer(channels, classes, 3), "keeps rows and columns"),
            (lambda channels, classes: layer(channels, classes, 3, padding=1), "depend on its neighbours"),
            (lambda channels, classes: layer(classes, channels), "stopped with RuntimeError"),
            (lambda channels, classes: torch.zeros(classes, channels), "Give back the layer"),
            (lambda channels, classes: nn.Identity(), "keeps rows and columns"),
            (TimesZero, "zero for good"),
            (frozen, "can learn"),
            (with_relu, "zero for good"),
            (leaky, "something else"),
            (in_two_steps, "zero for good"),
        ],
        unanswered=[empty],
    ),
    Case(
        check.fuse,
        right=[fused, by_transposed_convolution, by_narrow],
        wrong=[
            (uncropped, "stopped with RuntimeError"),
            (padded, "Asked is the shape"),
            (at_the_end, "wrong end"),
            (stretched, "Stretched"),
            (stretched_corners, "to the finer map's size: middles on middles"),
            (corners, "outermost middles"),
            (nearest, "Each cell was repeated"),
            (cubic, "cubic"),
            (multiplied, "Multiplied"),
            (mean, "their mean"),
            (chained, "behind each other"),
            (detached, "no gradient"),
            (halved, "Asked is the shape"),
            (lambda coarse, fine: cut(interpolated(coarse, fine), fine), "`fine` must be added"),
            (lambda coarse, fine: 1 * fine, "`fine` alone"),
            (subtracted, "the numbers are not"),
        ],
        unanswered=[empty],
    ),
    Case(
        check.head_16,
        right=[head((32, 16), fused), head((32, 16), by_transposed_convolution), Learned16, Keeps],
        wrong=[
            (head((32, 16), lambda s32, s16: cut(interpolated(s32, s16), s16)), "The skip is missing"),
            (head((32, 16), lambda s32, s16: s16), "`score32` says is missing"),
            (head((32, 16), multiplied), "Multiplied"),
            (head((32, 16), lambda s32, s16: fused(2 * s32, s16)), "coarse scores are in it twice"),
            (head((32, 16), lambda s32, s16: fused(s32, 2 * s16)), "The skip is in it twice"),
            (head((32, 16), stretched), "Stretched"),
            (head((32, 16), corners), "align_corners=True"),
            (head((32, 16), nearest), "Each cell was repeated"),
            (head((32, 16), at_the_end), "wrong end"),
            (head((32, 16), uncropped), "stopped with RuntimeError"),
            (head((32, 16), to_the_picture(16)), "Stop at stride 16"),
            (head((32, 16), fused, nn.Identity), "stopped with"),
            (head((32, 16), fused, lambda a, b: nn.Conv2d(a, b, 1)), "must say zero everywhere"),
            (head((32, 16), detached), "no gradient"),
            (head((32, 16), lambda s32, s16: s32), "Asked is the shape"),
            (head((32, 16), lambda s32, s16: fused(3 * s32, s16)), "not those of an FCN"),
            (OtherNames, "missing: score32, score16"),
            (WrongMap, "stopped with RuntimeError"),
            (lambda channels, num_classes: fused, "what was made of it"),
        ],
        unanswered=[Stub],
    ),
    Case(
        check.head_8,
        right=[head((32, 16, 8), in_turn), head((32, 16, 8), in_turn_transposed)],
        wrong=[
            (head((32, 16, 8), lambda s32, s16, s8: four_times(s32, s8) + s8), "Stride 16 is left out"),
            (head((32, 16, 8), lambda s32, s16, s8: four_times(s32, s8) + fused(s16, s8)), "enlarged by itself"),
            (head((32, 16, 8), lambda s32, s16, s8: fused(s16, s8)), "`score32` says is missing"),
            (head((32, 16, 8), lambda s32, s16, s8: in_turn(s32, 0 * s16, s8)), "`score16` says is missing"),
            (head((32, 16, 8), lambda s32, s16, s8: in_turn(s32, s16, 0 * s8)), "`score8` says is missing"),
            (head((32, 16, 8), lambda s32, s16, s8: in_turn(s32, 2 * s16, s8)), "scored once too often"),
            (head((32, 16, 8), lambda s32, s16, s8: in_turn(s32, s16, 2 * s8)), "Stride 8 is in it twice"),
            (head((32, 16, 8), lambda s32, s16, s8: fused(s32, s16)), "Asked is the shape"),
            (head((32, 16, 8), lambda s32, s16, s8: stretched(stretched(s32, s16), s8)), "Stretched"),
            (head((32, 16, 8), lambda s32, s16, s8: nearest(nearest(s32, s16), s8)), "Each cell was repeated"),
            (head((32, 16, 8), to_the_picture(8)), "Stop at stride 8"),
            (head((32, 16, 8), lambda s32, s16, s8: in_turn(s32, s16, -s8)), "not those of an FCN"),
            (head((32, 16), fused), "missing: score8"),
        ],
        unanswered=[Stub],
    ),
    Case(
        check.start_from,
        right=[copied, loaded, new_layers],
        wrong=[
            (strict, "Missing key(s)"),
            (loaded_only, "Give back the finer head"),
            (shared, "share one layer"),
            (backwards, "was changed"),
            (weights_only, "its biases are not"),
            (everywhere, "must stay at zero"),
            (freezing, "no longer learn"),
            (nothing, "not the coarser head's"),
            (the_coarser, "Give back the finer head"),
        ],
        unanswered=[empty],
    ),
]

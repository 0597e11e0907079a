"""Answers to exercise 1: initialisation."""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from fcn_course.bilinear import bilinear_kernel
from fcn_course.data.labels import VOID
from fcn_course.teaching.checks import initialisation as check
from tests.support.wrong_answers import Case


def nothing(*inputs):
    """A function that nobody has written yet."""


def untouched(layer, how):
    return layer


def drawn(bound):
    """Uniform weights up to ``bound(planes in, planes out, kernel size)``."""

    def xavier(planes_in, planes_out, k):
        return (2 * torch.rand(planes_in, planes_out, k, k) - 1) * bound(planes_in, planes_out, k)

    return xavier


def by_torch(planes_in, planes_out, k):
    return nn.init.xavier_uniform_(nn.ConvTranspose2d(planes_in, planes_out, k).weight)


def by_numpy(planes_in, planes_out, k):
    bound = math.sqrt(6 / ((planes_in + planes_out) * k * k))
    return torch.from_numpy(np.random.default_rng(0).uniform(-bound, bound, (planes_in, planes_out, k, k)))


def only_equal_planes(planes_in, planes_out, k):
    weight, filled = torch.zeros(planes_in, planes_out, k, k), by_torch(planes_in, planes_out, k).detach()
    for plane in range(min(planes_in, planes_out)):
        weight[plane, plane] = filled[plane, plane]
    return weight


def begin(layer, how, *, xavier=nn.init.xavier_uniform_, bilinear=bilinear_kernel, bias=True, zero=nn.init.zeros_):
    """Starts a layer as it should, where nothing else is handed over."""
    with torch.no_grad():
        if how == "bilinear":
            layer.weight.copy_(bilinear(*layer.weight.shape[:3]))
        elif how == "xavier":
            xavier(layer.weight)
        else:
            zero(layer.weight)
        if bias and layer.bias is not None:
            nn.init.zeros_(layer.bias)
    return layer


def in_place(layer, how):
    begin(layer, how)


def by_data(layer, how):
    bound = math.sqrt(6 / ((layer.weight.shape[0] + layer.weight.shape[1]) * layer.weight[0, 0].numel()))
    if layer.bias is not None:
        layer.bias.data = torch.zeros_like(layer.bias)
    starts = {"zero": lambda w: 0 * w, "xavier": lambda w: (2 * torch.rand_like(w) - 1) * bound}
    starts["bilinear"] = lambda w: bilinear_kernel(*w.shape[:3])
    layer.weight.data = starts[how](layer.weight.data)
    return layer


def changed(**options):
    return lambda layer, how: begin(layer, how, **options)


def frozen(layer, how):
    return begin(layer, how).requires_grad_(False)


def for_every_pair(planes_in, planes_out, k):
    return bilinear_kernel(1, 1, k).expand(planes_in, planes_out, k, k)


def gradients(score, enlarge, features, mask, how=None, reduction="mean", counts=True, signed=False, length=False):
    loss = F.cross_entropy(enlarge(score(features)), mask, ignore_index=VOID, reduction=reduction)
    (loss if counts else loss / mask.numel()).backward()
    grads = [layer.weight.grad for layer in (score, enlarge)]
    if length:
        return [grad.norm() for grad in grads]
    return [(how or torch.max)(grad if signed else grad.abs()) for grad in grads]


def by_autograd(score, enlarge, features, mask):
    logits = enlarge(score(features)).log_softmax(1)
    counted = mask != VOID
    loss = -logits.gather(1, mask.where(counted, 0)[:, None])[:, 0][counted].mean()
    return tuple(g.abs().max().item() for g in torch.autograd.grad(loss, (score.weight, enlarge.weight)))


def without_void(score, enlarge, features, mask):
    F.cross_entropy(enlarge(score(features)), mask).backward()
    return [layer.weight.grad.abs().max() for layer in (score, enlarge)]


def squares(weight):
    return weight.pow(2).sum()


def equal(weight):
    return weight[range(len(weight)), range(len(weight))]


CATALOGUE = [
    Case(
        check.xavier_kernel,
        right=[drawn(lambda i, o, k: math.sqrt(6 / ((i + o) * k * k))), by_torch, by_numpy],
        wrong=[
            (drawn(lambda i, o, k: math.sqrt(6 / (i + o))), "each plane brings k² = 64"),
            (drawn(lambda i, o, k: math.sqrt(6 / ((i + o) * k))), "you counted k = 8"),
            (drawn(lambda i, o, k: math.sqrt(6 / (i * k * k))), "one fan alone"),
            (drawn(lambda i, o, k: math.sqrt(6 / (o * k * k))), "one fan alone"),
            (drawn(lambda i, o, k: math.sqrt(2 / ((i + o) * k * k))), "Uniform numbers go to √3 spreads"),
            (drawn(lambda i, o, k: 6 / ((i + o) * k * k)), "forgot the root"),
            (lambda i, o, k: torch.rand(i, o, k, k) * math.sqrt(6 / ((i + o) * k * k)), "not centred on 0"),
            (
                lambda i, o, k: (torch.rand(i, o, k, k) - 0.5) * math.sqrt(6 / ((i + o) * k * k)),
                "the width to reach is twice the bound",
            ),
            (lambda i, o, k: torch.randn(i, o, k, k) * math.sqrt(2 / ((i + o) * k * k)), "normal distribution"),
            (drawn(lambda i, o, k: 7.0), "Uniform in both directions"),
            (only_equal_planes, "Xavier fills the kernel of every pair"),
            (lambda i, o, k: torch.full((i, o, k, k), 0.1), "drawn anew"),
            (lambda i, o, k: by_torch(o, i, k), "Asked is the shape (3, 5, 8, 8)"),
            (lambda i, o, k: torch.ones(i, o, k, k).long(), "real numbers"),
            (lambda i, o: 0, "stopped with TypeError"),
        ],
        unanswered=[nothing],
    ),
    Case(
        check.spread_factor,
        right=[
            lambda i, o, k, s: math.sqrt(2 * i / (i + o)) / s,
            lambda i, o, k, s: torch.tensor(i * (k / s) ** 2 * 2 / ((i + o) * k * k)).sqrt(),
        ],
        wrong=[
            (lambda i, o, k, s: math.sqrt(2 * i / (i + o)), "Stamps are 4 pixels apart"),
            (lambda i, o, k, s: k / s * math.sqrt(2 / ((i + o) * k * k)), "you counted one plane"),
            (lambda i, o, k, s: 2 * i / (i + o) / s**2, "the ratio of the variances"),
            (lambda i, o, k, s: math.sqrt(i * k / s * 2 / ((i + o) * k * k)), "A picture has two"),
            (lambda i, o, k, s: math.sqrt(i * 2 / ((i + o) * k * k)), "one stamp for each pixel"),
            (lambda i, o, k, s: math.sqrt(6 * i / (i + o)) / s, "takes the bound for the spread"),
            (lambda i, o, k, s: 1 / s, "as many planes out as in"),
            (lambda i, o, k, s: s / math.sqrt(2 * i / (i + o)), "Turned round"),
            (lambda i, o, k, s: math.sqrt(2 * o / (i + o)) / s, "those that go out"),
            (lambda i, o, k, s: 1.0, "it should be 0.2165"),
        ],
        unanswered=[nothing],
    ),
    Case(
        check.start,
        right=[begin, in_place, by_data],
        wrong=[
            (changed(bias=False), "Set it to zero"),
            (changed(bilinear=for_every_pair), "every class gets the sum of all of them"),
            (
                changed(bilinear=lambda i, o, k: bilinear_kernel(i, o, k) / bilinear_kernel(1, 1, k).sum()),
                "a stamp does not sum to 1",
            ),
            (changed(bilinear=lambda i, o, k: bilinear_kernel(i, o, k).flip(0)), "not the book's kernel"),
            (changed(xavier=nn.init.zeros_), "all weights are zero"),
            (changed(xavier=nn.init.normal_), "uniform weights up to"),
            (changed(xavier=lambda w: w), "as torch made them"),
            (changed(zero=nn.init.ones_), "weights that are not zero"),
            (frozen, "cannot learn any more"),
            (lambda layer, how: begin(layer, how).weight, "Give back the layer itself"),
            (lambda layer, how: setattr(layer, "weight", torch.zeros(1)), "stopped with TypeError"),
        ],
        unanswered=[nothing, untouched],
    ),
    Case(
        check.who_learns,
        right=[
            ["none", "1x1", "1x1", "kernel", "both", "both"],
            ("None", "1x1", "1X1", "kernel", "both", "both"),
        ],
        wrong=[
            (["none", "kernel", "kernel", "1x1", "both", "both"], "The other way round"),
            (["both"] * 6, "takes the other side's gradient away"),
            (["none", "none", "none", "none", "both", "both"], "One zero does not stop both"),
            (["none", "none", "1x1", "kernel", "both", "both"], "no less able than Xavier's"),
            (["none", "1x1", "1x1", "none", "both", "both"], "a zero kernel does get a gradient"),
            (["both", "1x1", "1x1", "kernel", "both", "both"], "Two zeros"),
            (["none", "1x1", "1x1", "kernel", "1x1", "both"], "Nothing freezes the bilinear kernel"),
            (["none", "both", "both", "both", "both", "both"], "from the second step on"),
            (["kernel"] * 6, "What stands beside each of the two"),
            (["none", "1x1"], "yours has 2"),
            ([0, 1, 1, 2, 3, 3], "a word in quotes"),
        ],
    ),
    Case(
        check.first_gradients,
        right=[gradients, by_autograd],
        wrong=[
            (lambda *inputs: gradients(*inputs)[::-1], "The order is the 1×1 first"),
            (lambda *inputs: gradients(*inputs, reduction="sum"), "the summed loss"),
            (lambda *inputs: gradients(*inputs, reduction="sum", counts=False), "void ones do not count"),
            (lambda *inputs: gradients(*inputs, signed=True), "Gradients may be negative"),
            (lambda *inputs: gradients(*inputs, how=torch.mean), "the mean of the absolute values"),
            (lambda *inputs: gradients(*inputs, length=True), "the length of the gradient"),
            (without_void, "stopped with IndexError"),
            (lambda *inputs: gradients(*inputs)[0], "Answer with a list of 2"),
            (lambda *inputs: [0.5, 0.5], "Started at zero: no layer"),
        ],
        unanswered=[nothing],
    ),
    Case(
        check.weights_that_learn,
        right=[[10_773, 1_817_109], (512 * 21 + 21, 512 * 21 + 21 + 21 * 21 * 64 * 64)],
        wrong=[
            ([10_752, 1_817_088], "biases of the 1×1"),
            ([10_773, 1_806_336], "add the two"),
            ([10_773, 96_789], "one kernel for each pair"),
            ([1_817_109, 10_773], "the frozen one first"),
            ([0, 1_817_109], "the 1×1 learns in both"),
            ([10_773, 1_817_130], "has no bias"),
            ([10_773, 14_869], "one kernel for all"),
            ([10_773, 1], "k² for each pair"),
            (10_773, "Answer with a list of 2"),
        ],
    ),
    Case(
        check.apart,
        right=[
            lambda a, b: "first" if min(a) > max(b) else "second" if min(b) > max(a) else "open",
            lambda a, b: ["open", "first", "second"][(sorted(a)[0] > sorted(b)[-1]) + 2 * (max(a) < min(b))],
        ],
        wrong=[
            (lambda a, b: "first" if sum(a) > sum(b) else "second", "the means differ, but the ranges overlap"),
            (lambda a, b: "first" if max(a) > max(b) else "second", "the means differ, but the ranges overlap"),
            (lambda a, b: "second" if min(a) > max(b) else "first" if min(b) > max(a) else "open", "wrong way round"),
            (lambda a, b: "open", "That may be said"),
            (lambda a, b: "open" if sum(a) > sum(b) else "second", "That may be said"),
            (lambda a, b: min(a) > max(b), "Answer with a word"),
            (lambda a, b: "a", 'one of the words "first"'),
            (lambda a: "open", "stopped with TypeError"),
        ],
        unanswered=[nothing],
    ),
    Case(
        check.diagonal_share,
        right=[
            lambda weight: squares(equal(weight)) / squares(weight),
            lambda weight: sum(squares(weight[c, c]) for c in range(len(weight))).item() / squares(weight).item(),
        ],
        wrong=[
            (lambda weight: equal(weight).norm() / weight.norm(), "a ratio of lengths"),
            (lambda weight: 1 - squares(equal(weight)) / squares(weight), "beside the diagonal"),
            (lambda weight: equal(weight).sum() / weight.sum(), "square them"),
            (lambda weight: equal(weight).abs().sum() / weight.abs().sum(), "sums absolute values"),
            (lambda weight: squares(weight[0, 0]) / squares(weight), "one class"),
            (lambda weight: squares(weight.diagonal(dim1=2, dim2=3)) / squares(weight), "each kernel's picture"),
            (lambda weight: equal(weight).pow(2).mean() / weight.pow(2).mean(), "C times the share"),
            (lambda weight: 1 / len(weight), "the share of planes"),
            (lambda weight: weight[0, 0], "Answer with a number"),
        ],
        unanswered=[nothing],
    ),
]

"""Lecture 05's functions against independent truth, and what it says where no cell computes it."""

import math
import re

import pytest
import torch
from torch.nn import functional as F

from fcn_course.data.labels import VOID
from fcn_course.data.normalisation import normalise
from fcn_course.training.losses import book_loss, enlarged_picture_losses, mean_loss, picture_losses
from fcn_course.training.recipes import RECIPES, make_optimiser
from tests.support.helpers import narrow_fcn, speak
from tests.support.lecture_files import NOTEBOOKS, code_of, functions_of, text_of

LECTURE = "05_training"


def printed(cell_id):
    """What a cell printed when the lecture was saved."""
    cell = next(cell for cell in code_of(LECTURE) if cell.id == cell_id)
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.parametrize("copies", [1, 3])
def test_gradient_length_is_that_of_the_written_loss(copies):
    torch.manual_seed(0)
    images = torch.randint(0, 256, (2, 3, 64, 96), dtype=torch.uint8)
    masks = torch.randint(0, 4, (2, 64, 96))
    masks[:, :10] = VOID
    net = speak(narrow_fcn())  # in eval mode, so that copies do not see each other
    length = functions_of(LECTURE, images=images, masks=masks, net=net)["gradient_length"]
    pixels = masks[0].numel()
    for loss, divisor in ((book_loss, pixels), (mean_loss, copies * (pixels - 960))):
        net.zero_grad()
        summed = F.cross_entropy(net(normalise(images[:1])), masks[:1], ignore_index=VOID, reduction="sum")
        (copies * summed / divisor).backward()
        truth = net.score["stride32"].weight.grad.norm().item()
        assert length(loss, copies) == pytest.approx(truth, rel=1e-4)


def test_in_band_says_inside_and_outside():
    in_band = functions_of(LECTURE)["in_band"]
    assert in_band(0.4, (0.4, 1)) == in_band(1, (0.4, 1)) == "inside the band 0.40 to 1.00"
    assert in_band(0.399, (0.4, 1)) == in_band(1.01, (0.4, 1)) == "OUTSIDE the band 0.40 to 1.00"
    assert in_band(math.nan, (0.4, 1)).startswith("OUTSIDE")


def test_every_guess_is_held_to_a_check_and_none_is_answered():
    code = "\n".join(cell.source for cell in code_of(LECTURE))
    names = re.findall(r"^(guess_\w+) = (.*?)(?:  #.*)?$", code, re.M)
    assert len(names) == 12 == len(set(names))
    for name, answer in names:
        assert "..." in answer
        assert len(re.findall(rf"check\.\w+\({name}\b", code)) == 1, name


def test_the_table_of_learning_rates_is_arithmetic():
    text = text_of(LECTURE)
    book, paper, ours = RECIPES["book"], RECIPES["paper32s"], RECIPES["minivoc"]
    assert f"{book.lr} × 32 = {book.lr * book.batch_size:g}" in text
    assert f"10⁻¹⁰ × 187 500 ≈ {paper.lr * 500 * 375:.5f}" in text and paper.loss == "total" and paper.batch_size == 1
    assert f"it acts like {paper.lr * 500 * 375 / (1 - paper.momentum):.3f}" in text
    assert f"{ours.lr}, score layers {ours.lr * ours.head_factor:g}" in text and ours.momentum == 0.9


def test_the_book_counts_void_as_background_because_its_table_holds_zeros():
    # D2L 14.9.2.1's table: a zero for each colour, then the classes' indices
    from fcn_course.data.labels import VOC_COLORMAP

    table = torch.zeros(256**3, dtype=torch.long)
    for index, (red, green, blue) in enumerate(VOC_COLORMAP):
        table[(red * 256 + green) * 256 + blue] = index
    assert table[(224 * 256 + 224) * 256 + 192] == 0
    assert "cream (224, 224, 192)" in text_of(LECTURE)


def test_bilinear_enlargement_and_its_gradient_are_two_matrices():
    # "What the loss never keeps": 21 planes of eight windows, and the same loss and gradient without them
    assert f"{21 * 8 * 320 * 480 * 4 / 1e6:.0f} MB" in text_of(LECTURE)
    torch.manual_seed(0)
    scores, masks = torch.randn(2, 21, 3, 4, requires_grad=True), torch.randint(0, 21, (2, 96, 128))
    short = enlarged_picture_losses(scores, masks, 32)
    (found,) = torch.autograd.grad(short.sum(), scores)
    long = picture_losses(F.interpolate(scores, scale_factor=32, mode="bilinear"), masks)
    (truth,) = torch.autograd.grad(long.sum(), scores)
    assert torch.allclose(short, long, rtol=1e-4) and torch.allclose(found, truth, rtol=1e-3, atol=1e-3)


def test_how_long_voc_takes_is_its_formula():
    text = text_of(LECTURE)
    windows = 1464 * 30
    assert f"{windows:,} windows" in text and f"{windows:,} windows" in printed("voc-time")
    bfloat16, float32, scoring = (windows * 0.0552 / 60, windows * 0.109 / 60, 1449 * 30 * 0.0325 / 60)
    assert f"{bfloat16:.0f} or {float32:.0f} minutes" in text and f"adds {scoring:.0f} minutes" in text
    readme = (NOTEBOOKS.parent / "tests" / "benchmarks" / "README.md").read_text()
    for line, times in (
        ("a whole epoch, per picture used, ms", "55.2"),
        ("a whole epoch, the course in float32, per picture used, ms", "109"),
        ("validation, per picture used, ms", "32.5"),
    ):
        assert re.search(rf"\| {line} \| [\d.]+ \| {times} \|", readme), line


def test_more_epochs_than_planned_let_the_rate_rise_again():
    from fcn_course.training.recipes import make_schedule

    def rates(steps):
        optimiser = make_optimiser(narrow_fcn(), RECIPES["minivoc"])
        schedule = make_schedule(optimiser, RECIPES["minivoc"], steps)
        return [schedule.lr_lambdas[0](step) for step in range(steps)]

    planned, longer = rates(300), rates(600)
    assert planned[-1] < 1e-3 < 0.4 < longer[300]


def test_the_saved_lecture_says_what_its_text_says():
    assert "The loss is 3.0445, and ln 21 is 3.0445." in printed("batch-by-hand")
    assert "['1.0', '2.0', '4.0', '8.0']" in printed("sum-or-mean")
    assert "['1.0', '1.0', '1.0', '1.0']" in printed("sum-or-mean")
    assert "pull = share - 1/21: True" in printed("first-pull")
    assert "of 8: 0" in printed("two-recipes") and "of 8: most" in printed("two-recipes")
    assert "inside the band 0.40 to 1.00" in printed("train-check") and "NO" not in printed("train-check")
    assert "files: ['last.pt', 'run.json']" in printed("stopped")
    assert "the same weights, to the last bit: True" in printed("stopped")
    assert "False" not in "".join(printed(cell.id) for cell in code_of(LECTURE) if cell.id != "loop-compared")

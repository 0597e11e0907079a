"""The clinic: its measures on masks whose answer is known, its trainings on tiny pictures, its broken lines."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from fcn_course.data.labels import VOID
from fcn_course.teaching.exercises.clinic import broken, charts, symptoms, ward
from fcn_course.teaching.exercises.clinic.diseases import AGAINST, DISEASES, HAS, LOOKS, SPEAKS
from fcn_course.training.frozen import TrunkFeatures
from fcn_course.training.recipes import Recipe


def things(*places, size=(80, 120)):
    """A mask with squares of 20 pixels, each (row, column, class), round them four pixels of void."""
    mask = torch.zeros(size, dtype=torch.long)
    for y, x, index in places:
        mask[y - 4 : y + 24, x - 4 : x + 24] = VOID
        mask[y : y + 20, x : x + 20] = index
    return mask


def without_void(mask):
    return mask.where(mask != VOID, 0)


@pytest.mark.parametrize("shift", [(0, 0), (16, 16), (-8, 4), (0, -12)])
def test_a_shift_is_found(shift):
    truth = things((30, 30, 4), (40, 80, 15))
    moved = symptoms.moved_back(without_void(truth), -shift[0], -shift[1])
    down, right, before, after = symptoms.best_shift(moved, truth)
    assert (down, right) == shift and after == 1 and (before == 1) == (shift == (0, 0))


def test_nothing_lies_nowhere_else():
    truth = things((30, 30, 4))
    assert symptoms.best_shift(torch.zeros_like(truth), truth)[:2] == (0, 0)


def test_rims_are_told_from_middles():
    truth = things((30, 30, 4))
    smaller = torch.zeros_like(truth)
    smaller[34:46, 34:46] = 4
    assert symptoms.rims([smaller], [truth]) == {
        "rim": 100,
        "line": 100,
        "middle": 0,
        "outside": 0,
        "area": 100 * 12**2 / 20**2,
    }
    larger = torch.zeros_like(truth)
    larger[22:58, 22:58] = 4
    found = symptoms.rims([larger], [truth])
    assert found["rim"] == found["line"] == found["middle"] == 0 and found["outside"] == 100
    assert found["area"] == pytest.approx(100 * (20**2 + 36**2 - 28**2) / 20**2)


def test_shares_leave_void_out():
    truth = things((30, 30, 4))
    found = symptoms.shares([truth, truth])
    assert found[4].item() == pytest.approx(400 / (80 * 120 - 28**2 + 400)) and found.sum() == 1


def test_company_matters_in_training_mode_only():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 8, 1), nn.BatchNorm2d(8), nn.Conv2d(8, 5, 1))
    images = torch.randint(256, (8, 3, 16, 16), dtype=torch.uint8) // torch.arange(1, 9).view(8, 1, 1, 1).byte()
    sick = symptoms.in_company(net.train(), images, broken.predict_masks, 2)
    healthy = symptoms.in_company(net.eval(), images, broken.predict_masks, 2)
    assert not torch.equal(sick[1], sick[2])
    assert all(torch.equal(healthy[0], mask) for mask in healthy) and healthy[0].shape == (8, 16, 16)


def test_the_broken_enlargement_is_half_a_stride_late():
    scores = torch.randn(1, 2, 5, 6, generator=torch.Generator().manual_seed(0))
    late = broken.enlarge(scores, (40, 48), stride=8)
    right = F.interpolate(scores, scale_factor=8, mode="bilinear")
    torch.testing.assert_close(late[..., 12:, 12:], right[..., 8:-4, 8:-4])


def test_the_broken_reader_takes_boats_for_persons(tmp_path):
    from tests.support.helpers import save_mask

    save_mask(tmp_path / "mask.png", np.array([[0, 4, 7, 15, 255]]))
    assert broken.read_labels(tmp_path / "mask.png").tolist() == [[0, 15, 255, 255, 255]]


def test_the_broken_crop_parts_picture_and_mask():
    image, mask = torch.arange(3 * 20 * 30).view(3, 20, 30), torch.arange(20 * 30).view(20, 30)
    pairs = [broken.crop(image, mask, (10, 12), np.random.default_rng(seed)) for seed in range(9)]
    assert all(part.shape == (3, 10, 12) and labels.shape == (10, 12) for part, labels in pairs)
    assert sum(part[0, 0, 0] == labels[0, 0] for part, labels in pairs) < 3


def windows(seed=0):
    """Features that tell each cell's class, noisily, and the masks they came from."""
    rng = torch.Generator().manual_seed(seed)
    masks = torch.randint(3, (16, 4, 6), generator=rng)
    features = {}
    for stride, channels in ((8, 128), (16, 256), (32, 512)):
        small = F.interpolate(masks[:, None].float(), (32 // stride * 4, 32 // stride * 6))[:, 0].long()
        maps = torch.rand(16, channels, *small.shape[1:], generator=rng)
        features[stride] = list((maps * 0.2 + F.one_hot(small, channels).permute(0, 3, 1, 2)).half())
    large = F.interpolate(masks[:, None].float(), (128, 192))[:, 0].to(torch.uint8)
    large[:, :2] = VOID
    return TrunkFeatures(features, list(large), 21)


def test_a_head_is_trained_alike_by_the_quick_loss_and_by_a_students():
    recipe = Recipe(batch_size=4, epochs=2)
    _, quick = ward.train(windows(), recipe)
    head, slow = ward.train_by(lambda s, m: F.cross_entropy(s, m, ignore_index=VOID), windows(), recipe)
    assert slow == pytest.approx(quick, rel=1e-3) and slow[-1] < slow[0]
    assert [mask.shape for mask in ward.predictions(head, windows())] == [(128, 192)] * 16


def test_predictions_take_an_enlargement():
    head, _ = ward.train(windows(), Recipe(batch_size=8, epochs=1), stride=32)
    sizes = []

    def enlarge(scores, size):
        sizes.append((tuple(scores.shape[2:]), size))
        return F.interpolate(scores, size=size)

    masks = ward.predictions(head, windows(), enlarge)
    assert sizes == [((4, 6), (128, 192))] * 16 and masks[0].shape == (128, 192)


def test_other_masks_keep_the_features():
    outputs = windows()
    other = ward.relabelled(outputs, [mask * 0 for mask in outputs.masks])
    assert other.features is outputs.features and not any(mask.any() for mask in other.masks)


def test_every_patient_has_one_disease_and_words_against_the_others():
    assert len(set(HAS.values())) == 6 and set(HAS.values()) < set(DISEASES) == set(LOOKS)
    assert set(SPEAKS) == set(HAS) == set(AGAINST)
    for patient, disease in HAS.items():
        assert set(AGAINST[patient]) == set(DISEASES) - {disease}


def test_the_figures_are_drawn():
    pictures = [torch.zeros(3, 80, 120, dtype=torch.uint8)] * 2
    masks = [things((30, 30, 4)), things((30, 60, 15))]
    rims = symptoms.rims(masks, masks)
    figures = [
        charts.grid(pictures, {"one": masks, "two": masks}),
        charts.losses({"a": [3.0] * 30, "b": [2.0] * 30}, {"line": 1.0}),
        charts.shifts({"a": [(0, 0), (16, 16), (16, 16)], "b": [(0, 4)]}),
        charts.table(torch.eye(21, dtype=torch.long), [0, 4], [0, 4, 15], [str(i) for i in range(21)]),
        charts.bars({"a": [1.0, 2.0]}, ["x", "y"], "percent"),
        charts.spread({"a": [rims] * 3, "b": [rims] * 3}, {key: key for key in rims}, "percent"),
    ]
    for figure in figures:
        figure.canvas.draw()
        words = " ".join(text.get_text() for axis in figure.axes for text in [axis.title, axis.xaxis.label])
        assert not any(name in words for name in ("void", "padding", "crop", "palette", "eval"))
    import matplotlib.pyplot as plt

    plt.close("all")

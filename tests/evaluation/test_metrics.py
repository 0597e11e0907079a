"""The four scores by hand and against torchmetrics."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchmetrics.classification import MulticlassAccuracy, MulticlassConfusionMatrix, MulticlassJaccardIndex

from fcn_course.evaluation.metrics import ConfusionMatrix

SCORES = ("pixel_accuracy", "mean_accuracy", "mean_iou", "frequency_weighted_iou")


def random_pair(seed, num_classes, shape=(2, 9, 11), void=0.2):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, num_classes, shape)
    pred = np.where(rng.random(shape) < 0.5, truth, rng.integers(0, num_classes, shape))
    truth[rng.random(shape) < void] = 255
    return torch.from_numpy(pred), torch.from_numpy(truth)


def test_all_four_scores_by_hand():
    truth = torch.tensor([[0, 0, 0, 0], [1, 1, 2, 255]])
    pred = torch.tensor([[0, 0, 0, 1], [1, 2, 2, 0]])
    matrix = ConfusionMatrix(3).update(pred, truth)
    assert matrix.counts.tolist() == [[3, 1, 0], [0, 1, 1], [0, 0, 1]]
    assert matrix.pixel_accuracy == pytest.approx(5 / 7)
    assert matrix.mean_accuracy == pytest.approx((3 / 4 + 1 / 2 + 1) / 3)
    assert matrix.iou_per_class.tolist() == pytest.approx([3 / 4, 1 / 3, 1 / 2])
    assert matrix.mean_iou == pytest.approx((3 / 4 + 1 / 3 + 1 / 2) / 3)
    assert matrix.frequency_weighted_iou == pytest.approx((4 * 3 / 4 + 2 * 1 / 3 + 1 / 2) / 7)
    assert matrix.scores() == {name: getattr(matrix, name) for name in SCORES}


@given(st.integers(0, 10_000), st.integers(2, 21))
def test_counts_and_iou_are_torchmetrics(seed, num_classes):
    pred, truth = random_pair(seed, num_classes)
    matrix = ConfusionMatrix(num_classes).update(pred, truth)
    theirs = MulticlassConfusionMatrix(num_classes, ignore_index=255)(pred, truth)
    assert torch.equal(matrix.counts, theirs.long())
    occurs = matrix.counts.sum(0) + matrix.counts.sum(1) > 0
    per_class = MulticlassJaccardIndex(num_classes, average="none", ignore_index=255)(pred, truth)
    torch.testing.assert_close(matrix.iou_per_class[occurs].float(), per_class[occurs], rtol=0, atol=1e-6)
    assert matrix.iou_per_class[~occurs].isnan().all()
    mean = MulticlassJaccardIndex(num_classes, average="macro", ignore_index=255)(pred, truth)
    assert matrix.mean_iou == pytest.approx(mean.item(), abs=1e-6)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(2, 21))
def test_accuracies_are_torchmetrics(seed, num_classes):
    pred, truth = random_pair(seed, num_classes)
    matrix = ConfusionMatrix(num_classes).update(pred, truth)
    overall = MulticlassAccuracy(num_classes, average="micro", ignore_index=255)(pred, truth)
    assert matrix.pixel_accuracy == pytest.approx(overall.item(), abs=1e-6)
    per_class = MulticlassAccuracy(num_classes, average="none", ignore_index=255)(pred, truth)
    # torchmetrics' own mean also holds, as 0, a class that is predicted but never true
    there = torch.bincount(truth[truth != 255], minlength=num_classes) > 0
    assert matrix.mean_accuracy == pytest.approx(per_class[there].mean().item(), abs=1e-6)


def test_where_torchmetrics_accuracy_differs_from_the_papers():
    pred, truth = torch.tensor([0, 0, 3, 3]), torch.tensor([0, 0, 0, 0])
    theirs = MulticlassAccuracy(4, average="macro", ignore_index=255)(pred, truth)
    assert theirs.item() == pytest.approx(0.25)  # (1/2 + 0) / 2: the fourth class is in it though it has no pixel
    assert ConfusionMatrix(4).update(pred, truth).mean_accuracy == 0.5


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_every_score_from_its_definition(seed, num_classes):
    # written pixel by pixel with numpy, as in the paper's section 5
    pred, truth = random_pair(seed, num_classes, (1, 5, 6))
    matrix = ConfusionMatrix(num_classes).update(pred, truth)
    p, t = pred[truth != 255].numpy(), truth[truth != 255].numpy()
    true, union = [], []
    for c in range(num_classes):
        if (t == c).any():
            true.append(((t == c) & (p == c)).sum() / (t == c).sum())
        if ((t == c) | (p == c)).any():
            union.append((((t == c) & (p == c)).sum() / ((t == c) | (p == c)).sum(), (t == c).mean()))
    assert matrix.pixel_accuracy == pytest.approx((p == t).mean(), abs=1e-12)
    assert matrix.mean_accuracy == pytest.approx(np.mean(true), abs=1e-12)
    assert matrix.mean_iou == pytest.approx(np.mean([iou for iou, _ in union]), abs=1e-12)
    assert matrix.frequency_weighted_iou == pytest.approx(sum(iou * share for iou, share in union), abs=1e-12)


@given(st.integers(0, 10_000), st.integers(1, 8))
def test_splitting_into_batches_changes_nothing(seed, parts):
    pred, truth = random_pair(seed, 5, (8, 4, 6))
    whole = ConfusionMatrix(5).update(pred, truth)
    split = ConfusionMatrix(5)
    for p, t in zip(pred.chunk(parts), truth.chunk(parts), strict=True):
        split.update(p, t)
    assert torch.equal(whole.counts, split.counts)


def test_no_digit_of_large_counts_is_lost():
    matrix = ConfusionMatrix(2)
    matrix.counts = torch.tensor([[250_000_001, 1], [2, 17]])  # float32 knows no difference between the first and 25e7
    assert matrix.pixel_accuracy == 250_000_018 / 250_000_021
    assert matrix.mean_accuracy == (250_000_001 / 250_000_002 + 17 / 19) / 2
    assert matrix.iou_per_class.dtype == torch.float64
    assert matrix.iou_per_class.tolist() == [250_000_001 / 250_000_004, 17 / 20]
    assert matrix.mean_iou == (250_000_001 / 250_000_004 + 17 / 20) / 2
    weighted = (250_000_002 * (250_000_001 / 250_000_004) + 19 * (17 / 20)) / 250_000_021
    assert matrix.frequency_weighted_iou == pytest.approx(weighted, abs=1e-15)


@given(st.integers(0, 10_000))
def test_matrices_add_up_to_that_of_both_sets(seed):
    first, second = random_pair(seed, 5), random_pair(seed + 1, 5, (3, 4, 7))
    one, other = ConfusionMatrix(5).update(*first), ConfusionMatrix(5).update(*second)
    before = one.counts.clone()
    both = one + other
    assert torch.equal(both.counts, ConfusionMatrix(5).update(*first).update(*second).counts)
    assert torch.equal(one.counts, before) and both.ignore_index == 255
    assert (ConfusionMatrix(5, ignore_index=9) + other).ignore_index == 9


def test_matrices_of_other_classes_cannot_be_added():
    with pytest.raises(
        ValueError, match="a matrix of 3 classes and one of 4 cannot be added; count both with the same"
    ):
        ConfusionMatrix(3) + ConfusionMatrix(4)


def test_scores_of_the_whole_set_are_not_the_mean_of_the_pictures():
    pred, truth = torch.tensor([[[0, 0, 0, 0]], [[0, 0, 0, 1]]]), torch.tensor([[[0, 0, 0, 0]], [[1, 1, 0, 1]]])
    whole = ConfusionMatrix(2).update(pred, truth).mean_iou
    single = [ConfusionMatrix(2).update(p, t).mean_iou for p, t in zip(pred, truth, strict=True)]
    assert whole == pytest.approx((5 / 7 + 1 / 3) / 2)
    assert abs(whole - sum(single) / 2) > 0.1


def test_a_class_that_never_occurs_is_left_out():
    pred, truth = torch.tensor([[0, 1], [1, 1]]), torch.tensor([[0, 1], [1, 0]])
    two, many = ConfusionMatrix(2).update(pred, truth), ConfusionMatrix(21).update(pred, truth)
    assert two.scores() == many.scores()
    assert many.iou_per_class.isnan().sum() == 19


def test_a_class_that_is_only_predicted_counts_in_the_iou_but_not_in_the_accuracy():
    matrix = ConfusionMatrix(4).update(torch.tensor([0, 0, 3, 3]), torch.tensor([0, 0, 0, 0]))
    assert matrix.mean_accuracy == pytest.approx(0.5)
    assert matrix.mean_iou == pytest.approx((0.5 + 0) / 2)
    assert matrix.frequency_weighted_iou == pytest.approx(0.5)


def test_what_is_predicted_on_void_does_not_count():
    truth = torch.tensor([0, 1, 255, 255])
    one = ConfusionMatrix(2).update(torch.tensor([0, 1, 0, 0]), truth)
    other = ConfusionMatrix(2).update(torch.tensor([0, 1, 1, 200]), truth)
    assert torch.equal(one.counts, other.counts) and one.mean_iou == 1


@pytest.mark.parametrize("pictures", [0, 1])
def test_without_a_counted_pixel_every_score_is_nan(pictures):
    matrix = ConfusionMatrix(3)
    for _ in range(pictures):
        matrix.update(torch.zeros(4, 4), torch.full((4, 4), 255))
    assert all(math.isnan(value) for value in matrix.scores().values())
    assert matrix.iou_per_class.isnan().all()


def test_one_class_alone():
    matrix = ConfusionMatrix(1).update(torch.zeros(3, 3, dtype=torch.long), torch.zeros(3, 3, dtype=torch.long))
    assert set(matrix.scores().values()) == {1.0}


def test_small_integer_types_do_not_overflow():
    # 20 * 21 + 20 does not fit into the uint8 in which masks are stored
    full = torch.full((4, 4), 20, dtype=torch.uint8)
    assert ConfusionMatrix(21).update(full, full).counts[20, 20] == 16


def test_numpy_masks_and_another_void():
    pred, truth = np.array([[0, 1]]), np.array([[0, 9]])
    assert ConfusionMatrix(2, ignore_index=9).update(pred, truth).counts.tolist() == [[1, 0], [0, 0]]


@given(st.integers(0, 10_000))
def test_the_background_floor_is_the_score_of_saying_background_everywhere(seed):
    pred, truth = random_pair(seed, 5)
    floor = ConfusionMatrix(5).update(pred, truth).background_floor()
    assert torch.equal(floor.counts, ConfusionMatrix(5).update(torch.zeros_like(pred), truth).counts)


def test_the_floor_of_73_percent_background_in_21_classes_is_3_5_percent():
    truth = torch.arange(100).clamp(min=72) - 72  # 73 pixels of background, then one or two of every class
    truth = torch.cat([truth[:93], truth[73:93]])
    floor = ConfusionMatrix(21).update(truth, truth).background_floor()
    assert floor.mean_iou == pytest.approx(floor.pixel_accuracy / 21)


def test_shapes_that_differ_are_told_with_the_remedy():
    with pytest.raises(ValueError, match=r"\(2, 3\).*\(2, 4\).*argmax"):
        ConfusionMatrix(3).update(torch.zeros(2, 3), torch.zeros(2, 4))


@pytest.mark.parametrize(
    "pred, truth, message",
    [
        ([0, 3], [0, 0], "the prediction holds 3, which is no class: 3 classes run from 0 to 2"),
        ([0, 255], [0, 0], "the prediction holds 255"),
        ([0, 0], [0, 7], "the truth holds 7"),
        ([0, 0], [0, -1], "the truth holds -1"),
        ([-1, 0], [0, 0], "the prediction holds -1"),
    ],
)
def test_an_index_that_is_no_class_is_told_and_nothing_is_counted(pred, truth, message):
    matrix = ConfusionMatrix(3).update(*random_pair(0, 3))
    before = matrix.counts.clone()
    with pytest.raises(ValueError, match=message) as told:
        matrix.update(torch.tensor(pred), torch.tensor(truth))
    assert str(told.value).endswith("3 classes run from 0 to 2, and void is 255 in the truth only")
    assert "\n" not in str(told.value)
    assert torch.equal(matrix.counts, before)


def test_one_wrong_pixel_among_many_is_found_and_named():
    pred, truth = random_pair(1, 21, (2, 300, 400))
    matrix = ConfusionMatrix(21)
    wrong = pred.clone()
    wrong[truth == 255] = 77  # on void it is no mistake
    wrong[1, 200, 300], truth[1, 200, 300] = 99, 4
    with pytest.raises(ValueError, match="the prediction holds 99, which is no class"):
        matrix.update(wrong, truth)
    truth[0, 7, 8], pred[0, 7, 8] = 33, 4
    with pytest.raises(ValueError, match="the truth holds 33, which is no class"):
        matrix.update(pred, truth)
    assert matrix.counts.sum() == 0


def test_where_both_are_wrong_one_message_names_the_prediction():
    with pytest.raises(ValueError, match="the prediction holds 8, which is no class") as told:
        ConfusionMatrix(3).update(torch.tensor([0, 8]), torch.tensor([7, 0]))
    assert "truth holds" not in str(told.value)


@pytest.mark.parametrize("pred", [[0, 1.0, float("nan")], [0, 1, float("inf")], [0, 1, -2.5]])
def test_a_prediction_that_is_no_number_of_a_class_is_told(pred):
    matrix = ConfusionMatrix(3)
    with pytest.raises(ValueError, match=f"the prediction holds {pred[2]}, which is no class"):
        matrix.update(torch.tensor(pred), torch.tensor([0, 1, 1]))
    assert matrix.counts.sum() == 0


@given(st.integers(0, 10_000), st.sampled_from(["uint8", "int16", "int32", "float32", "float64"]), st.booleans())
def test_indices_of_every_number_format_count_alike(seed, dtype, transposed):
    pred, truth = random_pair(seed, 21)
    matrix = ConfusionMatrix(21).update(pred, truth)
    dtype = getattr(torch, dtype)
    pred, truth = pred.to(dtype), truth.to(dtype)
    if transposed:  # as planes that lie in memory in another order
        pred, truth = pred.mT.contiguous().mT, truth.mT.contiguous().mT
    before = pred.clone(), truth.clone()
    assert torch.equal(ConfusionMatrix(21).update(pred, truth).counts, matrix.counts)
    assert torch.equal(pred, before[0]) and torch.equal(truth, before[1])


def test_yes_and_no_are_two_classes():
    pred, truth = torch.tensor([True, False, True, True]), torch.tensor([True, True, False, True])
    assert ConfusionMatrix(2).update(pred, truth).counts.tolist() == [[0, 1], [1, 2]]


def test_void_may_be_one_of_the_classes():
    pred, truth = torch.tensor([0, 1, 2]), torch.tensor([0, 1, 1])
    assert ConfusionMatrix(3, ignore_index=0).update(pred, truth).counts.tolist() == [[0, 0, 0], [0, 1, 1], [0, 0, 0]]


def test_nothing_to_count_counts_nothing():
    assert ConfusionMatrix(3).update(torch.zeros(0, 5), torch.zeros(0, 5)).counts.sum() == 0


def test_no_classes_are_told():
    with pytest.raises(ValueError, match="num_classes must be at least 1, got 0"):
        ConfusionMatrix(0)


@pytest.mark.parametrize("void", [-1, 300])
def test_a_void_that_a_byte_cannot_hold(void):
    truth = torch.tensor([0, 1, 1, 0], dtype=torch.uint8)
    matrix = ConfusionMatrix(2, ignore_index=void).update(torch.tensor([0, 1, 0, 0], dtype=torch.uint8), truth)
    assert matrix.counts.tolist() == [[2, 0], [1, 1]]

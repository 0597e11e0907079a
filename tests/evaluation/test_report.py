"""A report's numbers against torchmetrics, scipy and cases by hand; its files against the numbers."""

import csv
import io
import math
import re
import warnings
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage
from torch import nn
from torch.utils.data import Subset
from torchmetrics.classification import MulticlassAccuracy, MulticlassConfusionMatrix, MulticlassJaccardIndex

from fcn_course.data.labels import VOC_CLASSES, VOID
from fcn_course.data.voc import VOCSegmentation
from fcn_course.evaluation.report import Report, like_paper, make_report, report_text, write_report
from fcn_course.evaluation.report.gallery import chosen
from fcn_course.evaluation.report.objects import FoundObject, by_size, found_objects
from fcn_course.evaluation.report.page import percent
from fcn_course.evaluation.report.tables import Table, as_text, class_table, object_table, remarks, score_table, shown
from fcn_course.evaluation.scoring import evaluate
from fcn_course.prediction.inference import predict
from tests.support.full_disk import room_for
from tests.support.helpers import make_voc, narrow_fcn, shapes_picture, speak

QUIET = {"device": "cpu", "progress": False}
ABOUT = {"Net": "a net", "Data": "some pictures"}


def random_masks(seed, classes=5, number=6):
    """Pairs (prediction, truth) of many sizes: blobs with void round them, and a prediction that is partly right."""
    rng = np.random.default_rng(seed)
    for _ in range(number):
        size = tuple(rng.integers(20, 60, 2))
        truth = np.zeros(size, np.int64)
        for _ in range(rng.integers(1, 5)):
            y, x, h, w = (*rng.integers(0, size), *rng.integers(4, 25, 2))
            truth[y : y + h, x : x + w] = VOID
            truth[y + 1 : y + h - 1, x + 1 : x + w - 1] = rng.integers(1, classes)
        pred = np.where(truth == VOID, 0, np.roll(truth, rng.integers(-4, 5, 2), (0, 1)))
        pred[pred == VOID] = rng.integers(0, classes)
        yield torch.from_numpy(pred), torch.from_numpy(truth)


def report_of(pairs, classes=5, band=3):
    names = tuple(f"class {index}" for index in range(classes))
    report = Report(names, band)
    for index, (pred, truth) in enumerate(pairs):
        report.add(f"p{index}", pred, truth)
    return report


def flat(pairs, keep=lambda truth: torch.ones_like(truth, dtype=torch.bool)):
    """All kept pixels of all pictures in one row each."""
    kept = [(pred[keep(truth)], truth[keep(truth)]) for pred, truth in pairs]
    return torch.cat([pred for pred, _ in kept]), torch.cat([truth for _, truth in kept])


@pytest.fixture
def net():
    return speak(narrow_fcn(stride=8), spread=1.0)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Twelve pictures of three sizes, four classes; the first is all void."""
    rng = np.random.default_rng(3)
    val = {f"a{n:02d}": shapes_picture(rng, [(48, 64), (61, 45), (40, 40)][n % 3]) for n in range(12)}
    val["a00"][1][:] = VOID
    folder = make_voc(tmp_path_factory.mktemp("pictures") / "VOC2012", val=val)
    return VOCSegmentation(folder, "val", ("background", "square", "disc", "bar"))


@pytest.fixture(scope="module")
def report(pictures):
    return make_report(speak(narrow_fcn(stride=8), spread=1.0), pictures, **QUIET)


@pytest.mark.parametrize("seed", range(5))
def test_the_scores_of_the_set_are_torchmetrics_over_all_its_pixels(seed):
    pairs = list(random_masks(seed))
    report, (pred, truth) = report_of(pairs), flat(pairs)
    assert torch.equal(report.matrix.counts, MulticlassConfusionMatrix(5, ignore_index=255)(pred, truth))
    iou = MulticlassJaccardIndex(5, ignore_index=255)(pred, truth)  # leaves absent classes out, as we do
    assert report.matrix.mean_iou == pytest.approx(iou.item(), abs=1e-6)
    accuracy = MulticlassAccuracy(5, average="micro", ignore_index=255)(pred, truth)
    assert report.matrix.pixel_accuracy == pytest.approx(accuracy.item(), abs=1e-6)
    assert abs(report.matrix.mean_iou - np.mean([picture.mean_iou for picture in report.pictures])) > 0.01


@pytest.mark.parametrize("seed", range(3))
def test_near_and_away_are_the_pixels_inside_and_outside_the_band(seed):
    def in_band(truth):
        size = 2 * 3 + 1
        differs = ndimage.maximum_filter(truth, size) != ndimage.minimum_filter(truth, size)
        return torch.from_numpy(differs & (truth != VOID).numpy())

    pairs = list(random_masks(seed))
    report, theirs = report_of(pairs, band=3), MulticlassConfusionMatrix(5, ignore_index=255)
    assert torch.equal(report.near.counts, theirs(*flat(pairs, in_band)))
    assert torch.equal(report.away.counts, theirs(*flat(pairs, lambda truth: ~in_band(truth))))
    assert report.near.counts.sum() and report.away.counts.sum()
    assert report_of(pairs, band=30).near.counts.sum() > report.near.counts.sum()


def test_a_band_by_hand():
    truth = torch.tensor([[0, 0, 0, 0, 1, 1, 1, 1]])
    report = report_of([(torch.tensor([[1, 0, 0, 1, 1, 0, 1, 1]]), truth)], 2, 2)
    assert report.near.counts.tolist() == [[1, 1], [1, 1]]
    assert report.away.counts.tolist() == [[1, 1], [0, 2]]
    assert report.matrix.scores()["pixel_accuracy"] == 5 / 8
    rows = {row[0]: row[1:] for row in score_table(report).rows if not row[0].startswith(" ")}
    assert rows["within 2 px of an outline"][:2] == (4, 0.5) and rows["further away"][:2] == (4, 0.75)


def test_void_is_not_counted_anywhere_but_in_the_books_accuracy():
    truth = torch.zeros(330, 490, dtype=torch.long)
    truth[:, 245:] = VOID
    right, wrong = torch.zeros_like(truth), torch.where(truth == VOID, 1, 0)
    clean, dirty = report_of([(right, truth)]), report_of([(wrong, truth)])
    assert torch.equal(clean.matrix.counts, dirty.matrix.counts) and clean.matrix.counts.sum() == 330 * 245
    assert dirty.pictures[0].pixel_accuracy == 1 and dirty.objects == []
    assert (clean.book.accuracy, dirty.book.accuracy, dirty.book.floor) == (1, 0.5, 1)


def test_the_books_accuracy_by_hand():
    truth = torch.zeros(324, 482, dtype=torch.long)
    truth[100:200, 100:200] = 1
    truth[50:60, 50:60] = VOID  # 100 pixels that the book takes for background
    pred = torch.zeros_like(truth)
    pred[0], pred[:, 0] = 1, 1  # outside the central window
    pred[100:150, 100:200] = 1
    pred[50:55, 50:60] = 1
    report = report_of([(pred, truth), (pred[:319], truth[:319]), (pred[:, :479], truth[:, :479])], 2)
    assert report.book.pictures == 1 and report.book.pixels == 320 * 480
    assert report.book.accuracy == (320 * 480 - 5000 - 50) / (320 * 480)
    assert report.book.floor == (320 * 480 - 10000) / (320 * 480)
    text = " ".join(report_text(report, ABOUT).split())
    assert "2 of 3 pictures are smaller and dropped" in text


def test_without_a_picture_of_the_books_size_there_is_no_such_number(report):
    assert report.book.pictures == 0 and math.isnan(report.book.accuracy) and math.isnan(report.book.floor)
    assert "central window, 320 x 480         0         —                      —" in report_text(report, ABOUT)


def slow_regions(truth):
    """Connected regions with eight neighbours by flooding: (class, set of pixels)."""
    left = {tuple(place) for place in np.argwhere((truth != 0) & (truth != VOID)).tolist()}
    while left:
        start = left.pop()
        region, edge = {start}, [start]
        while edge:
            y, x = edge.pop()
            around = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            more = {place for place in around if truth[place] == truth[start]}
            left, region, edge = left - more, region | more, edge + sorted(more)
        yield int(truth[start]), region


@given(st.integers(0, 10_000))
def test_regions_are_what_flooding_finds(seed):
    rng = np.random.default_rng(seed)
    truth, pred = (rng.choice([0, 0, 0, 1, 2, VOID], (9, 12)) for _ in range(2))
    slow = [(label, len(r), sum(pred[place] == label for place in r)) for label, r in slow_regions(truth)]
    assert sorted(found_objects(pred, truth)) == sorted(FoundObject(*o) for o in slow)


def test_objects_from_a_file_by_hand():
    #                  two cows that touch      void      mostly class 2   a part of none
    truth = np.array([[3, 3, 3, 3, 3, 0, VOID, VOID, 0, 2, 2, 1, 0, 1, 1]])
    numbers = np.array([[1, 1, 2, 2, 2, 0, 9, 9, 0, 7, 7, 7, 0, VOID, 0]])
    pred = np.array([[3, 0, 3, 3, 0, 0, 3, 3, 0, 2, 1, 1, 0, 1, 1]])
    assert sorted(found_objects(pred, truth, numbers)) == [
        FoundObject(2, 2, 1),
        FoundObject(3, 2, 1),
        FoundObject(3, 3, 2),
    ]
    assert sorted(found_objects(pred, truth)) == [
        FoundObject(1, 1, 1),
        FoundObject(1, 2, 2),
        FoundObject(2, 2, 1),
        FoundObject(3, 5, 3),
    ]


def test_an_object_that_is_mostly_background_is_passed_over():
    truth, numbers = np.array([[0, 0, 0, 4]]), np.array([[6, 6, 6, 6]])
    assert found_objects(truth, truth, numbers) == []


def test_sizes_are_cocos():
    objects = [FoundObject(1, area, area // 2) for area in (1, 1023, 1024, 9215, 9216, 50_000)]
    scores = by_size(objects)
    assert [scores[size].number for size in ("small", "medium", "large", "all")] == [2, 2, 2, 6]
    assert scores["small"].pixels == 1024 and scores["small"].pooled == 511 / 1024
    assert scores["small"].mean == (0 / 1 + 511 / 1023) / 2
    assert scores["all"].pooled == sum(o.found for o in objects) / sum(o.area for o in objects)


def test_where_there_is_no_object_there_is_no_share():
    with warnings.catch_warnings(action="error"):
        scores = by_size([])
    assert all(s.number == 0 and math.isnan(s.pooled) and math.isnan(s.mean) for s in scores.values())


def test_objects_come_from_the_folder_where_it_has_them(tmp_path, net):
    rng = np.random.default_rng(0)
    folder = make_voc(tmp_path, val={name: shapes_picture(rng) for name in ("a", "b", "c")})
    data = VOCSegmentation(folder, "val", tuple("wxyz"))
    assert "connected regions" in object_table(make_report(net, data, **QUIET)).note
    (folder / "SegmentationObject").mkdir()
    for name in "abc":
        with Image.open(folder / "SegmentationClass" / f"{name}.png") as file:
            numbers, palette = np.array(file), file.getpalette()
        halves = np.where(np.arange(numbers.shape[1]) < np.argwhere(numbers % VOID)[:, 1].mean(), 1, 2)
        out = Image.fromarray(np.where(numbers % VOID, halves, numbers).astype(np.uint8))
        out.putpalette(palette)
        out.save(folder / "SegmentationObject" / f"{name}.png")
        report = make_report(net, data, **QUIET)
        assert report.numbered == "abc".index(name) + 1
        assert len(report.objects) == 3 + report.numbered
        note = object_table(report).note
        assert ("those of SegmentationObject." in note) == (name == "c")
        assert (f"in {report.numbered} of 3 pictures, else regions" in note) == (name != "c")


def test_it_counts_what_evaluate_counts_and_keeps_what_was_predicted(net, pictures, report):
    assert torch.equal(report.matrix.counts, evaluate(net, pictures, precision="float32", **QUIET).counts)
    assert [picture.name for picture in report.pictures] == pictures.names
    for index, picture in enumerate(report.pictures):
        pred, truth = predict(net, pictures[index][0], device="cpu"), pictures[index][1]
        assert picture.size == tuple(truth.shape) == picture.prediction.shape
        assert (picture.prediction != pred.numpy()).mean() < 0.01  # planes may lie in memory in another order
        matrix = MulticlassConfusionMatrix(4, ignore_index=255)(torch.tensor(picture.prediction), truth)
        assert picture.pixels == matrix.sum()
        if picture.pixels:
            iou = MulticlassJaccardIndex(4, ignore_index=255)(torch.tensor(picture.prediction), truth)
            assert picture.mean_iou == pytest.approx(iou.item(), abs=1e-6)


def test_a_net_that_was_being_trained_is_scored_as_it_predicts(pictures, report):
    net = speak(narrow_fcn(stride=8), spread=1.0).train()
    assert torch.equal(make_report(net, pictures, **QUIET).matrix.counts, report.matrix.counts)
    assert not net.training


def test_a_precision_that_is_none_is_told(net, pictures):
    with pytest.raises(ValueError, match=r'precision must be "auto", "float32" or "bfloat16", got .half.'):
        make_report(net, pictures, precision="half", **QUIET)


def test_any_net_and_any_data_set_will_do(pictures):
    class Foreign(nn.Module):
        num_classes = 3

        def forward(self, x):
            return torch.stack([x[:, 0] * 0, x[:, 0], x[:, 1]], 1)  # (N, 3, H, W)

    some = Subset(pictures, [4, 7])
    with pytest.raises(ValueError, match="the truth holds 3, which is no class: 3 classes"):
        make_report(Foreign(), Subset(pictures, range(12)), **QUIET)
    report = make_report(Foreign(), [(image, mask.clamp(max=2)) for image, mask in some], **QUIET)
    assert report.classes == ("background", "class 1", "class 2")
    assert [picture.name for picture in report.pictures] == ["picture 0", "picture 1"]
    assert report.numbered == 0 and report.notes == []


def test_names_of_the_classes_are_the_nets_or_else_the_data_sets(net, pictures):
    bare = nn.Conv2d(3, 4, 1)
    bare.num_classes = 4
    for nameless in (bare, net):
        report = make_report(nameless, pictures, **QUIET)
        assert report.classes == ("background", "square", "disc", "bar") and not report.notes
    net.classes = ("background", "square", "disk", "bar")
    report = make_report(net, pictures, **QUIET)
    assert report.classes == net.classes
    assert "name 1 of 4 classes differently, the first being 2: 'disk' and 'disc'" in report.notes[0]
    assert " ".join(report.notes[0].split()) in " ".join(report_text(report, ABOUT).split())


def test_other_classes_are_told(pictures):
    bare = nn.Conv2d(3, 21, 1)
    bare.num_classes = 21
    with pytest.raises(
        ValueError, match=r"tells 21 classes apart and the data set has 4 \(background, square, disc,.*"
    ) as told:
        make_report(bare, pictures, **QUIET)
    assert "--classes" in str(told.value)


def test_a_picture_that_is_listed_twice_is_told(net, pictures):
    data = VOCSegmentation(pictures.folder, "val", pictures.classes, ["a01", "a02", "a01"])
    with pytest.raises(ValueError, match=r"a01 is listed twice \(1 such\); each picture is scored once"):
        make_report(net, data, **QUIET)


def test_a_band_without_width_is_told(net, pictures):
    with pytest.raises(ValueError, match="a band of 0 pixels is empty"):
        make_report(net, pictures, band=0, **QUIET)


def test_absent_classes_are_left_out_of_the_means_and_shown_as_a_dash():
    truth = torch.tensor([[0, 0, 1, 1, 1, 1]])
    report = report_of([(torch.tensor([[0, 0, 1, 1, 2, 0]]), truth)], 5)
    assert report.matrix.mean_iou == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    rows = {row[0]: [shown(cell) for cell in row[1:]] for row in class_table(report).rows}
    assert rows["class 0"] == ["0.6667", "1.0000", "0.6667", "2", "3", "2"]
    assert rows["class 1"] == ["0.5000", "0.5000", "1.0000", "4", "2", "2"]
    assert rows["class 2"] == ["0.0000", "—", "0.0000", "0", "1", "0"]
    assert rows["class 3"] == rows["class 4"] == ["—", "—", "—", "0", "0", "0"]


def test_pictures_that_are_all_void_count_nothing_and_are_named(report, pictures):
    assert report.void_pictures == ["a00"]
    assert report.pictures[0].pixels == 0 and math.isnan(report.pictures[0].mean_iou)
    assert remarks(report)[-1] == "1 of 12 pictures are void all over and count nothing: a00."
    assert not any(0 in indices for indices in chosen(report.pictures).values())
    many = report_of([(torch.zeros(2, 2).long(), torch.full((2, 2), v)) for v in [0] + [VOID] * 13])
    assert remarks(many)[-1].endswith("count nothing: " + ", ".join(f"p{n}" for n in range(1, 11)) + " and 3 more.")


@pytest.mark.fault("a report is asked for on a set in which all is void", "refused: no pixel is judged")
def test_a_set_that_is_all_void_is_refused_and_its_counts_make_no_noise(tmp_path, net):
    rng = np.random.default_rng(1)
    val = {name: shapes_picture(rng) for name in "ab"}
    for _, mask in val.values():
        mask[:] = VOID
    data = VOCSegmentation(make_voc(tmp_path / "data", val=val), "val", tuple("wxyz"))
    with warnings.catch_warnings(action="error"):
        with pytest.raises(ValueError, match="no pixel of the split val is judged: its 2 masks hold nothing but void"):
            make_report(net, data, **QUIET)
        report = Report(data.classes)
        for name, (_, mask) in zip(data.names, data, strict=True):
            report.add(name, torch.zeros_like(mask), mask)
        text = write_report(report, data, tmp_path / "out", ABOUT, like_paper(report, "void"))
    assert all(math.isnan(value) for value in report.matrix.scores().values())
    assert "Every pixel of this set is void, so nothing was scored" in text
    assert "Every pixel of this set is void" in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "nan" not in text.lower()
    assert "nan" not in (tmp_path / "out" / "scores.csv").read_text().lower()


@pytest.mark.fault("a report is made of masks of 0 and 255 alone", "noted: one class is all that is judged")
def test_masks_of_0_and_255_alone_are_noted(tmp_path, net):
    val = {name: shapes_picture(np.random.default_rng(2)) for name in "ab"}
    for _, mask in val.values():
        mask[mask > 0] = VOID
    data = VOCSegmentation(make_voc(tmp_path / "data", val=val), "val", tuple("wxyz"))
    (note,) = [note for note in make_report(net, data, **QUIET).notes if "judged" in note]
    assert note.startswith("All that is judged in the split val is w (index 0), so a net that says nothing else gets")
    assert "write 1 in its place" in note and str(tmp_path) not in note


def test_one_class_alone(tmp_path):
    net = nn.Conv2d(3, 1, 1)
    net.num_classes = 1
    image, mask = shapes_picture(np.random.default_rng(1))
    data = VOCSegmentation(make_voc(tmp_path, val={"a": (image, mask % 2 * 0)}), "val", ("stuff",))
    with warnings.catch_warnings(action="error"):
        report = make_report(net, data, **QUIET)
        text = write_report(report, data, tmp_path / "out", ABOUT)
    assert set(report.matrix.scores().values()) == {1.0} and "stuff" in text


@given(st.lists(st.one_of(st.just(float("nan")), st.sampled_from([0.1, 0.5, 0.9])), max_size=30))
def test_shown_are_the_best_the_middle_and_the_worst(scores):
    class P:
        def __init__(self, mean_iou):
            self.mean_iou = mean_iou

    groups = chosen([P(score) for score in scores])
    shown_ = [index for indices in groups.values() for index in indices]
    rated = sorted((s for s in scores if s == s), reverse=True)
    assert len(set(shown_)) == len(shown_) == min(9, len(rated))
    best, middle, worst = ([scores[i] for i in groups[name]] for name in ("best", "middle", "worst"))
    assert best == rated[: len(best)] and worst == rated[len(rated) - len(worst) :]
    assert max(map(len, groups.values())) <= 3
    if len(rated) >= 3:
        assert best and middle and worst and best[-1] >= middle[0] and middle[-1] >= worst[0]
    if len(rated) >= 9:
        assert middle in (rated[start : start + 3] for start in ((len(rated) - 3) // 2, (len(rated) - 2) // 2))


def rows_of(path):
    return list(csv.reader(io.StringIO(path.read_text("utf-8"))))


@pytest.fixture(scope="module")
def written(report, pictures, tmp_path_factory):
    out = tmp_path_factory.mktemp("written") / "deep" / "out"
    text = write_report(report, pictures, out, ABOUT, like_paper(report, "some pictures"))
    assert text == (out / "report.txt").read_text("utf-8")
    return out


def test_the_files_hold_the_numbers(report, written):
    assert {path.name for path in written.iterdir()} == {
        "report.txt",
        "report.html",
        "scores.csv",
        "per_class.csv",
        "per_picture.csv",
        "confusion.csv",
    }
    confusion = rows_of(written / "confusion.csv")
    assert confusion[0][1:] == list(report.classes) == [row[0] for row in confusion[1:]]
    assert [[int(cell) for cell in row[1:]] for row in confusion[1:]] == report.matrix.counts.tolist()

    scores = {(part, name): (value, floor) for part, name, value, floor in rows_of(written / "scores.csv")[1:]}
    for part, matrix in (("all", report.matrix), ("near_outlines", report.near), ("away", report.away)):
        for name, value in matrix.scores().items():
            told = f"{value:.6f}", f"{matrix.background_floor().scores()[name]:.6f}"
            assert scores[part, name] == told
    assert scores["book", "pictures"] == ("0", "") and scores["book", "pixel_accuracy"] == ("", "")
    assert scores["objects_all", "number"][0] == str(len(report.objects))

    per_class = rows_of(written / "per_class.csv")
    assert [row[0] for row in per_class[1:]] == list(report.classes)
    for row, iou, true in zip(per_class[1:], report.matrix.iou_per_class, report.matrix.counts.sum(1), strict=True):
        assert float(row[1]) == pytest.approx(iou.item(), abs=1e-6) and int(row[4]) == true

    per_picture = rows_of(written / "per_picture.csv")
    assert per_picture[0] == ["name", "height", "width", "pixels", "mean_iou", "pixel_accuracy"]
    assert per_picture[1] == ["a00", "48", "64", "0", "", ""]
    for row, picture in zip(per_picture[2:], report.pictures[1:], strict=True):
        assert row[:4] == [picture.name, *map(str, picture.size), str(picture.pixels)]
        assert float(row[4]) == pytest.approx(picture.mean_iou, abs=1e-6)


def test_the_text_holds_the_scores_and_the_floor_beside_each(report, written):
    lines = (written / "report.txt").read_text("utf-8").splitlines()
    for index, matrix in enumerate((report.matrix, report.near, report.away)):
        start = next(i for i, line in enumerate(lines) if line.startswith("all pixels")) + 2 * index
        for line, scores in ((lines[start], matrix), (lines[start + 1], matrix.background_floor())):
            assert line.split()[-4:] == [f"{value:.4f}" for value in scores.scores().values()]
        assert lines[start + 1].strip().startswith("background everywhere")
    assert not any(line != line.rstrip() for line in lines)


class Page(HTMLParser):
    """What a page holds: tags with their attributes, and its words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def test_the_page_is_one_file_that_needs_nothing_else(written):
    text = (written / "report.html").read_text("utf-8")
    page = Page(text)
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert all(attrs["src"].startswith("data:image/jpeg;base64,") for attrs in page.all("img"))
    assert "http" not in text and "url(" not in text and "@import" not in text
    assert not any("href" in attrs or "onclick" in attrs for _, attrs in page.tags)
    assert "prefers-color-scheme: dark" in text and page.all("html")[0]["lang"] == "en"
    assert any(attrs.get("name") == "viewport" for attrs in page.all("meta"))
    assert len(text) < 1_000_000


def test_the_page_shows_scores_matrix_and_pictures_to_all_readers(report, written):
    page = Page((written / "report.html").read_text("utf-8"))
    assert len(page.all("img")) == 27
    assert len({attrs["alt"] for attrs in page.all("img")}) == 27 and all(attrs["alt"] for attrs in page.all("img"))
    assert all(attrs.get("scope") in ("row", "col") for attrs in page.all("th")) and len(page.all("th")) > 30
    assert len(page.all("caption")) == len(page.all("table")) == 7
    for value in report.matrix.scores().values():
        assert f"{value:.4f}" in page.words
    counts = report.matrix.counts
    for row in range(4):
        for column in range(4):
            cells = [
                a for a in page.all("td") if a.get("title") == f"{report.classes[row]} called {report.classes[column]}"
            ]
            assert len(cells) == bool(counts[row, column])
    assert [attrs.get("class") for attrs in page.all("td")].count("right") == 4
    assert "a00" in page.words  # the void one, in the remarks only
    assert not any("a00" in attrs["alt"] for attrs in page.all("img"))
    best = max((p for p in report.pictures if p.pixels), key=lambda p: p.mean_iou)
    assert page.all("img")[0]["alt"].startswith(best.name)


def test_names_with_markup_do_no_harm(net, tmp_path):
    name, classes = "a<b>&'c", ("back&ground", "<script>alert(1)</script>", '"disc"', "bar")
    picture = shapes_picture(np.random.default_rng(2))
    data = VOCSegmentation(make_voc(tmp_path / "data", val={name: picture}), "val", classes)
    net.classes = classes
    write_report(
        make_report(net, data, **QUIET), data, tmp_path / "out", {"Net": "<i>"}, [Table("<u>", ("<s>",), [("<q>",)])]
    )
    page = Page((tmp_path / "out" / "report.html").read_text("utf-8"))
    assert not {"script", "b", "i", "u", "s", "q"} & {tag for tag, _ in page.tags}
    assert all(word in page.words for word in (name, *classes, "<i>", "<u>", "<s>", "<q>"))
    assert any(name in attrs["alt"] for attrs in page.all("img"))
    assert [row[0] for row in rows_of(tmp_path / "out" / "confusion.csv")[1:]] == list(classes)


def test_large_photographs_are_shown_smaller(net, tmp_path):
    rng = np.random.default_rng(2)
    picture = rng.integers(0, 256, (400, 1100, 3), np.uint8), rng.integers(0, 4, (400, 1100), np.uint8)
    data = VOCSegmentation(make_voc(tmp_path / "data", val={"a": picture}), "val", tuple("wxyz"))
    write_report(make_report(net, data, **QUIET), data, tmp_path / "out", ABOUT)
    page = Page((tmp_path / "out" / "report.html").read_text("utf-8"))
    assert {(attrs["width"], attrs["height"]) for attrs in page.all("img")} == {("500", "182")}


def test_two_runs_write_the_same_bytes(net, pictures, written, tmp_path):
    again = make_report(net, pictures, **QUIET)
    write_report(again, pictures, tmp_path, ABOUT, like_paper(again, "some pictures"))
    for path in written.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    "share, letters",
    [(None, "—"), (0, ""), (1e-9, "<1"), (0.005, "<1"), (0.006, "1"), (0.126, "13"), (0.996, ">99"), (1, "100")],
)
def test_shares_in_few_letters(share, letters):
    assert percent(share) == letters


def test_a_table_in_letters():
    table = Table("Things", ("name", "number", "share"), [("a", 1234, 0.5), ("longer", 7, float("nan"))], "A note.")
    assert as_text(table).splitlines() == [
        "Things",
        "",
        "name    number   share",
        "----------------------",
        "a        1,234  0.5000",
        "longer       7       —",
        "A note.",
    ]


def lines_of(report, **options):
    protocol, numbers = like_paper(report, options.pop("data", "voc2012, split val"), **options)
    return {row[0]: row for row in protocol.rows}, {row[0]: row for row in numbers.rows}


def test_the_papers_protocol_beside_another(report):
    lines, numbers = lines_of(report, data="minivoc, split val")
    assert {name: row[3] for name, row in lines.items()} == {
        "training": "unknown",
        "pictures": "different",
        "how many": "different",
        "of them in SBD train": "unknown",
        "classes": "different",
        "pictures are": "same",
        "scales and flips": "same",
        "void": "same",
        "scores from": "same",
        "numbers": "same",
    }
    assert all(row[4] for row in lines.values() if row[3] == "unknown")  # what the reader should check
    assert lines["how many"][1:3] == ("736", "12") and "8,498" in lines["training"][1]
    assert numbers["FCN-32s, published"][1:] == (89.1, 73.3, 59.4, 81.4)
    assert numbers["FCN-16s, published"][1:] == (90.0, 75.7, 62.4, 83.0)
    assert numbers["FCN-8s, published"][1:] == (90.3, 75.9, 62.7, 83.2)
    assert numbers["this evaluation"][1:] == tuple(100 * value for value in report.matrix.scores().values())
    text = report_text(report, ABOUT, like_paper(report, "minivoc"))
    assert re.search(r"FCN-8s, published +90\.3 +75\.9 +62\.7 +83\.2", text)


def test_what_is_the_papers_is_called_the_same():
    truth = torch.zeros(2, 2, dtype=torch.long)
    report = Report(VOC_CLASSES)
    for number in range(736):
        report.add(f"2007_{number:06d}", truth, truth)
    lines, _ = lines_of(report, sbd_train={"2008_000002"})
    assert {row[3] for name, row in lines.items() if name not in ("training", "pictures")} == {"same"}
    assert lines["pictures"][3] == "unknown" and "VOC2011" in lines["pictures"][4]
    lines, _ = lines_of(report, sbd_train=["2007_000003", "2007_000005", "x"], precision="bfloat16")
    assert lines["of them in SBD train"][1:4] == ("0", "2", "different")
    assert "2007_000003, 2007_000005" in lines["of them in SBD train"][4]
    assert lines["numbers"][2:4] == ("bfloat16", "different")
    lines, _ = lines_of(report, trained_on="drawings")
    assert lines["training"][2:4] == ("drawings", "different")
    lines, _ = lines_of(report, trained_on="split sbd_train, 8,498 pictures")
    assert lines["training"][2:4] == ("split sbd_train, 8,498 pictures", "same")


def test_real_photographs(real, tmp_path):
    data = VOCSegmentation(real / "VOCdevkit" / "VOC2012", "val")
    net = speak(narrow_fcn(num_classes=21, stride=8), spread=1.0)
    report = make_report(net, data, **QUIET)
    text = write_report(report, data, tmp_path, ABOUT)
    assert len(report.pictures) == len(data) and report.matrix.counts.sum() == sum(p.pixels for p in report.pictures)
    assert report.matrix.counts.sum() == sum((mask != VOID).sum() for _, mask in data)
    assert all(name in text for name in VOC_CLASSES)
    page = Page((tmp_path / "report.html").read_text("utf-8"))
    assert len(page.all("img")) == 3 * len(data)
    assert len(rows_of(tmp_path / "per_picture.csv")) == 1 + len(data)
    assert len(rows_of(tmp_path / "confusion.csv")) == 22
    assert {row[0] for row in rows_of(tmp_path / "scores.csv")[1:]} >= {"all", "near_outlines", "away", "book"}


@pytest.mark.fault("evaluate's --out holds a stranger's report.txt", "refused; nothing is written over")
@pytest.mark.parametrize("name", ["report.txt", "scores.csv"])
def test_a_strangers_files_are_not_written_over(report, pictures, tmp_path, name):
    (tmp_path / name).write_text("a stranger's")
    with pytest.raises(FileExistsError, match=f"holds {name}, which no report of this course is"):
        write_report(report, pictures, tmp_path, ABOUT)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["a stranger's"]


def test_an_earlier_report_is_replaced(report, pictures, tmp_path):
    texts = [write_report(report, pictures, tmp_path, about) for about in (ABOUT, {"Net": "another"})]
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == texts[1] != texts[0]


@pytest.mark.fault("a picture or a class is called =1+1", "in tables for spreadsheets it stands as text")
def test_no_cell_of_a_table_is_a_formula(tmp_path):
    report = Report(("=HYPERLINK(0)", "+cat", "a dog"))
    for name in ("=1+1", "-2", "@x", "plain"):
        report.add(name, torch.zeros(4, 4, dtype=torch.long), torch.tensor([[0, 1, 2, 255]] * 4))
    write_report(
        report, [(torch.zeros(3, 4, 4, dtype=torch.uint8), torch.zeros(4, 4, dtype=torch.long))] * 4, tmp_path, ABOUT
    )
    cells = [cell for path in tmp_path.glob("*.csv") for row in csv.reader(path.open(encoding="utf-8")) for cell in row]
    assert {"'=1+1", "'-2", "'@x", "plain", "'=HYPERLINK(0)", "'+cat", "a dog"} <= set(cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


@pytest.mark.fault("the disk is full while a report is written", "told in one line; no half file is left")
def test_a_full_disk_ends_a_report(report, pictures, tmp_path):
    with room_for(100), pytest.raises(OSError, match=r"no room to write .*scores"):
        write_report(report, pictures, tmp_path, ABOUT)
    assert not list(tmp_path.iterdir())

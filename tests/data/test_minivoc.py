import json
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from PIL import Image

from fcn_course.cli import main
from fcn_course.data import locking
from fcn_course.data.labels import PALETTE, VOC_CLASSES, VOID
from fcn_course.data.minivoc import KINDS, draw_minivoc, draw_picture, ensure_minivoc, write
from fcn_course.data.minivoc.canvas import Pen
from fcn_course.data.minivoc.scenes import SCENES, draw_scene
from fcn_course.data.minivoc.write import MARK, DrawingError, picture_name, plan
from tests.support.full_disk import room_for

NAMES = VOC_CLASSES[1:]


@pytest.fixture(scope="module")
def small_set(tmp_path_factory):
    return draw_minivoc(tmp_path_factory.mktemp("drawn") / "VOC2012", train=5, val=3, seed=3, progress=False)


def bytes_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_twenty_classes_have_a_drawing():
    assert tuple(KINDS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_object_is_about_one_unit_large_and_stands_on_the_ground(name):
    for seed in range(6):
        pen = Pen(100)
        KINDS[name].draw(pen, np.random.default_rng(seed))
        sprite = pen.finished()
        assert 70 <= max(sprite.size) <= 120
        _, bottom = pen.origin
        lowest = np.nonzero(np.asarray(pen.alpha).max(1))[0].max() / 2
        assert lowest <= bottom + 12  # nothing hangs far below the ground; what flies may be above


@pytest.mark.parametrize("name", NAMES)
def test_the_main_class_is_to_be_seen(name):
    seen = 0
    for seed in range(4):
        classes = np.asarray(draw_picture(seed, name, (375, 280)).classes)
        seen += (classes == VOC_CLASSES.index(name)).sum() > 300
        assert set(np.unique(classes)) <= {*range(21), VOID}
    assert seen >= 3


def test_the_same_seed_gives_the_same_picture_and_another_seed_another():
    first, again, other = (draw_picture(seed, "cow", (240, 180)) for seed in (7, 7, 8))
    assert all(a.tobytes() == b.tobytes() for a, b in zip(first, again, strict=True))
    assert first.image.tobytes() != other.image.tobytes()


def test_without_company_only_the_named_class_is_drawn():
    for index in range(20):
        classes = np.asarray(draw_picture([5, index], NAMES[index], (224, 224), company=False).classes)
        assert set(np.unique(classes)) <= {0, index + 1, VOID}


def test_void_runs_between_every_two_labels():
    classes = np.asarray(draw_picture(11, "sheep", (400, 300)).classes).astype(int)
    left, right = classes[:, :-1], classes[:, 1:]
    touching = (left != right) & (left != VOID) & (right != VOID)
    assert not touching.any()
    assert 0.005 < (classes == VOID).mean() < 0.15


def test_instances_and_classes_agree():
    picture = draw_picture(2, "person", (400, 300))
    classes, instances = np.asarray(picture.classes), np.asarray(picture.instances)
    assert np.array_equal(classes == VOID, instances == VOID)
    assert np.array_equal(classes == 0, instances == 0)
    for number in set(np.unique(instances)) - {0, VOID}:
        assert len(np.unique(classes[instances == number])) == 1


@pytest.mark.parametrize("kind", SCENES)
def test_a_scene_has_the_size_that_was_asked_for(kind):
    for size in ((96, 140), (333, 217)):
        scene = draw_scene(kind, size, np.random.default_rng(0))
        assert scene.picture.size == size
        assert scene.picture.mode == "RGB"
        assert 0 < scene.horizon <= size[1]


def test_files_are_those_of_voc(small_set):
    lists = small_set / "ImageSets" / "Segmentation"
    train, val, both = ((lists / f"{split}.txt").read_text().split() for split in ("train", "val", "trainval"))
    assert (len(train), len(val)) == (5, 3)
    assert both == train + val
    for name in both:
        with Image.open(small_set / "JPEGImages" / f"{name}.jpg") as image:
            assert (image.format, image.mode) == ("JPEG", "RGB")
        for folder in ("SegmentationClass", "SegmentationObject"):
            with Image.open(small_set / folder / f"{name}.png") as mask:
                assert (mask.format, mask.mode, mask.size) == ("PNG", "P", image.size)
                assert bytes(mask.getpalette()) == PALETTE


def test_the_same_seed_gives_the_same_files_whatever_the_number_of_workers(small_set, tmp_path):
    again = draw_minivoc(tmp_path / "again", train=5, val=3, seed=3, workers=1, progress=False)
    assert bytes_of(again) == bytes_of(small_set)


def test_more_pictures_only_add_to_the_set(small_set, tmp_path):
    more = bytes_of(draw_minivoc(tmp_path / "more", train=7, val=3, seed=3, progress=False))
    for name, content in bytes_of(small_set).items():
        if name.endswith((".jpg", ".png")):
            assert more[name] == content


def test_about_a_quarter_of_the_pictures_is_smaller_than_a_crop():
    plans = [plan("train", index, 0) for index in range(2000)]
    small = np.mean([size[1] < 320 or size[0] < 480 for _, _, size in plans])
    assert 0.2 < small < 0.3
    assert {main for _, main, _ in plans[:20]} == set(NAMES)
    assert max(max(size) for _, _, size in plans) == 500


def test_train_and_val_share_no_name_and_no_seed():
    train, val = ({picture_name(split, i) for i in range(500)} for split in ("train", "val"))
    assert not train & val
    assert plan("train", 4, 0)[0] != plan("val", 4, 0)[0]


def test_saying_background_everywhere_scores_below_six_hundredths():
    from fcn_course.data.datasets import open_voc
    from fcn_course.data.masks import read_mask
    from fcn_course.evaluation.metrics import ConfusionMatrix

    val, matrix = open_voc("minivoc", "val"), ConfusionMatrix(21)
    for index in range(len(val)):
        mask = read_mask(val.paths(index)[1])
        matrix.update(mask * 0, mask)
    assert 0.03 < matrix.mean_iou < 0.06
    assert (matrix.counts.sum(1) > 0).all()


@pytest.mark.fault("drawing is killed", "nothing looks finished; the next start removes what was left, and draws")
def test_a_killed_drawing_is_not_taken_for_a_finished_one(tmp_path, monkeypatch):
    target = tmp_path / "minivoc" / "VOC2012"
    code = f"from fcn_course.data.minivoc import draw_minivoc; draw_minivoc({str(target)!r}, 400, 80, progress=False)"
    process = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.time() + 300
    while not list(tmp_path.glob("minivoc/.VOC2012.part-*/JPEGImages/*.jpg")) and time.time() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert list(tmp_path.glob("minivoc/.VOC2012.part-*/JPEGImages/*.jpg"))
    assert not target.exists()
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path))
    monkeypatch.setattr(write, "DEFAULT", (4, 2, 0))
    assert (ensure_minivoc(progress=False) / MARK).is_file()
    assert {path.name for path in target.parent.iterdir()} == {".VOC2012.lock", "VOC2012"}


def test_the_mark_says_what_was_drawn(small_set):
    assert json.loads((small_set / MARK).read_text()) == {"train": 5, "val": 3, "seed": 3}


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("three years")
    with pytest.raises(FileExistsError, match="holds other files"):
        draw_minivoc(tmp_path, 1, 1, progress=False)
    assert (tmp_path / "thesis.txt").read_text() == "three years"


def test_empty_splits_are_refused(tmp_path):
    with pytest.raises(ValueError, match="train=0"):
        draw_minivoc(tmp_path / "x", 0, 1)


def test_a_failing_worker_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(DrawingError, match=r"drawing into .* failed \(it said nothing; [\d,]+ MB are free there\)"):
        draw_minivoc(tmp_path / "x", 1, 1, progress=False)
    assert [path.name for path in tmp_path.iterdir()] == [".x.lock"]


@pytest.mark.fault("the disk is full while the set is drawn", "told in one line; nothing is kept")
def test_a_full_disk_ends_a_drawing(tmp_path, capsys):
    with room_for(10_000):
        assert main(["data", "minivoc", "--train", "2", "--val", "1", "--out", str(tmp_path / "x")]) == 2
    assert "File too large" in (told := capsys.readouterr().err) and "nothing was kept" in told
    assert [path.name for path in tmp_path.iterdir()] == [".x.lock"]


@pytest.mark.fault("two processes draw the set at the same time", "the second waits, says so, and draws nothing")
def test_the_second_of_two_waits_and_draws_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path))
    monkeypatch.setattr(write, "DEFAULT", (2, 1, 0))
    waits = threading.Event()
    monkeypatch.setattr(locking, "say", lambda text, aloud: waits.set())
    with locking.alone(tmp_path / "minivoc" / ".VOC2012.lock", "drawing"):
        other = threading.Thread(target=ensure_minivoc, args=(False,))
        other.start()
        assert waits.wait(60)
        write._draw(tmp_path / "minivoc" / "VOC2012", 2, 1, 0, None, False)
        drawn = (tmp_path / "minivoc" / "VOC2012" / MARK).stat().st_mtime_ns
    other.join()
    assert (tmp_path / "minivoc" / "VOC2012" / MARK).stat().st_mtime_ns == drawn

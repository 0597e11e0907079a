"""The best epoch, and what TensorBoard reads back."""

import csv
import importlib.util
import sys
from types import SimpleNamespace

import pytest

from fcn_course.training.history import COLUMNS, TensorBoard, best_epoch, score_of, write_history

NAN = float("nan")


def row(epoch, mean_iou=0.5, loss=1.0):
    return dict(zip(COLUMNS, (epoch, loss, 0.75, mean_iou, 12.5, 30.25), strict=True))


@pytest.mark.parametrize(
    "scores, best",
    [
        ([], 0),
        ([0.2], 1),
        ([0.2, 0.5, 0.3], 2),
        ([0.2, 0.5, 0.5, 0.1], 2),  # what came later was no better
        ([NAN, NAN], 1),
        ([NAN, 0.1, NAN], 2),
        ([0.0, NAN, 0.0], 1),
    ],
)
def test_the_best_epoch_is_the_first_with_the_highest_score(scores, best):
    assert best_epoch([row(number, score) for number, score in enumerate(scores, 1)]) == best


def test_an_epoch_that_was_not_scored_counts_as_0():
    assert score_of(row(1, NAN)) == 0 and score_of(row(1, 0.25)) == 0.25


def test_the_history_is_written_over_and_no_half_file_is_left(tmp_path):
    path = tmp_path / "deep" / "down" / "history.csv"
    for length in (1, 3, 2):
        write_history(str(path), [row(number, 0.1 * number) for number in range(1, length + 1)])
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
        assert [found["epoch"] for found in rows] == [str(number) for number in range(1, length + 1)]
        assert [float(found["val_mean_iou"]) for found in rows] == [0.1, 0.2, 0.3][:length]
        assert list(path.parent.iterdir()) == [path]
    write_history(path, [])
    assert path.read_text().split() == [",".join(COLUMNS)]


def test_a_history_that_cannot_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "history.csv"
    write_history(path, [row(1)])
    before = path.read_text()
    with pytest.raises(ValueError, match="mood"):
        write_history(path, [row(1), row(2) | {"mood": "good"}])
    assert path.read_text() == before


def write(folder, *rows):
    """One session of a run."""
    tensorboard = TensorBoard(folder)
    for one in rows:
        tensorboard.add(one)
    tensorboard.close()


@pytest.fixture
def read_scalars(monkeypatch):
    """Reads a folder back as TensorBoard does: ``{name: [(step, value), ...]}``."""
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.summary.writer import event_file_writer

    # files are put in order by the second in which they were begun; here a session takes one, as it does in life
    seconds = iter(range(1_700_000_000, 1_700_009_999))
    monkeypatch.setattr(event_file_writer, "time", SimpleNamespace(time=lambda: next(seconds)))

    def read(folder):
        events = EventAccumulator(str(folder)).Reload()
        names = events.Tags()["scalars"]
        return {name: [(event.step, event.value) for event in events.Scalars(name)] for name in names}

    return read


def test_tensorboard_reads_every_number_back(tmp_path, read_scalars):
    history = [row(1, 0.25, 2.5), row(2, 0.5, 1.25), row(3, 0.375, 0.5)]
    write(str(tmp_path / "run"), *history)
    found = read_scalars(tmp_path / "run")
    assert found == {key: [(epoch["epoch"], epoch[key]) for epoch in history] for key in COLUMNS[1:]}


def test_what_was_not_scored_is_left_out(tmp_path, read_scalars):
    write(tmp_path, *(row(number, NAN) | {"val_pixel_accuracy": NAN} for number in (1, 2)))
    found = read_scalars(tmp_path)
    assert set(found) == {"train_loss", "seconds", "images_per_second"}
    assert found["train_loss"] == [(1, 1.0), (2, 1.0)]


def test_an_epoch_written_again_shows_once(tmp_path, read_scalars):
    write(tmp_path, row(1, loss=4.0), row(2, loss=3.0), row(3, loss=2.0))
    write(tmp_path, row(2, loss=1.5), row(3, loss=0.5))  # it went on from epoch 1
    assert read_scalars(tmp_path)["train_loss"] == [(1, 4.0), (2, 1.5), (3, 0.5)]


def test_epochs_of_an_interrupted_run_that_did_not_come_again_are_gone(tmp_path, read_scalars):
    write(tmp_path, row(1, loss=4.0), row(2, loss=3.0), row(3, loss=2.0))
    write(tmp_path, row(1, loss=1.5))
    assert read_scalars(tmp_path)["train_loss"] == [(1, 1.5)]


def test_many_quick_epochs_are_all_kept(tmp_path, read_scalars):
    write(tmp_path, *(row(number) for number in range(1, 31)))
    assert [step for step, _ in read_scalars(tmp_path)["train_loss"]] == list(range(1, 31))


def test_each_epoch_can_be_read_as_soon_as_it_is_over(tmp_path, read_scalars):
    tensorboard = TensorBoard(tmp_path)
    tensorboard.add(row(1, loss=4.0))
    assert read_scalars(tmp_path)["train_loss"] == [(1, 4.0)]
    tensorboard.close()


def test_without_tensorboard_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)  # importing it would fail
    write(tmp_path / "run", row(1))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.fault("TensorBoard's files cannot be written", "told once; training goes on without them")
def test_a_training_does_not_end_because_of_tensorboard(tmp_path):
    pytest.importorskip("tensorboard")
    (tmp_path / "file").write_text("")
    board, row = TensorBoard(tmp_path / "file" / "tensorboard"), dict.fromkeys(COLUMNS, 1)
    with pytest.warns(UserWarning, match=r"TensorBoard's files cannot be written \(.*\); training goes on without"):
        board.add(row)
    board.add(row)
    board.close()

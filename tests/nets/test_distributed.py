"""Two processes on a CPU, started by torchrun, do what one does: the same batches, the same scores, one writer."""

import json
import os
import subprocess
import sys

import pytest
import torch

from fcn_course.data.paths import CHECKOUT
from fcn_course.data.voc import VOCSegmentation
from fcn_course.evaluation.scoring import evaluate
from fcn_course.nets import distributed
from fcn_course.nets.checkpoints import read_checkpoint, restore
from fcn_course.training.history import COLUMNS
from fcn_course.training.loop import fit
from fcn_course.training.recipes import Recipe
from tests.support.helpers import narrow_fcn

TINY = ("background", "square", "disc", "bar")
QUIET = {"device": "cpu", "precision": "float32", "progress": False}
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
NO_NORM = {"norm": False, "stride": 16}
GOING_ON = {
    "recipe": {"lr": 0.005, "batch_size": 2, "crop": (32, 48), "schedule": "constant"},
    "net": {"norm": False, "dropout": 0.5},
}


def run(*words):
    """Start two processes; what they print, line by line."""
    command, environment = [*TORCHRUN, *map(str, words)], {**os.environ, "OMP_NUM_THREADS": "1"}
    found = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, env=environment)
    assert found.returncode == 0, found.stderr[-3000:]
    return found.stdout.splitlines()


def shared_by_two(loss):
    # 24 pictures in batches of 7: the last batch has 3, of which the second process gets one less than the first
    recipe = {"loss": loss, "lr": 0.002, "batch_size": 7, "crop": (48, 64)}
    return {"recipe": recipe, "epochs": 2, "accumulate": 2}


@pytest.fixture(scope="module")
def two(tiny_voc, few_voc, tmp_path_factory):
    """What two processes trained, each run in a folder of its name, and what both said of it."""
    folder = tmp_path_factory.mktemp("two")
    jobs = {
        "mean": {"data": tiny_voc, "net": NO_NORM, **shared_by_two("mean")},
        "sum": {"data": tiny_voc, "net": NO_NORM, **shared_by_two("sum")},
        "learned": {
            "data": tiny_voc,
            "recipe": {"lr": 0.02, "batch_size": 6, "crop": (48, 64)},
            "net": {"stride": 8},
            "epochs": 12,
        },
        "whole": {"data": few_voc, "epochs": 2, **GOING_ON},
        "cut": {"data": few_voc, "epochs": 1, **GOING_ON},
        "cut, and on": {"data": few_voc, "epochs": 2, "out": folder / "cut", **GOING_ON},
        "stopped": {"data": few_voc, "epochs": 4, "stops": (1, 2), "recipe": GOING_ON["recipe"]},
        "too small": {"data": few_voc, "epochs": 1, "recipe": {"batch_size": 1, "crop": (32, 48)}},
    }
    jobs = {name: {"out": folder / name} | job for name, job in jobs.items()}
    printed = run("-m", "tests.support.fit_alone", json.dumps(list(jobs.values()), default=str))
    said = [dict(zip(jobs, json.loads(line), strict=True)) for line in printed]
    assert len(said) == 2
    return folder, said


def measured(run_folder):
    state = read_checkpoint(run_folder / "last.pt")
    return [[row[key] for key in COLUMNS[:4]] for row in state["history"]], state["model"]


@pytest.fixture
def sets(tiny_voc):
    return VOCSegmentation(tiny_voc, "train", TINY), VOCSegmentation(tiny_voc, "val", TINY)


@pytest.mark.parametrize("loss", ["mean", "sum"])
def test_two_processes_train_and_score_as_one(two, sets, tmp_path, loss):
    # Without batch normalisation a picture's gradient does not depend on where it is worked out.
    options = shared_by_two(loss)
    net = narrow_fcn(**NO_NORM)
    fit(net, *sets, Recipe(**options.pop("recipe")), out=tmp_path, **options, **QUIET)
    (rows, weights), (rows_of_one, truth) = measured(two[0] / loss), measured(tmp_path)
    for row, row_of_one in zip(rows, rows_of_one, strict=True):
        assert row == pytest.approx(row_of_one, rel=1e-4, abs=2e-3)
    before = narrow_fcn(**NO_NORM).state_dict()
    for key, value in truth.items():
        moved = (value - before[key]).abs().max()
        assert (weights[key] - value).abs().max() <= 1e-3 * moved + 1e-7, key


def test_two_processes_learn_score_every_picture_once_and_one_writes(two, sets):
    folder = two[0] / "learned"
    assert len((folder / "history.csv").read_text().splitlines()) == 13
    history, _ = measured(folder)
    # each process has running statistics of its own; the scores are those of the net that was written
    net = narrow_fcn(seed=1, stride=8)
    restore(net, folder / "last.pt")
    matrix = evaluate(net, sets[1], **QUIET)
    assert history[-1][2:] == [matrix.pixel_accuracy, matrix.mean_iou]
    assert history[-1][1] < 0.5 * history[0][1]
    assert max(row[3] for row in history) > matrix.background_floor().mean_iou + 0.2


def test_a_run_of_two_goes_on_with_two_or_with_one(two, few_voc):
    folder = two[0]
    (whole, weights), (cut, resumed) = measured(folder / "whole"), measured(folder / "cut")
    assert whole == cut and all(torch.equal(value, resumed[key]) for key, value in weights.items())
    assert [said["cut"] for said in two[1]] == ["1 epochs, asked 0 times"] * 2
    few = (VOCSegmentation(few_voc, split, TINY) for split in ("train", "val"))
    net = narrow_fcn(**GOING_ON["net"])
    longer = fit(net, *few, Recipe(**GOING_ON["recipe"]), epochs=3, out=folder / "cut", **QUIET)
    assert [row["epoch"] for row in longer] == [1, 2, 3]


def test_one_of_two_processes_stops_both_after_the_epoch(two):
    folder, said = two
    assert [words["stopped"] for words in said] == ["2 epochs, asked 2 times"] * 2
    state = read_checkpoint(folder / "stopped" / "last.pt")
    assert (len(state["history"]), state["step"]) == (2, 0)


def test_a_batch_that_is_too_small_to_share_is_told(two):
    message = "a batch of 1 cannot be shared by 2 processes; make it at least 2"
    assert [words["too small"] for words in two[1]] == [message] * 2


def test_the_command_runs_under_torchrun(few_voc, tmp_path):
    words = ("--data", few_voc, "--weights", "none", "--device", "cpu", "--batch-size", 2, "--crop", 64, 96)
    printed = run("-m", "fcn_course.cli", "train", *words, "--epochs", 1, "--out", tmp_path)
    assert sum("3 pictures to train, 2 to validate" in line for line in printed) == 1
    assert sum("2 processes" in line for line in printed) == 1
    assert (tmp_path / "best.pt").is_file() and len(list(tmp_path.glob("*.csv"))) == 1


def test_alone_everything_is_itself():
    tensor, net = torch.arange(3), narrow_fcn()
    assert (distributed.world_size(), distributed.rank()) == (1, 0)
    assert distributed.all_reduce(tensor) is tensor and distributed.data_parallel(net) is net
    assert distributed.broadcast("it") == "it" and distributed.all_gather("it") == ["it"]
    with distributed.process_group(torch.device("cpu")), distributed.main_process_first():
        assert not torch.distributed.is_initialized()


def test_more_processes_than_gpus_are_told(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "4")
    monkeypatch.setenv("LOCAL_RANK", "2")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    told = r"process 2 has no GPU, there are 2 here; set --nproc-per-node=2"
    with pytest.raises(ValueError, match=told), distributed.process_group(torch.device("cuda")):
        pass

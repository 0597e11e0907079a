"""A run's folder: taken by one process, and never by a stranger's files or another run."""

import multiprocessing
import shutil
import signal

import numpy as np
import pytest

from fcn_course.cli import main
from fcn_course.data.voc import VOCSegmentation
from fcn_course.nets.checkpoints import read_checkpoint
from fcn_course.training.folder import RunFolderError, claim, is_claimed, list_runs
from fcn_course.training.loop import fit
from fcn_course.training.manifest import KIND, read_manifest
from fcn_course.training.recipes import Recipe
from tests.support.full_disk import room_for
from tests.support.helpers import make_voc, narrow_fcn, shapes_picture

TINY = ("background", "square", "disc", "bar")
QUIET = {"device": "cpu", "precision": "float32", "progress": False}
SMALL = Recipe(lr=0.005, batch_size=2, crop=(32, 48))


def sets(folder):
    return VOCSegmentation(folder, "train", TINY), VOCSegmentation(folder, "val", TINY)


def trained(folder, out, recipe=SMALL, epochs=1, **options):
    return fit(narrow_fcn(), *sets(folder), recipe, epochs=epochs, out=out, **QUIET, **options)


def files_in(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def hold(folder, taken):
    with claim(folder, {"kind": KIND, "machine": "here, host", "begun": "now"}):
        taken.set()
        signal.pause()


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the folder ``run``."""
    context = multiprocessing.get_context("fork")
    taken = context.Event()
    process = context.Process(target=hold, args=(tmp_path / "run", taken), daemon=True)
    process.start()
    assert taken.wait(60)
    yield process
    process.kill()
    process.join()


@pytest.mark.fault("two trainings with one --out at the same time", "the second is told, and writes nothing")
def test_a_second_process_is_told(holder, few_voc, tmp_path):
    assert is_claimed(tmp_path / "run")
    with pytest.raises(RunFolderError, match=r"another process is training into .*run.*; wait until it is done"):
        trained(few_voc, tmp_path / "run")
    assert {path.name for path in (tmp_path / "run").iterdir()} <= {".lock", "run.json"}


@pytest.mark.fault("the process that trained was killed", "its lock dies with it; the run is gone on with")
def test_a_dead_process_holds_no_lock(holder, few_voc, tmp_path):
    holder.kill()
    holder.join()
    assert not is_claimed(tmp_path / "run")
    assert len(trained(few_voc, tmp_path / "run")) == 1


def test_one_process_does_not_train_twice_into_a_folder_either(few_voc, tmp_path):
    with claim(tmp_path, {}), pytest.raises(RunFolderError, match="another process is training"):
        trained(few_voc, tmp_path)
    assert not is_claimed(tmp_path)


@pytest.mark.fault("train goes on in a run of other data", "refused with both sets, and the ways out")
def test_another_data_set_of_as_many_classes_is_refused(few_voc, tiny_voc, tmp_path):
    trained(few_voc, tmp_path)
    before = files_in(tmp_path)
    with pytest.raises(
        RunFolderError, match=r"another run: train set: .*3 pictures.* there, .*24 pictures.* here"
    ) as told:
        trained(tiny_voc, tmp_path, epochs=2)
    assert all(way in str(told.value) for way in ("--out", "--start", "--fresh", "resume=False"))
    assert files_in(tmp_path) == before


@pytest.mark.parametrize(
    ("other", "told"),
    [
        pytest.param(
            {"recipe": Recipe(lr=0.1, batch_size=2, crop=(32, 48))},
            "lr: 0.005 there, 0.1 here",
            marks=pytest.mark.fault("train goes on with another recipe", "refused with both values"),
        ),
        pytest.param(
            {"seed": 3},
            "seed: 0 there, 3 here",
            marks=pytest.mark.fault("train goes on with another seed", "refused with both values"),
        ),
    ],
)
def test_what_must_be_equal_is_named(few_voc, tmp_path, other, told):
    trained(few_voc, tmp_path)
    with pytest.raises(RunFolderError, match=told) as refused:
        trained(few_voc, tmp_path, epochs=2, **other)
    assert not is_claimed(tmp_path), "who was refused holds the lock"
    assert refused.tb, "and is remembered meanwhile, as by a notebook"


def test_more_epochs_are_said_and_gone_on_with(few_voc, tmp_path, capsys):
    trained(few_voc, tmp_path)
    fit(narrow_fcn(), *sets(few_voc), SMALL, epochs=2, out=tmp_path, **QUIET | {"progress": True})
    assert f"going on in {tmp_path} with changes: epochs 1 -> 2" in capsys.readouterr().out
    assert read_manifest(tmp_path)["options"]["epochs"] == "2"


def test_fresh_puts_the_other_run_away(few_voc, tiny_voc, tmp_path):
    trained(few_voc, tmp_path, epochs=2)
    history = trained(tiny_voc, tmp_path, resume=False)
    assert len(history) == 1 and len(read_checkpoint(tmp_path / "last.pt")["history"]) == 1
    assert read_manifest(tmp_path)["train"]["pictures"] == 24


@pytest.mark.fault("--out names a folder with a stranger's history.csv", "refused; nothing is written over")
@pytest.mark.parametrize("name", ["history.csv", "best.pt", "run.json"])
@pytest.mark.parametrize("resume", [True, False])
def test_a_strangers_files_are_not_written_over(few_voc, tmp_path, name, resume):
    (tmp_path / name).write_text("a stranger's")
    with pytest.raises(RunFolderError, match=f"holds {name}, which no run of this course wrote"):
        trained(few_voc, tmp_path, resume=resume)
    assert (tmp_path / name).read_text() == "a stranger's"


@pytest.mark.fault("a run of an earlier version, without run.json", "gone on with; run.json is written")
def test_a_run_of_an_earlier_version_is_gone_on_with(few_voc, tmp_path):
    trained(few_voc, tmp_path)
    (tmp_path / "run.json").unlink()
    assert len(trained(few_voc, tmp_path, epochs=2)) == 2
    assert read_manifest(tmp_path)


@pytest.mark.fault("last.pt is cut short", "refused by name, with the ways out")
def test_a_cut_checkpoint_is_told_with_the_ways_out(few_voc, tmp_path):
    trained(few_voc, tmp_path)
    whole = (tmp_path / "last.pt").read_bytes()
    (tmp_path / "last.pt").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"last\.pt is no checkpoint .*--start .*best\.pt.*--fresh"):
        trained(few_voc, tmp_path, epochs=2)


@pytest.mark.fault("best.pt was renamed to last.pt", "refused: it holds a net, but no run to go on with")
def test_a_net_without_its_run_is_told(few_voc, tmp_path):
    trained(few_voc, tmp_path)
    (tmp_path / "best.pt").replace(tmp_path / "last.pt")
    with pytest.raises(ValueError, match=r"holds a net, but no run to go on with \(optimiser, "):
        trained(few_voc, tmp_path, epochs=2)


def test_runs_are_listed_with_data_net_epochs_score_and_state(few_voc, tmp_path, capsys):
    trained(few_voc, tmp_path / "a", epochs=2)
    trained(few_voc, tmp_path / "deep" / "b", epochs=3, stop=lambda: True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "run.json").write_text("{}")
    first, second = list_runs(tmp_path)
    assert (first["run"], first["epochs"], first["state"]) == ("a", "2 of 2", "finished")
    assert first["data"].endswith(", 3 pictures") and first["net"] == "FCN-32s on small"
    assert 0 <= float(first["mean_iou"]) <= 1
    assert (second["run"], second["state"], second["mean_iou"]) == ("deep/b", "can go on", "")
    assert main(["runs", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()] == ["run", "a", "deep/b"]


def test_a_run_in_progress_and_a_run_that_was_killed_are_told_apart(holder, tmp_path):
    (tmp_path / "run" / "run.json").write_text(
        '{"kind": "a training run of fcn_course", "state": "running", "net": {}, "options": {"epochs": "5"}}'
    )
    assert [row["state"] for row in list_runs(tmp_path)] == ["training now"]
    holder.kill()
    holder.join()
    assert [row["state"] for row in list_runs(tmp_path)] == ["begun, nothing kept"]


def test_no_runs_and_no_folder_are_told(tmp_path, capsys):
    assert main(["runs", str(tmp_path)]) == 0
    assert "no runs in" in capsys.readouterr().out
    assert main(["runs", str(tmp_path / "nowhere")]) == 2
    assert "no folder" in capsys.readouterr().err


def test_the_command_goes_on_refuses_and_starts_over(few_voc, tmp_path, capsys):
    words = [
        "train",
        "--weights",
        "none",
        "--epochs",
        "1",
        "--crop",
        "64",
        "64",
        "--batch-size",
        "2",
        "--device",
        "cpu",
    ]
    data = shutil.copytree(few_voc, tmp_path / "data")
    (data / "labels.txt").write_text("\n".join(TINY))
    out = ["--out", str(tmp_path / "run")]
    assert main([*words, "--data", str(data), *out]) == 0
    rng = np.random.default_rng(3)
    other = make_voc(
        tmp_path / "other", train={"a": shapes_picture(rng), "b": shapes_picture(rng)}, val={"c": shapes_picture(rng)}
    )
    (other / "labels.txt").write_text("\n".join(TINY))
    assert main([*words, "--data", str(other), *out]) == 2
    assert "holds another run: train set: " in capsys.readouterr().err
    assert main([*words, "--data", str(other), *out, "--fresh"]) == 0


@pytest.mark.fault(
    "the disk is full in the middle of a training", "told in one line; the run goes on once there is room"
)
def test_a_full_disk_ends_a_training_that_goes_on_later(few_voc, tmp_path):
    trained(few_voc, tmp_path)
    with (
        room_for(100_000),
        pytest.raises(OSError, match=r"no room to write .*\.pt .*the file that was there before is un"),
    ):
        trained(few_voc, tmp_path, epochs=3)
    assert not list(tmp_path.glob("*.part")) and not is_claimed(tmp_path)
    assert len(trained(few_voc, tmp_path, epochs=3)) == 3

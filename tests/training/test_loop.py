"""fit and evaluate on a tiny data set: it learns, repeats, goes on where it stopped, and writes what it says."""

import ast
import csv
import math
import shutil
from dataclasses import replace

import nbformat
import pytest
import torch
from nbclient import NotebookClient

from fcn_course.data.datasets import open_voc
from fcn_course.data.normalisation import normalise
from fcn_course.data.paths import CHECKOUT
from fcn_course.data.voc import VOCSegmentation
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.evaluation.scoring import evaluate
from fcn_course.nets.checkpoints import load_net, read_checkpoint, restore
from fcn_course.nets.fcn import FCN, fcn32s
from fcn_course.nets.staging import start_from
from fcn_course.prediction.inference import predict
from fcn_course.training.folder import WRITTEN, RunFolderError
from fcn_course.training.forecast import fit_seconds
from fcn_course.training.history import COLUMNS, write_history
from fcn_course.training.loop import fit
from fcn_course.training.recipes import RECIPES, Recipe
from tests.support.helpers import narrow_fcn, narrow_vgg, speak

TINY = ("background", "square", "disc", "bar")
SMALL = Recipe(lr=0.02, batch_size=6, crop=(48, 64))
QUIET = {"device": "cpu", "precision": "float32", "progress": False}


@pytest.fixture
def sets(tiny_voc):
    return VOCSegmentation(tiny_voc, "train", TINY), VOCSegmentation(tiny_voc, "val", TINY)


@pytest.fixture
def few(few_voc):
    return VOCSegmentation(few_voc, "train", TINY), VOCSegmentation(few_voc, "val", TINY)


def measured(history):
    """The history without its times."""
    return [tuple(row[key] for key in COLUMNS[:4]) for row in history]


def test_it_learns(small_net, sets, tmp_path):
    net, matrices = small_net(stride=8), []
    history = fit(
        net, *sets, SMALL, epochs=12, out=tmp_path, on_epoch=lambda row, matrix: matrices.append(matrix), **QUIET
    )
    floor = matrices[-1].background_floor()
    assert 0.6 < floor.pixel_accuracy < 0.95 and floor.mean_iou == pytest.approx(floor.pixel_accuracy / 4)
    assert history[-1]["train_loss"] < 0.5 * history[0]["train_loss"]
    assert max(row["val_mean_iou"] for row in history) > floor.mean_iou + 0.2
    assert [matrix.mean_iou for matrix in matrices] == [row["val_mean_iou"] for row in history]

    # best.pt is the net of the best epoch, last.pt that of the last
    best = max(history, key=lambda row: row["val_mean_iou"])
    scored = small_net(seed=1, stride=8)
    for name, row in (("best.pt", best), ("last.pt", history[-1])):
        state = restore(scored, tmp_path / name)
        assert state["history"][-1] == row
        assert evaluate(scored, sets[1], **QUIET).mean_iou == row["val_mean_iou"]


def test_the_history_and_its_file(small_net, few, tmp_path):
    seen = []
    history = fit(small_net(), *few, SMALL, epochs=2, out=tmp_path, on_epoch=lambda row, _: seen.append(row), **QUIET)
    assert [tuple(row) for row in history] == [COLUMNS] * 2
    assert [row["epoch"] for row in history] == [1, 2] and seen == history
    for row in history:
        assert 0 <= row["val_mean_iou"] <= row["val_pixel_accuracy"] <= 1
        # the pictures are timed without their validation
        assert row["seconds"] > 3 / row["images_per_second"] > 0
    lines = (tmp_path / "history.csv").read_text().splitlines()
    assert lines[0] == "epoch,train_loss,val_pixel_accuracy,val_mean_iou,seconds,images_per_second"
    with open(tmp_path / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, truth in zip(rows, history, strict=True):
        assert row["epoch"] == str(truth["epoch"])
        for key in COLUMNS[1:4]:
            assert float(row[key]) == pytest.approx(truth[key], abs=5.1e-5)
    assert {path.name for path in tmp_path.iterdir()} - {"tensorboard", ".lock"} == {*WRITTEN}


def test_the_first_loss_is_the_mean_over_the_pictures(small_net, few):
    # nothing learned, nothing said: ln 4 for each batch, whatever its size
    recipe = Recipe(lr=0.0, batch_size=2, crop=(48, 64))
    history = fit(small_net(), few[0], None, recipe, epochs=1, **QUIET)
    assert history[0]["train_loss"] == pytest.approx(math.log(4), abs=1e-5)


def test_the_same_seed_gives_the_same_numbers_and_another_other(small_net, few, tmp_path):
    def run(seed):
        net = small_net(stride=16)
        history = fit(net, *few, Recipe(lr=0.02, batch_size=2, crop=(32, 48)), epochs=2, seed=seed, **QUIET)
        return measured(history), net.state_dict()

    (first, weights), (again, same), (other, _) = run(3), run(3), run(4)
    assert first == again != other
    assert all(torch.equal(value, same[key]) for key, value in weights.items())


def test_processes_that_decode_change_nothing(small_net, few):
    recipe = Recipe(lr=0.02, batch_size=2, crop=(32, 48))
    alone, helped = (fit(small_net(), *few, recipe, epochs=2, workers=workers, **QUIET) for workers in (0, 2))
    assert measured(alone) == measured(helped)


class PowerCutError(Exception):
    """The power went, or the lesson was over."""


@pytest.mark.parametrize("optimiser", ["sgd", "adamw"])
def test_a_run_that_was_stopped_goes_on_as_if_nothing_had_been(small_net, few, tmp_path, optimiser):
    recipe = Recipe(optimiser=optimiser, lr=0.005, batch_size=2, crop=(32, 48))
    whole, parts = small_net(), small_net()
    truth = fit(whole, *few, recipe, epochs=4, out=tmp_path / "whole", **QUIET)

    def stop(row, matrix):
        if row["epoch"] == 2:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        fit(parts, *few, recipe, epochs=4, out=tmp_path / "parts", on_epoch=stop, **QUIET)
    fresh, ran = small_net(seed=9), []
    history = fit(
        fresh, *few, recipe, epochs=4, out=tmp_path / "parts", on_epoch=lambda row, _: ran.append(row["epoch"]), **QUIET
    )
    assert ran == [3, 4]
    assert measured(history) == measured(truth)
    assert all(torch.equal(value, fresh.state_dict()[key]) for key, value in whole.state_dict().items())
    best = [read_checkpoint(tmp_path / run / "best.pt")["history"][-1]["epoch"] for run in ("whole", "parts")]
    assert best[0] == best[1]
    assert len((tmp_path / "parts" / "history.csv").read_text().splitlines()) == 5


def test_weights_lie_in_memory_as_the_pictures_do(small_net, few):
    net = small_net()
    fit(net, *few, Recipe(lr=0.005, batch_size=2, crop=(32, 48)), epochs=1, **QUIET)
    kernels = [weight for weight in net.stages.parameters() if weight.ndim == 4]
    assert len(kernels) > 4
    for weight in kernels:
        assert weight.is_contiguous(memory_format=torch.channels_last)
        assert weight.grad.stride() == weight.stride()  # else it was copied


def test_a_run_goes_on_from_a_file_whose_tensors_lie_otherwise(small_net, few, tmp_path):
    recipe = Recipe(lr=0.005, batch_size=2, crop=(32, 48))
    truth = fit(small_net(), *few, recipe, epochs=2, **QUIET)
    fit(small_net(), *few, recipe, epochs=2, out=tmp_path, stop=at_call(4), **QUIET)  # in the second epoch

    def plane_by_plane(found):
        if isinstance(found, dict):
            return {key: plane_by_plane(value) for key, value in found.items()}
        return found.contiguous() if isinstance(found, torch.Tensor) else found

    state = plane_by_plane(read_checkpoint(tmp_path / "last.pt"))
    assert state["step"] > 0
    assert all(momentum["momentum_buffer"].is_contiguous() for momentum in state["optimiser"]["state"].values())
    torch.save(state, tmp_path / "last.pt")
    assert measured(fit(small_net(5), *few, recipe, epochs=2, out=tmp_path, **QUIET)) == measured(truth)


def test_a_run_can_be_made_longer_and_a_finished_one_is_left_alone(small_net, few, tmp_path):
    recipe, ran = Recipe(lr=0.005, batch_size=2, crop=(32, 48), schedule="constant"), []
    options = {"out": tmp_path / "run", "on_epoch": lambda row, _: ran.append(row["epoch"]), **QUIET}
    fit(small_net(), *few, recipe, epochs=1, **options)
    longer = fit(small_net(seed=5), *few, recipe, epochs=2, **options)
    whole = fit(small_net(), *few, recipe, epochs=2, **QUIET)
    assert measured(longer) == measured(whole)
    again = fit(small_net(seed=6), *few, recipe, epochs=2, **options)
    assert again == longer and ran == [1, 2]


def test_a_run_can_be_started_over(small_net, few, tmp_path):
    fit(small_net(), *few, SMALL, epochs=2, out=tmp_path, **QUIET)
    history = fit(small_net(), *few, SMALL, epochs=1, out=tmp_path, resume=False, **QUIET)
    assert [row["epoch"] for row in history] == [1]
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 2


def test_a_run_of_another_net_is_not_taken_up(small_net, few, tmp_path):
    fit(small_net(), *few, SMALL, epochs=1, out=tmp_path, **QUIET)
    with pytest.raises(RunFolderError, match=r"holds another run: .*stride: 32 there, 16 here"):
        fit(small_net(stride=16), *few, SMALL, epochs=2, out=tmp_path, **QUIET)
    (tmp_path / "run.json").unlink()  # as an earlier version left it
    with pytest.raises(ValueError, match=r"last\.pt is a checkpoint of another architecture: stride 32 instead of 16"):
        fit(small_net(stride=16), *few, SMALL, epochs=2, out=tmp_path, **QUIET)


def test_without_a_validation_set_the_last_epoch_is_the_best(small_net, few, tmp_path):
    history = fit(small_net(), few[0], None, SMALL, epochs=2, out=tmp_path, **QUIET)
    assert all(math.isnan(row["val_mean_iou"]) and math.isnan(row["val_pixel_accuracy"]) for row in history)
    assert len(read_checkpoint(tmp_path / "best.pt")["history"]) == 2


def test_without_a_folder_nothing_is_written(small_net, few, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fit(small_net(), few[0], None, SMALL, epochs=1, **QUIET)
    assert list(tmp_path.iterdir()) == []


def test_a_frozen_trunk_keeps_its_weights(small_net, few):
    net = small_net()
    net.stages.requires_grad_(False)
    before = {name: parameter.clone() for name, parameter in net.named_parameters()}
    fit(net, few[0], None, SMALL, epochs=1, **QUIET)
    for name, parameter in net.named_parameters():
        assert torch.equal(parameter, before[name]) == name.startswith("stages.")


@pytest.mark.parametrize("precision", ["auto", "bfloat16"])
def test_every_precision_trains_in_float32_weights(small_net, few, precision):
    net = small_net(stride=8)
    history = fit(net, *few, SMALL, epochs=1, device="cpu", precision=precision, progress=False)
    assert history[0]["train_loss"] == pytest.approx(math.log(4), rel=0.2)
    assert {parameter.dtype for parameter in net.parameters()} == {torch.float32}


def test_evaluate_is_the_confusion_matrix_of_whole_pictures(small_net, sets):
    net, val_set = speak(small_net(stride=8), spread=1.0), sets[1]
    truth = ConfusionMatrix(4)
    with torch.no_grad():
        for index in range(len(val_set)):
            image, mask = val_set[index]
            truth.update(net(normalise(image)[None]).argmax(1)[0], mask)
    net.train()  # which must not matter: scoring switches to eval
    first, again = evaluate(net, val_set, **QUIET), evaluate(net, val_set, **QUIET)
    assert torch.equal(first.counts, truth.counts) and torch.equal(again.counts, truth.counts)
    assert (first.counts.sum(0) > 0).sum() > 1  # a net that says one thing only would prove little
    assert first.counts.sum() == sum((val_set[i][1] != 255).sum() for i in range(len(val_set)))


def test_evaluate_takes_pictures_of_several_sizes(small_net):
    pairs = [
        (torch.zeros(3, h, w, dtype=torch.uint8), torch.zeros(h, w, dtype=torch.long)) for h, w in ((40, 33), (9, 70))
    ]
    assert evaluate(small_net(), pairs, **QUIET).counts.sum() == 40 * 33 + 9 * 70


def test_write_history_rounds_for_reading(tmp_path):
    row = dict(zip(COLUMNS, (1, 1 / 3, 2 / 3, float("nan"), 12.3456, 99.999), strict=True))
    write_history(tmp_path / "history.csv", [row])
    assert (tmp_path / "history.csv").read_text().splitlines()[1] == "1,0.3333,0.6667,nan,12.35,100.0"


def test_what_cannot_be_done_is_told_before_anything_is_written(small_net, few, tmp_path):
    for options, told in (
        ({"epochs": 0}, "epochs must be at least 1, got 0"),
        ({"recipe": "bok"}, "no recipe is called 'bok'"),
        ({"device": "gpu"}, "device 'gpu' cannot be used"),
        ({"recipe": Recipe(crop=(0, 48))}, "a crop of 0 x 48 has no pixels"),
        ({"precision": "float16"}, "precision must be"),
    ):
        with pytest.raises(ValueError, match=told):
            fit(small_net(), *few, **{"recipe": SMALL, **QUIET, "out": tmp_path, **options})
    assert list(tmp_path.iterdir()) == []


def test_real_photographs_can_be_trained_on(small_net, real, tmp_path):
    train_set, val_set = open_voc(real, "train"), open_voc(real, "val")
    recipe = Recipe(batch_size=2, crop=(128, 160))
    history = fit(small_net(num_classes=21), train_set, val_set, recipe, epochs=1, out=tmp_path, **QUIET)
    assert math.isfinite(history[0]["train_loss"]) and 0 <= history[0]["val_mean_iou"] <= 1
    matrix = evaluate(small_net(num_classes=21), val_set, **QUIET)
    assert matrix.counts.sum() == 500 * 375 and matrix.counts.sum(1).nonzero().flatten().tolist() == [0, 6, 7]


@pytest.mark.parametrize("options", [{"cache": "memory"}, {"cache": "device"}, {"cache": "memory", "workers": 2}])
def test_a_cache_changes_nothing(small_net, few, options):
    recipe = Recipe(lr=0.02, batch_size=2, crop=(32, 48))
    plain, cached = (fit(small_net(), *few, recipe, epochs=2, **QUIET, **more) for more in ({}, options))
    assert measured(plain) == measured(cached)


def test_parts_of_a_batch_give_the_same_epoch(small_net, few):
    recipe = Recipe(lr=0.005, batch_size=3, crop=(32, 48))
    whole, parts = (fit(small_net(norm=False), *few, recipe, epochs=2, accumulate=k, **QUIET) for k in (1, 3))
    for row, other in zip(measured(whole), measured(parts), strict=True):
        assert row == pytest.approx(other, rel=1e-4, abs=2e-3)


@pytest.mark.skipif(shutil.which("c++") is None and shutil.which("g++") is None, reason="no C++ compiler")
def test_a_compiled_net_learns_the_same(small_net, few):
    recipe = Recipe(lr=0.005, batch_size=3, crop=(64, 64))
    plain, faster = (fit(small_net(), *few, recipe, epochs=2, compile=wanted, **QUIET) for wanted in (False, True))
    for row, other in zip(measured(plain), measured(faster), strict=True):
        assert row == pytest.approx(other, rel=1e-3, abs=2e-3)


@pytest.mark.fault("--compile without a C++ compiler", "told; training goes on without")
def test_without_a_compiler_training_goes_on(small_net, few, monkeypatch):
    def broken(*_):
        raise RuntimeError("no working C++ compiler\nand a long story")

    recipe = Recipe(lr=0.005, batch_size=3, crop=(32, 48))
    plain = fit(small_net(), *few, recipe, epochs=1, **QUIET)
    monkeypatch.setattr(torch, "compile", broken)
    with pytest.warns(UserWarning, match=r"torch\.compile does not work here \(no working C\+\+ compiler\)"):
        faster = fit(small_net(), *few, recipe, epochs=1, compile=True, **QUIET)
    assert measured(plain) == measured(faster)


def test_it_stops_early_and_stays_stopped(small_net, few, tmp_path):
    recipe = Recipe(lr=0.0, batch_size=3, crop=(32, 48), momentum=0.0)  # nothing is learned, nothing gets better
    options = {"epochs": 9, "patience": 2, "out": tmp_path, **QUIET}
    for _ in range(2):  # the second call finds the stopped run
        history = fit(small_net(), *few, recipe, **options)
        assert [row["epoch"] for row in history] == [1, 2, 3]
        assert len({row["val_mean_iou"] for row in history}) == 1
    assert len(fit(small_net(), *few, recipe, **options | {"patience": None, "epochs": 4})) == 4


def test_it_says_aloud_on_what_it_trains(small_net, few, capsys):
    loud = {"device": "cpu", "progress": True}
    fit(small_net(), *few, SMALL, epochs=1, precision="float32", **loud)
    assert "training on cpu in float32\n" in capsys.readouterr().out
    fit(small_net(), *few, SMALL, epochs=1, precision="bfloat16", **loud)
    assert "training on cpu in bfloat16\n" in capsys.readouterr().out
    fit(small_net(), *few, SMALL, epochs=1, **QUIET)
    assert capsys.readouterr().out == ""


@pytest.mark.fault("workers start by spawn, as on macOS and Windows", "they give the same windows, also in a notebook")
def test_workers_that_start_by_spawn_work_from_a_notebook(small_net, few_voc, few):
    recipe = "Recipe(lr=0.02, batch_size=2, crop=(32, 48))"
    code = f"""
import multiprocessing, sys
multiprocessing.set_start_method("spawn", force=True)
sys.path.insert(0, {str(CHECKOUT)!r})
from tests.support.helpers import narrow_fcn
from fcn_course.training import Recipe, fit
from fcn_course.data import VOCSegmentation
few = [VOCSegmentation({str(few_voc)!r}, split, {TINY!r}) for split in ("train", "val")]
history = fit(narrow_fcn(), *few, {recipe}, epochs=1, workers=1, device="cpu", precision="float32", progress=False)
print([history[0][key] for key in {COLUMNS[:4]!r}])
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, timeout=120).execute()
    (output,) = notebook.cells[0].outputs
    plain = fit(small_net(), *few, Recipe(lr=0.02, batch_size=2, crop=(32, 48)), epochs=1, **QUIET)
    assert ast.literal_eval(output.text) == pytest.approx(list(measured(plain)[0]), rel=1e-5)


def test_options_that_cannot_be_are_told(small_net, few):
    for options, told in (
        ({"cache": "disk"}, r'cache must be "memory", "device" or None, got \'disk\''),
        ({"cache": "device", "workers": 2}, "workers=2 cannot reach pictures on the GPU; leave it out"),
        ({"accumulate": 0}, "accumulate must be at least 1, got 0"),
        ({"patience": 0}, "patience must be at least 1, got 0"),
        ({"save_every": -2}, "save_every must be at least 1, got -2"),
        ({"recipe": Recipe(batch_size=0)}, "batch_size must be at least 1, got 0"),
    ):
        with pytest.raises(ValueError, match=told):
            fit(small_net(), *few, **{"recipe": SMALL, **QUIET, **options})
    with pytest.raises(ValueError, match=r"patience=2 waits for a better score; hand over a val_set"):
        fit(small_net(), few[0], None, SMALL, patience=2, **QUIET)


@pytest.mark.parametrize("run", [fit, fit_seconds])
@pytest.mark.parametrize("recipe", [SMALL, "book"])
def test_a_recipe_in_the_place_of_the_validation_set_is_told(small_net, few, run, recipe):
    with pytest.raises(
        ValueError, match=r"val_set is a data set or None, got .*; hand the recipe over by name: recipe=…"
    ):
        run(small_net(), few[0], recipe)


def test_tensorboard_gets_the_history_too(small_net, few, tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    history = fit(small_net(), *few, SMALL, epochs=2, out=tmp_path, **QUIET)
    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    for key in COLUMNS[1:]:
        found = [(event.step, event.value) for event in events.Scalars(key)]
        assert found == [(row["epoch"], pytest.approx(row[key], rel=1e-5)) for row in history]


def test_the_papers_way_whole_pictures_one_at_a_time_from_32s_to_8s(few_voc, tmp_path):
    data, coarser, losses = open_voc(few_voc), None, []
    for stride in (32, 16, 8):
        torch.manual_seed(stride)
        net = FCN(narrow_vgg(paper=True), 21, stride)
        net = start_from(net, coarser) if coarser else net
        # the paper's rates are for VGG-16 on pictures of VOC's size
        history = fit(net, data, data, replace(RECIPES[f"paper{stride}s"], lr=1e-7), epochs=2, progress=False)
        losses += [row["train_loss"] for row in history]
        coarser = net
    # summed over 48 x 64 pixels, not averaged: the first is near ln 21 for each that is not void
    assert 0.5 < losses[0] / (48 * 64 * math.log(21)) < 1.1
    assert losses[-1] < losses[0]


@pytest.mark.fault("whole pictures in a batch of several", "refused; told which of the two to change")
def test_whole_pictures_make_no_batch(small_net, few):
    with pytest.raises(ValueError, match="a batch of 4 cannot be made of them; set batch_size to 1, or give a crop"):
        fit(small_net(), *few, replace(RECIPES["minivoc"], crop=None))


def test_names_of_classes_and_the_split_go_into_the_net_and_its_checkpoint(small_net, few_voc, tmp_path):
    data = open_voc(few_voc, classes=("background", "square", "disc", "bar"))
    net = small_net()
    assert net.classes == ("background", "class 1", "class 2", "class 3")
    fit(net, data, None, epochs=1, out=tmp_path, progress=False)
    assert net.classes == data.classes
    assert tuple(read_checkpoint(tmp_path / "best.pt")["classes"]) == data.classes
    assert read_checkpoint(tmp_path / "best.pt")["trained_on"] == "split train, 3 pictures"


def at_call(number):
    """Says True when it is asked for the ``number``-th time, and then counts no more."""
    calls = iter(range(1, number + 1))
    return lambda: next(calls) == number


# two steps and a validation an epoch: asked three times in each
@pytest.mark.parametrize("call", range(1, 10))
@pytest.mark.fault("training is stopped after any step", "the next start goes on with the next step")
def test_stopped_at_any_moment_it_goes_on_there(few, tmp_path, call):
    recipe = Recipe(lr=0.005, batch_size=2, crop=(32, 48))
    options = {"epochs": 3, "seed": 3, **QUIET}
    truth = fit(narrow_fcn(dropout=0.5), *few, recipe, out=tmp_path / "whole", stop=lambda: False, **options)
    first = fit(narrow_fcn(dropout=0.5), *few, recipe, out=tmp_path / "cut", stop=at_call(call), **options)
    assert measured(first) == measured(truth)[: call // 3]
    state = read_checkpoint(tmp_path / "cut" / "last.pt")
    assert (len(state["history"]), state["step"]) == divmod(call, 3)
    assert (tmp_path / "cut" / "best.pt").is_file() == (call >= 3)

    torch.manual_seed(77)  # another process would stand anywhere
    net = narrow_fcn(seed=5, dropout=0.5)
    assert measured(fit(net, *few, recipe, out=tmp_path / "cut", **options)) == measured(truth)
    whole = read_checkpoint(tmp_path / "whole" / "last.pt")
    assert all(torch.equal(value, net.state_dict()[key]) for key, value in whole["model"].items())


def test_who_may_stop_it_and_does_not_changes_nothing(small_net, few):
    recipe, asked = Recipe(lr=0.02, batch_size=2, crop=(32, 48)), []
    plain = fit(small_net(), *few, recipe, epochs=2, **QUIET)
    watched = fit(small_net(), *few, recipe, epochs=2, stop=lambda: asked.append(1), **QUIET)
    assert measured(plain) == measured(watched)
    assert len(asked) == 2 * (2 + 1)
    still = Recipe(lr=0.0, batch_size=3, crop=(32, 48), momentum=0.0)
    assert len(fit(small_net(), *few, still, epochs=9, patience=2, stop=lambda: False, **QUIET)) == 3


def test_stopped_before_an_epoch_is_over_it_leaves_a_net_to_use(few, tmp_path):
    torch.manual_seed(0)
    net = fcn32s(4, weights=None)
    history = fit(net, *few, Recipe(lr=0.05, batch_size=1, crop=(32, 48)), out=tmp_path, stop=at_call(2), **QUIET)
    assert history == []
    assert {path.name for path in tmp_path.iterdir()} == {"last.pt", "run.json", ".lock"}
    again, image = load_net(tmp_path / "last.pt"), few[1][0][0]
    assert any(parameter.any() for parameter in again.score.parameters())  # it has learned: they began at zero
    assert torch.equal(predict(again, image, device="cpu"), predict(net, image, device="cpu"))


@pytest.mark.fault("a training without a folder is stopped", "it ends, and writes nothing")
def test_without_a_folder_it_stops_all_the_same(small_net, few, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(fit(small_net(), *few, SMALL, epochs=3, stop=at_call(3), **QUIET)) == 1
    assert list(tmp_path.iterdir()) == []

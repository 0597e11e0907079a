"""The benchmarks: that the one against d2l runs, that its tables are whole and its numbers what they are called."""

import json
import math
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from fcn_course.data.importing.shapes import polygons_to_pixels
from fcn_course.data.paths import CHECKOUT
from tests.benchmarks import growth, importing
from tests.benchmarks.against_d2l import drawn, main, parse
from tests.benchmarks.alone import ChildError, in_child
from tests.benchmarks.book import book_net
from tests.benchmarks.explorers import MODULES as EXPLORERS
from tests.benchmarks.explorers import explorers, seconds_of_moves
from tests.benchmarks.growth import COLUMNS, shortened, training_names
from tests.benchmarks.import_sides import polygons, things
from tests.benchmarks.measure import alternate, flops_of, matrix_rate
from tests.benchmarks.report import Report, Row, growth_table, number, ratio, table
from tests.benchmarks.sides import D2L, Course, Setting
from tests.support.doubling import Doubling
from tests.support.helpers import make_voc, shapes_picture
from tests.support.lecture_files import LECTURES

# d2l reads pictures by functions that torchvision means to drop
pytestmark = pytest.mark.filterwarnings("ignore:The image decoding:DeprecationWarning")

ROWS = {"open": 1, "memory": 2, "step": 2, "epoch": 4, "validation": 1, "prediction": 2, "iou": 2}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The command as a reader runs it, at its smallest, on a set of 10 + 4 drawn pictures: (printed, numbers)."""
    pytest.importorskip("d2l", reason="d2l is not installed")  # not d2l.torch, which takes this process seconds
    folder = tmp_path_factory.mktemp("benchmark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FCN_COURSE_DATA", str(folder))
        drawn(10, 4, print)
    small = ["--pictures", "10", "--val", "4", "--crop", "64", "96", "--batch-size", "2", "--rounds", "1"]
    small += ["--epochs", "1", "--growth", "4", "8", "--growth-crop", "64", "96"]
    files = ["--out", str(folder / "tables.md"), "--json", str(folder / "numbers.json")]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.against_d2l", "--device", "cpu", *small, *files],
        cwd=CHECKOUT,
        env=os.environ | {"FCN_COURSE_DATA": str(folder), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == (folder / "tables.md").read_text(encoding="utf-8")
    return done.stdout, json.loads((folder / "numbers.json").read_text())


def test_every_row_is_there(ran):
    groups = [row["group"] for row in ran[1]["rows"]]
    loader_rows = 2 * (len({1, os.cpu_count()}) + 1)
    assert {name: groups.count(name) for name in groups} == ROWS | {"loader": loader_rows}
    rows = [(row["pictures"], row["name"]) for row in ran[1]["growth"]]
    assert rows == [(size, what) for size in (4, 8) for what in COLUMNS.values()]


def test_both_columns_hold_positive_numbers_and_their_ratio(ran):
    for row in [*ran[1]["rows"], *ran[1]["growth"]]:
        assert row["d2l"] > 0, row
        if row["failed"] == "not reached" and row["course"] is None:
            continue  # so few pictures may not do for d2l's mean IoU
        assert row["course"] > 0, row
        assert row["ratio"] == pytest.approx(row["d2l"] / row["course"])


def test_the_tables_show_the_numbers(ran):
    printed, numbers = ran
    for row in numbers["rows"]:
        cells = [row["name"], number(row["d2l"], "failed"), number(row["course"], row["failed"])]
        assert f"| {' | '.join(cells)} |" in printed


def test_head_names_machine_and_command(ran):
    head = ran[0].splitlines()[0]
    assert f"{os.cpu_count()} cores" in head
    assert f"torch {torch.__version__}" in head
    assert "`python -m tests.benchmarks.against_d2l --device cpu --pictures 10" in head


def test_both_sides_have_the_same_folder(ran):
    folders = ran[1]["folders"]
    assert folders["d2l"] == folders["course"]
    assert folders["d2l"].endswith(str(Path("benchmark", "10x4", "VOC2012")))


def test_rooflines_and_closing_lines(ran):
    machine, *steps = ran[1]["rooflines"]
    assert "GFLOP/s in float32" in machine
    assert [line.partition(" step: ")[0] for line in steps] == ["d2l's", "The course's"]
    memory = [line.partition(":")[0] for line in ran[1]["closing"] if "memory at 8 pictures over that at 4" in line]
    assert memory == ["d2l", "course"]


@pytest.fixture
def few(tmp_path):
    """Four pictures of 48 x 64, one of them smaller, and two to score."""
    rng = np.random.default_rng(3)
    train = {f"t{index}": shapes_picture(rng, (48, 64) if index else (40, 64)) for index in range(4)}
    return make_voc(tmp_path / "VOC2012", train=train, val={f"v{index}": shapes_picture(rng) for index in range(2)})


def test_the_books_weights_lie_as_torchvisions():
    weights = [weight for weight in book_net().parameters() if weight.ndim == 4]
    assert all(weight.is_contiguous() for weight in weights) and weights[0].shape == (64, 3, 7, 7)


def test_both_sides_read_the_same_masks_and_pictures(few):
    """d2l finds the course's classes in the drawn colours, and drops what is smaller than the crop."""
    pytest.importorskip("d2l.torch", reason="d2l is not installed")
    setting = Setting(str(few), (48, 64), 2, "cpu")
    book, course = D2L(setting), Course(setting)
    assert (book.used(), len(book.train_set), course.used()) == (2, 3, 4)
    for index in range(3):
        image, mask = book.train_set[index]
        theirs, labels = course.train_set[index + 1]
        torch.testing.assert_close(image, book.train_set.normalize_image(theirs))
        assert mask.equal(labels.masked_fill(labels == 255, 0))


def test_shortened_folder_shares_the_pictures(few, tmp_path):
    folder = shortened(few, tmp_path / "short", 2)
    assert training_names(folder) == training_names(few)[:2] == ["t0", "t1"]
    assert (folder / "JPEGImages" / "t1.jpg").samefile(few / "JPEGImages" / "t1.jpg")
    assert Course(Setting(str(folder), (48, 64), 2, "cpu")).used() == 2


@pytest.mark.parametrize(
    ("value", "text"), [(0.0123456, "0.0123"), (9.876, "9.88"), (99.96, "100"), (12345.6, "12346"), (None, "failed")]
)
def test_numbers_have_three_digits_or_all_before_the_point(value, text):
    assert number(value, "failed") == text


def test_ratio_is_first_over_second():
    assert ratio(6.0, 1.5) == 4
    assert ratio(None, 1.0) is None
    assert ratio(1.0, None) is None


def test_row_counts_the_shortest_round():
    row = Row("step", "a step, ms", [9.0, 8.0], [4.0, 5.0])
    assert row.plain() == {
        "group": "step",
        "name": "a step, ms",
        "d2l_rounds": [9.0, 8.0],
        "course_rounds": [4.0, 5.0],
        "failed": "failed",
        "pictures": None,
        "d2l": 8.0,
        "course": 4.0,
        "ratio": 2.0,
    }


def test_table_says_what_failed():
    rows = [Row("growth", "opening, s", None, [0.5]), Row("iou", "training, s", [3.0], None, "not reached")]
    assert table(rows).splitlines()[2:] == [
        "| opening, s | failed | 0.5 | – |",
        "| training, s | 3 | not reached | – |",
    ]


def test_growth_has_a_column_for_each_number_of_pictures():
    rows = [Row("growth", "opening, s", [3.0 * size], [1.5], pictures=size) for size in (1, 20)]
    rows += [Row("growth", "an epoch, s", None, [5.0], pictures=size) for size in (1, 20)]
    assert growth_table(rows).splitlines() == [
        "| pictures | 1 | 20 |",
        "| --- | ---: | ---: |",
        "| opening, s: d2l | 3 | 60 |",
        "| opening, s: course | 1.5 | 1.5 |",
        "| opening, s: ratio | 2 | 40 |",
        "| an epoch, s: d2l | failed | failed |",
        "| an epoch, s: course | 5 | 5 |",
        "| an epoch, s: ratio | – | – |",
    ]


def test_report_leaves_out_what_was_not_asked_for():
    report = Report({"date": "today", "machine": "this one", "command": "run", "setting": "so"}, {})
    assert report.markdown() == "today; this one; `run`\n"


def test_sides_take_turns():
    order = []
    ways = {name: lambda name=name: order.append(name) or len(order) for name in ("d2l", "course")}
    assert alternate(ways, 2) == {"d2l": [1, 3], "course": [2, 4]}
    assert order == ["d2l", "course", "d2l", "course"]


def test_child_tells_memory_of_its_own():
    """As much as its array takes, though the process that starts it holds more."""
    ballast = np.ones(60_000_000)
    code = "from tests.benchmarks.alone import added_peak; print(added_peak(lambda: numpy.ones(25_000_000)))"
    done = subprocess.run(
        [sys.executable, "-c", f"import numpy; {code}"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert ballast.all()
    assert float(done.stdout) == pytest.approx(200, rel=0.1)


def test_child_returns_what_its_function_does():
    assert in_child(math.hypot, 3, 4) == 5


@pytest.mark.parametrize(
    ("function", "arguments", "reason"), [(math.sqrt, (-1,), "ValueError"), (os.abort, (), "signal")]
)
def test_child_that_fails_says_why(function, arguments, reason):
    with pytest.raises(ChildError, match=reason):
        in_child(function, *arguments)


def test_flops_of_a_product_and_of_a_convolution():
    assert flops_of(lambda: torch.ones(3, 5) @ torch.ones(5, 7)) == 2 * 3 * 5 * 7
    conv, x = nn.Conv2d(4, 6, 3, padding=1, bias=False), torch.ones(2, 4, 8, 10)
    forward = 2 * (2 * 8 * 10) * 6 * 4 * 9
    assert flops_of(lambda: conv(x)) == forward
    assert flops_of(lambda: conv(x).sum().backward()) == 2 * forward  # no gradient of the input


def test_matrix_rate_leaves_torch_as_it_was():
    before = torch.get_float32_matmul_precision()
    assert matrix_rate(torch.device("cpu"), torch.float32, (32, 64)) > 0
    assert torch.get_float32_matmul_precision() == before


def test_matrices_that_would_take_too_long_are_not_multiplied(monkeypatch):
    taken = {8: 0.5, 16: 3.0, 32: 1e-9}
    monkeypatch.setattr("tests.benchmarks.measure._product_seconds", lambda device, dtype, size: taken[size])
    cpu, sizes = torch.device("cpu"), (8, 16, 32)
    assert matrix_rate(cpu, torch.float32, sizes) == 2 * 8**3 / 0.5
    assert matrix_rate(cpu, torch.float32, sizes, patience=10) == 2 * 16**3 / 3.0
    assert matrix_rate(cpu, torch.float32, sizes, patience=100) == 2 * 32**3 / 1e-9


def test_folder_that_is_missing_is_named(tmp_path, capsys):
    assert main(["--data", str(tmp_path / "nowhere")]) == 1
    assert f"no folder {tmp_path / 'nowhere'}" in capsys.readouterr().err


def test_too_few_pictures_to_grow_are_told(few, capsys):
    assert main(["--data", str(few), "--device", "cpu"]) == 1
    assert "lists 4 pictures to train on, --growth needs 3000" in capsys.readouterr().err


def test_growing_sides_take_turns_and_the_smallest_counts_even_where_one_run_failed(few, monkeypatch):
    order, pace = [], {"d2l": iter([4.0, 3.0, 5.0]), "course": iter([2.0, None, 1.0])}

    def in_child(function, side, setting):
        order.append(side)
        if (found := next(pace[side])) is None:
            raise growth.ChildError("killed by signal -9")
        return dict.fromkeys([*COLUMNS, "used"], found)

    monkeypatch.setattr(growth, "in_child", in_child)
    said, report = [], Report({}, {})
    growth.grow(Setting(str(few), (64, 96), 2, "cpu"), Namespace(growth=[4], growth_rounds=3), report, said.append)
    assert order == ["d2l", "course"] * 3 and "  failed: killed by signal -9" in said
    assert {(row.d2l, row.course, row.ratio) for row in report.growth} == {(3.0, 1.0, 3.0)}
    assert [row.name for row in report.growth] == list(COLUMNS.values())


def test_missing_d2l_is_told_with_its_command(few, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "d2l", None)
    assert main(["--data", str(few), "--device", "cpu", "--only", "open"]) == 1
    assert "install it with `uv sync`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "reason"),
    [(["--rounds", "0"], "must be at least 1, got 0"), (["--crop", "160", "240"], "must be a multiple of 32")],
)
def test_numbers_that_cannot_be_are_refused(options, reason, capsys):
    with pytest.raises(SystemExit):
        parse(options)
    assert reason in capsys.readouterr().err


def test_every_control_of_an_explorer_is_moved_and_brought_home():
    panel, seen = Doubling(), []
    panel.draw = lambda **values: seen.append(values) or Doubling.draw(panel, **values)
    before = panel.values
    taken = seconds_of_moves(panel, moves=4)
    assert panel.values == before
    assert len(taken) < len(seen) <= len(taken) + 4  # and home again
    assert all(second > 0 for second in taken)
    assert {values["size"] for values in seen} == {1, 3, 5, 7, 9}
    assert {values["mode"] for values in seen} == {"plain", "<loud>"}
    assert {values["grid"] for values in seen} == {False, True}


def test_the_benchmark_knows_every_explorer():
    found = [kind.__name__ for module in EXPLORERS for kind in explorers(module)]
    assert len(found) == len(set(found)) == len(LECTURES) + 1  # and the wipe of exercise 4


def test_the_import_benchmark_runs_and_its_table_is_whole(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path))
    assert importing.main(["--sizes", "2", "3", "--without-datumaro"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "| pictures | 2 | 3 |" in lines and "| seconds: datumaro | – | – |" in lines
    (memory,) = [line for line in lines if line.startswith("| peak memory of the process, MB: course |")]
    assert all(50 < float(cell) < 5000 for cell in memory.split("|")[2:4])


def test_objects_are_outlined_as_their_pixels():
    """Outlines midway between pixels take all of an object's pixels, and no more than its holes besides."""
    pixels = np.zeros((30, 40), bool)
    pixels[3:20, 5:30] = True
    pixels[0:8, 0:12] = True
    assert np.array_equal(polygons_to_pixels(polygons(pixels), pixels.shape), pixels)
    classes, objects = np.where(pixels, 7, 0), np.where(pixels, 1, 255)
    ((index, found),) = things(classes, objects)
    assert index == 7 and np.array_equal(found, pixels)

"""The command for a machine with a GPU, tried on a processor at its smallest."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from fcn_course.data.paths import CHECKOUT
from tests import on_a_gpu
from tests.on_a_gpu import Clock, call, compare, first_pictures, main, page, parse
from tests.support.helpers import make_voc, shapes_picture


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The command as it is typed, with one group of rows: what it printed, and its numbers."""
    pytest.importorskip("d2l", reason="d2l is not installed")
    out = tmp_path_factory.mktemp("gpu")
    command = [
        sys.executable,
        "-m",
        "tests.on_a_gpu",
        "--small",
        "--only",
        "step",
        "--minutes",
        "60",
        "--out",
        str(out),
    ]
    environment = {name: value for name, value in os.environ.items() if name != "FCN_COURSE_DATA"}
    done = subprocess.run(
        command, cwd=CHECKOUT, env=environment | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == (out / "gpu.md").read_text(encoding="utf-8")
    return done.stdout, json.loads((out / "gpu.json").read_text(encoding="utf-8"))


def test_one_page_and_one_file_hold_what_was_found(ran):
    printed, found = ran
    assert found["tests"]["passed"] and found["left_out"] == [] and found["pictures"] == 12
    assert [row["group"] for row in found["rows"]] == ["step", "step"]
    assert all(row["d2l"] > 0 and row["course"] > 0 for row in found["rows"])
    assert "| a training step, the course in float32, ms |" in printed
    assert "% of the best matrix product in float32" in printed
    assert "Tests that need a GPU: " in printed and " passed" in printed and f"; {found['seconds']:.0f} s" in printed


def test_the_tests_that_it_runs_are_those_of_the_gpu(ran):
    (line,) = (line for line in ran[1]["tests"]["said"] if " passed" in line)
    passed = int(line.split(" passed")[0].split()[-1])
    assert passed >= 9 and "skipped" not in line and "failed" not in line


@pytest.mark.skipif(torch.cuda.is_available(), reason="here is a GPU")
def test_without_a_gpu_it_says_how_it_can_be_tried(tmp_path, capsys):
    assert main(["--out", str(tmp_path / "out")]) == 2
    assert "torch finds no GPU here; --small tries the command on a processor" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_packages_that_are_missing_are_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(on_a_gpu, "NEEDED", ("torch", "no_such_package"))
    assert main(["--small", "--out", str(tmp_path)]) == 2
    assert "missing here: no_such_package; `uv sync`, or pip with requirements.txt" in capsys.readouterr().err


def test_what_comes_too_late_or_fails_is_left_out_and_said(tmp_path, monkeypatch):
    pytest.importorskip("d2l", reason="d2l is not installed")
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path))
    answers = iter([(None, "no time was left"), (1, "a\nerror: why")])
    monkeypatch.setattr(on_a_gpu, "call", lambda *arguments: next(answers))
    found = {"device": "cpu", "tests": {"said": ["1 passed"]}, "rows": [], "notes": [], "left_out": [], "seconds": 1}
    compare(parse(["--small", "--only", "step", "epoch"]), "cpu", Clock(6), found)
    assert found["left_out"] == ["step: no time was left", "epoch: error: why"]
    assert "- left out: step: no time was left" in page(found)


def test_a_call_ends_when_its_time_does():
    code, said = call([sys.executable, "-c", "import time; time.sleep(600)"], 1)
    assert code is None and said == "no time was left"
    assert call([sys.executable, "-c", "print(5); raise SystemExit(3)"], 600) == (3, "5\n")


def test_fewer_pictures_are_the_first_of_them(tmp_path):
    rng = np.random.default_rng(0)
    folder = make_voc(
        tmp_path / "all",
        train={name: shapes_picture(rng) for name in "abc"},
        val={name: shapes_picture(rng) for name in "de"},
    )
    short = first_pictures(folder, tmp_path, 2)
    lists = [(short / f"ImageSets/Segmentation/{split}.txt").read_text().split() for split in ("train", "val")]
    assert lists == [["a", "b"], ["d", "e"]] and (short / "JPEGImages/a.jpg").is_file()

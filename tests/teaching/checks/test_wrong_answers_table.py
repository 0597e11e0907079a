"""The catalogue as a table: each row on one line, each kind of answer readable."""

import subprocess
import sys
from functools import partial

import torch

from fcn_course.data.paths import CHECKOUT
from tests.support.wrong_answers.table import WIDTHS, modules, table, written


def given(x):
    return x


def test_answers_are_written_as_a_person_would():
    for answer, text in (
        (lambda n, t: n * (t, 1)[0], "lambda n, t: n * (t, 1)[0]"),
        (given, "given"),
        (partial(given, 3), "given(3, …)"),
        ("a\nb", r"'a\nb'"),
        (torch.tensor([1.5, 2]), "[1.5, 2]"),
        (None, "None"),
    ):
        assert written(answer) == text


def test_each_wrong_answer_has_a_line_of_sensible_width():
    rows = table(["bilinear_kernel"])
    assert rows[0].split() == ["check", "wrong", "answer", "advice"]
    assert len(rows) > 40 and len({row[: WIDTHS[0]] for row in rows[1:]}) > 4
    assert max(map(len, rows)) <= sum(WIDTHS) + 4 and not any("\n" in row for row in rows)
    assert any("Distances taken for weights" in row for row in rows)


def test_the_command_prints_the_named_modules_and_knows_the_others():
    def run(*names):
        command = [sys.executable, "-m", "tests.tools.wrong_answers", *names]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=CHECKOUT)

    done = run("bilinear_kernel")
    assert done.returncode == 0 and done.stdout.splitlines() == table(["bilinear_kernel"])
    done = run("none")
    assert done.returncode == 1 and f"no checks none; there are {', '.join(modules())}" in done.stderr

"""``fcn-course data``: check says what is wrong with a folder, and nothing else of the command has changed."""

import sys

import pytest

from fcn_course.cli import main
from tests.support.helpers import error_line


def run(*arguments):
    return main(["data", *map(str, arguments)])


def test_a_folder_with_remarks_alone_may_stay_as_it_is(few_voc, capsys):
    assert run("check", few_voc, "--classes", "background", "square", "disc", "bar", "star") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"{few_voc}: 5 pictures on its lists, 5 classes"
    assert "remark       1  class that never occurs: star (4)" in out
    assert out[-1].startswith("0 errors, ")


def test_a_folder_with_an_error_must_be_mended(few_voc, capsys, tmp_path):
    (tmp_path / "mine.txt").write_text("background\nsquare\n")
    assert run("check", few_voc, "--classes", tmp_path / "mine.txt") == 1
    out = capsys.readouterr().out
    assert "index that is no class: t" in out and "renumber it, or name all classes" in out
    assert f"{few_voc}: 5 pictures on its lists, 2 classes" in out


def test_names_are_told_where_the_terminal_lacks_their_letters(few_voc, capsys, monkeypatch):
    class Narrow:
        encoding = "ascii"
        wide = sys.stdout

        def write(self, text):
            return self.wide.write(text.encode("ascii").decode())

        def flush(self):
            self.wide.flush()

    monkeypatch.setattr(sys, "stdout", Narrow())
    assert run("check", few_voc, "--classes", "background", "square", "disc", "bar", "صورة") == 0
    assert r"\u0635\u0648\u0631\u0629 (4)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["check"], "the following arguments are required: FOLDER"),
        (["check", "somewhere", "--out", "elsewhere"], "unrecognized arguments: --out elsewhere"),
        (["check", "somewhere", "--copy"], "unrecognized arguments: --copy"),
        (["minivoc", "somewhere"], "unrecognized arguments: somewhere"),
        (["voc2012", "--classes", "mine.txt"], "unrecognized arguments: --classes mine.txt"),
        (["minivoc", "--val", "0.2"], "argument --val: invalid int value: '0.2'"),
        (["import", "somewhere"], "the following arguments are required: --out"),
        ([], "the following arguments are required: what"),
    ],
)
def test_what_does_not_go_together_is_told(capsys, arguments, words):
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_told(capsys):
    assert "no folder nowhere; give a folder laid out like VOC" in error_line(capsys, "data", "check", "nowhere")


def test_drawing_is_asked_for_as_ever_and_passes_the_check(tmp_path, capsys):
    assert run("minivoc", "--train", 2, "--val", 1, "--seed", 3, "--out", tmp_path / "drawn") == 0
    assert capsys.readouterr().out == f"minivoc: {tmp_path / 'drawn'}\n"
    assert run("check", tmp_path / "drawn") == 0
    assert "0 errors" in capsys.readouterr().out

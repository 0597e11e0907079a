"""``fcn-course data import``: one command reads, checks and shows, and what it leaves trains."""

import sys

import pytest

from fcn_course.cli import main
from fcn_course.data.datasets import open_voc
from tests.support.exports import coco, cvat_masks, labelme
from tests.support.helpers import error_line
from tests.support.scenes import scenes


def run(*arguments):
    return main(["data", "import", *map(str, arguments)])


def test_a_source_is_imported_checked_and_shown(tmp_path, capsys):
    cvat_masks(tmp_path / "source", scenes(5))
    assert run(tmp_path / "source", "--out", tmp_path / "mine") == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{tmp_path / 'mine'}: 5 pictures from folder in VOC's layout, 4 classes\n")
    assert "- masks are read by the colours of labelmap.txt" in out
    assert f"look at {tmp_path / 'mine' / 'look.html'} before you train" in out
    assert (tmp_path / "mine" / "look.html").read_text(encoding="utf-8").count("<figure>") == 5
    assert main(["data", "check", str(tmp_path / "mine")]) == 0
    assert len(open_voc(tmp_path / "mine", "train")) == 4


def test_options_reach_the_import(tmp_path, capsys):
    coco(tmp_path / "source", scenes(6))
    labelme(tmp_path / "source" / "images", scenes(6))
    options = ["--from", "coco", "--unlabelled", "void", "--val", "0.5", "--seed", "3", "--group", "none", "--copy"]
    assert run(tmp_path / "source", "--out", tmp_path / "mine", *options) == 0
    out = capsys.readouterr().out
    assert "3 of 6 validate, drawn with seed 3" in out and "pictures: 6 copied" in out
    assert "they are void, as asked" in out


def test_what_the_check_finds_is_said(tmp_path, capsys):
    same = scenes(1)["pic_00"]
    coco(tmp_path / "source", {name: same for name in "abcd"})
    run(tmp_path / "source", "--out", tmp_path / "mine")
    out = capsys.readouterr().out
    assert "check of " in out and "same picture in train and in val" in out


def test_what_is_imported_trains(tmp_path, capsys):
    labelme(tmp_path / "source", scenes(4))
    assert run(tmp_path / "source", "--out", tmp_path / "mine") == 0
    options = ["--epochs", "1", "--batch-size", "2", "--crop", "64", "64", "--workers", "0", "--device", "cpu"]
    options += ["--weights", "none", "--out", str(tmp_path / "run")]
    assert main(["train", "--data", str(tmp_path / "mine"), *options]) == 0
    assert (tmp_path / "run" / "best.pt").is_file()


@pytest.mark.fault("import of a folder that is not there", "told in a line")
def test_a_source_that_is_not_there_is_told(capsys):
    line = error_line(capsys, "data", "import", "nowhere", "--out", "b")
    assert "no folder nowhere; give the folder that holds the pictures" in line


@pytest.mark.fault("a source has faults, in a terminal that lacks their letters", "all told, status 2, nothing written")
def test_faults_are_told_with_status_2(tmp_path, capsys, monkeypatch):
    path = coco(tmp_path / "source", {"ネコ": scenes(1)["pic_00"], "b": scenes(2)["pic_01"]})
    path.write_text(
        path.read_text(encoding="utf-8").replace('"category_id": 10', '"category_id": 77'), encoding="utf-8"
    )
    assert run(tmp_path / "source", "--out", tmp_path / "mine") == 2
    err = capsys.readouterr().err
    assert "must be mended first\n  unknown class: images/ネコ.jpg, annotation 1 (category_id 77)" in err
    assert not (tmp_path / "mine").exists()


@pytest.mark.fault("the extra annotations is not installed", "told in a line with the command that installs it")
def test_the_extra_is_named_where_it_is_missing(tmp_path, capsys, monkeypatch):
    coco(tmp_path / "source", scenes(2))
    monkeypatch.setitem(sys.modules, "pycocotools", None)
    line = error_line(capsys, "data", "import", tmp_path / "source", "--out", tmp_path / "mine")
    assert "`pip install 'fcn-course[annotations]'`, or in a checkout `uv sync --extra annotations`, brings it" in line
    assert not (tmp_path / "mine").exists()


def test_the_help_names_every_format_and_rule(capsys):
    from fcn_course.data.importing.detect import FORMATS
    from fcn_course.data.importing.split import RULES

    with pytest.raises(SystemExit):
        main(["data", "import", "--help"])
    text = " ".join(capsys.readouterr().out.split()).replace("- ", "-")
    assert all(name in text for name in [*FORMATS, *RULES])

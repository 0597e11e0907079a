"""``fcn-course exercises`` as an instructor uses it."""

import nbformat
import pytest

from fcn_course.cli import main
from fcn_course.teaching.exercises import release
from fcn_course.teaching.exercises.course import CONFIG
from tests.support.exercise_files import made_up
from tests.support.helpers import error_line


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with two made-up exercises."""
    (tmp_path / "notebooks" / "solutions").mkdir(parents=True)
    for name in ("0_doubling", "1_more"):
        nbformat.write(made_up(), tmp_path / "notebooks" / "solutions" / f"{name}.ipynb")
    monkeypatch.setattr(release, "CHECKOUT", tmp_path)
    monkeypatch.setattr(release, "in_checkout", lambda: True)
    return tmp_path / "notebooks"


def test_make_and_check(checkout, capsys):
    assert main(["exercises", "check"]) == 1
    assert "0_doubling: there is no" in capsys.readouterr().out
    assert main(["exercises", "make"]) == 0
    out = capsys.readouterr().out
    assert "0_doubling: to be run\n1_more: to be run\n" in out
    paths = [str(checkout / "exercises" / f"{name}.ipynb") for name in ("0_doubling", "1_more")]
    assert out.endswith(f"run and save:\npython -m tests.tools.save_notebooks {' '.join(paths)}\n")
    assert main(["exercises", "check"]) == 0
    assert capsys.readouterr().out == "0_doubling: as its solution says\n1_more: as its solution says\n"

    changed = nbformat.read(paths[1], as_version=4)
    changed.cells[0].source += "!"
    nbformat.write(changed, paths[1])
    assert main(["exercises", "check", "0_doubling"]) == 0
    capsys.readouterr()
    assert main(["exercises", "check"]) == 1
    out = capsys.readouterr().out
    assert "1_more: cell 'title' has another source\n" in out and "then `fcn-course exercises make`" in out


def test_only_the_named_are_made(checkout):
    assert main(["exercises", "make", "1_more"]) == 0
    assert [path.stem for path in (checkout / "exercises").iterdir()] == ["1_more"]


def test_a_course_folder(checkout, tmp_path, capsys):
    folder = tmp_path / "course"
    assert main(["exercises", "course", str(folder), "--only", "1_more"]) == 0
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*")) == [
        "nbgrader_config.py",
        "source/1_more/1_more.ipynb",
    ]
    source = folder / "source" / "1_more" / "1_more.ipynb"
    assert source.read_bytes() == (checkout / "solutions" / "1_more.ipynb").read_bytes()
    assert (folder / "nbgrader_config.py").read_text() == CONFIG
    out = capsys.readouterr().out
    for words in (
        f"cd {folder}",
        "nbgrader generate_assignment 1_more",
        "submitted/STUDENT/1_more/1_more.ipynb",
        "nbgrader autograde 1_more",
        "nbgrader generate_feedback 1_more",
        "nbgrader export",
    ):
        assert words in out
    compile(CONFIG, "nbgrader_config.py", "exec")

    (folder / "nbgrader_config.py").write_text(CONFIG.replace('"fcn-course"', '"mine"'))
    assert main(["exercises", "course", str(folder)]) == 0
    assert '"mine"' in (folder / "nbgrader_config.py").read_text()
    assert (folder / "source" / "0_doubling" / "0_doubling.ipynb").is_file()

    source.write_text("{}")
    assert "1_more.ipynb differs from the course's; remove it" in error_line(capsys, "exercises", "course", folder)
    assert source.read_text() == "{}"


def test_a_folder_that_holds_something_else_is_left_alone(checkout, tmp_path, capsys):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.tex").write_text("Once")
    assert "holds something else" in error_line(capsys, "exercises", "course", folder)
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    assert "holds something else" in error_line(capsys, "exercises", "course", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["chapter.tex", "nbgrader_config.py"]
    assert "is a file" in error_line(capsys, "exercises", "course", folder / "chapter.tex")


@pytest.mark.parametrize("task", [["make", "9"], ["check", "9"], ["course", "somewhere", "--only", "9"]])
def test_a_wrong_name(checkout, capsys, task, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "no exercise '9'; there are 0_doubling, 1_more" in error_line(capsys, "exercises", *task)
    assert not (tmp_path / "somewhere").exists()


@pytest.mark.parametrize("task", [["make"], ["check"], ["course", "somewhere"]])
def test_from_a_wheel_it_says_what_is_missing(checkout, capsys, task, tmp_path, monkeypatch):
    monkeypatch.setattr(release, "in_checkout", lambda: False)
    monkeypatch.chdir(tmp_path)
    assert "an installed fcn_course has none; get the course's repository" in error_line(capsys, "exercises", *task)
    assert not (tmp_path / "somewhere").exists()


def test_a_lost_mark_stops_it_before_anything_is_written(checkout, capsys):
    solution = made_up()
    (answer,) = [cell for cell in solution.cells if cell.id == "step-1-answer"]
    answer.source = answer.source.replace("### END SOLUTION", "")
    nbformat.write(solution, checkout / "solutions" / "0_doubling.ipynb")
    assert "cell 'step-1-answer': no ### END SOLUTION" in error_line(capsys, "exercises", "make")
    assert not (checkout / "exercises").exists()

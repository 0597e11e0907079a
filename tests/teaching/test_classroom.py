"""A folder for a class without a network: what is in it, going on after a stop, and installing from it."""

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import venv
import zipfile
from pathlib import Path

import pytest

from fcn_course.cli import main
from fcn_course.data.datasets import open_voc
from fcn_course.data.minivoc import draw_minivoc, ensure_minivoc
from fcn_course.data.paths import CHECKOUT
from fcn_course.nets.checkpoints import load_net
from fcn_course.prediction.inference import predict
from fcn_course.teaching.classroom import wheels
from fcn_course.teaching.classroom.folder import START, pack
from fcn_course.teaching.classroom.wheels import build_wheel, fetch_wheels, machine, read_pins, wheels_of
from tests.support.exercise_files import EXPECTED, code_in, solution_of
from tests.support.helpers import error_line
from tests.support.lecture_files import LECTURES, code_of, statements_of

TAGS = {"any": "py3-none-any", "win": "cp312-cp312-win_amd64", "mac": "cp312-cp312-macosx_11_0_arm64"}


def make_wheel(folder, name, version="1.0", tag=TAGS["any"]):
    """A wheel of one module, which says its version."""
    about = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-{tag}.whl"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    files[f"{about}/RECORD"] = "".join(f"{file},,\n" for file in (*files, f"{about}/RECORD"))
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
    return path


def pin(path, marker=""):
    name, version = path.name.split("-")[:2]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name}=={version}{marker} \\\n    --hash=sha256:{digest}\n    # via it\n"


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder of wheels that pip takes for the whole world."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return tmp_path / "index"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """An environment with pip and nothing else; making one takes ten seconds on an old processor, copying it none."""
    folder = tmp_path_factory.mktemp("bare") / "environment"
    venv.create(folder, with_pip=True)
    return folder


@pytest.fixture
def checkout(tmp_path, index, bare, monkeypatch):
    """A small checkout that needs two packages, and one more on Windows."""
    monkeypatch.setattr(wheels.venv, "create", lambda place, with_pip: shutil.copytree(bare, place, symlinks=True))
    folder = tmp_path / "checkout"
    for name in ("00_start.ipynb", "exercises/1_a.ipynb", "solutions/1_a.ipynb"):
        (folder / "notebooks" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "notebooks" / name).write_text(json.dumps({"of": name}))
    (folder / "data" / "weights").mkdir(parents=True)
    (folder / "data" / "weights" / "net.safetensors").write_bytes(b"net")
    lines = [pin(make_wheel(index, "tinya")), pin(make_wheel(index, "tinyb", tag=TAGS["any"]))]
    lines.append(pin(make_wheel(index, "tinywin", tag=TAGS["win"]), " ; sys_platform == 'win32'"))
    (folder / "requirements.txt").write_text("# pins\n" + "".join(lines))
    monkeypatch.setattr(
        "fcn_course.teaching.classroom.folder.build_wheel",
        lambda _checkout, into, _temporary: make_wheel(into, "fcn_course", "0.1.0"),
    )
    return folder


@pytest.fixture(scope="module", autouse=True)
def drawn(tmp_path_factory):
    """Two pictures in the layout of a class folder; drawing them takes longer than all the rest."""
    return draw_minivoc(tmp_path_factory.mktemp("drawn") / "VOC2012", 1, 1, progress=False)


@pytest.fixture(autouse=True)
def drawn_before(drawn, monkeypatch):
    def copied(folder, train, val):
        assert (train, val) == (1, 1)
        return shutil.copytree(drawn, folder)

    monkeypatch.setattr("fcn_course.teaching.classroom.folder.draw_minivoc", copied)


def filled(folder, checkout, **options):
    return list(pack(folder, checkout=checkout, pictures=(1, 1), **options))


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_without_wheels(tmp_path, checkout):
    folder = tmp_path / "class"
    said = filled(folder, checkout, wheels=False)
    there = names(folder)
    assert {"START.txt", "notebooks/00_start.ipynb", "notebooks/exercises/1_a.ipynb"} < there
    assert "data/weights/net.safetensors" in there and "data/minivoc/VOC2012/.complete.json" in there
    assert not any("solutions" in name or name.endswith(".whl") for name in there)
    assert "No packages lie in this folder" in (folder / START).read_text(encoding="utf-8")
    assert said[0].startswith("notebooks: 2, ") and "drawn now" in said[2] and said[-1].startswith("START.txt")


def test_a_second_call_only_adds_what_is_missing(tmp_path, checkout):
    folder = tmp_path / "class"
    filled(folder, checkout)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    (folder / "notebooks" / "00_start.ipynb").write_text("an older state")
    (folder / "wheels" / "tinya-1.0-py3-none-any.whl").write_bytes(b"half a whe")
    said = filled(folder, checkout, solutions=True)
    assert said[0].startswith("notebooks: 3, ") and said[0].endswith(" 2 of them copied now")
    assert "was there" in said[2] and "2, 1 of them there" in said[3] and "1 fetched now" in said[4]
    assert (folder / "notebooks" / "solutions" / "1_a.ipynb").is_file()
    assert json.loads((folder / "notebooks" / "00_start.ipynb").read_text()) == {"of": "00_start.ipynb"}
    assert len(wheels_of(read_pins(folder / f"requirements-{machine().name}.txt"), folder / "wheels", machine())) == 2
    kept = folder / "data" / "weights" / "net.safetensors"
    assert kept.stat().st_mtime_ns == before[kept]


def test_a_class_installs_from_the_folder_alone(tmp_path, checkout, monkeypatch):
    folder = tmp_path / "class"
    filled(folder, checkout)
    for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name)
    kind = machine().name
    start = (folder / START).read_text(encoding="utf-8")
    assert f"requirements-{kind}.txt" in start and "export FCN_COURSE_DATA" in start
    venv.create(tmp_path / "laptop", with_pip=True)
    python = tmp_path / "laptop" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [python, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--find-links", folder / "wheels"]
    for what in (["--require-hashes", "-r", folder / f"requirements-{kind}.txt"], ["fcn-course"]):
        assert "pip install --no-index --no-deps" in start
        subprocess.run([*install, *what], check=True, capture_output=True)
    program = "import tinya, tinyb, fcn_course; print(tinya.VERSION, tinyb.VERSION, fcn_course.VERSION)"
    done = subprocess.run([python, "-c", program], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout == "1.0 1.0 0.1.0\n"


def test_wheels_for_other_machines_lie_beside(tmp_path, checkout):
    folder = tmp_path / "class"
    filled(folder, checkout)
    filled(folder, checkout, target=machine("windows", "3.12"))
    assert "wheels/tinywin-1.0-cp312-cp312-win_amd64.whl" in names(folder)
    start = (folder / START).read_text(encoding="utf-8")
    assert "requirements-windows-py3.12.txt" in start and "py -3.12 -m venv" in start
    assert f"requirements-{machine().name}.txt" in start


def test_a_wheel_of_another_machine_does_not_count(tmp_path):
    for system, tag in (("windows", TAGS["win"]), ("macos", TAGS["mac"])):
        path = make_wheel(tmp_path, "tiny", tag=tag)
        (tmp_path / "pins.txt").write_text(pin(path))
        pins = read_pins(tmp_path / "pins.txt")
        assert list(wheels_of(pins, tmp_path, machine(system, "3.12"))) == pins
        assert not wheels_of(pins, tmp_path, machine(system, "3.13"))
        path.unlink()


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_conditions_are_those_of_the_machine_that_is_meant(python):
    pins = read_pins(CHECKOUT / "requirements.txt")
    needed = {
        system: {pin.requirement.name for pin in machine(system, python).needs(pins)}
        for system in ("windows", "linux", "macos")
    }
    assert {"torch", "numpy", "jupyterlab"} < needed["windows"] & needed["linux"] & needed["macos"]
    assert "pywinpty" in needed["windows"] - needed["linux"] - needed["macos"]
    assert any(name.startswith("nvidia-") for name in needed["linux"])
    assert not any(name.startswith("nvidia-") for name in needed["windows"] | needed["macos"])
    assert all(pin.hashes for pin in pins)
    for system in needed:  # one version of each
        assert len(needed[system]) == len(machine(system, python).needs(pins))


def test_what_pip_cannot_bring_is_told(tmp_path, checkout, index, capfd):
    (index / "tinyb-1.0-py3-none-any.whl").unlink()
    with pytest.raises(OSError, match="pip download failed"):
        filled(tmp_path / "class", checkout)
    assert "tinyb" in capfd.readouterr().err
    make_wheel(index, "tinyb", "1.0").write_bytes(b"another file")
    with pytest.raises(OSError, match="pip download failed"):
        filled(tmp_path / "class", checkout)


def test_pip_comes_with_python_where_the_environment_has_none(tmp_path, index, monkeypatch):
    path = make_wheel(index, "tinya")
    (tmp_path / "pins.txt").write_text(pin(path))
    (tmp_path / "wheels").mkdir()
    known = wheels.importlib.util.find_spec
    monkeypatch.setattr(wheels.importlib.util, "find_spec", lambda name: None if name == "pip" else known(name))
    fetch_wheels(read_pins(tmp_path / "pins.txt"), tmp_path / "wheels", machine(), tmp_path)
    assert names(tmp_path / "wheels") == {path.name}


def test_an_older_wheel_of_the_course_goes(tmp_path, monkeypatch):
    make_wheel(tmp_path / "wheels", "fcn_course", "0.0.9")
    make_wheel(tmp_path / "wheels", "other", "1.0")
    monkeypatch.setattr(wheels, "_pip", lambda place, *_: make_wheel(place / "built", "fcn_course", "0.1.0"))
    assert build_wheel(CHECKOUT, tmp_path / "wheels", tmp_path).is_file()
    assert {name.split("-")[1] for name in names(tmp_path / "wheels")} == {"0.1.0", "1.0"}


def test_mistakes_are_told(tmp_path, capsys, monkeypatch):
    (tmp_path / "file").write_text("")
    assert "needs Python 3.11, 3.12 or 3.13, got '3.9'" in error_line(capsys, "pack", tmp_path, "--python", "3.9")
    assert str(tmp_path / "file") in error_line(capsys, "pack", tmp_path / "file", "--without-wheels")
    monkeypatch.setattr("fcn_course.teaching.classroom.folder.in_checkout", lambda: False)
    assert "made in the course's checkout" in error_line(capsys, "pack", tmp_path / "new", "--without-wheels")
    assert not (tmp_path / "new").exists()


def test_the_command_says_what_was_done(tmp_path, capsys, monkeypatch):
    asked = {}

    def packed(folder, target, wheels, solutions):
        asked.update(folder=folder, target=target.name, wheels=wheels, solutions=solutions)
        yield "a part"

    monkeypatch.setattr("fcn_course.teaching.classroom.folder.pack", packed)
    options = ["--platform", "macos", "--python", "3.13", "--without-wheels", "--solutions"]
    assert main(["pack", str(tmp_path), *options]) == 0
    assert asked == {"folder": tmp_path, "target": "macos-py3.13", "wheels": False, "solutions": True}
    assert capsys.readouterr().out == "a part\n"


def state(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_a_share_is_only_read(tmp_path, checkout, monkeypatch):
    """Nothing in the folder changes, even for somebody who could change it."""
    filled(tmp_path / "class", checkout, wheels=False)
    data = tmp_path / "class" / "data"
    before = state(data)
    for path in (*before, data):
        path.chmod(path.stat().st_mode & ~0o222)
    monkeypatch.setenv("FCN_COURSE_DATA", str(data))
    monkeypatch.chdir(tmp_path)
    pictures = open_voc("minivoc", "val")
    assert Path(pictures.folder).is_relative_to(data)
    image, mask = pictures[0]
    assert predict(load_net("minivoc"), image).shape == mask.shape
    assert state(data) == before
    for path in (*before, data):
        path.chmod(path.stat().st_mode | 0o200)


def test_who_joins_late_finds_the_data_drawn_by_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path / "empty"))
    drawn = []
    monkeypatch.setattr("fcn_course.data.minivoc.write._draw", lambda folder, *_: drawn.append(folder))
    where = tmp_path / "empty" / "minivoc" / "VOC2012"
    assert ensure_minivoc() == where and drawn == [where]
    monkeypatch.undo()
    assert len(open_voc("minivoc", "val")) == 80


@pytest.mark.parametrize("name", EXPECTED)
def test_no_exercise_reads_what_another_wrote(name):
    code = "\n".join(cell.source for cell in code_in(solution_of(name)))
    texts = [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
    assert [text for text in texts if isinstance(text, str) and re.match(r"(\.\./|~/|/)\w|runs/", text)] == []


@pytest.mark.parametrize("lecture", LECTURES)
def test_no_lecture_reads_what_another_wrote(lecture):
    """A late joiner may begin with any: paths out of the notebook's folder lead only to what it clears and writes."""
    constants = (node for statement in statements_of(lecture) for node in ast.walk(statement))
    texts = [node.value for node in constants if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    outside = [text for text in texts if re.match(r"(\.\./|~/|/)\w", text) or "runs/" in text]
    assert outside == (["../runs/lecture05"] if lecture == "05_training" else [])
    if outside:
        assert "shutil.rmtree(folder, ignore_errors=True)" in "".join(cell.source for cell in code_of(lecture))

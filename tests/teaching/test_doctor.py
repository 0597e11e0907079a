"""The doctor's table, on a healthy machine and on broken ones; and the places it looks at."""

import subprocess
import sys
from argparse import Namespace
from importlib import metadata
from pathlib import Path

import pytest

from fcn_course.data import paths
from fcn_course.nets.efficientnet_lite import PACKAGE
from fcn_course.teaching import doctor


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty data folder, and an empty hub cache so that the reader's own does not count."""
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "hub"))
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: _Usage(100e9))
    monkeypatch.setattr(doctor.sys, "dont_write_bytecode", False)
    return tmp_path / "data"


class _Usage:
    def __init__(self, free):
        self.free = free


def place(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")


def ship(data):
    for name in ("resnet18", "fcn8s"):
        place(data / "weights" / f"{name}_minivoc.safetensors")


def rows():
    return {row.item: row for row in doctor.report()}


def test_a_bare_machine_with_its_weights_can_run(data, capsys):
    ship(data)
    found = rows()
    assert {item for item, row in found.items() if row.state == "missing"} == set()
    assert found["minivoc"].state == "note" and "draws itself" in found["minivoc"].found
    assert found["minivoc"].remedy == "fcn-course data minivoc"
    assert found["VOC2012"].remedy == "fcn-course data voc2012"
    assert found["imagenet weights"].remedy.startswith("python -c")
    assert found["torch"].found == metadata.version("torch")
    assert found["photographs"].found == f"weights of EfficientNet-Lite0, {metadata.version(PACKAGE)}"
    assert "cores" in found["device"].found or "GB" in found["device"].found
    assert doctor.show() == 0
    assert "The course can run." in capsys.readouterr().out


def test_everything_there_needs_no_remedy(data, tmp_path):
    ship(data)
    place(data / "minivoc" / "VOC2012" / ".complete.json")
    place(data / "VOCdevkit" / "VOC2012" / "JPEGImages" / "a.jpg")
    place(tmp_path / "hub" / "hub" / "checkpoints" / "resnet18-f37072fd.pth")
    assert {row.state for row in rows().values()} == {"ok"}
    assert not any(row.remedy for row in rows().values())


def test_a_voc2012_that_was_not_copied_is_found_where_its_note_says(data, tmp_path):
    ship(data)
    place(tmp_path / "class share" / "VOC2012" / "JPEGImages" / "a.jpg")
    (data / paths.VOC2012_NOTE).write_text(str(tmp_path / "class share" / "VOC2012"), encoding="utf-8")
    row = rows()["VOC2012"]
    assert (row.state, row.remedy) == ("ok", "") and "class share" in row.found


def test_the_table_is_aligned_and_every_lack_has_its_command(data, capsys, monkeypatch):
    monkeypatch.setattr(doctor, "weights_file", lambda name: data / name)
    assert doctor.show() == 1
    lines = capsys.readouterr().out.splitlines()
    found = doctor.report()
    states = [line for line in lines if line.split("  ")[0].strip() in {row.item for row in found}]
    assert len({line.index(row.state, len(row.item)) for line, row in zip(states, found, strict=True)}) == 1
    assert all(row.remedy for row in found if row.state != "ok")
    assert sum("mend with:" in line for line in lines) == sum(bool(row.remedy) for row in found)
    assert lines[-1] == "The course cannot run yet, missing: minivoc backbone, minivoc FCN-8s."


@pytest.mark.parametrize(
    "without, stops", [("torch", True), ("torchvision", True), ("d2l", False), (doctor.PHOTOGRAPHS, False)]
)
def test_a_package_that_is_not_installed(data, monkeypatch, without, stops):
    ship(data)
    version = metadata.version

    def hidden(name):
        if name == without:
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(doctor.metadata, "version", hidden)
    row = rows()["photographs" if without == doctor.PHOTOGRAPHS else without]
    assert row.remedy == "uv sync" and ("not installed" in row.found or "no weights of EfficientNet-Lite0" in row.found)
    assert row.state == ("missing" if stops else "note")
    assert doctor.show() == stops


@pytest.mark.parametrize(
    "fault", ["raise OSError('libtorch.so: cannot open\\nand more')", "import nothing_of_this_name"]
)
def test_a_torch_that_does_not_load_is_one_row_not_a_traceback(data, tmp_path, fault):
    place(tmp_path / "broken" / "torch" / "__init__.py")
    (tmp_path / "broken" / "torch" / "__init__.py").write_text(fault)
    program = f"import sys; sys.path.insert(0, {str(tmp_path / 'broken')!r}); from fcn_course.teaching import doctor"
    program += "; sys.exit(doctor.show())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr == ""
    assert "torch does not load" in done.stdout and "uv sync --reinstall-package torch" in done.stdout
    assert "and more" not in done.stdout


def test_a_torch_that_is_not_there_is_one_row_too(data, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    found = rows()
    assert found["device"].remedy == found["imagenet weights"].remedy == "uv sync --reinstall-package torch"
    assert found["device"].state == "missing"


def test_scarce_room_is_told(data, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: _Usage(1e9))
    row = rows()["data folder"]
    assert row.state == "note" and "1.0 GB free, scarce" in row.found and "FCN_COURSE_DATA" in row.remedy


@pytest.mark.parametrize(
    "kept, forbidden, writable, state, said",
    [
        (True, True, False, "ok", "finds torch compiled"),
        (False, False, True, "ok", "compiles torch the first time"),
        (False, True, True, "note", "compiles torch anew each time, which takes seconds (PYTHONDONTWRITEBYTECODE is"),
        (False, False, False, "note", "torch cannot be written)"),
    ],
)
def test_a_python_that_compiles_torch_at_every_start_is_told(
    data, monkeypatch, tmp_path, kept, forbidden, writable, state, said
):
    compiled = tmp_path / "torch" / "__pycache__" / "__init__.pyc"
    if kept:
        place(compiled)
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: Namespace(cached=str(compiled)))
    monkeypatch.setattr(doctor.sys, "dont_write_bytecode", forbidden)
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: writable)
    row = rows()["start"]
    assert row.state == state and said in row.found
    assert row.remedy == ("" if state == "ok" else "uv sync --compile-bytecode")


@pytest.mark.parametrize("drawn, state", [(True, "note"), (False, "missing")])
def test_a_folder_that_cannot_be_written_will_do_once_minivoc_is_in_it(data, monkeypatch, drawn, state):
    if drawn:
        place(data / "minivoc" / "VOC2012" / ".complete.json")
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: False)
    assert rows()["data folder"].state == state


def test_without_sysconf_the_cores_are_still_told(monkeypatch):
    monkeypatch.delattr(doctor.os, "sysconf", raising=False)
    assert doctor._cpu().endswith("cores")


def test_neither_places_nor_doctor_loads_torch_before_it_is_asked():
    program = "import sys, fcn_course.data.paths, fcn_course.teaching.doctor; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_data_folder_in_its_three_places(monkeypatch, tmp_path):
    monkeypatch.delenv("FCN_COURSE_DATA", raising=False)
    assert paths.data_folder() == Path(paths.__file__).parents[2] / "data"
    assert paths.weights_folder() == paths.data_folder() / "weights"
    monkeypatch.setattr(paths, "CHECKOUT", tmp_path)
    assert paths.data_folder() == Path.home() / ".cache" / "fcn_course"
    assert paths.weights_folder() == Path(paths.__file__).parents[1] / "weights"
    monkeypatch.setenv("FCN_COURSE_DATA", "~/share")
    assert paths.data_folder() == Path.home() / "share"
    monkeypatch.setenv("FCN_COURSE_DATA", " ")
    assert paths.data_folder() == Path.home() / ".cache" / "fcn_course"


def test_a_class_can_bring_its_own_weights(data):
    assert paths.weights_file("a.safetensors") == paths.weights_folder() / "a.safetensors"
    place(data / "weights" / "a.safetensors")
    assert paths.weights_file("a.safetensors") == data / "weights" / "a.safetensors"

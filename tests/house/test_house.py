"""The plan of the package: few rooms, each saying what it is for, and imports that point down only."""

import ast
import importlib
import re

import pytest

from fcn_course.data.paths import CHECKOUT
from tests.tools.house import PACKAGE, floors, imports, inside, mermaid, modules, plan

USES = imports()
ROOMS = inside(USES)
FOLDERS = sorted({name.rpartition(".")[0] for name in USES if "." in name})
TAUGHT = set(ROOMS) - {"teaching", "cli"}


def docstring(name):
    return ast.get_docstring(ast.parse(modules()[name].read_text(encoding="utf-8")))


def made_up(folder, files):
    """A package of these files, by path and text."""
    for name, text in files.items():
        path = folder / "made_up" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "made_up"


def test_the_first_level_has_at_most_nine_rooms():
    assert 1 < len(ROOMS) <= 9, sorted(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_holds_for_whom_it_is_and_what_it_uses(room):
    first, *_, last = docstring(room).split("\n\n")
    assert first.strip()
    found = re.fullmatch(r"For: (?P<whom>.+)\nUses: (?P<uses>.+)\.", last, re.S)
    assert found, f"{room} ends its docstring without the lines For: and Uses:"
    stated = set() if found["uses"] == "nothing" else set(found["uses"].split(", "))
    assert stated == ROOMS[room]


@pytest.mark.parametrize("folder", ["", *FOLDERS], ids=lambda folder: folder or "rooms")
def test_arrows_point_down(folder):
    levels = floors(inside(USES, folder))  # a circle would raise
    floor = {name: number for number, names in enumerate(levels) for name in names}
    assert all(floor[used] < floor[name] for name, names in inside(USES, folder).items() for used in names)


def test_no_module_is_part_of_a_circle():
    assert sum(map(len, floors(USES))) == len(USES) > 100


@pytest.mark.parametrize("room", sorted(TAUGHT))
def test_what_is_taught_imports_nothing_of_the_teaching_or_the_command_line(room):
    used = {other for name, names in USES.items() if name.partition(".")[0] == room for other in names}
    assert not {other for other in used if other.partition(".")[0] in ("teaching", "cli")}


@pytest.mark.parametrize("folder", [name for name in FOLDERS if "lazy_loader" in modules()[name].read_text("utf-8")])
def test_what_a_face_hands_on_is_there(folder):
    face = importlib.import_module(f"fcn_course.{folder}")
    assert face.__all__ and all(getattr(face, name) is not None for name in face.__all__)
    inner = {name.rpartition(".")[2] for name in USES if name.rpartition(".")[0] == folder}
    assert not inner & set(face.__all__), "a name and a module of one name would take each other's place"


def test_the_plan_for_contributors_is_drawn_from_the_imports():
    text = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert plan(ROOMS) in text
    assert mermaid(ROOMS) in text


def test_imports_are_found_wherever_they_stand(tmp_path):
    files = {
        "__init__.py": "",
        "ground.py": "import os\n",
        "middle/__init__.py": "",
        "middle/one.py": "from made_up import ground\nfrom made_up.ground import thing\n",
        "top.py": "def late():\n    import made_up.middle.one as one\n    from made_up.middle import one\n",
    }
    found = imports(made_up(tmp_path, files))
    assert found == {"": set(), "ground": set(), "middle": set(), "middle.one": {"ground"}, "top": {"middle.one"}}
    assert inside(found) == {"ground": set(), "middle": {"ground"}, "top": {"middle"}}
    assert floors(inside(found)) == [["ground"], ["middle"], ["top"]]


def test_an_arrow_that_points_up_is_told(tmp_path):
    files = {"__init__.py": "", "a.py": "from made_up.b import x\n", "b.py": "def f():\n    from made_up import a\n"}
    with pytest.raises(ValueError, match=r"in a circle: (a <- b <- a|b <- a <- b)$"):
        floors(inside(imports(made_up(tmp_path, files))))


def test_relative_imports_are_refused(tmp_path):
    with pytest.raises(ValueError, match="imports relatively"):
        imports(made_up(tmp_path, {"a.py": "from . import b\n"}))


def test_the_package_is_found():
    assert (PACKAGE / "shapes.py").is_file() and "data.minivoc.write" in USES

"""The files for pip, conda, Binder and JupyterHub: complete, pinned, without hosts, and one with another.

conda hands the pip section of environment.yml to pip, which then looks into every package for what that needs. So all
in requirements.txt must agree, which d2l's pins of 2023 would not.
"""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from fcn_course.data.paths import CHECKOUT
from fcn_course.teaching.classroom.wheels import machine, read_pins

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
FILES = ("requirements.txt", "requirements-book.txt", "environment.yml", "postBuild")


def text(name):
    return (CHECKOUT / name).read_text(encoding="utf-8")


def declared():
    groups, extras = PROJECT["dependency-groups"], PROJECT["project"]["optional-dependencies"]
    parts = (PROJECT["project"]["dependencies"], groups["dev"], *extras.values())
    return [Requirement(line) for part in parts for line in part]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("system", ["linux", "macos", "windows"])
def test_the_pins_hold_all_that_is_declared(system, python):
    pins = machine(system, python).needs(read_pins(CHECKOUT / "requirements.txt"))
    pinned = {canonicalize_name(pin.requirement.name): pin for pin in pins}
    assert len(pinned) == len(pins)
    for needed in declared():
        pin = pinned[canonicalize_name(needed.name)]
        (version,) = (part.version for part in pin.requirement.specifier)
        assert needed.specifier.contains(version), needed
    assert all(pin.hashes and str(pin.requirement.specifier).startswith("==") for pin in pins)


def test_the_books_package_stands_by_itself():
    (book,) = read_pins(CHECKOUT / "requirements-book.txt")
    assert [f"{book.requirement.name}{book.requirement.specifier}"] == PROJECT["dependency-groups"]["book"]
    assert book.hashes and "d2l" not in {pin.requirement.name for pin in read_pins(CHECKOUT / "requirements.txt")}


@pytest.mark.parametrize("name", FILES)
def test_no_file_names_a_host(name):
    assert "://" not in text(name)


def test_conda_binder_and_the_readers_way_do_the_same():
    environment, after = text("environment.yml"), text("postBuild")
    assert re.search(r"^ +- pip:\n +- -r requirements\.txt$", environment, re.M)
    python = re.search(r"python=(3\.\d+)$", environment, re.M)[1]
    assert machine("linux", python)  # a Python that the course supports
    assert "PIP_NO_DEPS" not in environment + after
    for line in ("pip install --no-deps --require-hashes -r requirements-book.txt", "pip install --no-deps -e ."):
        assert f"# {line}\n" in environment and f"\n{line}\n" in after
    assert (CHECKOUT / "postBuild").stat().st_mode & 0o100 and after.startswith("#!/usr/bin/env bash\n")

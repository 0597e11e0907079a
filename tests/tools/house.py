"""The plan of the package, read from its imports: which room uses which, floor by floor.

    uv run python -m tests.tools.house                     # the rooms on the first level
    uv run python -m tests.tools.house data training       # the inside of some rooms
    uv run python -m tests.tools.house --mermaid           # as it stands in CONTRIBUTING.md

A room's floor is one above the highest that it uses, so an arrow that points up can only be part of a circle.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from fcn_course.data.paths import CHECKOUT

PACKAGE = CHECKOUT / "fcn_course"
Uses = dict[str, set[str]]  # a name -> the names that it imports


def modules(package: Path = PACKAGE) -> dict[str, Path]:
    """The package's modules by dotted name, without the package's own; a folder's ``__init__`` bears its name."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(package: Path = PACKAGE) -> Uses:
    """What each module imports of the package, also inside functions."""
    there = modules(package)
    return {name: set(_imported(path, there, package.name)) - {name} for name, path in there.items()}


def _imported(path, there, package) -> Iterable[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            raise ValueError(f"{path} imports relatively; name the whole module")
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            named = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for full in named:
            head, _, rest = full.partition(".")
            if head == package:
                yield rest if rest in there else rest.rpartition(".")[0]  # the last part is a name of that module


def inside(uses: Uses, folder: str = "") -> Uses:
    """The same between the parts of one folder: its modules, and its own folders as wholes."""
    depth, found = (folder.count(".") + 2 if folder else 1), {}

    def part(name):
        if folder and not name.startswith(f"{folder}."):
            return ""
        return ".".join(name.split(".")[:depth])

    for name, used in uses.items():
        if here := part(name):
            found.setdefault(here, set()).update({there for other in used if (there := part(other))} - {here})
    return found


def floors(uses: Uses) -> list[list[str]]:
    """The names from the ground up.

    Raises:
        ValueError: for names that use each other in a circle, which it tells.
    """
    try:
        order = list(TopologicalSorter(uses).static_order())
    except CycleError as error:
        raise ValueError(f"these import each other in a circle: {' <- '.join(error.args[1])}") from error
    floor = {}
    for name in order:
        floor[name] = 1 + max((floor[used] for used in uses[name]), default=-1)
    return [sorted(name for name in floor if floor[name] == level) for level in range(1 + max(floor.values()))]


def plan(uses: Uses) -> str:
    """A line for each name, the highest floor first, then how many names and arrows there are."""
    levels, arrows = floors(uses), sum(map(len, uses.values()))
    wide = max(len(_short(name)) for name in uses)
    lines = [
        f"{level:2}  {_short(name):<{wide}}  {', '.join(sorted(map(_short, uses[name])))}".rstrip()
        for level, names in reversed(list(enumerate(levels, 1)))
        for name in names
    ]
    return "\n".join([*lines, f"{len(uses)} rooms, {len(levels)} floors, {arrows} arrows, none of them upward"])


def mermaid(uses: Mapping[str, set[str]]) -> str:
    """The arrows as a diagram; of two ways to a room only the longer is drawn."""
    reach = {}
    for name in (name for level in floors(dict(uses)) for name in level):
        reach[name] = set(uses[name]).union(*(reach[used] for used in uses[name]))
    lines = ["graph TD"]
    for name in sorted(uses, key=lambda name: (-len(reach[name]), name)):
        direct = [used for used in sorted(uses[name]) if not any(used in reach[other] for other in uses[name])]
        lines += [f"    {name} --> {used}" for used in direct]
    return "\n".join(lines)


def _short(name):
    return name.rpartition(".")[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", metavar="ROOM", help="show the inside of these, as in data.minivoc")
    parser.add_argument("--mermaid", action="store_true", help="draw the arrows")
    options = parser.parse_args()
    uses = imports()
    for folder in options.folders or [""]:
        parts = inside(uses, folder)
        print(mermaid(parts) if options.mermaid else plan(parts), end="\n\n" if options.folders else "\n")


if __name__ == "__main__":
    main()

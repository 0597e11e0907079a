"""What the scripts beside the package, the pages and the notebooks import of it is there."""

import ast
import importlib
import json
import re

import pytest

from fcn_course.data.paths import CHECKOUT

SCRIPTS = sorted((CHECKOUT / "data").rglob("*.py"))
PAGES = [CHECKOUT / "README.md", *sorted(CHECKOUT.glob("[fnt]*/**/*.md"))]
NOTEBOOKS = sorted((CHECKOUT / "notebooks").rglob("*.ipynb"))


def code_in(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return re.findall(r"```python\n(.*?)```", text, re.S)
    if path.suffix == ".ipynb":
        return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return [text]


@pytest.mark.parametrize("path", [*SCRIPTS, *PAGES, *NOTEBOOKS], ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_imports_of_the_package_are_there(path):
    for code in code_in(path):
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom) and node.module.partition(".")[0] == "fcn_course":
                module = importlib.import_module(node.module)
                for alias in node.names:
                    if not hasattr(module, alias.name):
                        importlib.import_module(f"{node.module}.{alias.name}")

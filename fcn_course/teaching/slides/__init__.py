"""Slides out of saved notebooks: one HTML file for each, which a browser opens from the disk without any network.

reveal.js comes out of the installed package sphinx-revealjs and is written into the file, pictures likewise. Formulas
become MathML, which browsers draw by themselves: no script, no fonts to fetch, and their height is known at once.
``course/pages.js`` cuts what is too much for a page when the file is opened, as only the browser knows how high a
paragraph is.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path

from fcn_course.data.writing import replacing
from fcn_course.teaching.slides.cut import cut, title_of

HERE = Path(__file__).resolve().parent
NEEDED = ("nbconvert", "latex2mathml", "sphinx_revealjs")


def make_slides(notebooks: Iterable[str | Path], out: str | Path) -> list[Path]:
    """Write ``out/NAME.html`` for each notebook ``NAME.ipynb``, as it is saved, and return the files' paths.

    Nothing is run. Links between notebooks lead to the slides of that notebook where they lie in ``out`` too.

    Raises:
        FileNotFoundError: if there is no such notebook.
        ValueError: if two notebooks have the same name, a file is no notebook, or a package that is needed is missing.
    """
    notebooks, out = [Path(path) for path in notebooks], Path(out)
    _need_packages()
    names = [path.stem for path in notebooks]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"several notebooks are called {twice[0]!r}; give each folder an --out of its own")
    read = [_read(path) for path in notebooks]  # all of them before the first is written
    out.mkdir(parents=True, exist_ok=True)
    known = {*names, *(path.stem for path in out.glob("*.html"))}
    files = []
    for path, notebook in zip(notebooks, read, strict=True):
        html = _html(notebook, path)
        files.append(out / f"{path.stem}.html")
        with replacing(files[-1], "w", encoding="utf-8") as file:
            file.write(_links(html, known))
    return files


def _need_packages():
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ValueError(
            f'slides need {" and ".join(missing)}; `pip install "fcn-course[slides]"` or, in a checkout, '
            "`uv sync --extra slides` brings what is missing"
        )


def _read(path):
    import nbformat

    if not path.is_file():
        raise FileNotFoundError(f"no notebook at {path}; give a lecture's number as in 02, or a notebook's path")
    try:
        return nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no notebook: {str(error).partition(chr(10))[0][:200]}") from error


def _html(notebook, path):
    from pygments.formatters import HtmlFormatter

    from fcn_course.teaching.slides.exporter import CourseSlides

    reveal = _reveal()
    parts = {
        "title": title_of(notebook) or path.stem,
        "reveal_css": (reveal / "reveal.css").read_text(encoding="utf-8"),
        "reveal_js": (reveal / "reveal.js").read_text(encoding="utf-8"),
        "code_css": HtmlFormatter(style="default").get_style_defs(".highlight"),
        "page_css": (HERE / "course" / "pages.css").read_text(encoding="utf-8"),
        "pages_js": (HERE / "course" / "pages.js").read_text(encoding="utf-8"),
    }
    resources = {"course": parts, "metadata": {"name": path.stem, "path": str(path.parent)}}
    return CourseSlides().from_notebook_node(cut(notebook), resources)[0]


def _reveal():
    """The folder with reveal.js; the package is looked up and not imported, which would bring Sphinx along."""
    (package,) = importlib.util.find_spec("sphinx_revealjs").submodule_search_locations
    folder = Path(package, "_static", "revealjs", "dist")
    if not (folder / "reveal.js").is_file():
        raise ValueError(f'no reveal.js in {folder}; `pip install "sphinx-revealjs==3.2.1"` brings one')
    return folder


def _links(html, known):
    """Links to other notebooks lead to their slides, or nowhere if these are not made."""

    def replace(match):
        name = Path(match["path"]).stem
        return f'href="{name}.html{match["place"] or ""}"' if name in known else 'class="elsewhere"'

    return re.sub(r'href="(?P<path>[^":#]+)\.ipynb(?P<place>#[^"]*)?"', replace, html)

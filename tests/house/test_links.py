"""Links and pictures of every page and notebook lead to what is there, and the README stays short."""

import json
import re
from collections import Counter
from urllib.parse import unquote

import pytest

from fcn_course.data.paths import CHECKOUT

WHERE = ("*.md", *(f"{folder}/**/*.md" for folder in ("data/weights", "fcn_course", "notebooks", "tests")), "data/*.md")
PAGES = sorted(path.relative_to(CHECKOUT).as_posix() for where in WHERE for path in CHECKOUT.glob(where))
NOTEBOOKS = sorted(
    path.relative_to(CHECKOUT).as_posix()
    for path in CHECKOUT.glob("notebooks/**/*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)
BLOCK = re.compile(r"^ *(```|~~~).*?^ *\1[^\n]*$", re.M | re.S)
LINK = re.compile(r'\]\(<?([^)>\s]+)>?(?:\s+"[^"]*")?\)|<[^>]*\b(?:src|href)="([^"]+)"|^\[[^\]]+\]:\s+(\S+)', re.M)


def links(text):
    """Where the links and pictures of a page lead, those in code left out."""
    text = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", BLOCK.sub("", text))
    return [next(filter(None, found)) for found in LINK.findall(text)]


def headings(text):
    """The names by which a page's headings are linked to, by GitHub's rule."""
    names, seen = set(), Counter()
    for title in re.findall(r"^#{1,6} +(.+?)[ #]*$", BLOCK.sub("", text), re.M):
        title = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", title)  # of a link only its text
        name = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        names.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return names


def broken(page, text):
    """The links of a page that lead nowhere."""
    wrong = []
    for link in links(text):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue  # another site's
        file, _, name = unquote(link).partition("#")
        target = page.parent / file if file else page
        if not target.exists():
            wrong.append(f"{link}: no such file")
        elif name and (target.suffix != ".md" or name not in headings(target.read_text(encoding="utf-8"))):
            wrong.append(f"{link}: no such heading")
    return wrong


@pytest.mark.parametrize("page", PAGES)
def test_links_of_a_page_lead_somewhere(page):
    path = CHECKOUT / page
    assert not broken(path, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_links_of_a_notebook_lead_somewhere(notebook):
    path = CHECKOUT / notebook
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert links(text) and not broken(path, text)


def test_the_pages_are_found():
    assert {"README.md", "CONTRIBUTING.md", "notebooks/INSTRUCTOR.md", "data/weights/README.md"} <= set(PAGES)
    assert len(NOTEBOOKS) > 15


def test_the_readme_is_read_in_one_sitting():
    assert len((CHECKOUT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_broken_links_are_told(tmp_path):
    page, other = tmp_path / "page.md", tmp_path / "other.md"
    other.write_text("# Here\n\n## `fit`, and 3 × [more](x)\n\n## Here\n\n```\n# no heading\n```\n")
    text = (
        "# Top\n[a](other.md#here-1) [b](other.md#fit-and-3--more) [c](#top) [d](https://somewhere.org/x)\n"
        '![e](gone.jpg) [f](other.md#gone) [`g`](gone.md#here) [h](#gone) <img src="lost.png">\n'
        "[i](other.md#no-heading) `[j](in_code.md)`\n```\n[k](in_a_block.md)\n```\n[l]: away.md\n"
    )
    page.write_text(text)
    file, heading = "no such file", "no such heading"
    assert broken(page, text) == [
        f"gone.jpg: {file}",
        f"other.md#gone: {heading}",
        f"gone.md#here: {file}",
        f"#gone: {heading}",
        f"lost.png: {file}",
        f"other.md#no-heading: {heading}",
        f"away.md: {file}",
    ]

"""Who gets in: files of weights that are programs, code that would run them, doors that a page opens, uploads."""

import ast
import json
import re
from io import BytesIO
from types import SimpleNamespace

import pytest
import torch
from PIL import Image

from fcn_course.data.paths import CHECKOUT
from fcn_course.nets import backbone, checkpoints, pretrained
from fcn_course.teaching.explorers import prediction_pictures
from fcn_course.training.loop import fit
from fcn_course.training.recipes import Recipe
from tests.support import pngs
from tests.support.evil import WAYS
from tests.support.helpers import narrow_fcn

MODULES = sorted((CHECKOUT / "fcn_course").rglob("*.py"))
PLACES = (
    "*",
    ".ci/*",
    *(f"{folder}/**/*" for folder in ("fcn_course", "notebooks", "tests")),
    "data/*",
    "data/weights/*",
)
TEXTS = (".md", ".py", ".ipynb", ".sh", ".toml", ".cfg", ".yml", ".yaml", ".txt", ".js", ".html", ".jinja", "")
PAGES = sorted({path for place in PLACES for path in CHECKOUT.glob(place) if path.is_file() and path.suffix in TEXTS})

# functions that run what they are given, whatever the arguments
RUNS = (
    {"eval", "exec", "__import__", "os.system", "os.popen", "marshal.load", "marshal.loads", "shelve.open"}
    | {f"{module}.{name}" for module in ("pickle", "dill", "joblib") for name in ("load", "loads", "Unpickler")}
    | {f"yaml.{name}" for name in ("load", "load_all", "unsafe_load", "full_load")}
    | {"ssl._create_unverified_context", "torch.hub.load"}
)
SWITCHES = {"shell": True, "verify": False, "allow_pickle": True}  # arguments that open a door
SAFE = {"torch.load": {"weights_only": True}}  # functions that must be called with these
EXCEPTIONS: set[tuple[str, str]] = set()  # (module, function), with the reason behind it; there is none

DOORS = (
    r"(token|password)\s*=\s*\\?(''|\"\\?\")",  # none is asked for
    r"\.(token|password)=(\s|`|$|''|\"\")",
    r"--ip[= ]'?(0\.0\.0\.0|\*|::)",  # everybody on the network
    r"ip\s*=\s*['\"](0\.0\.0\.0|\*|::)",
    r"disable_check_xsrf|allow_unauthenticated_access|allow_origin\s*=\s*['\"]?\*",
    r"--trusted-host|--no-check-certificate|curl (-\w*k|--insecure)|sslVerify[ =]false|PYTHONHTTPSVERIFY",
)


def named(node):
    """The dotted name of what is called; what has none is a question mark, as in ``?.eval`` for ``net().eval``."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{named(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else "?"


def full_names(tree):
    """What the names of imports stand for: ``load`` for ``pickle.load`` after ``from pickle import load``."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def dangers(code):
    """The calls in a module that run what a file or a stranger says, or leave out a check."""
    tree, wrong = ast.parse(code), []
    imported = full_names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        first, dot, rest = named(node.func).partition(".")
        name = imported.get(first, first) + dot + rest
        given = {word.arg: getattr(word.value, "value", None) for word in node.keywords}
        wrong += [name] if name in RUNS else []
        wrong += [f"{name}({word}={value})" for word, value in SWITCHES.items() if given.get(word) is value]
        wrong += [
            f"{name} without {word}" for word, value in SAFE.get(name, {}).items() if given.get(word) is not value
        ]
    return wrong


def text_of(path):
    """A page's text, of a notebook what its cells say."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return text


def open_doors(text):
    return [found[0] for door in DOORS for found in re.finditer(door, text, re.M)]


def picture(kind="PNG", size=(40, 30)):
    file = BytesIO()
    Image.new("RGB", size, "orange").save(file, kind)
    return file.getvalue()


def png_that_says(width, height):
    """A PNG of some bytes whose head speaks of so many pixels."""
    return pngs.png_of(pngs.head(width, height, 8, pngs.COLOURS), pngs.pixels(bytes(1000)))


def take_up(path):
    """``fit`` goes on from a ``last.pt``."""
    path.rename(path.with_name("last.pt"))
    images = [(torch.zeros(3, 48, 64, dtype=torch.uint8), torch.zeros(48, 64, dtype=torch.int64))] * 2
    fit(
        narrow_fcn(),
        images,
        None,
        Recipe(batch_size=2, crop=(32, 48)),
        epochs=1,
        out=path.parent,
        device="cpu",
        progress=False,
    )


READERS = {
    "read_weights": pretrained.read_weights,
    "load_backbone": lambda path: backbone.load_backbone("resnet18", path),
    "read_checkpoint": checkpoints.read_checkpoint,
    "load_net": checkpoints.load_net,
    "restore": lambda path: checkpoints.restore(narrow_fcn(), path),
    "fit": take_up,
}


@pytest.mark.fault("a file of weights is a program", "refused; it does not run")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_a_program_is_not_taken_for_weights(tmp_path, reader, way, suffix):
    WAYS[way](tmp_path / f"net{suffix}", tmp_path / "trace")
    with pytest.raises(ValueError, match=r"is no (readable file of weights|checkpoint) \("):
        READERS[reader](tmp_path / f"net{suffix}")
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize("way", WAYS)
def test_the_programs_would_run_if_they_were_let(tmp_path, way):
    WAYS[way](tmp_path / "net.pt", tmp_path / "trace")
    if way == "plain":
        import pickle

        pickle.loads((tmp_path / "net.pt").read_bytes())
    else:
        torch.load(tmp_path / "net.pt", weights_only=False)
    assert (tmp_path / "trace").exists()


@pytest.mark.fault("in torchvision's cache lies a program", "it does not run, though torchvision would run it")
@pytest.mark.parametrize("way", WAYS)
def test_a_program_in_torchvisions_cache_does_not_run(tmp_path, monkeypatch, way):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    place = tmp_path / "hub" / "checkpoints" / "net-01234567.pth"
    place.parent.mkdir(parents=True)
    WAYS[way](place, tmp_path / "trace")
    monkeypatch.setattr(pretrained, "_fetch_alone", lambda *_: None)  # the file is the one that its name says

    def as_torchvision(weights, progress):
        return torch.load(place, weights_only=False)

    weights = SimpleNamespace(url=f"https://a.test/{place.name}", meta={})
    with pytest.raises(FileNotFoundError, match="could not be had"):
        pretrained.from_torchvision(as_torchvision, weights, "weights", "or do without.")
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_no_module_runs_what_it_reads(path):
    module = path.relative_to(CHECKOUT).as_posix()
    assert [name for name in dangers(path.read_text(encoding="utf-8")) if (module, name) not in EXCEPTIONS] == []


@pytest.mark.parametrize(
    "code, told",
    [
        ("net.eval(); net.to(device).eval(); re.compile('a'); torch.load(f, 'cpu', weights_only=True)", []),
        ("eval('1')", ["eval"]),
        ("torch.load(f)", ["torch.load without weights_only"]),
        ("torch.load(f, weights_only=safe)", ["torch.load without weights_only"]),
        ("from torch import load as read\nread(f)", ["torch.load without weights_only"]),
        ("import pickle as p\np.loads(b)", ["pickle.loads"]),
        ("from yaml import load\nload(f)", ["yaml.load"]),
        ("subprocess.run(c, shell=True)", ["subprocess.run(shell=True)"]),
        ("requests.get(u, verify=False)", ["requests.get(verify=False)"]),
        ("np.load(f, allow_pickle=True)", ["np.load(allow_pickle=True)"]),
    ],
)
def test_what_is_looked_for_is_found(code, told):
    assert dangers(code) == told


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_no_page_notebook_or_script_opens_a_door(path):
    if path.name != "test_security.py":  # which names the doors
        assert open_doors(text_of(path)) == []


def test_doors_are_found_in_pages_notebooks_and_scripts():
    for line in (
        "jupyter lab --NotebookApp.token=''",
        'jupyter lab --ServerApp.token="" --no-browser',
        "run `jupyter lab --IdentityProvider.token=` and go on",
        "c.ServerApp.password = ''",
        "jupyter lab --ip=0.0.0.0",
        "jupyter lab --ip '*'",
        "c.ServerApp.ip = '0.0.0.0'",
        "c.ServerApp.disable_check_xsrf = True",
        "pip install --trusted-host a.test fcn",
        "curl -kL https://a.test",
    ):
        assert open_doors(line), line
    assert open_doors("jupyter lab --ip=127.0.0.1 --IdentityProvider.token={token}") == []
    found = {path.relative_to(CHECKOUT).as_posix() for path in PAGES}
    assert {"README.md", "postBuild", ".ci/run", "environment.yml", "notebooks/06_prediction.ipynb"} <= found


@pytest.mark.fault("an upload is larger than is said", "refused by its size, before it is written or opened")
def test_an_upload_of_too_many_bytes_is_refused(monkeypatch):
    monkeypatch.setattr(prediction_pictures, "open_image", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(ValueError, match=r"^big\.jpg has 10\.1 MB, the most is 10 MB; make it smaller$"):
        prediction_pictures.uploaded("big.jpg", bytes(10_100_000))


@pytest.mark.fault("an upload of some bytes speaks of a hundred million pixels", "refused before they are unpacked")
@pytest.mark.parametrize(
    "width, height, told", [(10_000, 6_100, "61 million pixels, the most is 60"), (30_000, 30_000, "more pixels than")]
)
def test_an_upload_of_too_many_pixels_is_refused(monkeypatch, width, height, told):
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("it was unpacked"))
    content = png_that_says(width, height)
    assert len(content) < 200
    with pytest.raises(ValueError, match=told):
        prediction_pictures.uploaded("a.png", content)


@pytest.mark.fault("an upload bears another kind's name", "its content counts, the name does not")
@pytest.mark.parametrize(
    "name, content",
    [
        ("a.png", b"<html><script>alert(1)</script></html>"),
        ("a.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 40 30\n%%EndComments\n(x) run\n%%EOF\n"),
        ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>'),
        ("a.jpg", b"PK\x03\x04" + bytes(60)),
        ("a.png", b""),
    ],
    ids=["page", "PostScript", "SVG", "archive", "nothing"],
)
def test_an_upload_is_known_by_its_content(name, content):
    with pytest.raises(ValueError, match=rf"^{name} cannot be read as a picture"):
        prediction_pictures.uploaded(name, content)


@pytest.mark.parametrize("name", ["a.txt", "a.exe", "../../etc/passwd", "<b>.png", ""])
def test_an_uploads_name_names_no_file(name):
    assert prediction_pictures.uploaded(name, picture()).image.shape == (3, 30, 40)

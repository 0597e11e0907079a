"""Weights that torchvision names are fetched into its cache by this project's own means, whatever the server does."""

import hashlib
import io
import shutil
from types import SimpleNamespace

import pytest
import torch

from fcn_course.data.download import fetching
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.pretrained import from_torchvision
from tests.support.file_server import DEAD, serving


def saved(value):
    file = io.BytesIO()
    torch.save({"weight": torch.full((20_000,), value)}, file)
    return file.getvalue()


CONTENT, OTHER = saved(1.0), saved(2.0)
DIGEST = hashlib.sha256(CONTENT).hexdigest()[:8]
NAME = f"net-{DIGEST}.pth"


class Server:
    """Some weights at a server: ``load(way)`` is what ``load_backbone`` does with torchvision's."""

    def __init__(self, server, hub):
        self.server, self.place = server, hub / "hub" / "checkpoints" / NAME

    def load(self, way):
        # the server's ways have no file name at their end, by which torchvision's cache goes
        self.server.ways[NAME] = way
        weights = SimpleNamespace(url=f"{self.server.url}/{NAME}" if way else f"{DEAD}/{NAME}", meta={"_file_size": 1})
        return from_torchvision(self.build, weights, "weights of net", "or do without.")["weight"][0].item()

    def build(self, weights, progress):
        return torch.load(self.place, weights_only=True)


@pytest.fixture
def net(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    monkeypatch.setattr("torch.hub.urlopen", lambda *_, **__: pytest.fail("torchvision went to the net by itself"))
    monkeypatch.setattr(fetching.fetch, "__defaults__", (True, 5.0, 3, 0.0, 0))
    with serving(CONTENT) as server:
        yield Server(server, tmp_path)


def test_they_are_fetched_once_into_torchvisions_place(net):
    assert net.load("ranges") == 1
    assert net.place.read_bytes() == CONTENT
    assert net.load("ranges") == 1 and len(net.server.asked) == 1


@pytest.mark.fault("the weights' server breaks the connection", "it is asked for the rest, in place of all of it")
def test_a_cut_is_continued(net):
    assert net.load("cut") == 1
    assert len(net.server.asked) >= 4 and all(header.startswith("bytes=") for _, header in net.server.asked[1:])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>please log in</html>",
        pytest.param(
            CONTENT[: len(CONTENT) // 2],
            marks=pytest.mark.fault(
                "half of the weights lie in torchvision's cache", "it is said, and they are fetched anew"
            ),
        ),
    ],
)
def test_a_broken_file_in_the_cache_is_replaced(net, capsys, content):
    net.place.parent.mkdir(parents=True)
    net.place.write_bytes(content)
    assert net.load("ranges") == 1
    assert net.place.read_bytes() == CONTENT
    said = capsys.readouterr().err
    assert f"{net.place} was there, but is damaged or another file (its SHA-256 begins with" in said


@pytest.mark.fault("half of the weights lie in the cache, and there is no network", "it is said which belong where")
def test_without_a_network_the_broken_file_is_told_too(net):
    net.place.parent.mkdir(parents=True)
    net.place.write_bytes(OTHER[:-9])
    with pytest.raises(FileNotFoundError) as caught:
        net.load(None)
    said = str(caught.value)
    assert "weights of net could not be had (" in said and "is damaged or another file" in said and "refused" in said
    assert f"SHA-256 starts with {DIGEST}, and put it at {net.place}; or do without." in said and "\n" not in said
    assert net.place.read_bytes() == OTHER[:-9]


@pytest.mark.fault("the weights' server sends other bytes", "the digits in the file's name tell; nothing is kept")
def test_other_bytes_are_refused(net):
    net.server.content = OTHER
    with pytest.raises(FileNotFoundError, match=r"it sent another file \(its SHA-256 begins with"):
        net.load("ranges")
    assert not net.place.exists()


@pytest.mark.fault("the disk has no room for the weights", "it is said before the first byte")
def test_no_room_is_told(net, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=10))
    with pytest.raises(FileNotFoundError, match=rf"could not be had \({NAME} needs 1 MB of disk, and 0 MB are free at"):
        net.load("ranges")
    assert net.server.asked == []


def test_nothing_is_fetched_that_was_not_asked_for(net, monkeypatch):
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: pytest.fail("the network was asked"))
    load_backbone("resnet18", None)
    load_backbone("resnet18", "minivoc")

"""VOC2012 that lies in a folder of one's own: used where it lies, and nothing written there."""

import shutil

import numpy as np
import pytest

from fcn_course.data import open_voc
from fcn_course.data.download import DownloadError, Wanted, voc, voc2012
from tests.support.file_server import DEAD
from tests.support.helpers import make_voc, shapes_picture


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The data folder, not there yet; and no address that would give the tar."""
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(voc, "VOC2012", Wanted(voc.VOC2012.name, (DEAD,), 10, "0" * 32))
    return tmp_path / "data"


@pytest.fixture
def own_voc():
    def make(folder):
        rng = np.random.default_rng(0)
        return make_voc(folder, train={"a": shapes_picture(rng)}, val={"b": shapes_picture(rng)})

    return make


@pytest.mark.parametrize("inner", ["", "VOC2012", "VOCdevkit/VOC2012"])
@pytest.mark.fault("--from names a folder that can only be read", "where it lies is noted in the data folder, no more")
def test_a_folder_of_ones_own_is_used_where_it_lies(folder, tmp_path, own_voc, inner):
    own = own_voc(tmp_path / "own" / inner)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "own").rglob("*")}
    for path in [tmp_path / "own", *before]:
        path.chmod(path.stat().st_mode & ~0o222)
    assert voc2012(source=tmp_path / "own") == own
    for path in [tmp_path / "own", *before]:
        path.chmod(path.stat().st_mode | 0o200)
    assert [path.name for path in folder.iterdir()] == ["VOC2012.path"]
    assert open_voc("voc2012").folder == own
    assert voc2012() == own
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "own").rglob("*")} == before


@pytest.mark.fault("the folder that --from named is gone", "VOC2012 of the data folder is used, or fetched")
def test_a_noted_folder_that_is_gone_is_passed_over(folder, tmp_path, own_voc):
    voc2012(source=own_voc(tmp_path / "own"))
    shutil.rmtree(tmp_path / "own")
    with pytest.raises(FileNotFoundError, match=r"VOC2012 is not at .*run `fcn-course data voc2012`"):
        open_voc("voc2012")
    with pytest.raises(DownloadError):
        voc2012(progress=False)
    own_voc(folder / voc.INNER)
    assert voc2012() == open_voc("voc2012").folder == folder / voc.INNER


def test_a_relative_folder_is_noted_as_an_absolute_one(folder, tmp_path, own_voc, monkeypatch):
    own = own_voc(tmp_path / "own")
    monkeypatch.chdir(tmp_path)
    voc2012(source="own")
    monkeypatch.chdir("/")
    assert open_voc("voc2012").folder == own


def test_nothing_there_and_nothing_in_it_are_told(folder, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing at .*nowhere; give VOC.*tar, or a folder that holds"):
        voc2012(source=tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="empty is not laid out like VOC: JPEGImages"):
        voc2012(source=tmp_path / "empty")

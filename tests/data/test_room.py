"""What is free on a disk, asked before it is filled, and an error that a full one is behind."""

import errno
import shutil
from types import SimpleNamespace

import pytest

from fcn_course.data.room import NoRoomError, check_room, free_bytes, free_in_words, is_full
from fcn_course.data.writing import replacing
from tests.support.full_disk import room_for


def with_free(monkeypatch, size):
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=size))


def test_what_is_free_is_asked_where_the_folder_will_be(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(shutil, "disk_usage", lambda place: asked.append(place) or SimpleNamespace(free=7))
    assert free_bytes(tmp_path / "not" / "yet") == 7 and asked == [tmp_path]


@pytest.mark.fault("a disk has not the room that is needed", "told before it is filled, with both numbers")
def test_too_little_room_is_told_beforehand(tmp_path, monkeypatch):
    with_free(monkeypatch, 1_234_000_000)
    check_room(tmp_path, 1_234_000_000, "this")
    with pytest.raises(NoRoomError) as caught:
        check_room(tmp_path, 2_000_000_000, "this")
    assert str(caught.value).startswith(f"this needs 2,000 MB of disk, and 1,234 MB are free at {tmp_path}; make room")
    assert free_in_words(tmp_path) == "1,234 MB are free"


@pytest.mark.parametrize("number, full", [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EPERM, False)])
def test_a_full_disk_is_known_behind_any_error(tmp_path, monkeypatch, number, full):
    with_free(monkeypatch, 10**9)
    for link in ("__cause__", "__context__"):
        error = RuntimeError("in words of its own")
        setattr(error, link, OSError(number, "of the system"))
        assert is_full(error, tmp_path) == full
    with_free(monkeypatch, 1000)  # whatever the error was called
    assert is_full(RuntimeError("of no cause"), tmp_path)


def test_writing_tells_a_full_disk_by_the_same_error(tmp_path):
    with room_for(100_000), pytest.raises(NoRoomError) as caught, replacing(tmp_path / "file") as file:
        file.write(b"x" * 200_000)
    assert caught.value.errno == errno.ENOSPC and " MB are free there)" in str(caught.value)

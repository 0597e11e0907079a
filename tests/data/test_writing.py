"""A file is whole or not there, also when the disk is full: the largest file that is allowed plays the disk."""

import pytest
import torch

from fcn_course.data.writing import replacing
from tests.support.full_disk import room_for


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_takes_the_place_of_what_was_there(tmp_path):
    path = tmp_path / "deep" / "file.txt"
    for text in ("first", "second"):
        with replacing(path, "w", encoding="utf-8") as file:
            file.write(text)
            assert not path.exists() or path.read_text() == "first"
        assert path.read_text() == text
    assert names_in(path.parent) == ["file.txt"]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path, failure):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(failure), replacing(path, "w") as file:
        file.write("half of")
        raise failure
    assert path.read_text() == "old" and names_in(tmp_path) == ["file"]


@pytest.mark.fault(
    "the disk is full while a file is written", "told with what is free; the old file stays, no half one"
)
@pytest.mark.parametrize("there", [False, True])
def test_a_full_disk_is_told_and_harms_nothing(tmp_path, there):
    path = tmp_path / "file"
    if there:
        path.write_text("old")
    told = r"no room to write .*file \([\d,]+ MB are free there\)" + (
        "; the file that was there" if there else "; make"
    )
    with room_for(100_000), pytest.raises(OSError, match=told), replacing(path) as file:
        file.write(b"x" * 200_000)
    assert names_in(tmp_path) == (["file"] if there else [])


@pytest.mark.fault("the disk is full while a checkpoint is written", "told in one line, not in torch's own words")
def test_torchs_words_for_a_full_disk_are_translated(tmp_path):
    with room_for(100_000), pytest.raises(OSError, match="no room to write"), replacing(tmp_path / "last.pt") as file:
        torch.save({"weights": torch.zeros(100_000)}, file)
    assert names_in(tmp_path) == []

"""Splits: the source's own, or drawn by a seed, and no film is cut in two."""

from pathlib import Path

import pytest

from fcn_course.data.importing.records import Annotated
from fcn_course.data.importing.split import choose_splits, film_of, split_names

PHOTOS = [f"IMG_{number:04d}" for number in range(50)]


def test_the_share_is_kept_and_the_seed_decides():
    train, val, films = split_names(PHOTOS, 0.2, 3)
    assert (len(train), len(val), films) == (40, 10, {})
    assert sorted(train + val) == PHOTOS and train == sorted(train)
    assert split_names(PHOTOS, 0.2, 3) == (train, val, films)
    assert split_names(PHOTOS, 0.2, 4)[1] != val
    assert split_names(PHOTOS[::-1], 0.2, 3)[1] == val[::-1]  # the order of the files has no say


def test_films_are_not_cut():
    films = [f"{film}_frame_{number:06d}" for film in "abcdefghij" for number in range(7)]
    train, val, found = split_names(films, 0.2, 0)
    assert {name[0] for name in train}.isdisjoint(name[0] for name in val)
    assert len(val) == 14 and set(found.values()) == {7} and len(found) == 10


def test_of_one_film_the_last_frames_validate():
    frames = [f"frame_{number}" for number in range(12)]  # without zeros: 10 stands before 9 from A to Z
    train, val, films = split_names(frames, 0.25)
    assert val == ["frame_9", "frame_10", "frame_11"] and len(train) == 9 and films == {"": 12}


def test_two_films_of_unlike_length_give_one_to_each():
    names = [f"long frame {number}" for number in range(30)] + [f"short frame {number}" for number in range(3)]
    for seed in range(5):
        train, val, _ = split_names(names, 0.2, seed)
        assert len(val) in (3, 30) and len(train) + len(val) == 33


@pytest.mark.parametrize(
    "name, rule, film",
    [
        ("frame_000123", "auto", ""),
        ("day 1/Frame-12", "auto", "day 1/"),
        ("walk_frame_3", "auto", "walk"),
        ("IMG_0001", "auto", None),
        ("2007_000032", "auto", None),
        ("IMG_0001", "digits", "IMG"),
        ("cat", "digits", None),
        ("frame_1", "none", None),
        ("cam2/a_1", r"[^/]+", "cam2"),
        ("site-12-b", r"site-(\d+)", "12"),
        ("other", r"site-(\d+)", None),
    ],
)
def test_a_picture_is_a_frame_by_the_rule(name, rule, film):
    assert film_of(name, rule) == film


@pytest.mark.fault("a split cannot be made as asked", "told with the value and what to give")
@pytest.mark.parametrize(
    "names, share, rule, told",
    [
        (PHOTOS, 0, "auto", "--val 0 is no share"),
        (PHOTOS, 80, "auto", "--val 80 is no share"),
        (["a"], 0.2, "auto", "1 picture cannot be parted"),
        (PHOTOS, 0.2, "(", r"--group '\(' is neither one of auto, digits, none nor a regular expression"),
    ],
)
def test_what_cannot_be_split_is_told(names, share, rule, told):
    with pytest.raises(ValueError, match=told):
        split_names(names, share, 0, rule)


def items(*splits):
    return [Annotated(f"p{number}", Path(), None, split) for number, split in enumerate(splits)]


def test_a_sources_own_split_is_kept():
    made, told = choose_splits(items("train", "val", "test", "train", ""), list("abcde"), 0.2, 0, "auto")
    assert made == {"train": ["a", "d", "e"], "val": ["b"], "test": ["c"]}
    assert told == "the split is the source's own; 1 pictures of neither train too"


def test_half_a_split_is_none():
    made, told = choose_splits(items("train", "train", "train", "test"), list("abcd"), 0.34, 0, "auto")
    assert len(made["train"]) == 2 and len(made["val"]) == 1 and made["test"] == ["d"]
    assert told == "the source has no split in train and val: 1 of 3 validate, drawn with seed 0"


def test_what_is_said_of_films():
    names = [f"walk_frame_{number}" for number in range(4)]
    one = [Annotated(name, Path(), None) for name in names]
    assert "the last frames of the one film" in choose_splits(one, names, 0.25, 0, "auto")[1]
    more = [*one, Annotated("photo", Path(), None)]
    assert (
        "4 are frames of 1 film (walk), none of them cut" in choose_splits(more, [*names, "photo"], 0.25, 0, "auto")[1]
    )

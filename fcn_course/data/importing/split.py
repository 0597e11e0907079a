"""Who trains and who validates, where a source does not say so: at random by a seed, and films never cut in two."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from fcn_course.data.importing.records import Annotated, named

RULES = {
    "auto": "names that end in 'frame' and a number, as CVAT and ffmpeg write a film's",
    "digits": "names that end in any number",
    "none": "each picture by itself",
}
_FRAME = re.compile(r"(.*?)[_\-. ]*frame[_\-. ]*\d+$", re.I | re.S)
_DIGITS = re.compile(r"(.*?)[_\-. ]*\d+$", re.S)


def film_of(name: str, rule: str = "auto") -> str | None:
    """Which film a picture is a frame of, by its name; None if it is of none.

    Args:
        rule: one of ``RULES``, or a regular expression: what it matches at the name's beginning, or its first group,
            is the film.

    Raises:
        ValueError: the expression cannot be used.
    """
    if rule == "none":
        return None
    if rule in RULES:
        match = (_FRAME if rule == "auto" else _DIGITS).fullmatch(name)
        return match[1] if match else None
    try:
        match = re.match(rule, name)
    except re.error as error:
        known = ", ".join(RULES)
        raise ValueError(f"--group {rule!r} is neither one of {known} nor a regular expression ({error})") from error
    return (match[1] if match.re.groups else match[0]) if match else None


def split_names(
    names: Sequence[str], share: float = 0.2, seed: int = 0, rule: str = "auto"
) -> tuple[list[str], list[str], dict[str, int]]:
    """Names to train, names to validate, both in their given order, and how many frames each film has.

    Films, and pictures that are of none, are put in a random order, and go to validation as long as that brings its
    share nearer. Where all are frames of one film, the last of them validate: the best that can be done.

    Args:
        share: of the pictures that validate, between 0 and 1.

    Raises:
        ValueError: a share out of range, or fewer than two pictures.
    """
    validate_share(share)
    if len(names) < 2:
        raise ValueError(f"{len(names)} picture cannot be parted into train and val; bring two or more")
    groups = defaultdict(list)
    for name in sorted(names):
        film = film_of(name, rule)
        groups[("picture", name) if film is None else ("film", film)].append(name)
    films = {film: len(frames) for (kind, film), frames in groups.items() if kind == "film" and len(frames) > 1}
    wanted = min(max(1, round(share * len(names))), len(names) - 1)
    if len(groups) == 1:
        val = set(_in_time(names)[-wanted:])
    else:
        val = _draw(list(groups.values()), wanted, np.random.default_rng(seed))
    return [name for name in names if name not in val], [name for name in names if name in val], films


def validate_share(share: float) -> None:
    """A ValueError unless a share lies between 0 and 1."""
    if not 0 < share < 1:
        raise ValueError(f"--val {share:g} is no share of the pictures; give a number between 0 and 1, such as 0.2")


def _draw(groups, wanted, rng):
    val: set[str] = set()
    order = [groups[number] for number in rng.permutation(len(groups))]
    for group in order[:-1]:  # the last stays to train, whatever its size
        if abs(len(val) + len(group) - wanted) < abs(len(val) - wanted):
            val.update(group)
    return val or set(min(order, key=len))


def _in_time(names):
    """Frames by their number: the tenth behind the ninth."""
    return sorted(
        names, key=lambda name: [int(part) if part.isdigit() else part for part in re.split(r"([0-9]+)", name)]
    )


def choose_splits(
    items: Sequence[Annotated], names: Sequence[str], val: float, seed: int, group: str
) -> tuple[dict[str, list[str]], str]:
    """The source's own lists where it has some to train and to validate, else drawn ones; and how that came about."""
    own = {split: [] for split in ("train", "val", "test", "")}
    for item, name in zip(items, names, strict=True):
        own[item.split].append(name)
    test = {"test": own["test"]} if own["test"] else {}
    if own["train"] and own["val"]:
        more = f"; {len(own[''])} pictures of neither train too" if own[""] else ""
        return {"train": own["train"] + own[""], "val": own["val"]} | test, f"the split is the source's own{more}"
    where = {name: item.name for item, name in zip(items, names, strict=True) if item.split != "test"}
    _, held, films = split_names(list(where.values()), val, seed, group)
    held = set(held)
    parts = {"train": [name for name in where if where[name] not in held]}
    parts["val"] = [name for name in where if where[name] in held]
    number = f"{len(parts['val'])} of {len(where)} validate"
    return parts | test, f"the source has no split in train and val: {number}, {_how(films, len(where), seed)}"


def _how(films, pictures, seed):
    if not films:
        return f"drawn with seed {seed}"
    if len(films) == 1 and sum(films.values()) == pictures:
        return "the last frames of the one film; they are much like those before, so better bring another film"
    number = f"{len(films)} film{'s' * (len(films) > 1)}"
    names = named([film.strip("/_-. ") or "without a name" for film in films])
    return f"drawn with seed {seed}; {sum(films.values())} are frames of {number} ({names}), none of them cut"

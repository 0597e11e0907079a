"""The answers to the five questions about a picture, in a drawing and in words (lecture 00; D2L 14.9)."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from torch import Tensor

from fcn_course.data.labels import VOID
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.teaching.explorers.start_here_drawing import Drawing, draw_boxes, draw_list, draw_map
from fcn_course.teaching.explorers.start_here_truth import Truth, boxes_of, patches_of, titles_of


class Scene(NamedTuple):
    """A picture uint8 ``(3, H, W)``, its truth, the class names, a net's answer ``(H, W)`` if one is asked."""

    image: Tensor
    truth: Truth
    classes: Sequence[str]
    predicted: np.ndarray | None = None


class Answer(NamedTuple):
    """What is drawn, what it can tell and what it cannot (HTML), and what is seen, in plain words."""

    drawing: Drawing
    caption: str
    words: str


def classification(scene: Scene) -> Answer:
    """Yes or no for each class."""
    classes, truth = scene.classes, scene.truth
    present = [name for index, name in enumerate(classes) if index and (truth.classes == index).any()]
    lines = [*(f"{name}: yes" for name in present), f"the {len(classes) - 1 - len(present)} other classes: no"]
    several = f": {_several(scene)} get a single yes" if _several(scene) else ""
    caption = (
        f"<b>Classification</b> says yes or no to each of {len(classes) - 1} classes: here yes to "
        f"{_listed(present) or 'none'}. It does not say <i>where</i>, and not <i>how many</i>{several}."
    )
    return Answer(draw_list(scene.image, lines), caption, f"A list is written on it: {'; '.join(lines)}")


def detection(scene: Scene) -> Answer:
    """A box and a name for each object."""
    truth, boxes, titles = scene.truth, boxes_of(scene.truth), titles_of(scene.truth.objects, scene.classes)
    inside = sum(int((truth.numbers == n).sum()) for n in boxes)
    foreign = 1 - inside / max(1, sum(width * height for _, _, width, height in boxes.values()))
    caption = (
        f"<b>Detection</b> gives a box and a name for each object, so you can count: {_counted(scene)}. It knows no "
        f"outlines: {_percent(foreign)} of the pixels in the boxes are not of the box's own object."
    )
    words = f"White boxes with names round {len(titles)} objects: {', '.join(titles.values())}"
    return Answer(draw_boxes(scene.image, boxes, titles), caption, words)


def semantic(scene: Scene) -> Answer:
    """A class for each pixel, as the mask's file has it."""
    mask, shares = scene.truth.classes, _shares(scene.truth.classes, scene.classes)
    several = f"{_several(scene)} share one name and one tint" if _several(scene) else "objects are not told apart"
    caption = (
        f"<b>Semantic segmentation</b> gives each of {mask.size:,} pixels a class: {html.escape(shares)}; "
        f"{_percent((mask == VOID).mean())} are void, the cream line on the outlines where nobody judges. It knows the "
        f"outlines of classes, but it cannot count: {several}."
    )
    drawing = draw_map(scene.image, mask, scene.classes)
    return Answer(drawing, caption, f"Outlined and named regions: {shares}")


def net(scene: Scene) -> Answer:
    """A class for each pixel, as a net says."""
    matrix = ConfusionMatrix(len(scene.classes)).update(scene.predicted, scene.truth.classes)
    right, lazy = matrix.pixel_accuracy, matrix.background_floor().pixel_accuracy
    caption = (
        f"<b>The net's answer</b> to the semantic question is right at {_percent(right)} of the judged pixels; saying "
        f"“{html.escape(scene.classes[0])}” everywhere would be right at {_percent(lazy)}. {_patches(scene)}"
    )
    words = f"Outlined and named regions, as the net says: {_shares(scene.predicted, scene.classes)}"
    return Answer(draw_map(scene.image, scene.predicted, scene.classes), caption, words)


def instance(scene: Scene) -> Answer:
    """A mask and a name for each object."""
    numbers, titles = scene.truth.numbers, titles_of(scene.truth.objects, scene.classes)
    sizes = ", ".join(f"{title} ({_percent((numbers == n).mean())})" for n, title in titles.items())
    caption = (
        f"<b>Instance segmentation</b> gives each of {len(titles)} objects its own mask and name: "
        f"{html.escape(sizes)}. You can count <i>and</i> have the outlines. The {_percent((numbers == 0).mean())} of "
        "the picture that are no object get no answer."
    )
    return Answer(_of_objects(scene, numbers, titles), caption, f"Outlined and numbered objects: {sizes}")


def panoptic(scene: Scene) -> Answer:
    """A mask and a name for each object and for all the rest."""
    numbers, titles = scene.truth.numbers, titles_of(scene.truth.objects, scene.classes)
    share, name = _percent((numbers == 0).mean()), scene.classes[0]
    rest = max(5, *titles) + 1 if titles else 6  # VOC's colour of 6 is a calm blue-green
    caption = (
        f"<b>Panoptic segmentation</b> gives every judged pixel a name: {len(titles)} objects with their numbers, and "
        f"{share} of the picture as {html.escape(name)}. VOC has one name for all that is no object; a set made for "
        "this question would say grass, sky, wall."
    )
    drawing = _of_objects(scene, np.where(numbers == 0, rest, numbers), titles | {rest: name})
    return Answer(drawing, caption, f"Outlined and numbered: {', '.join(titles.values())}; and {name}, {share}")


def _of_objects(scene, numbers, titles):
    return draw_map(scene.image, numbers, [titles.get(n, "") for n in range(max(titles, default=0) + 1)])


def _patches(scene):
    """How many patches the class with most objects makes; without objects, the class with most pixels."""
    truth, numbers = scene.truth, Counter(scene.truth.objects.values())
    areas = np.bincount(truth.classes.ravel(), minlength=256)
    if not areas[1:VOID].any():
        return ""
    label = max(range(1, len(scene.classes)), key=lambda index: (numbers[index], areas[index]))
    name, patches = html.escape(scene.classes[label]), patches_of(scene.predicted, label)
    made = f"{patches} patch{'' if patches == 1 else 'es'} of {name}"
    if not numbers[label]:
        return f"It draws {made} (specks left out); a patch need not be one object."
    advice = "right only by luck" if patches == numbers[label] else "so counting patches would miscount"
    return f"It draws {made} (specks left out) where the truth has {numbers[label]} × {name}: {advice}."


def _several(scene):
    """The classes that are there more than once."""
    numbers = Counter(scene.truth.objects.values())
    return _listed(f"{number} × {scene.classes[label]}" for label, number in numbers.items() if number > 1)


def _counted(scene):
    return _listed(f"{n} × {scene.classes[label]}" for label, n in Counter(scene.truth.objects.values()).items())


def _shares(mask, classes):
    """The classes and their shares of all pixels, the largest first."""
    areas = np.bincount(mask.ravel(), minlength=256)[: len(classes)]
    order = sorted(np.flatnonzero(areas).tolist(), key=lambda index: -areas[index])
    return ", ".join(f"{classes[index]} {_percent(areas[index] / mask.size)}" for index in order)


def _listed(words: Iterable[str]) -> str:
    *before, last = [html.escape(word) for word in words] or [""]
    return f"{', '.join(before)} and {last}" if before else last


def _percent(share: float) -> str:
    return "under 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"

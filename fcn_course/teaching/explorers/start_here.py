"""One picture, five questions: what each kind of answer can tell, and what it cannot (lecture 00; D2L 14.9)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from torch import nn

from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOC_CLASSES
from fcn_course.data.voc import VOCSegmentation
from fcn_course.nets.checkpoints import load_net
from fcn_course.prediction.inference import predict
from fcn_course.teaching.explorers import start_here_answers as answers
from fcn_course.teaching.explorers.panel import Explorer, View, choice, fraction, slider
from fcn_course.teaching.explorers.start_here_truth import most_telling, read_truth

QUESTIONS = {  # by the function that answers them
    "classification": "which classes? (classification)",
    "detection": "where is each object? (detection)",
    "semantic": "which class has each pixel? (semantic)",
    "net": "the same, answered by the net",
    "instance": "which object is each pixel? (instance)",
    "panoptic": "class and object, all pixels (panoptic)",
}
OF_OBJECTS = {"detection", "instance", "panoptic"}


class FirstLook(Explorer):
    """A picture, one of five questions about it, and the answer laid over it, or alone.

    Args:
        dataset: an opened folder laid out like VOC; the drawn world's ``val`` if none is given. Without object masks
            (``SegmentationObject``) the three questions about objects are left out.
        net: answers the semantic question too; the shipped FCN-8s if none is given and the set has VOC's classes.
        number: pictures to choose from: those that tell the questions apart best.
        among: so many of the set's first pictures are looked through for them.

    Raises:
        ValueError: if the net and the set differ in their number of classes, or there is no picture to look at.
    """

    answers_within = 1.0  # a net runs, once for each picture

    def __init__(
        self, dataset: VOCSegmentation | None = None, net: nn.Module | None = None, number: int = 6, among: int = 80
    ):
        self.dataset = open_voc("minivoc", "val") if dataset is None else dataset
        self.net = load_net("minivoc") if net is None and self.dataset.classes == VOC_CLASSES else net
        if self.net and self.net.num_classes != len(self.dataset.classes):
            raise ValueError(
                f"the net names {self.net.num_classes} classes and the data set {len(self.dataset.classes)}; hand over "
                "a net that was trained on this set's classes, or a set with the net's"
            )
        if min(number, among) < 1:
            raise ValueError(f"no picture to look at: number is {number} and among {among}; give at least 1 each")
        self.indices = most_telling(self.dataset, number, among)
        # Drawings are large, so only the last are kept; what a net said is small and slow to come by.
        self._answer, self._predicted = lru_cache(8)(self._answered), lru_cache(None)(self._predict)
        numbered = all(read_truth(self.dataset, index).numbers is not None for index in self.indices)
        left_out = (set() if numbered else OF_OBJECTS) | (set() if self.net else {"net"})
        asked = [(words, name) for name, words in QUESTIONS.items() if name not in left_out]
        excuses = {
            "no object masks (<code>SegmentationObject</code>), so three questions are left out": not numbered,
            "classes that the shipped net does not know, so it is not asked": not self.net,
        }
        self.excuse = "".join(f" This set has {why}." for why, so in excuses.items() if so)
        super().__init__(
            picture=slider("picture", 1, 1, len(self.indices)),
            question=choice("question", asked, "semantic", width="360px"),
            strength=fraction("picture (0) or answer alone (1)", 0.5, 0, 1, 0.1, width="420px"),
        )

    def draw(self, picture, question, strength) -> View:
        index = self.indices[picture - 1]
        drawing, caption, words = self._answer(index, question)
        drawn = {0: "with lines and names alone drawn over it", 1: "taken away, and the answer alone on grey"}
        how = drawn.get(strength, f"with the answer laid over it at {100 * strength:.0f} %")
        return View(
            drawing.blended(strength), caption + self.excuse, f"The picture {self.dataset.names[index]} {how}. {words}."
        )

    def _answered(self, index, question) -> answers.Answer:
        image, _ = self.dataset.read(index)
        predicted = self._predicted(index) if question == "net" else None
        scene = answers.Scene(image.contiguous(), read_truth(self.dataset, index), self.dataset.classes, predicted)
        return getattr(answers, question)(scene)

    def _predict(self, index) -> np.ndarray:
        device = next(self.net.parameters()).device
        return predict(self.net, self.dataset[index][0], device=device).numpy().astype(np.uint8)

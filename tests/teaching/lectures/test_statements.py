"""Statements that a reader could doubt, each with the cell that computes it and what that cell says.

The saved output is compared with a fresh one whenever the lectures are tested, so a statement that stops being true is
seen.
"""

import pytest

from tests.support.lecture_files import LECTURES, code_of

STATEMENTS = [
    (
        "a net that says background everywhere is right most of the time",
        "04",
        "voc-floor",
        "mean_iou                 0.038",
    ),
    ("a mask opened as grey names other classes", "04", "voc-opened-wrong", "a boat became 15, and 15 is person"),
    ("the book trains void as background", "04", "voc-book-void", "on the void the file says 255, the book says: [0]"),
    ("the book drops small pictures", "04", "voc-too-small", "59 of 240 would be dropped"),
    ("a window of void alone gives NaN", "04", "voc-all-void", "nan"),
    ("shuffled cells change no score of a classifier", "01", "backbone-where-run", "scores that change: 0"),
    ("fc as a convolution gives the same logits", "01", "backbone-conv-run", "same logits but for rounding: True"),
    (
        "fc6 and fc7 as convolutions do too, on the real VGG-16",
        "01",
        "backbone-vgg-full",
        "(1, 512, 10, 15) -> (1, 1000, 4, 9) True",
    ),
    ("a cell of ResNet-18 sees 435 pixels", "01", "backbone-field-gradient", "rows 103 to 537"),
    ("32 heights end as ten rows", "02", "shapes-lost-run", "every height from 289 to 320: 32 of them"),
    (
        "VGG's cells look 15.5 pixels further",
        "02",
        "shapes-places-gradient",
        "VGG-16    gradient: 212 pixels, centre 527.5",
    ),
    ("the book draws 15.5 pixels beside", "02", "shapes-silent-run", "the book's layer draws it at pixel 143.5"),
    ("the paper's 19 is arithmetic", "02", "shapes-nineteen-run", "lies at pixel 19 of the enlarged map"),
    ("so are 5, 9 and 31", "02", "shapes-eight-package", "FCN-8s:  5 9 31"),
    ("the border fades to 0.516, the corner to 0.266", "03", "bilinear-border-run", "edge measured: 0.516"),
    ("replicated borders mend it", "03", "bilinear-mend-run", "equal to F.interpolate everywhere: True"),
    ("4.8 % of 1.8 million weights", "03", "bilinear-count-run", "1,806,336 weights, 86,016 are not zero: 4.8%"),
    ("kernels that the stride does not divide make checkerboards", "03", "bilinear-flat-run", "flat: [2, 4]"),
    ("Xavier enlarges to noise", "03", "bilinear-xavier-run", "Xavier   4 % right"),
    ("a net that says nothing has a loss of ln 21", "05", "batch-by-hand", "The loss is 3.0445, and ln 21 is 3.0445"),
    ("a summed loss grows with the batch", "05", "sum-or-mean", "book_loss, summed  ['1.0', '2.0', '4.0', '8.0']"),
    ("the loss falls by two thirds without a look at a picture", "05", "collapse", "The loss is 0.99, down from 3.04"),
    (
        "averaging before the softmax and after it differ",
        "06",
        "average-run",
        "averaged before the softmax: 62% dog; after it: 54% dog",
    ),
    ("without normalising nothing is right", "06", "silent-mistakes", "not normalised: 0% right"),
    ("two cows that touch are one patch", "00", "start-patches", "cow: 3 objects, 1 patch(es)"),
]


def said(cell):
    """Everything that a cell shows as text."""
    shown = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join(shown)


@pytest.mark.parametrize(
    ("number", "name", "words"), [row[1:] for row in STATEMENTS], ids=[row[0] for row in STATEMENTS]
)
def test_it_is_computed_in_the_lecture(number, name, words):
    lecture = next(lecture for lecture in LECTURES if lecture.startswith(number))
    (cell,) = (cell for cell in code_of(lecture) if cell.id == name)
    assert words in said(cell)
    assert words not in cell.source

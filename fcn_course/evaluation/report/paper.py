"""The paper's protocol and numbers beside an evaluation (Long, Shelhamer, Darrell, CVPR 2015, section 5)."""

from __future__ import annotations

from collections.abc import Collection

from fcn_course.data.labels import VOC_CLASSES
from fcn_course.evaluation.report.counts import Report, few
from fcn_course.evaluation.report.tables import SCORES, Table

PICTURES = 736  # of VOC2011 val that are not in SBD train
# percent, in the order of SCORES
PUBLISHED = {
    "FCN-32s": (89.1, 73.3, 59.4, 81.4),
    "FCN-16s": (90.0, 75.7, 62.4, 83.0),
    "FCN-8s": (90.3, 75.9, 62.7, 83.2),
}


def like_paper(
    report: Report,
    data: str,
    precision: str = "float32",
    sbd_train: Collection[str] | None = None,
    trained_on: str = "",
) -> list[Table]:
    """Two tables: what of the paper's protocol holds for ``report``, and its numbers beside the paper's.

    Args:
        data: what was scored, in words.
        precision: number format the net computed in.
        sbd_train: names in SBD's train list, if it is to be had.
        trained_on: which pictures the net was trained on, if that is known, as ``fit`` writes it into checkpoints.
    """
    rows = [
        ("training", "SBD train, 8,498 pictures", *_training(trained_on)),
        ("pictures", "VOC2011 val", data, *_source(data)),
        _number(report),
        _overlap(report, sbd_train),
        _classes(report),
        *(
            (line, text, text, "same", "")
            for line, text in (
                ("pictures are", "whole, each once"),
                ("scales and flips", "one scale, no flips"),
                ("void", "not counted"),
                ("scores from", "one confusion matrix of the set"),
            )
        ),
        ("numbers", "float32", precision, "same" if precision == "float32" else "different", ""),
    ]
    columns = ("what", "paper", "this evaluation", "same?", "what you can check")
    return [Table("The paper's protocol (CVPR 2015, section 5)", columns, rows), published_table(report)]


def published_table(report: Report) -> Table:
    """The paper's numbers in percent, as published, and those of ``report`` below."""
    rows = [(f"{name}, published", *values) for name, values in PUBLISHED.items()]
    rows.append(("this evaluation", *(100 * value for value in report.matrix.scores().values())))
    return Table(
        "The paper's numbers, in percent",
        ("net", *SCORES.values()),
        rows,
        "Published are those of VGG-16 on 736 pictures of VOC2011 val (CVPR 2015). They compare with this evaluation "
        'as far as the lines above say "same".',
        places=1,
    )


def _training(trained_on):
    check = "pictures that were trained on must not be scored"
    if not trained_on:
        return "the checkpoint does not tell", "unknown", f"the --data and --split of the run; {check}"
    if trained_on == "split sbd_train, 8,498 pictures":
        return trained_on, "same", ""
    return trained_on, "different", check


def _source(data):
    if data.split(",")[0] == "minivoc":
        return "different", "these pictures are drawn; --data voc2012 or your own folder has photographs"
    return "unknown", "that each is in VOC2011's Segmentation/val.txt; VOC2012's val holds more"


def _number(report):
    number = len(report.pictures)
    check = "" if number == PICTURES else "give the list of the 736 with --ids (the authors' seg11valid.txt)"
    return "how many", f"{PICTURES}", f"{number:,}", "same" if number == PICTURES else "different", check


def _overlap(report, sbd_train):
    line = "of them in SBD train", "0"
    if sbd_train is None:
        return *line, "not known, for SBD is not here", "unknown", "fetch SBD, or hold your ids against its train.txt"
    shared = [picture.name for picture in report.pictures if picture.name in set(sbd_train)]
    check = f"leave them out: {few(shared)}" if shared else ""
    return *line, f"{len(shared):,}", "different" if shared else "same", check


def _classes(report):
    same = report.classes == VOC_CLASSES
    ours = "the same" if same else f"{len(report.classes)}: {few(report.classes)}"
    return "classes", "21 of VOC with background", ours, "same" if same else "different", ""

"""The whole path on real photographs: three of them are learned by heart, scored, and reported on."""

import csv
from dataclasses import replace

from fcn_course.cli import main
from fcn_course.data.datasets import open_voc
from fcn_course.nets.fcn import fcn8s
from fcn_course.training.loop import fit
from fcn_course.training.recipes import RECIPES


def test_three_photographs_are_learned_by_heart_and_reported_on(real, tmp_path):
    # 160 steps of all three: about a minute on two cores
    names, folder = ("2011_000003", "2011_000006", "2011_000025"), real / "VOCdevkit" / "VOC2012"
    (tmp_path / "ids.txt").write_text("\n".join(names))
    recipe = replace(RECIPES["minivoc"], optimiser="adamw", lr=1e-3, batch_size=3, flip=False)
    net, options = fcn8s(), {"cache": "memory", "device": "cpu", "progress": False}
    fit(net, open_voc(folder, names=names), None, recipe, epochs=160, out=tmp_path / "run", **options)

    command = [
        "evaluate",
        "--checkpoint",
        tmp_path / "run" / "best.pt",
        "--data",
        folder,
        "--ids",
        tmp_path / "ids.txt",
    ]
    assert main([str(word) for word in (*command, "--out", tmp_path / "report", "--device", "cpu")]) == 0
    with open(tmp_path / "report" / "scores.csv", newline="") as file:
        scores = {(row["part"], row["score"]): float(row["value"]) for row in csv.DictReader(file)}
    assert scores["all", "mean_iou"] > 0.9
    with open(tmp_path / "report" / "per_picture.csv", newline="") as file:
        assert sorted(row["name"] for row in csv.DictReader(file)) == sorted(names)
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert all(name in page for name in names) and page.count("<img") >= 9

"""The whole path on real photographs: three of them are learned by heart, scored, and reported on."""

import csv
from dataclasses import replace

import torch

from fcn_course.cli import main
from fcn_course.data.datasets import open_voc
from fcn_course.evaluation.scoring import evaluate
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.fcn import FCN
from fcn_course.training.loop import fit
from fcn_course.training.recipes import RECIPES


def test_three_photographs_are_learned_by_heart_and_reported_on(real, tmp_path):
    names, folder = ("2011_000003", "2011_000006", "2011_000025"), real / "VOCdevkit" / "VOC2012"
    (tmp_path / "ids.txt").write_text("\n".join(names))
    # a trunk that has seen photographs needs 16 steps of all three: a quarter of a minute on two cores
    recipe = replace(RECIPES["minivoc"], optimiser="adamw", lr=2e-3, head_factor=30)
    recipe = replace(recipe, batch_size=3, crop=(375, 500), flip=False)
    torch.manual_seed(0)
    net = FCN(load_backbone("efficientnet_lite0", "imagenet"), stride=8)
    # in bfloat16 the gradients of its depthwise convolutions take longer
    options = {"cache": "memory", "device": "cpu", "precision": "float32", "progress": False}
    before = evaluate(net, open_voc(folder, names=names), device="cpu", progress=False).mean_iou
    fit(net, open_voc(folder, names=names), None, recipe, epochs=16, out=tmp_path / "run", **options)

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
    assert before < 0.3, "it has learned to name whole pictures only"
    assert scores["all", "mean_iou"] > 0.9
    with open(tmp_path / "report" / "per_picture.csv", newline="") as file:
        assert sorted(row["name"] for row in csv.DictReader(file)) == sorted(names)
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert all(name in page for name in names) and page.count("<img") >= 9

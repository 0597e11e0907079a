"""The study of trunks: that it runs at its smallest, does nothing twice, and what its table says."""

import json

import pytest
import torch

from tests.benchmarks import backbones
from tests.benchmarks.backbones import COLUMNS, ROWS, main, table


def test_it_runs_each_row_once_and_goes_on_with_what_is_there(few_voc, tmp_path, capsys, monkeypatch):
    nothing = {name: (trunk, None) for name, (trunk, _) in ROWS.items()}  # quicker, and the package may be missing
    monkeypatch.setattr(backbones, "ROWS", nothing)
    (tmp_path / "out").mkdir()
    known = dict.fromkeys(COLUMNS, 0.25)
    (tmp_path / "out" / "ResNet-18, nothing 3.json").write_text(json.dumps(known))
    smallest = ["--data", few_voc, "--epochs", 1, "--crop", 48, 64, "--seeds", 3, "--out", tmp_path / "out"]
    main([str(word) for word in smallest])
    said = capsys.readouterr().out
    assert "| ResNet-18, nothing | 0.250 (0.250 to 0.250) |" in said and torch.__version__ in said
    files = {path.stem: json.loads(path.read_text()) for path in (tmp_path / "out").iterdir()}
    assert set(files) == {f"{name} 3" for name in ROWS}
    assert all(set(numbers) == {*COLUMNS} for numbers in files.values())
    assert all(
        0 <= numbers["near outlines"] <= 1 < numbers["pictures a second"]
        for numbers in files.values()
        if numbers != known
    )
    main([str(word) for word in (*smallest, "--table")])
    assert capsys.readouterr().out.splitlines()[-6:] == said.splitlines()[-6:]


def test_the_table_gives_mean_and_spread_and_the_best_speed():
    runs = [dict(zip(COLUMNS, values, strict=True)) for values in ((0.4, 0.3, 9.0), (0.5, 0.1, 10.0))]
    last = table({"net": runs}).splitlines()[-1]
    assert last == "| net | 0.450 (0.400 to 0.500) | 0.200 (0.100 to 0.300) | 10.0 |"


@pytest.mark.parametrize("name", ROWS)
def test_each_row_begins_as_it_is_called(name):
    trunk, weights = ROWS[name]
    assert trunk.startswith("resnet") == name.startswith("ResNet") and (weights is None) == name.endswith("nothing")

"""The benchmark of the recipe ``light``: that it trains what it says, and that its table is worked out rightly."""

import pytest

from tests.benchmarks import light
from tests.tools.old_processor import OLD


def test_a_run_gives_seconds_and_a_score(tiny_voc):
    seconds, score = light.train(8, "light", 0, str(tiny_voc), 4, "float32")
    assert seconds > 0 and 0 <= score <= 1


def test_the_table_holds_means_spans_and_how_many_times_as_quick():
    default, quick = light.WAYS
    found = {("this", default): [(100.0, 0.5), (140.0, 0.6)], ("this", quick): [(30.0, 0.55)]}
    rows = light.table(found).splitlines()[2:]
    assert rows == [
        f"| this | {default} | 120 (100 to 140) | 1.0 | 0.550 (0.500 to 0.600) |",
        f"| this | {quick} | 30 | 4.0 | 0.550 |",
    ]


def test_each_runs_in_a_process_of_its_own_and_the_old_processor_is_played(monkeypatch, capsys):
    asked = []

    def in_child(function, *arguments, environment):
        asked.append((function, arguments, environment))
        return [20.0 / len(asked), 0.5]

    monkeypatch.setattr(light, "in_child", in_child)
    light.main(["--seeds", "3", "--data", "somewhere", "--pictures", "4"])
    assert [arguments for _, arguments, _ in asked] == [
        (stride, recipe, 3, "somewhere", 4, precision)
        for precision in ("auto", "float32")
        for stride, recipe in light.WAYS.values()
    ]
    assert all(function is light.train for function, _, _ in asked)
    assert [bool(environment) for *_, environment in asked] == [False, False, True, True]
    assert asked[-1][2].items() >= {**OLD, "OMP_NUM_THREADS": asked[-1][2]["OMP_NUM_THREADS"]}.items()
    assert "| old | FCN-8s, light | 5 | 1.3 | 0.500 |" in capsys.readouterr().out


def test_a_processor_that_it_does_not_know(capsys):
    with pytest.raises(SystemExit):
        light.main(["--processors", "new"])
    assert "invalid choice: 'new'" in capsys.readouterr().err

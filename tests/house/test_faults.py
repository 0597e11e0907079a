"""The table of faults says of each whether it was met."""

from types import SimpleNamespace

from tests.support.faults import fault_rows


def report(outcome, *faults):
    return SimpleNamespace(outcome=outcome, user_properties=[("fault", list(fault)) for fault in faults])


def test_a_fault_is_met_if_every_test_of_it_passed():
    cut, full = ("a cut file", "refused"), ("a full disk", "told")
    reports = [report("passed", cut), report("failed", cut, full), report("passed"), report("passed", full)]
    assert fault_rows(reports) == [("a cut file", "refused", "NOT SO"), ("a full disk", "told", "NOT SO")]
    assert fault_rows([report("passed", cut), report("skipped", cut)]) == [("a cut file", "refused", "as said")]


def test_what_was_skipped_is_not_called_met():
    assert fault_rows([report("skipped", ("no GPU", "told"))]) == [("no GPU", "told", "not tried here")]

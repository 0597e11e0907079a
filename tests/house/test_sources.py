"""The table of sources says of each whether it came out as drawn."""

from types import SimpleNamespace

from tests.support.sources import source_rows


def report(outcome, *sources):
    return SimpleNamespace(outcome=outcome, user_properties=[("source", list(source)) for source in sources])


def test_a_source_is_equal_if_every_test_of_it_passed():
    one, two = ("COCO", "2017", "an address", 5), ("labelme", "5.5", "another", 5)
    rows = source_rows([report("passed", two), report("passed", one), report("failed", one), report("passed")])
    assert rows == [
        ("COCO", "2017", "5", "NOT EQUAL", "an address"),
        ("labelme", "5.5", "5", "equal, pixel by pixel", "another"),
    ]


def test_what_was_skipped_is_not_called_equal():
    assert source_rows([report("skipped", ("a", "b", "c", 1))]) == [("a", "b", "1", "not tried here", "c")]

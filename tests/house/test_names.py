"""Names of test files: pytest imports them by name alone, and of two with one name takes none."""

from collections import Counter

from fcn_course.data.paths import CHECKOUT


def test_no_two_test_files_have_one_name():
    names = Counter(path.name for path in (CHECKOUT / "tests").rglob("test_*.py"))
    assert not [name for name, times in names.items() if times > 1]

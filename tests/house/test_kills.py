"""What is killed at a random moment and started again ends whole; training has its own, tests/training/test_runs.py."""

import pytest

from tests.support.kill_rounds import draw, export, kill_rounds


@pytest.mark.parametrize(
    ("work", "kills"),
    [
        pytest.param(
            draw, 1, marks=pytest.mark.fault("drawing is killed at random moments", "the next start ends right")
        ),
        pytest.param(
            export, 2, marks=pytest.mark.fault("writing weights is killed at random moments", "the file is old or new")
        ),
    ],
)
def test_work_that_is_killed_ends_right(work, kills, tmp_path):
    kill_rounds(work, tmp_path, kills)

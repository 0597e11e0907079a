"""The moving picture of the README."""

import importlib.util

import numpy as np

from fcn_course.data.paths import CHECKOUT

PATH = CHECKOUT / "data" / "make_tour.py"
spec = importlib.util.spec_from_file_location("make_tour", PATH)
make_tour = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_tour)


def test_every_state_of_the_tour_is_one_that_its_explorer_has_and_looks_like_no_other():
    frames = [np.array(frame) for frame in make_tour.frames()]
    assert len(frames) == sum(len(states) for *_, states in make_tour.TOUR)
    assert len({frame.tobytes() for frame in frames}) == len(frames)
    assert all(frame.shape == (*make_tour.SIZE[::-1], 3) for frame in frames)
    assert all((frame[-4:] == 255).all() for frame in frames), "a caption runs out of its frame"

"""The Python side of the picture that is clicked; its JavaScript is tried in tests/browser."""

from fcn_course.teaching.explorers.clickable import ClickablePicture


def test_it_says_its_state_and_no_address():
    assert repr(ClickablePicture(size=(3, 4), pixel=(1, 2))) == "ClickablePicture(size=(3, 4), pixel=(1, 2))"


def test_its_front_end_travels_with_it():
    state = ClickablePicture().get_state()
    assert "export default" in state["_esm"] and "focus-visible" in state["_css"]
    assert "http" not in state["_esm"]  # nothing is fetched
    assert state["ready"] is False and state["source"] == ""

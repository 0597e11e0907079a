"""What all explorers share."""

import base64
import gc
import io
import weakref

import pytest
from matplotlib import rc_context, rcParams
from PIL import Image

from fcn_course.teaching.explorers.keyboard import KeysStay
from fcn_course.teaching.explorers.panel import View
from tests.support.doubling import Doubling


def test_picture_and_caption_follow_the_controls():
    panel = Doubling()
    before = panel.picture.value
    panel.controls["size"].value = 5
    assert panel.picture.value != before
    assert "twice 5 is <b>10</b>" in panel.caption.value
    assert panel.values == {"size": 5, "share": 0.5, "mode": "plain", "grid": False}
    assert repr(panel) == "Doubling(size=5, share=0.5, mode='plain', grid=False)"


def test_the_words_of_a_picture_are_escaped():
    panel = Doubling()
    panel.controls["mode"].value = "<loud>"
    assert 'alt="the number 6, &quot;&lt;loud&gt;&quot;"' in panel.picture.value


def test_several_changes_at_once_are_drawn_once():
    panel = Doubling()
    assert panel.drawn == 1
    with panel.together():
        panel.controls["size"].max = 20
        panel.controls["size"].value = 12
        panel.controls["grid"].value = True
    assert panel.drawn == 2
    assert panel.values["size"] == 12


def test_a_page_without_widgets_gets_the_still_picture_and_its_words():
    panel = Doubling()
    data, about = panel._repr_mimebundle_()
    still = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert still.size == (300, 150)
    assert about == {"image/png": {"alt": panel.alt, "width": 200}}
    assert data["text/plain"] == f"{panel!r}: {panel.alt}"
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_notebooks_own_settings_leave_the_picture_alone():
    before = Doubling().png
    with rc_context({"font.size": 20, "figure.constrained_layout.use": True, "figure.facecolor": "red"}):
        assert Doubling().png == before
        assert rcParams["font.size"] == 20


def test_every_panel_keeps_its_keys_to_itself():
    row = Doubling().children[0]
    assert [repr(widget) for widget in row.children if isinstance(widget, KeysStay)] == ["KeysStay()"]


def test_what_was_drawn_is_thrown_away_at_once_and_python_goes_on_collecting():
    panel = Doubling()
    drawn = []
    panel.draw = lambda **values: (
        drawn.append(weakref.ref(view := Doubling.draw(panel, **values).picture)) or View(view, "", "a picture")
    )
    old = gc.get_stats()[2]["collections"]
    for size in range(1, 10):
        panel.controls["size"].value = size
    assert len(drawn) >= 8 and all(figure() is None for figure in drawn)
    assert gc.get_stats()[2]["collections"] == old
    assert gc.isenabled()


def test_a_drawing_that_fails_leaves_python_as_it_was():
    panel = Doubling()
    panel.draw = lambda **values: 1 / 0
    with pytest.raises(ZeroDivisionError):
        panel.refresh()
    assert gc.isenabled()

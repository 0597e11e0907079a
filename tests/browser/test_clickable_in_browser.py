"""The picture that is clicked: its JavaScript in a real browser, with a stand-in for the model."""

import base64

import pytest

from fcn_course.teaching.explorers.clickable import ClickablePicture
from fcn_course.teaching.figures import png

AREA, SIZE = (0.1, 0.2, 0.5, 0.4), (40, 100)  # shares of a picture of 600 x 300 shown pixels: 60, 60, 300, 120

PAGE = """
<style>%s</style><div class="widget-vbox"><div id="here"></div></div>
<script type="module">
  const source = %s;
  const view = (await import("data:text/javascript;base64," + source)).default;
  const state = { source: "", alt: "words", label: "what to do", width: 600, area: %s, size: %s, pixel: [7, 8] };
  const listeners = new Set();
  window.model = {
    state, sent: [],
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; },
    save_changes: () => { window.model.sent.push(structuredClone(state)); },
    on: (name, listener) => listeners.add(listener),
    off: (name, listener) => listeners.delete(listener),
    tell: (name, value) => { state[name] = value; listeners.forEach((listener) => listener()); },
    listeners,
  };
  window.end = view.render({ model: window.model, el: document.getElementById("here") });
</script>
"""


@pytest.fixture
def page(browser):
    """A page on which a picture of 600 x 300 lies."""
    from PIL import Image

    state = ClickablePicture().get_state()
    source = '"' + base64.b64encode(state["_esm"].encode()).decode() + '"'
    page = browser.new_page(viewport={"width": 900, "height": 500})
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.set_content(PAGE % (state["_css"], source, list(AREA), list(SIZE)))
    page.wait_for_function("window.model?.state.ready")
    grey = base64.b64encode(png(Image.new("RGB", (1200, 600), "grey"))).decode()
    page.evaluate("source => model.tell('source', source)", f"data:image/png;base64,{grey}")
    page.wait_for_function("document.querySelector('img').complete && document.querySelector('img').width === 600")
    yield page
    assert not page.errors
    page.close()


def pixel(page):
    return page.evaluate("model.state.pixel")


def at(page, x, y):
    """A place on the shown picture as a place on the page."""
    box = page.locator("img").bounding_box()
    return box["x"] + x, box["y"] + y


def test_it_shows_nothing_until_python_knows_that_it_can(browser):
    page = browser.new_page()
    state = ClickablePicture().get_state()
    source = '"' + base64.b64encode(state["_esm"].encode()).decode() + '"'
    page.set_content(PAGE % (state["_css"], source, list(AREA), list(SIZE)))
    page.wait_for_function("window.model?.state.ready")
    assert page.evaluate("model.sent.at(-1).ready") is True
    assert not page.locator("img").is_visible()
    page.close()


@pytest.mark.parametrize(
    ("place", "chosen"),
    [
        ((60.5, 60.5), [0, 0]),
        ((359.5, 179.5), [39, 99]),
        ((60 + 3 * 50 + 1.5, 60 + 3 * 20 + 1.5), [20, 50]),  # a pixel is 3 x 3 shown ones
        ((30, 100), [7, 8]),  # beside the pixels: nothing is chosen
        ((100, 190), [7, 8]),
    ],
)
def test_a_click_chooses_the_pixel_under_it(page, place, chosen):
    page.mouse.click(*at(page, *place))
    assert pixel(page) == chosen


def test_a_click_is_right_where_the_page_is_narrow(page):
    page.set_viewport_size({"width": 316, "height": 500})  # 8 pixels of margin each side: half the width
    assert page.locator("img").bounding_box()["width"] == 300
    page.mouse.click(*at(page, 30 + 75.75, 30 + 30.75))
    assert pixel(page) == [20, 50]


def test_a_drag_takes_the_cross_along_and_stays_inside(page):
    page.mouse.move(*at(page, 100, 100))
    page.mouse.down()
    page.mouse.move(*at(page, 211.5, 121.5))
    assert pixel(page) == [20, 50]
    page.mouse.move(*at(page, 500, -20))
    assert pixel(page) == [0, 99]
    page.mouse.up()
    page.mouse.move(*at(page, 100, 100))
    assert pixel(page) == [0, 99]


def test_arrow_keys_move_by_one_and_with_shift_by_ten(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "fcn-clickable"
    for key, chosen in (
        ("ArrowRight", [7, 9]),
        ("ArrowDown", [8, 9]),
        ("Shift+ArrowRight", [8, 19]),
        ("Shift+ArrowUp", [0, 19]),  # and no further
        ("ArrowLeft", [0, 18]),
        ("ArrowUp", [0, 18]),
        ("Control+ArrowDown", [0, 18]),  # the page's own
        ("a", [0, 18]),
    ):
        page.keyboard.press(key)
        assert pixel(page) == chosen, key


def test_the_page_does_not_scroll_and_no_shortcut_hears_the_keys(page):
    page.evaluate("window.heard = []; addEventListener('keydown', (event) => heard.push(event.key))")
    page.locator(".fcn-clickable").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("b")
    assert page.evaluate("heard") == ["b"]
    asked = page.locator("div[data-lm-suppress-shortcuts='true'] img")
    assert asked.count() == 1  # how JupyterLab is told to leave the keys to it


def test_who_cannot_see_it_is_told_and_who_uses_keys_sees_the_focus(page):
    card = page.locator(".fcn-clickable")
    assert card.get_attribute("role") == "application" and card.get_attribute("aria-label") == "what to do"
    assert page.locator("img").get_attribute("alt") == "words"
    page.evaluate("model.tell('alt', 'other words')")
    assert page.locator("img").get_attribute("alt") == "other words"
    style = "getComputedStyle(document.querySelector('.fcn-clickable')).outlineStyle"
    assert page.evaluate(style) == "none"
    page.keyboard.press("Tab")
    assert page.evaluate(style) == "solid"


def test_it_lets_go_of_the_model_when_it_is_taken_away(page):
    assert page.evaluate("model.listeners.size") == 1
    page.evaluate("end()")
    assert page.evaluate("model.listeners.size") == 0

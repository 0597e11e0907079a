"""An explorer on a page: what it shows, and its controls moved by keyboard."""

import pytest
from playwright.sync_api import TimeoutError as NothingCame

from tests.browser.conftest import POLLING

# not the number beside a slider: that changes before the panel has answered
SEEN = """panel => [...panel.querySelectorAll('img')].map(i => i.alt + i.src).join()
    + [...panel.querySelectorAll('.widget-html-content')].map(h => h.innerText).join()"""
VALUE = "control => control.value ?? control.getAttribute('aria-valuenow')"  # of a list, of a slider's handle
ANSWER = 60_000  # milliseconds, for a machine with much else to do
CHANGED = f"([panel, before]) => ({SEEN})(panel) !== before"


def seen(panel):
    """What a panel answers: its pictures with their words, its caption."""
    return panel.evaluate(SEEN)


def pictures(panel):
    """The pictures alone."""
    return panel.locator("img").evaluate_all("all => all.map(i => i.src)")


def move(notebook, panel, control, keys):
    """Press keys on a control until the panel shows something else, all of its answer.

    ``keys`` are tries, each of one or more keys. One at the end of its scale moves nothing:
    no answer is waited for.
    """
    assert control.is_enabled(), f"it cannot be moved: {control.evaluate('c => c.outerHTML')[:200]}"
    before = seen(panel)
    control.scroll_into_view_if_needed()
    control.focus()
    for tried in keys:
        value = control.evaluate(VALUE)
        for key in tried.split():
            notebook.page.keyboard.press(key)
        if control.evaluate(VALUE) == value:
            continue
        try:
            notebook.page.wait_for_function(
                CHANGED, arg=[panel.element_handle(), before], timeout=ANSWER, polling=POLLING
            )
            # the caption comes after the picture; taken for the next answer, it would hide one that never comes
            notebook.wait_until_idle(ANSWER)
            return
        except NothingCame:
            continue
    pytest.fail(f"the panel stayed as it was after {keys} on {control.evaluate('c => c.outerHTML')[:200]}")

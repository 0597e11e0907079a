"""Keys that are pressed in a panel belong to the panel.

In JupyterLab an arrow key in a list goes to the notebook's next cell, and the letter x cuts the cell. Lumino, on which
it is built, leaves an element alone that carries the mark ``data-lm-suppress-shortcuts``.
"""

from __future__ import annotations

import anywidget
import ipywidgets as widgets


class KeysStay(anywidget.AnyWidget):
    """Shows nothing; marks every control of the panel in which it lies, those that come later too."""

    _esm = """
    function render({ el }) {
      let observer, done = false;
      const begin = () => {
        const panel = el.closest(".widget-vbox");
        if (done) return;
        if (!panel) return requestAnimationFrame(begin); // not on the page yet
        const mark = () => {
          for (const control of panel.querySelectorAll("select, input, button, .noUi-handle"))
            if (!control.dataset.lmSuppressShortcuts) control.dataset.lmSuppressShortcuts = "true";
        };
        observer = new MutationObserver(mark);
        observer.observe(panel, { childList: true, subtree: true });
        mark();
      };
      begin();
      return () => { done = true; observer?.disconnect(); };
    }
    export default { render };
    """

    def __init__(self):
        super().__init__(layout=widgets.Layout(display="none"))

    def __repr__(self) -> str:
        return "KeysStay()"

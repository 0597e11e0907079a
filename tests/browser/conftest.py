"""A JupyterLab with a copy of the lectures, and a Chromium that looks at it.

Without a Chromium these tests are skipped; with FCN_COURSE_BROWSER=required, as in `.ci/run`, they fail instead. With
FCN_COURSE_SCREENSHOTS=folder they leave there what they saw.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest

from fcn_course.data.paths import CHECKOUT, data_folder

NOTEBOOKS = CHECKOUT / "notebooks"
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false"},
    # a slow machine would save a lecture in mid-run, for the next test to open
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}
SHORTER = {
    "05_training": {
        "crop=(176, 256), frozen=(2, 4, 8), epochs=EPOCHS)": "crop=(64, 96), epochs=1)",
        "RandomCrops(train_set, (160, 240), seed=0)": "RandomCrops(train_set, (64, 96), seed=0)",
        "range(0, 80, 10)]  # eight": "range(0, 80, 40)]  # eight",
        "fit(net, train_set, scored,": "fit(net, Subset(train_set, range(24)), Subset(val_set, range(4)),",
        "(fcn32s(**TRUNK), train_set, epochs=1)": "(fcn32s(**TRUNK), train_set, recipe=recipe, epochs=1)",
    },
    "06_prediction": {
        "range(2, 80, 10)": "range(2, 80, 80)",
        "tqdm(val_set, total=len(val_set),": "tqdm([val_set[n] for n in range(0, 80, 10)],",
    },
}
WAIT = 180_000  # milliseconds, many times what a quick machine needs
POLLING = 50  # milliseconds; without it the browser looks sixty times a second, and lays out the page for each look


@pytest.fixture(scope="session")
def chromium():
    """A Chromium's path."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    reason = "no chromium on this machine; `apt-get install chromium` brings one"
    if os.environ.get("FCN_COURSE_BROWSER") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


class Lab(NamedTuple):
    """A running JupyterLab: its address, its token, and the folder that it serves."""

    address: str
    token: str
    folder: Path

    @property
    def page_address(self):
        return f"{self.address}/lab?reset&token={self.token}"

    def end_kernels(self):
        """A page that is closed leaves its kernel running, with all that it holds."""
        for kernel in json.load(self._ask("/api/kernels")):
            self._ask(f"/api/kernels/{kernel['id']}", "DELETE")

    def _ask(self, path, method="GET"):
        headers = {"Authorization": f"token {self.token}"}
        return urllib.request.urlopen(urllib.request.Request(self.address + path, headers=headers, method=method))


def shorten(notebooks):
    """Less of what takes long: nbval runs every cell as it is, here pages and panels count."""
    for lecture, changes in SHORTER.items():
        path = notebooks / f"{lecture}.ipynb"
        text = path.read_text(encoding="utf-8")
        for whole, part in changes.items():
            assert text.count(whole) == 1, f"{lecture} says {whole!r} {text.count(whole)} times now"
            text = text.replace(whole, part)
        path.write_text(text, encoding="utf-8")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def lab(chromium, tmp_path_factory):
    """JupyterLab on this machine alone, with a home of its own and the lectures in ``notebooks``."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(NOTEBOOKS, home / "course" / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shorten(home / "course" / "notebooks")
    kinds = ("CONFIG", "DATA", "RUNTIME")
    places = {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in kinds} | {"HOME": str(home)}
    places |= {f"JUPYTERLAB_{kind}_DIR": str(home / kind) for kind in ("SETTINGS", "WORKSPACES")}
    for name, values in SETTINGS.items():
        path = home / "SETTINGS" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    port, token = free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    command += ["--LabApp.expose_app_in_browser=True"]  # as window.jupyterapp
    environment = {**os.environ, **places, "FCN_COURSE_DATA": str(data_folder().resolve())}
    with open(home / "log", "w") as log:
        server = subprocess.Popen(
            [*command, f"--ServerApp.root_dir={home / 'course'}"], env=environment, stdout=log, stderr=log
        )
    running = Lab(f"http://127.0.0.1:{port}", token, home / "course")
    try:
        wait_for(server, f"{running.address}/api/status?token={token}", home / "log")
        yield running
    finally:
        server.terminate()
        server.wait(30)


def wait_for(server, address, log):
    """Until the server answers; the end of its log if it does not."""
    end = time.monotonic() + WAIT / 1000
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.3)
    pytest.fail("JupyterLab did not start:\n" + log.read_text()[-2000:])


@pytest.fixture(scope="module")
def browser(chromium):
    """Chromium without a window. It ends with this file's tests: its event loop would disturb those of notebooks."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        window = playwright.chromium.launch(executable_path=chromium, args=options)
        yield window
        window.close()


@pytest.fixture(scope="module")
def lab_page(lab, browser):
    """JupyterLab in a page, which takes seconds to load; and what the browser's console says of errors."""
    page, errors = browser.new_page(), []
    page.set_default_timeout(WAIT)
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(lab.page_address)
    page.wait_for_function("window.jupyterapp?.restored.then(() => true)", timeout=WAIT)
    yield page, errors
    page.close()


class Notebook:
    """A notebook that JupyterLab has opened; ``errors`` is what the browser's console said since."""

    def __init__(self, page, errors, path):
        self.page, self.errors = page, errors
        errors.clear()
        page.evaluate("path => jupyterapp.commands.execute('docmanager:open', {path}).then(() => null)", path)
        page.wait_for_selector(".jp-Cell", timeout=WAIT)
        self.wait_until_idle(WAIT)

    def start(self):
        """Run all cells, and do not wait for them."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Cells", exact=True).click()

    def run(self, seconds):
        """Run all cells and wait until the last one is done."""
        self.start()
        prompts = "[...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')].map(p => p.textContent.trim())"
        done = f"{prompts}.every(p => /^\\[\\d+\\]:$/.test(p))"
        self.page.wait_for_function(done, timeout=1000 * seconds, polling=POLLING)
        self.wait_until_idle(WAIT)

    def wait_until_idle(self, milliseconds):
        state = "document.querySelector('#jp-main-statusbar')?.textContent || ''"
        idle = f"/Python 3.*\\|\\s*Idle/.test({state})"
        self.page.wait_for_function(idle, timeout=milliseconds, polling=POLLING)

    def panel(self):
        """The last explorer on the page."""
        found = self.page.locator(".jp-OutputArea-output .widget-vbox").last
        found.scroll_into_view_if_needed()
        return found

    def look(self, name, part=None):
        """Leave a picture where FCN_COURSE_SCREENSHOTS says."""
        if folder := os.environ.get("FCN_COURSE_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            (part or self.page).screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
def open_notebook(lab, lab_page):
    """Opens a notebook by its path below the server's folder; closes it in the end, and its kernel."""
    page, errors = lab_page

    def opened(path, width=1280):
        page.set_viewport_size({"width": width, "height": 900})
        return Notebook(page, errors, path)

    yield opened
    page.evaluate("[...jupyterapp.shell.widgets('main')].forEach(widget => widget.dispose())")
    lab.end_kernels()

"""What students read first in a class folder."""

from __future__ import annotations

from collections.abc import Mapping

HEAD = """Fully convolutional networks: start here
========================================

Everything that the course needs is in this folder. You need no network, and nothing in this folder is
changed: it may be a share or a memory stick that you can only read. What you make stays on your computer.

Below, SHARE stands for this folder as your computer sees it, for example D:\\class or /media/class.
"""
PACKAGES = """
1. Install, once
----------------

You need Python, in the version that one of these files names (py3.12 is Python 3.12):

{kinds}

Take the file of your computer and Python. Open a terminal in a folder of your own. The commands for it:
"""
UNIX = """
macOS and Linux, with {example} as the example

    SHARE=/media/class
    python{python} -m venv fcn-course
    . fcn-course/bin/activate
    pip install --no-index --no-deps --require-hashes --find-links "$SHARE/wheels" \\
        -r "$SHARE/requirements-{example}.txt"
    pip install --no-index --no-deps --find-links "$SHARE/wheels" fcn-course
    cp -R "$SHARE/notebooks" notebooks
"""
WINDOWS = """
Windows (PowerShell), with {example} as the example

    $SHARE = "D:\\class"
    py -{python} -m venv fcn-course
    fcn-course\\Scripts\\Activate.ps1
    pip install --no-index --no-deps --require-hashes --find-links "$SHARE\\wheels" `
        -r "$SHARE\\requirements-{example}.txt"
    pip install --no-index --no-deps --find-links "$SHARE\\wheels" fcn-course
    Copy-Item -Recurse "$SHARE\\notebooks" notebooks

If PowerShell does not let you activate, type `cmd` first, and leave the quotes' $SHARE for the path itself;
there the third line is `fcn-course\\Scripts\\activate.bat`.
"""
NO_PACKAGES = """
1. Install
----------

No packages lie in this folder. Install the course as its README says, and copy the folder `notebooks`
to a place of your own.
"""
START = """
2. Say where the data are
-------------------------

In the terminal in which you start the course, each time:

    export FCN_COURSE_DATA="$SHARE/data"          macOS, Linux
    $env:FCN_COURSE_DATA = "$SHARE\\data"          Windows, PowerShell
    set FCN_COURSE_DATA=D:\\class\\data             Windows, cmd

3. Start
--------

    jupyter lab notebooks/00_start_here.ipynb

In a new terminal activate the environment again first. `fcn-course doctor` says what is missing, if anything;
that the data folder "cannot be written" is as it should be on a share.

You come late? Begin with any lecture or exercise. None needs files that another has made.
"""


def start_text(kinds: Mapping[str, int], notebooks: float) -> str:
    """START.txt for the kinds of machines, as in ``{"linux-py3.12": 3100}`` with the MB of their wheels.

    Args:
        notebooks: MB that are copied in any case.
    """
    text = HEAD
    if kinds:
        lines = (f"    requirements-{kind}.txt    {size + notebooks:.0f} MB are copied" for kind, size in kinds.items())
        text += PACKAGES.format(kinds="\n".join(lines))
        unix = [kind for kind in kinds if not kind.startswith("windows")]
        windows = [kind for kind in kinds if kind.startswith("windows")]
        for example, commands in ((unix[:1], UNIX), (windows[:1], WINDOWS)):
            text += "".join(commands.format(example=kind, python=kind.rpartition("py")[2]) for kind in example)
    else:
        text += NO_PACKAGES
    return text + START

"""Run the tests without a network: every connection is refused that does not go to this machine itself.

    uv run python -m tests.tools.no_network                       # everything, in two processes
    uv run python -m tests.tools.no_network tests/data -n 0

What follows is handed on to pytest. It holds for pytest, for its processes, and for each Python that a test starts, by
``tests/support/refusing/sitecustomize.py``; uv is told to stay offline. It does not hold for a browser.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

REFUSING = Path(__file__).resolve().parents[1] / "support" / "refusing"


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """The variables under which a Python refuses. A proxy of this machine would lead out, and so is forgotten."""
    kept = {name: value for name, value in base.items() if not name.lower().endswith("_proxy")}
    places = [str(REFUSING), *filter(None, [base.get("PYTHONPATH")])]
    return {**kept, "PYTHONPATH": os.pathsep.join(places), "UV_OFFLINE": "1"}


def main(arguments: list[str]) -> int:
    workers = [] if any(word.startswith("-n") for word in arguments) else ["-n", "2"]
    return subprocess.call([sys.executable, "-m", "pytest", *workers, *arguments], env=environment(os.environ))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

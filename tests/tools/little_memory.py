"""Run a command with little memory: what it asks for beyond is refused, as on a small machine without swap.

    uv run python -m tests.tools.little_memory uv run pytest notebooks/06_prediction.ipynb          # 4 GB
    uv run python -m tests.tools.little_memory --gb 2 fcn-course predict big.jpg

The bound holds for the private memory (RLIMIT_DATA) of each process by itself, which is what torch fills; libraries are
mapped and not counted, and far more addresses than memory are reserved, so a bound on addresses would stop it at its
start. At the end it says how much the largest process held at a time. Not for Windows, nor for macOS, which knows the
bound and does not keep it.
"""

import argparse
import subprocess
import sys


def limit(gigabytes: float) -> None:
    """Hold this process, and those that it starts, to so many GB (1e9 bytes) each."""
    import resource

    most = int(gigabytes * 1e9)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def peak() -> float:
    """GB that the largest process that has ended held in memory at a time, its libraries with it."""
    import resource

    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e9  # Linux counts in KiB


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.little_memory", description=__doc__.partition("\n")[0])
    parser.add_argument("--gb", type=float, default=4, help="GB of memory (default: 4)")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run")
    chosen = parser.parse_args(arguments)
    if not chosen.command:
        parser.error("say what to run")
    limit(chosen.gb)
    status = subprocess.call(chosen.command)
    print(f"the largest process held {peak():.1f} GB, {chosen.gb:g} GB were allowed", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Run the tests as an old processor would: without AVX-512 and bfloat16, in float32, one thread for each process.

    uv run python -m tests.tools.old_processor                          # everything, in two processes
    uv run python -m tests.tools.old_processor notebooks/05_training.ipynb -x

What follows is handed on to pytest. A real old processor is slower still: it has a lower clock and less cache.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

OLD = {
    "ONEDNN_MAX_CPU_ISA": "AVX2",  # of convolutions
    "ATEN_CPU_CAPABILITY": "avx2",  # of torch's own loops
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",  # of matrix products
    "OMP_NUM_THREADS": "1",
    # torch does not tell apart in its cache what it has compiled for which processor, and runs the other's to bad ends
    "TORCHINDUCTOR_CACHE_DIR": str(Path(tempfile.gettempdir()) / "torchinductor_old_processor"),
}


def main(arguments: list[str]) -> int:
    workers = [] if any(word.startswith("-n") for word in arguments) else ["-n", "2"]
    return subprocess.call([sys.executable, "-m", "pytest", *workers, *arguments], env={**os.environ, **OLD})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Lectures are compared with what is saved in them, so the drawn world must stand before the first of them runs."""

import atexit
import gc
import os
import sys

if "PYTEST_XDIST_WORKER" in os.environ:  # as many processes as cores: a second thread in each would only wait
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if "coverage" not in sys.modules:  # whose numbers are written even later
        atexit.register(os._exit, 0)  # comes last; to take all tests and imports apart would take three seconds
os.environ.setdefault("TORCHINDUCTOR_VEC_ISA_OK", "1")  # else it compiles eight programs to see what it may use, 12 s

import tempfile
from pathlib import Path

import setuptools  # noqa: F401  first: it refuses to be imported once something has imported Python's own distutils

from fcn_course.data.minivoc import ensure_minivoc
from tests.support.warm_kernels import SOCKET, WarmKernels

# glibc gives back a large tensor's memory when it is freed; taking it anew was a sixth of solution 1's time
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 32)}
PHOTOGRAPHS = Path(__file__).resolve().parents[1] / "shared" / "real"  # no part of the project
if PHOTOGRAPHS.is_dir():  # exercise 5 opens them then
    os.environ.setdefault("FCN_COURSE_PHOTOS", str(PHOTOGRAPHS))


def pytest_configure(config):
    """One process for the kernels of all workers; Jupyter finds it by these variables, nbval by the kernel's name."""
    in_a_worker = hasattr(config, "workerinput")
    if not in_a_worker and sys.platform == "linux" and os.environ.get("FCN_COURSE_WARM_KERNELS") != "0":
        folder = tempfile.TemporaryDirectory(prefix="kernels-")  # for this user alone
        threads = {"OMP_NUM_THREADS": "1"} if getattr(config.option, "numprocesses", None) else {}
        kernels = WarmKernels(Path(folder.name), KEEP_MEMORY | threads | os.environ)
        os.environ.update(kernels.variables)
        config.add_cleanup(folder.cleanup)
        config.add_cleanup(kernels.close)
    if SOCKET in os.environ:
        config.option.nbval_current_env, config.option.nbval_kernel_name = False, "python3"


def pytest_collection_finish(session):
    if hasattr(session.config, "workerinput"):
        gc.freeze()  # tests and imports stay to the end: no need to look for garbage among them
    if any(item.path.suffix == ".ipynb" for item in session.items):
        ensure_minivoc()  # of several processes one draws

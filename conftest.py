"""Lectures are compared with what is saved in them, so the drawn world must stand before the first of them runs."""

import os

if "PYTEST_XDIST_WORKER" in os.environ:  # as many processes as cores: a second thread in each would only wait
    os.environ.setdefault("OMP_NUM_THREADS", "1")

from pathlib import Path

import setuptools  # noqa: F401  first: it refuses to be imported once something has imported Python's own distutils

from fcn_course.data.minivoc import ensure_minivoc

PHOTOGRAPHS = Path(__file__).resolve().parents[1] / "shared" / "real"  # no part of the project
if PHOTOGRAPHS.is_dir():  # exercise 5 opens them then
    os.environ.setdefault("FCN_COURSE_PHOTOS", str(PHOTOGRAPHS))


def pytest_collection_finish(session):
    if any(item.path.suffix == ".ipynb" for item in session.items):
        ensure_minivoc()  # of several processes one draws

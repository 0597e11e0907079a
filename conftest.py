"""Lectures are compared with what is saved in them, so the drawn world must stand before the first of them runs."""

from fcn_course.minivoc import ensure_minivoc


def pytest_collection_finish(session):
    if any(item.path.suffix == ".ipynb" for item in session.items):
        ensure_minivoc()

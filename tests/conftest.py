"""What several rooms' tests share: a tiny data set laid out like VOC, a small net, the real photographs, a GPU.

What imports torch is imported by the fixture that needs it: of several processes the first only hands out the tests.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from tests.support.faults import show_faults
from tests.support.sources import show_sources
from tests.support.wrong_answers.table import show_wrong_answers

# the same examples at every run, so that a red build is red on the reader's machine too
settings.register_profile("course", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("course")

REAL = Path(__file__).parents[2] / "shared" / "real"


@pytest.fixture(scope="session")
def real():
    """The folder of real photographs; they lie beside the repository, not in it."""
    if not (REAL / "VOCdevkit" / "VOC2012").is_dir():
        pytest.skip(f"no real photographs at {REAL}")
    return REAL


@pytest.fixture(scope="session")
def tiny_voc(tmp_path_factory):
    """24 training and 8 validation pictures of 48 x 64 pixels, four classes with background."""
    from tests.support.helpers import make_voc, shapes_picture

    rng = np.random.default_rng(7)
    train = {f"t{index:02d}": shapes_picture(rng) for index in range(24)}
    val = {f"v{index:02d}": shapes_picture(rng) for index in range(8)}
    return make_voc(tmp_path_factory.mktemp("tiny") / "VOC2012", train=train, val=val)


@pytest.fixture(scope="session")
def few_voc(tmp_path_factory):
    """Three pictures to train and two to validate: enough to run through everything once."""
    from tests.support.helpers import make_voc, shapes_picture

    rng = np.random.default_rng(8)
    train = {f"t{index}": shapes_picture(rng) for index in range(3)}
    val = {f"v{index}": shapes_picture(rng) for index in range(2)}
    return make_voc(tmp_path_factory.mktemp("few") / "VOC2012", train=train, val=val)


@pytest.fixture(scope="session")
def gpu():
    """The GPU; what FCN_COURSE_GPU names stands in for it, so that its tests can be tried without one."""
    import torch

    wanted = os.environ.get("FCN_COURSE_GPU") or ("cuda" if torch.cuda.is_available() else None)
    if wanted is None:
        pytest.skip("no GPU on this machine; FCN_COURSE_GPU=cpu tries this test without one")
    return torch.device(wanted)


@pytest.fixture
def small_net():
    """Makes small FCNs, see :func:`helpers.narrow_fcn`."""
    from tests.support.helpers import narrow_fcn

    return narrow_fcn


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    """The file of an FCN-16s of VOC's classes, whose scores are random and loud."""
    import torch

    from fcn_course.nets.backbone import load_backbone
    from fcn_course.nets.checkpoints import save_checkpoint
    from fcn_course.nets.fcn import FCN
    from tests.support.helpers import speak

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("run") / "best.pt"
    save_checkpoint(path, speak(FCN(load_backbone("resnet18", None), 21, 16), spread=1.0))
    return path


def pytest_runtest_setup(item):
    """What a test does wrong on purpose, or imports, travels with its report, also out of another process."""
    for kind in ("fault", "source"):
        item.user_properties += [(kind, mark.args) for mark in item.iter_markers(kind)]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter):
    """Above what pytest says of failures, as tables: faults that were put in, sources, the exercises' wrong answers."""
    show_faults(terminalreporter)
    show_sources(terminalreporter)
    show_wrong_answers(terminalreporter)
    return (yield)

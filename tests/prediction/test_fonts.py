import subprocess
import sys

import numpy as np
import pytest
from matplotlib.font_manager import FontProperties, findfont

from fcn_course.prediction.fonts import font


@pytest.mark.parametrize("bold", [False, True])
def test_it_is_matplotlibs_own(bold):
    weight = "bold" if bold else "normal"
    assert font(20, bold).path.samefile(findfont(FontProperties(family="DejaVu Sans", weight=weight)))


@pytest.mark.parametrize("letter", "×éüß→λ")
def test_letters_that_names_and_formulas_need_are_there(letter):
    missing = np.array(font(30).getmask("\uffff"))
    drawn = np.array(font(30).getmask(letter))
    assert drawn.any()
    assert drawn.shape != missing.shape or not np.array_equal(drawn, missing)


def test_matplotlib_is_not_imported_for_it():
    code = "import sys; from fcn_course.prediction.fonts import font; font(12); print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

"""``python -m fcn_course.cli``: the same as ``fcn-course``."""

import sys

from fcn_course.cli import main

sys.exit(main())

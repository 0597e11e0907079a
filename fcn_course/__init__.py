"""A course on fully convolutional networks: the helper package behind the notebooks.

Its rooms, from the ground up, each using those below it alone:

- ``shapes``, ``bilinear``: the arithmetic of sizes and of enlarging
- ``data``: pictures with masks, from files or drawn on the spot, to batches
- ``nets``: backbones and FCNs, their weights, and where they compute
- ``prediction``: from a picture to its mask
- ``evaluation``: scores and reports
- ``training``: ``fit``, its losses and recipes, and runs that go on after a cut
- ``teaching``: what makes a course of them: figures, explorers, checks, exercises, slides
- ``cli``: the command ``fcn-course``

Nothing is loaded here: ``from fcn_course import shapes`` costs no more than that module.
"""

__version__ = "0.1.0"

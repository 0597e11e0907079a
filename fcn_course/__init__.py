"""A course on fully convolutional networks: the helper package behind the notebooks.

Nothing is loaded here: ``from fcn_course import shapes`` costs no more than that module.
"""

__version__ = "0.1.0"

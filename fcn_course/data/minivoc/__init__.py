"""The drawn world: a small data set in VOC's layout, drawn on the spot, so that the course runs offline.

``ensure_minivoc()`` gives its folder, ``draw_minivoc(folder, train, val, seed)`` draws sets of any size, and
``draw_picture(seed, main, size)`` one picture.
"""

from fcn_course.data.minivoc.catalogue import KINDS
from fcn_course.data.minivoc.compose import Picture, draw_picture
from fcn_course.data.minivoc.write import draw_minivoc, ensure_minivoc

__all__ = ["KINDS", "Picture", "draw_minivoc", "draw_picture", "ensure_minivoc"]

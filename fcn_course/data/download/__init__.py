"""Large files from servers that fail: fetched in order of trust, resumed, checked; and VOC2012 by means of them.

``fetch(wanted, target)`` brings a :class:`Wanted` file to its place, ``voc2012()`` makes VOC2012 ready. Free of torch.
"""

from fcn_course.data.download.fetching import DownloadError, fetch
from fcn_course.data.download.unpacking import UnpackError, unpack
from fcn_course.data.download.voc import VOC2012, voc2012
from fcn_course.data.download.wanted import Wanted
from fcn_course.data.locking import alone
from fcn_course.data.room import NoRoomError

__all__ = ["VOC2012", "DownloadError", "NoRoomError", "UnpackError", "Wanted", "alone", "fetch", "unpack", "voc2012"]

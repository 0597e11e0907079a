"""Anyone's pictures and anyone's annotations as a folder laid out like VOC (lecture 04, exercise 5).

:func:`fcn_course.data.importing.folder.import_folder` does it all: it tells what the source is
(:mod:`~fcn_course.data.importing.detect`), one module for each family of formats reads it, and what they hand over is
painted and written.

The readers are the project's own. Datumaro reads many of these formats, but its 1.13 asks for Pillow 12, where the
course needs 13; it brings 23 packages and 470 MB (OpenCV, pandas, pyarrow); it knows neither labelme's JSON nor Label
Studio's brush, nor Cityscapes' ``labelIds``; and it loses the order of COCO's objects where they overlap, as
``tests/benchmarks/importing.py`` counts. pycocotools fills polygons, for its rule is COCO's and CVAT's own.
"""

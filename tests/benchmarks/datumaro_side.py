"""Datumaro's own way from COCO's JSON to VOC's masks; run by importing.py in an environment that has Datumaro alone.

python datumaro_side.py SOURCE OUT
"""

import json
import logging
import sys
import time

import datumaro


def peak_memory():
    """In MB, of this process."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmHWM:"))


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    source, out = sys.argv[1:]
    start = time.perf_counter()
    dataset = datumaro.Dataset.import_from(source, "coco")
    dataset.transform("polygons_to_masks")
    dataset.export(out, "voc_segmentation", save_media=True, label_map="source")
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "memory": peak_memory(), "pictures": len(dataset)}))

"""Pictures with masks: from files in VOC's layout, or drawn on the spot, to normalised batches.

Labels and colours, files of any kind, folders and lists, data sets by name, random windows, loaders, VOC2012's
download, and the drawn world ``minivoc``. A picture is uint8 ``(3, H, W)`` as read from its file, a mask int64
``(H, W)`` of class indices and 255 (void). Lecture 04; D2L 14.9.

For: all rooms but ``shapes`` and ``bilinear``; whoever has pictures in this layout and a net of their own.
Uses: nothing.
"""

import lazy_loader

# Names are loaded when they are asked for: drawing and the doctor do without torch.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "checking.check": ["check_voc"],
        "checking.findings": ["Finding", "Findings"],
        "crops": ["RandomCrops", "random_crop"],
        "datasets": ["open_voc"],
        "folders": ["find_voc"],
        "images": ["read_image"],
        "importing.folder": ["import_folder"],
        "importing.summary": ["Imported"],
        "judged": ["look_at_masks", "what_is_odd"],
        "labels": [
            "PALETTE",
            "VOC_CLASSES",
            "VOC_COLORMAP",
            "VOID",
            "palette_image",
            "read_classes",
            "voc_colour",
        ],
        "loading": ["Cached"],
        "masks": ["read_mask"],
        "normalisation": ["MEAN", "STD", "Normalisation", "normalise"],
        "paths": ["data_folder", "weights_file"],
        "voc": ["VOCSegmentation"],
    },
)

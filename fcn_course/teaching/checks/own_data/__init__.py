"""Exercise 5, from masks to a trained net: lists, files, a folder in VOC's layout, planes, confusions."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "files": ["folder", "pair"],
        "lists": ["split"],
        "nets": ["NAMES", "confused", "net"],
    },
)

"""Exercise 5, from exports and masks to a trained net: colours, lists, files, a folder, planes, confusions."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "files": ["folder", "pair"],
        "legends": ["colours"],
        "lists": ["split"],
        "nets": ["NAMES", "confused", "net"],
        "whites": ["white"],
    },
)

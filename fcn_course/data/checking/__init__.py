"""A folder in VOC's layout gone through from end to end: every fault at once, each with its remedy (lecture 04)."""

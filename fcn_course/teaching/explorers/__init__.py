"""One interactive panel for each lecture; :mod:`fcn_course.teaching.explorers.panel` is what they share."""

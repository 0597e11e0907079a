"""One interactive panel for each lecture; :mod:`fcn_course.explorers.panel` is what they share."""

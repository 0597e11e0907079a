"""One module for each lecture: guesses in, advice out; :mod:`fcn_course.teaching.checks.advice` is what they share."""

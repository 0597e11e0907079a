"""One module or package for each lecture or part of an exercise: answers in, advice out.

They share :mod:`~fcn_course.teaching.checks.advice`, which says what is thought of an answer,
:mod:`~fcn_course.teaching.checks.parsing`, which reads numbers out of one, and
:mod:`~fcn_course.teaching.checks.functions`, which tries one out that is a program.
"""

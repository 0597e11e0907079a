"""What makes a course of the rooms below: figures, explorers, checks, exercises, slides, a class folder, the doctor.

For: the notebooks and ``cli``. What is taught imports nothing of it.
Uses: shapes, bilinear, data, nets, prediction, evaluation, training.
"""

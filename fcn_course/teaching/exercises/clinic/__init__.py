"""Exercise 6, the clinic: six nets that went wrong, each in a way that gives no error.

``broken`` holds the faulty lines, ``ward`` the pictures and the trainings, ``symptoms`` what is measured of a patient,
``charts`` the figures, ``diseases`` the words of the diagnosis. ``seeds`` repeats every symptom over three seeds:

    python -m fcn_course.teaching.exercises.clinic.seeds
"""

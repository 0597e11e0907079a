"""``fcn-course doctor``."""


def add_arguments(parser):
    """None."""


def run(args):
    """Print the report; the status is 0 if the course can run."""
    from fcn_course.teaching.doctor import show

    return show()

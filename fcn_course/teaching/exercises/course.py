"""A course folder for nbgrader, in which instructors hand out and mark the exercises."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from fcn_course.teaching.exercises.release import CODE_STUB, DISCUSSION, TEXT_STUB, chosen, solutions_folder

MADE_BY = "# Made by `fcn-course exercises course`. Change what you like: it is not written again."
CONFIG = f"""{MADE_BY}
from nbconvert.preprocessors import TagRemovePreprocessor

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "fcn-course"

# cells tagged "{DISCUSSION}" belong to the solution alone; nbgrader's own steps follow
c.GenerateAssignment.preprocessors.insert(0, TagRemovePreprocessor)
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {{"{DISCUSSION}"}}
c.ClearSolutions.code_stub = {{"python": "{CODE_STUB}"}}
c.ClearSolutions.text_stub = "{TEXT_STUB}"

# seconds that a cell may take: some train for a minute on two cores
c.Execute.timeout = 900
c.Execute.kernel_name = "python3"
"""


def make_course(folder: str | Path, names: Sequence[str] = ()) -> list[str]:
    """Lay out ``source/NAME/NAME.ipynb`` for each exercise, and ``nbgrader_config.py``.

    In a course folder made before, its ``nbgrader_config.py`` stays as it is, and exercises are added.

    Args:
        folder: new, empty, or made before.
        names: of exercises; all if none is given.

    Returns:
        The names of the exercises that the folder got.

    Raises:
        FileExistsError: if the folder holds something else, or a source that differs from the course's.
        ValueError: for a name of no exercise.
    """
    folder, names = Path(folder).expanduser(), chosen(names)
    config = folder / "nbgrader_config.py"
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is a file; name a new folder")
    made_before = config.is_file() and config.read_text(encoding="utf8").startswith(MADE_BY)
    if folder.is_dir() and any(folder.iterdir()) and not made_before:
        raise FileExistsError(f"{folder} holds something else than a course made by this command; name a new folder")
    files = {solutions_folder() / f"{name}.ipynb": folder / "source" / name / f"{name}.ipynb" for name in names}
    for ours, theirs in files.items():
        if theirs.is_file() and theirs.read_bytes() != ours.read_bytes():
            raise FileExistsError(f"{theirs} differs from the course's; remove it to get the course's, or leave it out")
    for ours, theirs in files.items():
        theirs.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ours, theirs)
    if not made_before:
        config.write_text(CONFIG, encoding="utf8")
    return names


def next_steps(folder: str | Path, name: str) -> str:
    """The commands that hand out and mark an exercise, in their order."""
    steps = [
        (f"cd {folder}", "with the course's environment active"),
        (f"nbgrader generate_assignment {name}", f"hand out release/{name}/{name}.ipynb"),
        ("", f"what comes back belongs in submitted/STUDENT/{name}/{name}.ipynb"),
        (f"nbgrader autograde {name}", "runs what students wrote, with your rights: best in a container"),
        ("", "answers in words are marked by hand: `jupyter lab`, menu Nbgrader, Formgrader"),
        (f"nbgrader generate_feedback {name}", f"feedback/STUDENT/{name}/{name}.html"),
        ("nbgrader export", "grades.csv"),
    ]
    wide = max(len(command) for command, _ in steps)
    return "\n".join(f"{command:{wide}}  # {what}" for command, what in steps)

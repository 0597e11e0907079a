"""What a check found: each kind of fault once, how bad it is, whom it concerns and what mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ONE_A_LINE = "one name a line, in UTF-8"
IMPORT = "`fcn-course data import FOLDER --out NEW`"
# kind: how bad, and the remedy; a report has them in this order
KINDS = {
    "missing folder": (
        "error",
        f"VOC's layout needs it: make it and put the files there; {IMPORT} makes such a folder, with lists",
    ),
    "missing list": (
        "error",
        f"write the pictures' names into it, {ONE_A_LINE}, without folder and ending; {IMPORT} splits the pictures",
    ),
    "unreadable list": ("error", f"save it anew, {ONE_A_LINE}"),
    "list that leads elsewhere": (
        "error",
        f"name the folder that it means (--masks), or write names alone into it, {ONE_A_LINE}",
    ),
    "empty list": ("error", f"write the pictures' names into it, {ONE_A_LINE}, or remove it"),
    "unusable labels file": ("error", f"mend it: {ONE_A_LINE}, index 0 (the background) first"),
    "name twice in a list": ("error", "it would count twice; leave one of the two out"),
    "name in train and in val": (
        "error",
        "scores would praise what was learned by heart; take it off one list",
    ),
    "picture and mask missing": ("error", "restore both files, or take the name off the list"),
    "mask without its picture": ("error", "restore the picture, or take the name off the list"),
    "picture without its mask": ("error", "draw or restore the mask, or take the name off the list"),
    "file under another name": ("error", "rename the file to the list's name with .jpg or .png, or correct the list"),
    "two files of one name": ("error", "nobody can say which is meant; take one of them away, or rename it"),
    "unreadable picture": ("error", "take it anew from where it came from; it must be a whole JPEG or PNG file"),
    "unreadable mask": ("error", "take it anew from where it came from; it must be a whole PNG file"),
    "mask of a wrong kind": (
        "error",
        "save class indices as a palette (P) or 8-bit grey (L) PNG, with VOC's palette; "
        f"{IMPORT} turns colours into indices",
    ),
    "sizes that differ": ("error", "draw the mask on the picture's own pixels"),
    "mask of the unturned picture": (
        "error",
        "the picture's EXIF orientation turns it: turn the mask too, as said, or take the orientation out of the file",
    ),
    "index that is no class": (
        "error",
        "renumber it, or name all classes: --classes, or a labels.txt in the folder; void is 255",
    ),
    "colour that is no class's": (
        "error",
        "paint it in a class's colour, void in (224, 224, 192), or read the indices (--palette indices)",
    ),
    "palette in another order": (
        "error",
        "its colours contradict its indices, and nobody can say which are right; read it by its colours (--palette "
        "colours) or by its indices (--palette indices), or renumber it so that index 1 has the colour of 1",
    ),
    "list without a pixel that is judged": (
        "error",
        "its masks are void (255) all over, so there is nothing to learn or to score; draw what is there",
    ),
    "list of masks of 0 and 255 alone": (
        "error",
        "255 is void, so a net that says nothing but background gets a perfect score; if 255 was to be a class, write "
        f"1 in its place, as {IMPORT} does",
    ),
    "same picture in train and in val": (
        "error",
        "under two names, yet it would be scored on what it was trained on; take one off its list",
    ),
    "mask of void alone": (
        "warning",
        "nothing of it is learned or scored; draw what is there, or take it off",
    ),
    "mask of 0 and 255 alone": (
        "warning",
        "255 is void, so nothing but background is judged; if 255 was to be a class, write 1 in its place",
    ),
    "list that is half void": (
        "warning",
        "void is neither learned nor scored; what nobody drew may have to be background (0)",
    ),
    "class in val alone": ("warning", "it cannot be learned; move a picture that has it to train"),
    "few indices, and no names": (
        "warning",
        "taken for VOC's 21 classes; if they are yours, name them (a labels.txt in the folder, or --classes); if they "
        "are VOC's, put VOC's names into a labels.txt and this is not asked again",
    ),
    "class that never occurs": (
        "remark",
        "a net scores it all the same; leave it out if it is never to occur",
    ),
    "nearly empty mask": ("remark", "under one pixel in 1000 is of a class but the background; see whether that is so"),
    "same picture twice in a list": ("remark", "under two names; it counts twice"),
    "picture of another kind than its ending says": (
        "remark",
        "it is read by its content all the same; other tools may go by its ending",
    ),
    "picture on no list": ("remark", "it is not used; put its name on a list if it is to be"),
    "mask on no list": ("remark", "it is not used; put its name on a list if it is to be"),
}
SEVERITIES = ("error", "warning", "remark")


@dataclass(frozen=True)
class Finding:
    """One kind of fault.

    Attributes:
        kind: one of ``KINDS``.
        severity: ``"error"`` (must be mended), ``"warning"`` (is likely not meant) or ``"remark"``.
        names: all that have it, pictures, lists, classes or files, in order.
        notes: what is to say of each, as many, some empty.
        remedy: what mends it.
    """

    kind: str
    severity: str
    names: tuple[str, ...]
    notes: tuple[str, ...]
    remedy: str

    @property
    def count(self) -> int:
        """How many have it."""
        return len(self.names)


@dataclass(frozen=True)
class Findings:
    """All that :func:`~fcn_course.data.checking.check.check_voc` found.

    Attributes:
        folder: with VOC's layout.
        classes: the class names that masks were held to; empty if the folder's labels file could not be used.
        pictures: how many names the lists hold together, each once.
        found: the kinds that occur, errors first.
    """

    folder: Path
    classes: tuple[str, ...]
    pictures: int
    found: tuple[Finding, ...]

    def of(self, severity: str) -> tuple[Finding, ...]:
        """The findings that are ``"error"``, ``"warning"`` or ``"remark"``."""
        return tuple(finding for finding in self.found if finding.severity == severity)

    def table(self, first: int = 3) -> str:
        """As text: of each kind how bad, how many, the ``first`` names with what is to say of them, and the remedy."""
        lines = [f"{_shown(self.folder)}: {self.pictures} pictures on its lists, {len(self.classes)} classes"]
        for finding in self.found:
            told = [_told(*pair) for pair in zip(finding.names[:first], finding.notes, strict=False)]
            rest = f", and {finding.count - first} more" if finding.count > first else ""
            lines += [
                f"{finding.severity:7}  {finding.count:5}  {finding.kind}: {', '.join(told)}{rest}",
                f"{'':16}{finding.remedy}",
            ]
        number = {severity: sum(finding.count for finding in self.of(severity)) for severity in SEVERITIES}
        return "\n".join([*lines, ", ".join(f"{number[severity]} {severity}s" for severity in SEVERITIES)])


def collect(noted: Mapping[str, Mapping[str, str]]) -> tuple[Finding, ...]:
    """Findings, errors first, from the notes of each kind: ``{kind: {name: note}}``."""
    found = [
        Finding(kind, severity, tuple(noted[kind]), tuple(noted[kind].values()), remedy)
        for kind, (severity, remedy) in KINDS.items()
        if noted.get(kind)
    ]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def _told(name, note):
    return f"{_shown(name)} ({_shown(note)})" if note else _shown(name)


def _shown(text):
    """What a terminal can show and nobody takes for something else: no line ends, no bytes that are no text."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in str(text))

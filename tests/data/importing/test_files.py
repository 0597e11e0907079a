"""The files of a source: found by what annotations say, and never outside."""

import os

import pytest

from fcn_course.data.importing.files import Files, holds_masks, read_json, split_of
from fcn_course.data.importing.records import AnnotationError


def tree(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(path.encode())
    return folder


@pytest.mark.parametrize(
    "said, found",
    [
        ("a.jpg", "images/a.jpg"),
        ("images/a.jpg", "images/a.jpg"),
        ("images\\a.jpg", "images/a.jpg"),
        ("./images/a.jpg", "images/a.jpg"),
        ("C:\\Users\\me\\images\\a.jpg", "images/a.jpg"),
        ("/data/upload/1/b%20c.jpg", "b c.jpg"),
        ("../../media/upload/caf\u0065\u0301.png", "images/caf\u00e9.png"),
        ("x/same.jpg", "x/same.jpg"),
        ("y/same.jpg", "y/same.jpg"),
        ("photos/y/same.jpg", "y/same.jpg"),
        ("d.png", "pictures/d.png"),  # masks/d.png is none
    ],
)
def test_a_path_is_found_by_its_end(tmp_path, said, found):
    names = (
        "images/a.jpg",
        "images/caf\u00e9.png",
        "b c.jpg",
        "x/same.jpg",
        "y/same.jpg",
        "masks/d.png",
        "pictures/d.png",
    )
    files = Files(tree(tmp_path, *names))
    assert files.within(files.picture(said)) == found


def test_the_folder_of_the_annotations_and_the_split_decide(tmp_path):
    files = Files(tree(tmp_path, "train2017/1.jpg", "val2017/1.jpg", "task/images/1.jpg"))
    assert files.within(files.picture("1.jpg", None, "val")) == "val2017/1.jpg"
    assert files.within(files.picture("images/1.jpg", tmp_path / "task")) == "task/images/1.jpg"
    with pytest.raises(
        AnnotationError, match=r"several pictures fit: task/images/1.jpg and train2017/1.jpg and val2017/1"
    ):
        files.picture("1.jpg")


@pytest.mark.fault("an annotation names a picture that is not there", "told, with the file that may be meant")
def test_a_missing_picture_is_told(tmp_path):
    files = Files(tree(tmp_path, "images/a.jpeg"))
    with pytest.raises(AnnotationError, match=r"^picture missing: there is images/a\.jpeg$"):
        files.picture("a.jpg")
    with pytest.raises(AnnotationError, match=r"^picture missing: $"):
        files.picture("b.jpg")


@pytest.mark.fault("a path or a link leads out of the source", "refused; the file outside is never opened")
def test_nothing_outside_is_taken(tmp_path):
    outside = tree(tmp_path / "outside", "secret.jpg", "more/secret2.jpg")
    source = tree(tmp_path / "source", "images/a.jpg")
    (source / "secret.jpg").symlink_to(outside / "secret.jpg")
    (source / "linked").symlink_to(outside / "more", target_is_directory=True)
    (source / "b.jpg").symlink_to(source / "images" / "a.jpg")
    files = Files(source)
    assert [files.within(path) for path in files.pictures] == ["b.jpg", "images/a.jpg"]
    for said in ("secret.jpg", "linked/secret2.jpg"):
        with pytest.raises(
            AnnotationError, match=r"picture outside the source: .* is a link that leads out of the source"
        ):
            files.picture(said)
    for said in ("../outside/more/secret2.jpg", str(outside / "more" / "secret2.jpg")):
        with pytest.raises(AnnotationError, match=r"^picture outside the source"):
            files.picture(said)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_hidden_files_and_pipes_are_passed_over(tmp_path):
    tree(tmp_path, ".a.jpg", ".hidden/b.jpg", "__MACOSX/c.jpg", "d.JPG")
    os.mkfifo(tmp_path / "e.jpg")
    assert [path.name for path in Files(tmp_path).pictures] == ["d.JPG"]


@pytest.mark.fault("the source is no folder of annotations", "told with what to give")
def test_what_is_no_source_is_told(tmp_path):
    tree(tmp_path, "export.zip")
    with pytest.raises(ValueError, match=r"export\.zip is an archive; unpack it into a folder, and give that folder"):
        Files(tmp_path / "export.zip")
    with pytest.raises(FileNotFoundError, match=r"no folder .*nowhere; give the folder that holds"):
        Files(tmp_path / "nowhere")


def test_one_annotation_file_may_be_given(tmp_path):
    tree(tmp_path, "a.json", "b.json", "images/a.jpg")
    files = Files(tmp_path / "b.json")
    assert [path.name for path in files.ending(".json")] == ["b.json"] and len(files.pictures) == 1


@pytest.mark.parametrize(
    "text, split",
    [
        ("train", "train"),
        ("instances_train2017", "train"),
        ("gtFine/val/lindau", "val"),
        ("valid", "val"),
        ("Validation", "val"),
        ("trainannot", ""),
        ("train_labels", "train"),
        ("images/Test", "test"),
        ("training/pictures", "train"),
        ("straining", ""),
        ("value", ""),
        ("latest", ""),
        ("", ""),
    ],
)
def test_a_split_is_found_in_a_path(text, split):
    assert split_of(text) == split


@pytest.mark.parametrize(
    "folder, masks",
    [
        ("masks", True),
        ("train_labels", True),
        ("valannot", True),
        ("SegmentationClassAug", True),
        ("labels/images", False),
        ("images/labels", True),
        ("pictures", False),
        ("", False),
    ],
)
def test_a_folder_of_masks_is_known_by_its_name(folder, masks):
    assert holds_masks(folder) is masks


@pytest.mark.fault("an annotation file is no JSON", "told with the file and the reason")
@pytest.mark.parametrize(
    "content, told",
    [
        (b"{", "is no JSON in UTF-8"),
        (b"\xff\xfe\x00", "is no JSON in UTF-8"),
        (b"[" * 100_000, "nested too deeply|is no JSON"),
    ],
)
def test_broken_json_is_told(tmp_path, content, told):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(ValueError, match=told):
        read_json(tmp_path / "a.json")


@pytest.mark.fault("a JSON file has more than a gigabyte", "refused before it is read")
def test_giant_json_is_refused(tmp_path):
    with open(tmp_path / "a.json", "wb") as file:
        file.truncate((1 << 30) + 1)  # sparse
    with pytest.raises(ValueError, match=r"has 1\.1 GB, the most is 1\.1; export it in parts"):
        read_json(tmp_path / "a.json")

"""Which tool a source comes from: by its content, and asked for where two would do."""

import pytest

from fcn_course.data.importing.detect import FORMATS, candidates
from fcn_course.data.importing.files import Files
from fcn_course.data.importing.folder import import_folder
from tests.support.exports import EXPORTS, coco, labelme, parallel, save_json
from tests.support.scenes import save_picture, scene, scenes


@pytest.mark.parametrize("name", EXPORTS)
def test_one_format_alone_fits(tmp_path, name):
    EXPORTS[name].write(tmp_path, scenes(3))
    assert list(candidates(Files(tmp_path))) == [EXPORTS[name].format]


def test_every_format_has_an_export_in_the_tests():
    assert {export.format for export in EXPORTS.values()} | {"voc"} == set(FORMATS)


@pytest.mark.fault("a source that can be read in two ways", "both are told, and what to write behind --from")
def test_two_ways_are_told(tmp_path):
    coco(tmp_path / "source", scenes(2))
    labelme(tmp_path / "source" / "images", scenes(2))
    with pytest.raises(ValueError) as told:
        import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    assert (
        "can be read in 2 ways, say which: --from coco (annotations/instances_default.json); --from labelme ("
        in str(told.value)
    )
    assert import_folder(tmp_path / "source", tmp_path / "out", "labelme", progress=False).format == "labelme"
    assert import_folder(tmp_path / "source", tmp_path / "out", "coco", progress=False).format == "COCO"


@pytest.mark.fault("a source of no format, or not of the one that was named", "told what it holds and what is known")
def test_what_is_of_no_format_is_told(tmp_path):
    save_picture(tmp_path / "source" / "a.jpg", scene(1).image)
    save_json(tmp_path / "source" / "b.json", {"a": 1})
    with pytest.raises(
        ValueError, match=r"no annotations that are known here \(2 files: \.jpg, \.json\); known are coco: "
    ):
        import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    with pytest.raises(ValueError, match=r"holds nothing of the format 'labelme' \(.*\); nor of any other"):
        import_folder(tmp_path / "source", tmp_path / "out", "labelme", progress=False)
    parallel(tmp_path / "pairs", scenes(2))
    with pytest.raises(ValueError, match=r"holds nothing of the format 'coco' .*; it can be read as pairs"):
        import_folder(tmp_path / "pairs", tmp_path / "out", "coco", progress=False)
    with pytest.raises(ValueError, match="no format 'yolo'; --from takes one of coco, cvat-xml"):
        import_folder(tmp_path / "pairs", tmp_path / "out", "yolo", progress=False)


@pytest.mark.fault("the only JSON file is broken", "told with the file and the reason")
def test_a_broken_annotation_file_is_told(tmp_path):
    path = coco(tmp_path / "source", scenes(2))
    path.write_text(path.read_text()[:-10])
    with pytest.raises(ValueError, match=r"instances_default\.json is no JSON in UTF-8 \(.*\); export it anew"):
        import_folder(tmp_path / "source", tmp_path / "out", progress=False)

"""SBD's own file format, its lists beside VOC's, and where its folder may lie."""

import pickle

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.io import loadmat, savemat

from fcn_course.data import matlab
from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOC_CLASSES
from fcn_course.data.loading import Cached
from fcn_course.data.sbd import SPLITS, SBDSegmentation, find_sbd, read_mat_mask, sbd_names
from fcn_course.evaluation.scoring import evaluate
from fcn_course.training.loop import fit
from fcn_course.training.recipes import Recipe
from tests.support.helpers import make_voc, narrow_fcn, save_mask
from tests.support.sbd import SIZE, TRAIN, VAL, VOC_TRAIN, VOC_VAL, make_sbd, picture, save_mat, sbd_mask


@pytest.fixture
def devkit(tmp_path, monkeypatch):
    """VOC and SBD beside each other in the data folder; VOC holds the pictures of all."""
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path))
    splits = {split: {n: picture(n) for n in names} for split, names in (("train", VOC_TRAIN), ("val", VOC_VAL))}
    folder = make_voc(tmp_path / "VOCdevkit" / "VOC2012", **splits)
    for name in TRAIN + VAL:
        Image.fromarray(picture(name)[0]).save(folder / "JPEGImages" / f"{name}.jpg", quality=95)
    make_sbd(tmp_path / "benchmark_RELEASE" / "dataset")
    return tmp_path


def message(error, call):
    with pytest.raises(error) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def mask_of(data, name):
    return data[data.names.index(name)][1].numpy()


def test_the_tests_files_are_nested_like_sbds(tmp_path):
    save_mat(tmp_path / "a.mat", sbd_mask("2008_01"))
    content = loadmat(tmp_path / "a.mat")["GTcls"]
    assert content.shape == (1, 1) and content.dtype.names == ("Boundaries", "Segmentation", "CategoriesPresent")
    # how those who use the real files reach them
    assert np.array_equal(content[0]["Segmentation"][0], sbd_mask("2008_01"))
    assert content[0]["Boundaries"][0].shape == (20, 1) and content[0]["Boundaries"][0][3, 0].shape == SIZE


@pytest.mark.parametrize("size", [SIZE, (1, 1), (1, 7), (20, 1)])
def test_the_right_field_is_read(tmp_path, size):
    mask = sbd_mask("2008_01", size)
    mask.flat[0] = 255
    save_mat(tmp_path / "a.mat", mask)
    for path in (tmp_path / "a.mat", str(tmp_path / "a.mat")):
        read = read_mat_mask(path)
        assert read.dtype == torch.uint8 and read.is_contiguous() and np.array_equal(read.numpy(), mask)


def test_an_index_that_is_no_class(tmp_path):
    save_mat(tmp_path / "a.mat", np.full(SIZE, 21, np.uint8))
    told = message(ValueError, lambda: read_mat_mask(tmp_path / "a.mat"))
    assert "a.mat holds the index 21, neither one of 21 classes (0 to 20)" in told
    assert read_mat_mask(tmp_path / "a.mat", 22).unique().tolist() == [21]


@pytest.mark.parametrize(
    "content",
    [
        {"GTinst": {"Segmentation": np.zeros(SIZE, np.uint8)}},
        {"Segmentation": np.zeros(SIZE, np.uint8)},
        {"GTcls": np.zeros(SIZE, np.uint8)},
        {"GTcls": {"Boundaries": np.zeros(SIZE, np.uint8)}},
        {"GTcls": {"GTcls": {"Segmentation": np.zeros(SIZE, np.uint8)}}},
        {"GTcls": np.zeros((2, 1), [("Segmentation", "O")])},
        {},
    ],
)
def test_a_mat_file_of_another_kind(tmp_path, content):
    savemat(tmp_path / "a.mat", content)
    told = message(ValueError, lambda: read_mat_mask(tmp_path / "a.mat"))
    assert f"{tmp_path / 'a.mat'} holds no GTcls.Segmentation" in told and "SBD's folder cls" in told


@pytest.mark.parametrize(
    "field, found",
    [
        (np.zeros(SIZE), "float64 (40, 56)"),
        (np.zeros((4, 5, 3), np.uint8), "uint8 (4, 5, 3)"),
        ("words", "<U5 (1,)"),
        ({"more": 1}, "('more', 'O')"),
    ],
)
def test_a_field_that_is_no_mask(tmp_path, field, found):
    savemat(tmp_path / "a.mat", {"GTcls": {"Segmentation": field}})
    told = message(ValueError, lambda: read_mat_mask(tmp_path / "a.mat"))
    assert found in told and "a mask must be uint8 (height, width)" in told


def test_a_missing_mat_file(tmp_path):
    save_mat(tmp_path / "a.mat", sbd_mask("2008_01"))  # which loadmat would take for a by itself
    for path in (tmp_path / "a", tmp_path / "b.mat"):
        with pytest.raises(FileNotFoundError, match=f"no mask at {path}$"):
            read_mat_mask(path)


def test_nothing_in_a_file_is_executed(tmp_path):
    class Trap:
        def __reduce__(self):
            return (tmp_path.joinpath("sprung").touch, ())

    (tmp_path / "a.mat").write_bytes(pickle.dumps(Trap()))
    assert "cannot be read as a MATLAB file" in message(ValueError, lambda: read_mat_mask(tmp_path / "a.mat"))
    np.save(tmp_path / "b.npy", np.array([Trap()], object), allow_pickle=True)
    assert "cannot be read as a MATLAB file" in message(ValueError, lambda: read_mat_mask(tmp_path / "b.npy"))
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("kept", [0, 4, 100, 128, 150, 0.3, 0.7, 0.99])
def test_a_mat_file_that_was_cut_short(tmp_path, kept):
    save_mat(tmp_path / "a.mat", sbd_mask("2008_01"))
    whole = (tmp_path / "a.mat").read_bytes()
    (tmp_path / "a.mat").write_bytes(whole[: int(kept * len(whole)) if isinstance(kept, float) else kept])
    assert "a.mat" in message(ValueError, lambda: read_mat_mask(tmp_path / "a.mat"))


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_mat_file_is_told_and_never_another_error(tmp_path):
    path = tmp_path / "a.mat"
    save_mat(path, sbd_mask("2008_01", (12, 16)))
    whole, noticed = path.read_bytes(), 0
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            read_mat_mask(path)
        except ValueError as error:
            assert "a.mat" in str(error)
            noticed += 1
    assert noticed > 100


def test_lists_of_sbds_own(devkit):
    sbd = devkit / "benchmark_RELEASE" / "dataset"
    assert sbd_names(sbd, "train") == TRAIN and sbd_names(str(devkit / "benchmark_RELEASE"), "val") == VAL
    assert "no list of SBD's 'test' at" in message(FileNotFoundError, lambda: sbd_names(sbd, "test"))
    (sbd / "val.txt").write_text("\n")
    assert "val.txt names no picture" in message(ValueError, lambda: sbd_names(sbd, "val"))


def test_train_aug_is_all_but_vocs_val(devkit):
    data = open_voc("voc2012", "train_aug")
    assert data.names == ["2007_01", "2008_01", "2008_02", "2008_03", "2009_01", "2009_02"]
    assert data.classes == VOC_CLASSES and data.split == "train_aug" and len(data) == 6
    for name in data.names:  # 2008_02 has masks of both kinds
        truth = picture(name)[1] if name in VOC_TRAIN else sbd_mask(name)
        assert np.array_equal(mask_of(data, name), truth), name
    assert not np.array_equal(picture("2008_02")[1], sbd_mask("2008_02"))


def test_sbd_train_is_sbds_list_with_sbds_masks(devkit):
    data = open_voc("voc2012", "sbd_train")
    assert data.names == TRAIN
    for name in TRAIN:
        assert np.array_equal(mask_of(data, name), sbd_mask(name)), name
    assert {*data.names} & {*open_voc("voc2012", "val").names} == {"2008_05"}


def test_val_without_sbd_leaves_out_what_sbd_trains_on(devkit):
    data = open_voc("voc2012", "val_without_sbd")
    assert data.names == ["2007_02", "2009_03"]  # 2009_03 is in SBD's val, which nobody trains on here
    for name in data.names:
        assert np.array_equal(mask_of(data, name), picture(name)[1]), name
    assert not {*data.names} & {*open_voc("voc2012", "sbd_train").names}


@pytest.mark.parametrize("split", SPLITS)
def test_it_is_used_like_any_data_set(devkit, split):
    data = open_voc("voc2012", split)
    for index, name in enumerate(data.names):
        (image, mask), (stored, indices) = data[index], data.read(index)
        assert image.dtype == stored.dtype == indices.dtype == torch.uint8 and mask.dtype == torch.int64
        assert torch.equal(image, stored) and torch.equal(mask, indices.long())
        assert data.size(index) == tuple(mask.shape) == SIZE
        assert data.paths(index)[0] == devkit / "VOCdevkit/VOC2012/JPEGImages" / f"{name}.jpg"
    cached = Cached(data, progress=False)
    for index in range(len(data)):
        assert all(torch.equal(one, other) for one, other in zip(cached[index], data[index], strict=True))


def test_the_size_comes_without_reading_the_mask(devkit):
    data = open_voc("voc2012", "sbd_train")
    data.paths(0)[1].write_bytes(b"")
    assert data.size(0) == SIZE
    with pytest.raises(ValueError, match=r"2008_01\.mat cannot be read"):
        data.read(0)


def test_a_picture_that_voc_lacks_is_sbds(devkit):
    (devkit / "VOCdevkit/VOC2012/JPEGImages/2008_01.jpg").unlink()
    data = open_voc("voc2012", "train_aug")
    assert data.paths(data.names.index("2008_01"))[0] == devkit / "benchmark_RELEASE/dataset/img/2008_01.jpg"
    (devkit / "benchmark_RELEASE/dataset/img/2008_01.jpg").unlink()
    told = message(FileNotFoundError, lambda: open_voc("voc2012", "train_aug"))
    assert "2008_01.jpg" in told and "is missing, though the split train_aug lists it (1 such)" in told


def test_a_mask_that_is_missing(devkit):
    (devkit / "benchmark_RELEASE/dataset/cls/2009_02.mat").unlink()
    told = message(FileNotFoundError, lambda: open_voc("voc2012", "train_aug"))
    assert "SegmentationClass/2009_02.png and" in told and "cls/2009_02.mat is missing" in told
    assert len(open_voc("voc2012", "sbd_train")) == 4


def test_sizes_that_differ(devkit):
    save_mat(devkit / "benchmark_RELEASE/dataset/cls/2008_01.mat", sbd_mask("2008_01", (9, 8)))
    told = message(ValueError, lambda: open_voc("voc2012", "sbd_train")[0])
    assert "2008_01: the picture is 56 x 40 but its mask 8 x 9" in told


def test_names_and_classes_may_be_chosen_here_too(devkit):
    data = open_voc("voc2012", "train_aug", names=["2009_02", "2007_01"])
    assert data.names == ["2009_02", "2007_01"] and np.array_equal(data[0][1].numpy(), sbd_mask("2009_02"))
    told = message(FileNotFoundError, lambda: open_voc("voc2012", "train_aug", names=["2009_09"]))
    assert "though the list of names lists it" in told
    few = open_voc("voc2012", "sbd_train", ["background", "thing"])
    assert "one of 2 classes" in message(ValueError, lambda: few[0])


def test_an_empty_split(devkit):
    (devkit / "benchmark_RELEASE/dataset/train.txt").write_text("\n".join(VOC_VAL))
    told = message(ValueError, lambda: open_voc("voc2012", "val_without_sbd"))
    assert "the split 'val_without_sbd' is empty" in told


def test_a_split_that_sbd_has_not(devkit):
    told = message(ValueError, lambda: SBDSegmentation(devkit, "trainaug"))
    assert "no split of SBD is called 'trainaug'; choose train_aug, sbd_train, val_without_sbd" in told


def test_a_folders_own_list_goes_before_a_split_of_that_name(devkit):
    folder = devkit / "VOCdevkit/VOC2012"
    save_mask(folder / "SegmentationClass/2009_01.png", np.full(SIZE, 3))
    (folder / "ImageSets/Segmentation/train_aug.txt").write_text("2009_01\n")
    assert open_voc(folder, "train_aug").names == ["2009_01"]
    assert len(open_voc(folder, "train_aug", sbd=devkit / "benchmark_RELEASE")) == 6


@pytest.mark.parametrize(
    "place", ["benchmark_RELEASE/dataset", "SBD/benchmark_RELEASE/dataset", "SBD/dataset", "SBD", "VOCdevkit/SBD"]
)
def test_where_sbd_is_found(tmp_path, monkeypatch, place):
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path / "data"))
    voc = tmp_path / "disk" / "VOCdevkit" / "VOC2012"
    beside = make_sbd(tmp_path / "disk" / place)
    assert find_sbd(beside=voc) == beside
    if "VOCdevkit" not in place:
        data = make_sbd(tmp_path / "data" / place)
        assert find_sbd() == find_sbd(beside=voc) == data  # the data folder goes before


def test_sbd_is_found_beside_a_voc_of_ones_own(devkit, monkeypatch):
    monkeypatch.setenv("FCN_COURSE_DATA", str(devkit / "data"))
    assert len(open_voc(devkit, "train_aug")) == len(open_voc(devkit / "VOCdevkit" / "VOC2012", "train_aug")) == 6


def test_sbds_folder_may_be_given_from_above(tmp_path):
    inside = make_sbd(tmp_path / "benchmark_RELEASE" / "dataset")
    assert {find_sbd(place) for place in (inside, str(inside.parent), tmp_path)} == {inside}


def test_sbd_that_is_not_there(devkit, tmp_path):
    (devkit / "benchmark_RELEASE").rename(devkit / "elsewhere")
    told = message(FileNotFoundError, lambda: open_voc("voc2012", "train_aug"))
    assert "SBD was not found" in told and "benchmark_RELEASE/dataset" in told and str(devkit) in told
    assert "cls/*.mat, img/*.jpg, train.txt and val.txt" in told
    assert len(open_voc("voc2012", "train_aug", sbd=devkit / "elsewhere")) == 6
    (devkit / "elsewhere/dataset/val.txt").unlink()
    told = message(FileNotFoundError, lambda: open_voc("voc2012", "train_aug", sbd=devkit / "elsewhere"))
    assert f"looked in {devkit / 'elsewhere'}" in told and "benchmark.tgz" in told


def test_a_net_trains_on_it(devkit, tmp_path):
    net, recipe = narrow_fcn(num_classes=21), Recipe(batch_size=3, crop=(32, 32))
    sets = open_voc("voc2012", "train_aug"), open_voc("voc2012", "val")
    history = fit(net, *sets, recipe, epochs=1, out=tmp_path / "run", device="cpu", cache="memory", progress=False)
    assert len(history) == 1 and np.isfinite(history[0]["train_loss"]) and net.classes == VOC_CLASSES
    matrix = evaluate(net, open_voc("voc2012", "val_without_sbd"), device="cpu", workers=1, progress=False)
    assert matrix.counts.sum() == 2 * SIZE[0] * SIZE[1]


@pytest.mark.fault("a byte of a compressed .mat mask is another, or it is cut", "refused before SciPy unpacks it")
def test_a_damaged_mat_file_never_reaches_scipy(tmp_path, monkeypatch):
    mask, path, rng = sbd_mask("2008_01"), tmp_path / "a.mat", np.random.default_rng(0)
    save_mat(path, mask)
    whole, refused = path.read_bytes(), 0
    for place in rng.integers(128, len(whole), 200):
        broken = bytearray(whole)
        broken[place] ^= 1 << rng.integers(8)
        path.write_bytes(broken)
        try:
            assert np.array_equal(read_mat_mask(path).numpy(), mask)  # a bit that says nothing
        except ValueError as error:
            assert f"{path} cannot be read as a MATLAB file (" in str(error) and "take it anew" in str(error)
            refused += 1
    assert refused > 190
    for end in (0, 60, 127, 130, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:end])
        message(ValueError, lambda: read_mat_mask(path))
    path.write_bytes(whole)
    assert np.array_equal(read_mat_mask(path).numpy(), mask)
    monkeypatch.setattr(matlab, "MOST_BYTES", 100)
    message(ValueError, lambda: read_mat_mask(path))

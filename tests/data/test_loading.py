"""A cache that changes nothing, epochs that are permutations, loaders that give every picture its due."""

import pickle
import shutil

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader, StackDataset

from fcn_course.data.crops import RandomCrops
from fcn_course.data.loading import Cached, EpochBatches, evaluation_batches, training_loader
from fcn_course.data.voc import VOCSegmentation, read_uint8
from tests.support.helpers import make_voc, shapes_picture

CPU = torch.device("cpu")
SIZES = ((48, 64), (64, 48), (30, 71), (48, 64), (71, 30))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Five pictures of four sizes."""
    rng = np.random.default_rng(5)
    pictures = {f"m{number}": shapes_picture(rng, size) for number, size in enumerate(SIZES)}
    return VOCSegmentation(make_voc(tmp_path_factory.mktemp("mixed"), train=pictures), "train")


def numbered(sizes, dtype=torch.long):
    """Pictures and masks that hold their own number and nothing else."""
    return [
        (torch.full((3, *size), number, dtype=torch.uint8), torch.full(size, number, dtype=dtype))
        for number, size in enumerate(sizes)
    ]


class Sized(list):
    """A list of pairs that knows their sizes."""

    def size(self, index):
        return tuple(self[index][1].shape)


def same(one, other):
    return all(torch.equal(a, b) and a.dtype == b.dtype for a, b in zip(one, other, strict=True))


def test_a_cache_is_its_data_set(mixed):
    kept = Cached(mixed, progress=False)
    assert len(kept) == len(mixed) == 5
    for index, size in enumerate(SIZES):
        assert same(kept[index], mixed[index]) and same(kept.read(index), mixed.read(index))
        assert same(read_uint8(kept, index), read_uint8(mixed, index))
        assert kept.size(index) == mixed.size(index) == size
    assert kept.pixels.dtype == kept.indices.dtype == torch.uint8
    assert kept.pixels.numel() == 3 * kept.indices.numel() == 3 * sum(h * w for h, w in SIZES)
    assert len(list(kept)) == 5  # iteration ends by itself


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=6), st.integers(0, 99))
def test_a_plain_list_of_pairs_is_kept_too(sizes, seed):
    generator = torch.Generator().manual_seed(seed)
    pairs = [
        (
            torch.randint(0, 256, (3, *size), dtype=torch.uint8, generator=generator),
            torch.randint(0, 256, size, generator=generator),
        )
        for size in sizes
    ]
    kept = Cached(pairs, progress=False)
    assert len(kept) == len(pairs)
    assert all(same(kept[index], pair) for index, pair in enumerate(pairs))


def test_what_is_read_lies_inside_the_cache(mixed):
    kept = Cached(mixed, progress=False)
    for index in range(5):
        image, mask = kept.read(index)
        for part, block in ((image, kept.pixels), (mask, kept.indices)):
            assert part.untyped_storage().data_ptr() == block.untyped_storage().data_ptr()
            assert 0 <= part.data_ptr() - block.data_ptr() < block.numel()


@pytest.mark.parametrize("size", [(20, 24), (64, 64), (80, 90)])
def test_crops_of_a_cache_are_those_of_its_data_set_and_leave_it_alone(mixed, size):
    kept = Cached(mixed, progress=False)
    before = kept.pixels.clone(), kept.indices.clone()
    for stored in (False, True):
        plain, cached = (RandomCrops(data, size, seed=2, uint8_masks=stored) for data in (mixed, kept))
        for key in ((index, draw) for index in range(5) for draw in range(4)):
            window = cached[key]
            assert same(window, plain[key])
            for part in window:
                part.fill_(99)
    assert torch.equal(kept.pixels, before[0]) and torch.equal(kept.indices, before[1])


def test_whole_windows_without_a_flip_are_copies_too(mixed):
    kept = Cached(mixed, progress=False)
    before = kept.pixels.clone(), kept.indices.clone()
    for part in RandomCrops(kept, (48, 64), flip=False, uint8_masks=True)[0]:
        part.fill_(99)
    kept[0][1].fill_(99)  # int64 is a copy as well
    assert torch.equal(kept.pixels, before[0]) and torch.equal(kept.indices, before[1])


def test_a_cache_of_a_cache_and_one_that_was_sent(mixed):
    kept = Cached(mixed, progress=False)
    for other in (Cached(kept, progress=False), pickle.loads(pickle.dumps(kept))):
        assert len(other) == 5 and all(same(other[index], mixed[index]) for index in range(5))
    assert [kept.size(index) for index in range(5)] == list(SIZES)


@pytest.mark.gpu
def test_a_cache_on_a_gpu_gives_the_same_windows(mixed, gpu):
    kept = Cached(mixed, gpu, progress=False)
    plain, cached = (RandomCrops(data, (60, 60), seed=2, uint8_masks=True) for data in (mixed, kept))
    for key in ((index, draw) for index in range(5) for draw in range(4)):
        window = cached[key]
        assert window[0].device.type == gpu.type and same([part.cpu() for part in window], plain[key])


def test_a_broken_picture_is_told_as_ever(tmp_path):
    rng = np.random.default_rng(5)
    folder = make_voc(tmp_path, train={name: shapes_picture(rng) for name in "abc"})
    (folder / "JPEGImages/b.jpg").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"b\.jpg cannot be read as a picture"):
        Cached(VOCSegmentation(folder), progress=False)
    (folder / "JPEGImages/b.jpg").unlink()
    (folder / "JPEGImages/a.jpg").rename(folder / "JPEGImages/b.jpg")
    with pytest.raises(FileNotFoundError, match=r"a\.jpg is missing"):
        Cached(VOCSegmentation(folder), progress=False)


def test_progress_is_shown_only_if_wanted(mixed, capfd):
    Cached(mixed, progress=False)
    assert capfd.readouterr() == ("", "")
    Cached(mixed)
    assert "caching" in capfd.readouterr().err


def epoch(batches, number=1, start=0):
    batches.epoch, batches.start = number, start
    return list(batches)


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 9), st.integers(1, 9))
def test_an_epoch_is_every_picture_once_in_batches(length, batch_size, seed, number):
    batches = EpochBatches(length, batch_size, seed)
    found = epoch(batches, number)
    assert len(found) == len(batches) and [len(batch) for batch in found[:-1]] == [batch_size] * (len(found) - 1)
    assert sorted(index for batch in found for index, _ in batch) == list(range(length))
    assert {draw for batch in found for _, draw in batch} == {number}
    sizes = [len(batch) for batch in found]
    assert sizes == [batches.pictures(place) for place in range(len(found))]
    assert sizes == [batches.own_pictures(place) for place in range(len(found))]


def test_the_order_depends_on_seed_and_epoch_alone():
    batches = EpochBatches(30, 7, seed=3)
    first, second = epoch(batches, 1), epoch(batches, 2)
    torch.manual_seed(5)
    assert epoch(EpochBatches(30, 7, seed=3), 2) == second and epoch(batches, 1) == first

    def order(found):
        return tuple(index for batch in found for index, _ in batch)

    assert order(epoch(EpochBatches(30, 11, seed=3), 1)) == order(first)
    others = {order(epoch(EpochBatches(30, 7, seed), number)) for seed in range(4) for number in range(4)}
    assert len(others) == 16 and tuple(range(30)) not in others


def test_an_order_draws_no_random_number():
    before = torch.get_rng_state()
    epoch(EpochBatches(30, 7))
    assert torch.equal(torch.get_rng_state(), before)


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 3))
def test_batches_that_are_done_are_skipped(length, batch_size, count):
    batches = EpochBatches(length, max(batch_size, count), 1, rank=count - 1, count=count)
    whole = epoch(batches)
    for start in range(len(batches) + 1):
        assert epoch(batches, start=start) == whole[start:]


@given(st.integers(1, 50), st.integers(1, 16), st.integers(1, 6), st.integers(0, 9))
def test_shares_of_several_processes_are_together_the_batch_of_one(length, batch_size, count, seed):
    batch_size = max(batch_size, count)
    alone = epoch(EpochBatches(length, batch_size, seed))
    ranks = [EpochBatches(length, batch_size, seed, rank, count) for rank in range(count)]
    shares = [epoch(batches) for batches in ranks]
    assert {len(share) for share in shares} == {len(batches) for batches in ranks} == {len(alone)}
    for number, whole in enumerate(alone):
        theirs = [share[number] for share in shares]
        assert {len(batch) for batch in theirs} == {-(-len(whole) // count)}  # all wait for each other
        own = [batches.own_pictures(number) for batches in ranks]
        assert sorted(key for batch, n in zip(theirs, own, strict=True) for key in batch[:n]) == sorted(whole)
        # what is beyond is the first of the batch, and must not count
        assert {key for batch, n in zip(theirs, own, strict=True) for key in batch[n:]} <= {whole[0]}
        assert {batches.pictures(number) for batches in ranks} == {len(whole)}


def test_shares_by_hand():
    batches = [EpochBatches(7, 4, 0, rank, 3) for rank in range(3)]
    (a, b, c, d), (e, f, g) = epoch(EpochBatches(7, 4))
    assert [epoch(share) for share in batches] == [[[a, d], [e]], [[b, a], [f]], [[c, a], [g]]]
    assert [[share.own_pictures(number) for number in range(2)] for share in batches] == [[2, 1], [1, 1], [1, 1]]


@pytest.mark.parametrize("batch_size", [0, -4])
def test_a_batch_without_pictures_is_told(batch_size):
    with pytest.raises(ValueError, match=f"^batch_size must be at least 1, got {batch_size}$"):
        EpochBatches(9, batch_size)


def test_a_batch_that_cannot_be_shared_is_told():
    EpochBatches(9, 4, rank=3, count=4)
    with pytest.raises(ValueError, match=r"^a batch of 3 cannot be shared by 4 processes; make it at least 4$"):
        EpochBatches(9, 3, count=4)


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("cached", [False, True])
def test_the_loader_gives_the_epochs_windows_and_draws_no_number(mixed, workers, cached):
    batches = EpochBatches(5, 2, seed=4)
    truth = RandomCrops(mixed, (40, 40), seed=4, uint8_masks=True)
    crops = RandomCrops(Cached(mixed, progress=False), (40, 40), seed=4, uint8_masks=True) if cached else truth
    before = torch.get_rng_state()
    loader = training_loader(crops, batches, workers, CPU)
    for number, start in ((1, 0), (2, 0), (2, 1)):  # the same workers go on
        batches.epoch, batches.start = number, start
        found = list(loader)
        assert len(found) == 3 - start
        for (images, masks), keys in zip(found, batches, strict=True):
            windows = [truth[key] for key in keys]
            assert same((images, masks), [torch.stack(part) for part in zip(*windows, strict=True)])
    assert torch.equal(torch.get_rng_state(), before)


def test_workers_that_start_by_spawn_give_the_same_windows(mixed):
    kept = Cached(mixed, progress=False)
    both = StackDataset(*(RandomCrops(data, (40, 40), seed=4, uint8_masks=True) for data in (mixed, kept)))
    batches = EpochBatches(5, 3)
    truth = [both.__getitems__(keys) for keys in batches]
    options = {"num_workers": 1, "multiprocessing_context": "spawn", "generator": torch.Generator()}
    found = list(DataLoader(both, batch_sampler=batches, **options))
    assert len(found) == len(truth) == 2
    for batch, samples in zip(found, truth, strict=True):
        for number, (images, masks) in enumerate(batch):  # from the files, then from the cache
            windows = [sample[number] for sample in samples]
            assert same((images, masks), [torch.stack(part) for part in zip(*windows, strict=True)])


@pytest.mark.parametrize("kind", [list, Sized, lambda pairs: Cached(pairs, progress=False)])
@given(st.lists(st.sampled_from([(2, 3), (3, 2), (2, 2)]), max_size=9), st.integers(1, 5), st.integers(1, 4))
def test_every_picture_comes_once_in_batches_of_one_size(kind, sizes, batch_size, count):
    data, seen = kind(numbered(sizes)), []
    for rank in range(count):
        for images, masks in evaluation_batches(data, batch_size, 0, CPU, rank, count):
            assert 1 <= len(images) <= batch_size and images.shape == (len(masks), 3, *masks.shape[1:])
            numbers = masks[:, 0, 0].tolist()
            assert all(masks.shape[1:] == sizes[number] for number in numbers)
            assert torch.equal(masks.long(), masks.new_tensor(numbers).long()[:, None, None].expand(masks.shape))
            assert torch.equal(images.long(), masks.long()[:, None].expand(images.shape))
            seen += numbers
    assert sorted(seen) == list(range(len(sizes)))


def test_pictures_of_equal_size_are_brought_together_where_sizes_are_known():
    sizes = [(2, 3), (3, 2)] * 6
    assert [len(images) for images, _ in evaluation_batches(Sized(numbered(sizes)), 6, 0, CPU)] == [6, 6]
    assert [len(images) for images, _ in evaluation_batches(numbered(sizes), 6, 0, CPU)] == [3] * 4
    alone = [int(masks[0, 0, 0]) for _, masks in evaluation_batches(Sized(numbered(sizes)), 1, 0, CPU)]
    assert alone == list(range(12))  # one at a time keeps their order


def test_masks_come_as_they_are_stored(mixed):
    for data, dtype in ((mixed, torch.uint8), (numbered([(2, 3)]), torch.int64)):
        assert {masks.dtype for _, masks in evaluation_batches(data, 2, 0, CPU)} == {dtype}


@pytest.mark.parametrize("cached", [False, True])
def test_workers_give_the_same_pictures_in_the_same_order(mixed, cached):
    data = Cached(mixed, progress=False) if cached else mixed
    before = torch.get_rng_state()
    alone, helped = (list(evaluation_batches(data, 3, workers, CPU)) for workers in (0, 2))
    assert len(alone) == len(helped) and all(map(same, alone, helped))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_broken_mask_is_told_by_the_cache_as_by_the_data_set(few_voc, tmp_path):
    folder = shutil.copytree(few_voc, tmp_path / "VOC2012")
    dataset = VOCSegmentation(folder, "train", ("background", "square", "disc", "bar"))
    broken = dataset.paths(1)[1]
    broken.write_bytes(b"<html>")
    with pytest.raises(ValueError, match=r"t1\.png cannot be read as a mask .* must be a whole PNG file"):
        Cached(dataset, progress=False)
    broken.unlink()
    with pytest.raises(FileNotFoundError, match=r"no mask at .*t1\.png"):
        Cached(dataset, progress=False)


@pytest.mark.parametrize(
    ("image", "mask", "told"),
    [
        (torch.rand(3, 2, 2), torch.zeros(2, 2, dtype=torch.long), r"picture 0 is torch\.float32 with mask .* 0 to 0"),
        (torch.zeros(3, 2, 2, dtype=torch.uint8), torch.full((2, 2), -1), "mask indices from -1 to -1"),
        (torch.zeros(3, 2, 2, dtype=torch.uint8), torch.full((2, 2), 300), "mask indices from 300 to 300"),
    ],
)
def test_what_does_not_fit_a_byte_is_not_cached(image, mask, told):
    with pytest.raises(ValueError, match=told):
        Cached([(image, mask)], progress=False)


def test_a_data_set_without_sizes_is_read_once():
    class Counting:
        asked = 0

        def __len__(self):
            return 3

        def __getitem__(self, index):
            self.asked += 1
            return torch.zeros(3, 2, 2, dtype=torch.uint8), torch.full((2, 2), index)

    dataset = Counting()
    cached = Cached(dataset, progress=False)
    assert dataset.asked == 3 and [cached[index][1][0, 0].item() for index in range(3)] == [0, 1, 2]

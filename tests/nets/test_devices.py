"""Which device and which number format."""

import shutil
import warnings

import pytest
import torch
from torch import nn

from fcn_course.nets.devices import (
    autocast,
    bfloat16_is_quicker,
    choose_device,
    class_indices,
    compiled,
    describe_device,
    memory_format,
)

CPU = torch.device("cpu")


def test_a_device_is_found_and_can_compute():
    device = choose_device()
    assert device.type in ("cuda", "mps", "cpu")
    assert torch.ones(2, device=device).sum().item() == 2


def test_the_best_device_is_taken():
    best = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    assert choose_device().type == best


@pytest.mark.parametrize("wanted", ["cpu", torch.device("cpu")])
def test_the_device_that_is_wanted_is_taken(wanted):
    assert choose_device(wanted) == torch.device("cpu")


@pytest.mark.parametrize("wanted", ["gpu", "cuda:99", "", "xpu:7"])
def test_a_device_that_is_not_here_is_told_in_one_line_with_the_remedy(wanted):
    with pytest.raises(ValueError) as error:
        choose_device(wanted)
    assert f"device {wanted!r} cannot be used here" in str(error.value)
    assert 'take "cpu"' in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("precision", ["float16", "", None])
def test_an_unknown_precision_is_told(precision):
    for call in (autocast, describe_device):
        with pytest.raises(ValueError) as told:
            call(CPU, precision)
        assert str(told.value) == f'precision must be "auto", "float32" or "bfloat16", got {precision!r}'


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_the_class_is_argmaxs_and_of_equal_ones_the_first(dtype, order):
    scores = torch.randint(4, (2, 21, 30, 40), generator=torch.Generator().manual_seed(0)).to(dtype)  # many are equal
    found = class_indices(scores.contiguous(memory_format=order))
    assert found.equal(scores.argmax(1)) and found[0].equal(class_indices(scores[0], 0))
    best = scores == scores.amax(1, keepdim=True)
    assert found.equal((best.cumsum(1) == 0).sum(1))
    assert not class_indices(torch.zeros(1, 21, 8, 8, dtype=dtype)).any()


@pytest.mark.parametrize("classes", [1, 2, 255, 256, 300])
@pytest.mark.parametrize("dim", [0, 1, -1, -3])
def test_the_class_is_argmaxs_along_any_side_for_any_number_of_classes(classes, dim):
    shape = [3, 4, 5, 6]
    shape[dim] = classes
    scores = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    found = class_indices(scores, dim)
    assert found.equal(scores.argmax(dim)) and found.dtype == torch.int64


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_the_class_is_argmaxs_where_a_score_is_no_finite_number(number):
    scores = torch.randn(2, 21, 6, 8, generator=torch.Generator().manual_seed(0))
    scores[0, 5, 2, 3] = scores[1, 7, 0, 0] = scores[1, 9, 0, 0] = number
    scores[1, :, 5, 5] = number
    assert class_indices(scores).equal(scores.argmax(1))


def test_autocast_computes_in_what_was_asked_for():
    a = torch.ones(4, 4)
    for precision, dtype in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
        with autocast(torch.device("cpu"), precision):
            assert (a @ a).dtype == dtype


def test_auto_follows_the_measurement():
    a = torch.ones(4, 4)
    with autocast(torch.device("cpu")):
        assert (a @ a).dtype == (torch.bfloat16 if bfloat16_is_quicker("cpu") else torch.float32)


def test_auto_is_float32_where_nothing_was_measured():
    assert bfloat16_is_quicker("mps") is False


def test_the_measurement_is_taken_once(monkeypatch):
    before = bfloat16_is_quicker("cpu")
    monkeypatch.setattr("fcn_course.nets.devices.time.perf_counter", lambda: pytest.fail("measured again"))
    assert bfloat16_is_quicker("cpu") is before


@pytest.mark.parametrize(("factor", "quicker", "convolutions"), [(0.5, True, 16), (0.9, False, 16), (30, False, 8)])
def test_bfloat16_is_taken_where_it_is_quicker_and_a_slow_one_is_not_waited_for(
    monkeypatch, factor, quicker, convolutions
):
    clock, tried = [0.0], []

    def conv2d(a, b, padding):
        tried.append(a.shape)
        clock[0] += a.numel() * (factor if a.dtype == torch.bfloat16 else 1)

    monkeypatch.setattr(torch.nn.functional, "conv2d", conv2d)
    monkeypatch.setattr("fcn_course.nets.devices.time.perf_counter", lambda: clock[0])
    assert bfloat16_is_quicker.__wrapped__("cpu") is quicker
    assert len(tried) == convolutions


def test_a_device_is_described_with_its_precision():
    assert describe_device(CPU, "float32") == "cpu in float32"
    assert describe_device(CPU, "bfloat16") == "cpu in bfloat16"
    assert describe_device(CPU) == f"cpu in {'bfloat16' if bfloat16_is_quicker('cpu') else 'float32'}"
    assert describe_device(torch.device("mps")) == "mps in float32"


def test_a_gpu_is_described_by_its_name(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"Great Chip {device.index}")
    assert describe_device(torch.device("cuda:1"), "bfloat16") == "Great Chip 1 in bfloat16"


@pytest.mark.parametrize("answer", [True, False])
def test_auto_asks_a_gpu_if_it_has_bfloat16(monkeypatch, answer):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: answer)
    assert bfloat16_is_quicker.__wrapped__("cuda") is answer


def test_pictures_lie_pixel_by_pixel_but_for_mps():
    formats = {kind: memory_format(torch.device(kind)) for kind in ("cpu", "cuda", "cuda:1", "mps")}
    assert formats.pop("mps") == torch.contiguous_format
    assert set(formats.values()) == {torch.channels_last}


@pytest.mark.skipif(shutil.which("c++") is None and shutil.which("g++") is None, reason="no C++ compiler")
def test_a_compiled_net_says_the_same():
    torch.manual_seed(0)
    net, x = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 4, 1)), torch.randn(1, 3, 64, 96)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        faster = compiled(net, CPU)
    assert not any("does not work here" in str(warning.message) for warning in told)
    assert faster is not net
    with torch.no_grad():
        truth, logits = net(x), faster(x)
    assert truth.abs().max() > 0.1
    torch.testing.assert_close(logits, truth, rtol=0, atol=1e-4)


@pytest.mark.parametrize("breaks", ["at once", "when it is used"])
def test_without_a_compiler_the_net_itself_comes_back_with_a_warning(monkeypatch, breaks):
    def broken(*_):
        raise RuntimeError("\nno working C++ compiler\nand a long story")

    monkeypatch.setattr(torch, "compile", broken if breaks == "at once" else lambda _: broken)
    net = torch.nn.Identity()
    told = r"^torch\.compile does not work here \(no working C\+\+ compiler\); training goes on without it$"
    with pytest.warns(UserWarning, match=told):
        assert compiled(net, CPU) is net


def test_a_failure_without_words_is_told_by_its_kind(monkeypatch):
    def broken(*_):
        raise AssertionError

    monkeypatch.setattr(torch, "compile", broken)
    net = torch.nn.Linear(2, 2)
    with pytest.warns(UserWarning, match=r"does not work here \(AssertionError\)"):
        assert compiled(net, torch.device("cpu")) is net

"""Which device and which number format."""

import pytest
import torch

from fcn_course.devices import autocast, bfloat16_is_quicker, choose_device


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
    with pytest.raises(ValueError, match=r'precision must be "auto", "float32" or "bfloat16"'):
        autocast(torch.device("cpu"), precision)


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
    monkeypatch.setattr("fcn_course.devices.time.perf_counter", lambda: pytest.fail("measured again"))
    assert bfloat16_is_quicker("cpu") is before

"""Checkpoints there and back, and every file that is none."""

import pytest
import torch
from safetensors.torch import save_file

from fcn_course.data.normalisation import IMAGENET, Normalisation
from fcn_course.data.paths import weights_file
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.checkpoints import SHIPPED, export_weights, load_net, read_checkpoint, restore, save_checkpoint
from fcn_course.nets.fcn import FCN
from tests.support.helpers import speak


@pytest.fixture
def resnet_fcn():
    def make(seed=0, num_classes=4, stride=16, learned=False):
        torch.manual_seed(seed)
        return speak(FCN(load_backbone("resnet18", None), num_classes, stride, learned), seed)

    return make


def test_there_and_back_gives_the_same_logits(resnet_fcn, tmp_path):
    net, x = resnet_fcn(), torch.randn(2, 3, 50, 66)
    net.train()(x)  # batch norm's statistics belong to the net too
    net.eval()
    save_checkpoint(tmp_path / "deep" / "net.pt", net, history=[{"epoch": 1, "loss": 0.5}])
    before = torch.get_rng_state()
    again = load_net(tmp_path / "deep" / "net.pt")
    assert torch.get_rng_state().equal(before)  # none is drawn in whose place the file's come
    other = resnet_fcn(seed=1)
    assert not again.training
    assert again.architecture == net.architecture
    with torch.no_grad():
        truth = net(x)
        assert torch.equal(again(x), truth)
        assert not torch.allclose(other(x), truth)
        state = restore(other, tmp_path / "deep" / "net.pt")
        assert torch.equal(other(x), truth)
    assert state["history"] == [{"epoch": 1, "loss": 0.5}]


def test_the_architecture_is_read_from_the_file(resnet_fcn, tmp_path):
    torch.manual_seed(0)
    options = {"learned": True, "alignment": "centres", "skip_scales": (0.01, 0.0001)}
    net = FCN(load_backbone("resnet18", None), 7, 8, **options)
    net.classes, net.trained_on = ("background", "ä", "<b>", "d", "e", "f", "g"), "split train, 3 pictures"
    save_checkpoint(tmp_path / "net.pt", net)
    export_weights(tmp_path / "net.safetensors", net)
    for name in ("net.pt", "net.safetensors"):
        again = load_net(tmp_path / name)
        assert (again.classes, again.trained_on) == (net.classes, net.trained_on)
        assert again.architecture == {
            "backbone": "resnet18",
            "num_classes": 7,
            "stride": 8,
            "learned": True,
            "alignment": "centres",
            "skip_scales": [0.01, 0.0001],
        }


def test_a_file_from_before_alignments_and_names_is_the_books(resnet_fcn, tmp_path):
    net = resnet_fcn(num_classes=21, stride=8)
    old = {name: net.architecture[name] for name in ("backbone", "num_classes", "stride", "learned")}
    torch.save({"model": net.state_dict(), "architecture": old}, tmp_path / "old.pt")
    again = load_net(tmp_path / "old.pt")
    assert again.architecture == net.architecture and again.classes == net.classes
    assert again.normalisation == IMAGENET
    restore(net, tmp_path / "old.pt")
    with pytest.raises(ValueError, match="another architecture: alignment 'book' instead of 'centres'"):
        restore(FCN(load_backbone("resnet18", None), 21, 8, alignment="centres"), tmp_path / "old.pt")


@pytest.mark.parametrize("write, suffix", [(save_checkpoint, "pt"), (export_weights, "safetensors")])
def test_a_net_with_a_normalisation_of_its_own_keeps_it(resnet_fcn, tmp_path, write, suffix):
    path, net = tmp_path / f"net.{suffix}", resnet_fcn()
    net.normalisation = Normalisation((0.1, 0.2, 0.3), (0.4, 0.5, 0.6))
    write(path, net)
    assert load_net(path).normalisation == net.normalisation
    with pytest.raises(ValueError, match=r"normalisation Normalisation\(mean=\(0\.1, .* instead of .*mean=\(0\.485"):
        restore(resnet_fcn(), path)


def test_exported_weights_are_half_as_large_and_say_nearly_the_same(resnet_fcn, tmp_path):
    net, x = resnet_fcn(stride=8), torch.randn(1, 3, 50, 66)
    save_checkpoint(tmp_path / "net.pt", net)
    export_weights(tmp_path / "net.safetensors", net, data="tiny")
    again = load_net(tmp_path / "net.safetensors")
    assert again.architecture == net.architecture and not again.training
    assert {p.dtype for p in again.parameters()} == {torch.float32}
    with torch.no_grad():
        truth = net(x)
        torch.testing.assert_close(again(x), truth, rtol=0, atol=0.02 * truth.abs().max().item())
    sizes = [(tmp_path / name).stat().st_size for name in ("net.safetensors", "net.pt")]
    assert sizes[0] < 0.51 * sizes[1]


@pytest.mark.parametrize("about", [None, {"classes": "a,b"}])
@pytest.mark.fault("safetensors of another net are given as a checkpoint", "refused by name")
def test_safetensors_of_something_else_are_told(tmp_path, about):
    save_file({"weight": torch.zeros(2)}, tmp_path / "net.safetensors", metadata=about)
    with pytest.raises(ValueError, match=r"net\.safetensors is no checkpoint"):
        load_net(tmp_path / "net.safetensors")


@pytest.mark.skipif(not weights_file(SHIPPED).is_file(), reason=f"no weights at {weights_file(SHIPPED)}")
def test_the_net_that_ships_is_an_fcn8s_for_all_classes():
    net = load_net("minivoc")
    assert (net.backbone_name, net.num_classes, net.stride, net.learned) == ("resnet18", 21, 8, False)
    assert all(parameter.isfinite().all() for parameter in net.parameters())


@pytest.mark.parametrize(
    "change, told",
    [
        ({"stride": 32}, "stride 16 instead of 32"),
        ({"num_classes": 21}, "num_classes 4 instead of 21"),
        ({"learned": True}, "learned False instead of True"),
    ],
)
@pytest.mark.fault("a checkpoint of another architecture is restored", "refused; told what differs")
def test_another_architecture_is_told_by_what_differs(small_net, tmp_path, change, told):
    save_checkpoint(tmp_path / "net.pt", small_net(stride=16))
    other = small_net(**{"seed": 1, "stride": 16, **change})
    before = {key: value.clone() for key, value in other.state_dict().items()}
    with pytest.raises(ValueError) as error:
        restore(other, tmp_path / "net.pt")
    assert str(tmp_path / "net.pt") in str(error.value) and told in str(error.value)
    assert "build the net with these values" in str(error.value)
    assert all(torch.equal(value, before[key]) for key, value in other.state_dict().items())


def test_another_backbone_is_told(small_net, resnet_fcn, tmp_path):
    save_checkpoint(tmp_path / "net.pt", small_net(stride=16))
    with pytest.raises(ValueError, match="backbone 'small' instead of 'resnet18'"):
        restore(resnet_fcn(), tmp_path / "net.pt")


@pytest.mark.parametrize("read", [read_checkpoint, load_net])
def test_a_missing_file_names_the_command_that_makes_one(tmp_path, read):
    with pytest.raises(FileNotFoundError, match=r"no checkpoint at .*best\.pt; `fcn-course train` makes one"):
        read(tmp_path / "run" / "best.pt")


@pytest.mark.parametrize("content", [b"", b"<html>please log in</html>", bytes(range(256)) * 9, b"PK\x03\x04 cut"])
@pytest.mark.fault("a checkpoint is some other file", "refused by name, with what to give instead")
def test_a_broken_file_is_told(tmp_path, content):
    (tmp_path / "best.pt").write_bytes(content)
    with pytest.raises(ValueError, match=r"best\.pt is no checkpoint .*; give .*best\.pt .*of a run") as error:
        load_net(tmp_path / "best.pt")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.99])
@pytest.mark.fault("a checkpoint is cut short", "refused by name")
def test_a_checkpoint_that_was_cut_short_is_told(small_net, tmp_path, kept):
    save_checkpoint(tmp_path / "best.pt", small_net())
    whole = (tmp_path / "best.pt").read_bytes()
    (tmp_path / "best.pt").write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(ValueError, match=r"best\.pt is no checkpoint"):
        read_checkpoint(tmp_path / "best.pt")


@pytest.mark.fault("a plain state dict is given as a checkpoint", "refused; told what a checkpoint holds")
def test_a_plain_state_dict_is_told(small_net, tmp_path):
    torch.save(small_net().state_dict(), tmp_path / "net.pt")
    with pytest.raises(ValueError, match=r"net\.pt holds no weights and architecture; give .*best\.pt"):
        load_net(tmp_path / "net.pt")


class Evil:
    def __reduce__(self):
        return print, ("this was executed",)


def test_nothing_in_a_file_is_executed(tmp_path, capsys):
    torch.save({"model": {}, "architecture": {}, "evil": Evil()}, tmp_path / "net.pt")
    with pytest.raises(ValueError, match="is no checkpoint"):
        read_checkpoint(tmp_path / "net.pt")
    assert "executed" not in capsys.readouterr().out


class Unsaveable:
    """Breaks off in the middle of saving, as a full disk does."""

    def __reduce__(self):
        raise OSError("no space left on device")


def test_a_save_that_breaks_off_leaves_the_good_one(small_net, tmp_path):
    path, net = tmp_path / "last.pt", speak(small_net())
    save_checkpoint(path, net, epoch=1)
    good = path.read_bytes()
    with pytest.raises(OSError, match="no space left"):
        save_checkpoint(path, net, epoch=2, more=Unsaveable())
    assert path.read_bytes() == good
    assert read_checkpoint(path)["epoch"] == 1
    save_checkpoint(path, net, epoch=3)  # and what was left beside it is no obstacle
    assert read_checkpoint(path)["epoch"] == 3
    assert [file.name for file in tmp_path.iterdir()] == ["last.pt"]

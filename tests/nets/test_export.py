"""The ONNX file says what the net says, on every size, and tells when it does not."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from PIL import ExifTags, Image

from fcn_course.cli import main
from fcn_course.nets import export
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.checkpoints import save_checkpoint
from fcn_course.nets.export import compare, export_onnx
from fcn_course.nets.fcn import FCN
from fcn_course.prediction.inference import predict, predict_logits
from tests.support.helpers import narrow_fcn, narrow_vgg, speak

SIZES = ((33, 47), (1, 1), (64, 64), (101, 7), (210, 340))  # the last is larger than the exporter's own example
PAPERS = {"skip_scales": (0.01, 0.0001)}


# an FCN-8s on every backbone: test_every_backbone
NETS = {
    "32s": lambda: narrow_fcn(stride=32),
    "32s learned": lambda: narrow_fcn(stride=32, learned=True),
    "16s": lambda: narrow_fcn(stride=16),
    "16s learned, with dropout": lambda: narrow_fcn(stride=16, learned=True, dropout=0.5),
    "8s learned": lambda: narrow_fcn(stride=8, learned=True),
    "vgg16 16s learned centres": lambda: FCN(narrow_vgg(), 4, 16, learned=True, alignment="centres"),
    "vgg16_paper 32s learned": lambda: FCN(narrow_vgg(paper=True), 4, 32, learned=True),
    "vgg16_paper 16s learned": lambda: FCN(narrow_vgg(paper=True), 4, 16, learned=True, **PAPERS),
}


def pictures(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@pytest.fixture(scope="module")
def net():
    net = speak(narrow_fcn(stride=8), spread=1.0)
    net.classes = ("background", "square", "disc", "bar")
    return net


@pytest.fixture(scope="module")
def file(net, tmp_path_factory):
    path = tmp_path_factory.mktemp("onnx") / "deep" / "net.onnx"
    export_onnx(net, path, check_sizes=[(33, 47)])
    return path


@pytest.mark.parametrize("make", NETS.values(), ids=NETS.keys())
def test_the_file_says_what_the_net_says_on_every_size(make, tmp_path):
    net = speak(make(), spread=1.0).train()
    layers = repr(net)
    (check,) = export_onnx(net, tmp_path / "net.onnx", check_sizes=[(33, 47)])
    assert not net.training and repr(net) == layers and "inplace=True" in layers
    assert check.shape == (2, 33, 47) and check.difference <= 1e-5 * check.largest and check.agreement > 0.999
    assert [path.name for path in tmp_path.iterdir()] == ["net.onnx"]
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx", providers=["CPUExecutionProvider"])
    for size in SIZES:
        images = pictures((2, 3, *size))
        (logits,) = session.run(None, {"image": images})
        truth = torch.stack([predict_logits(net, image, device="cpu") for image in torch.from_numpy(images)]).numpy()
        assert logits.dtype == np.float32 and logits.shape == (2, 4, *size)
        np.testing.assert_allclose(logits, truth, rtol=0, atol=1e-5 * abs(truth).max())
        assert len(np.unique(truth)) > truth.size // 100  # a net that says nothing would agree with anything


def test_each_size_up_to_72_pixels_agrees(net, file):
    sizes = [(height, 73 - height) for height in range(1, 73)]
    checks = compare(net, file, sizes)
    assert [check.shape for check in checks] == [(1, *size) for size in sizes[:-1]] + [(2, 72, 1)]
    assert all(check.difference <= 1e-5 * check.largest for check in checks)


def test_the_lines_in_the_module_are_all_that_another_program_needs(net, file, tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # lies on its side, as telephones write them
    Image.fromarray(pictures((53, 71, 3))).save(tmp_path / "a.jpg", exif=exif)
    (tmp_path / "net.onnx").write_bytes(file.read_bytes())
    shown = [line for line in export.__doc__.splitlines() if line.startswith("    ")]
    lines = textwrap.dedent("\n".join(shown))
    program = (
        f"import sys\nsys.modules.update(torch=None, fcn_course=None)\n{lines}\nnp.save('mask.npy', mask)\nprint(names)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"{list(net.classes)}\n", "")
    mask, truth = np.load(tmp_path / "mask.npy"), predict(net, tmp_path / "a.jpg", device="cpu").numpy()
    best = predict_logits(net, tmp_path / "a.jpg", device="cpu").topk(2, 0).values
    clear = (best[0] - best[1] > 1e-3).numpy()  # elsewhere rounding may decide
    assert clear.mean() > 0.99 and np.unique(truth).size > 1
    assert mask.shape == (71, 53) and np.array_equal(mask[clear], truth[clear])


def test_the_file_describes_itself_and_names_no_folder_of_this_machine(net, file):
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    about = session.get_modelmeta().custom_metadata_map
    assert json.loads(about["classes"]) == ["background", "square", "disc", "bar"]
    assert json.loads(about["architecture"]) == net.architecture
    assert about["void"] == "255" and about["project"].startswith("fcn-course ")
    assert "uint8 (N, 3, H, W), RGB" in about["input"] and "float32 (N, C, H, W)" in about["output"]
    (image,), (logits,) = session.get_inputs(), session.get_outputs()
    assert (image.name, image.type, image.shape) == ("image", "tensor(uint8)", ["N", 3, "H", "W"])
    assert (logits.name, logits.type, logits.shape) == ("logits", "tensor(float)", ["N", 4, "H", "W"])
    content = file.read_bytes()
    assert not any(str(folder).encode() in content for folder in (Path.cwd(), Path(torch.__file__).parent))
    assert not any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in onnx.load(file).graph.initializer)


def test_a_net_that_was_changed_after_the_export_is_noticed(net, file):
    other = narrow_fcn(stride=8)
    other.load_state_dict(net.state_dict())
    other.eval()
    (same,) = compare(other, file, [(64, 64)])
    with torch.no_grad():
        other.score["stride32"].weight[1] += 0.5
    (changed,) = compare(other, file, [(64, 64)])
    assert same.difference < export.TOLERANCE * same.largest / 10
    assert changed.difference > export.TOLERANCE * changed.largest and changed.agreement < 1


def test_the_same_seed_checks_the_same_pictures(net, file):
    first, again, other = (compare(net, file, [(40, 50)], seed)[0] for seed in (0, 0, 1))
    assert first.largest == again.largest != other.largest


def test_a_file_of_another_shape_is_noticed(file):
    with pytest.raises(ValueError, match=r"net\.onnx gives logits \(2, 4, 40, 50\) where the net gives \(2, 7, 40, 50"):
        compare(narrow_fcn(num_classes=7).eval(), file, [(40, 50)])


class Written:
    """Stands for what the exporter gives: saving it writes a file that is there already."""

    def __init__(self, file):
        self.file = file

    def save(self, path, external_data):
        path.write_bytes(self.file.read_bytes())


@pytest.mark.parametrize("value", [1.0, float("nan")])
def test_a_file_that_differs_is_not_left_behind(value, file, monkeypatch, tmp_path):
    monkeypatch.setattr(export, "_program", lambda net: Written(file))
    net = speak(narrow_fcn(stride=8), spread=1.0)
    export_onnx(net, tmp_path / "net.onnx", check_sizes=[(64, 64)])
    good = (tmp_path / "net.onnx").read_bytes()
    with torch.no_grad():
        net.score["stride32"].bias[2] = value
    with pytest.raises(ValueError) as error:
        export_onnx(net, tmp_path / "net.onnx", check_sizes=[(64, 64), (33, 47)])
    found = str(error.value)
    assert f"{tmp_path / 'net.onnx'} was not written: on 1 x 64 x 64 (pictures, height, width)" in found
    assert "0.0001 of that is allowed" in found and ("up to nan" in found) == (value != value)
    assert [path.name for path in tmp_path.iterdir()] == ["net.onnx"]
    assert (tmp_path / "net.onnx").read_bytes() == good


@pytest.mark.parametrize(
    "name, sizes, told",
    [
        ("net", [(64, 64)], r"the file's name must end in \.onnx, got .*net$"),
        ("net.pt", [(64, 64)], r"the file's name must end in \.onnx, got .*net\.pt"),
        ("folder.onnx", [(64, 64)], r"folder\.onnx is a folder; give the file's name too, say .*net\.onnx"),
        ("net.onnx", [], "give at least one size"),
        ("net.onnx", [(64, 64), (0, 5)], "a picture of 0 x 5 has no pixels"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_done(name, sizes, told, tmp_path):
    (tmp_path / "folder.onnx").mkdir()
    with pytest.raises(ValueError, match=told):
        export_onnx(None, tmp_path / name, check_sizes=sizes)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder.onnx"]


def test_another_kind_of_net_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"an FCN of this course is exported, got a Identity; give the best\.pt"):
        export_onnx(torch.nn.Identity(), tmp_path / "net.onnx")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("run") / "best.pt"
    save_checkpoint(path, speak(FCN(load_backbone("resnet18", None), 5, 16), spread=1.0))
    return path


def test_the_command_says_what_it_wrote_and_nothing_else(checkpoint, tmp_path, capfd, recwarn):
    out = tmp_path / "new" / "net.onnx"
    command = ["export", "--checkpoint", checkpoint, "--out", out, "--size", 33, 47, "--size", 64, 64]
    assert main([str(word) for word in command]) == 0
    printed, noise = capfd.readouterr()
    assert noise == "" and not recwarn.list
    head, _, first, second, last = printed.splitlines()
    assert head == "FCN-16s on resnet18, 5 classes, as ONNX"
    assert first.startswith("              1 x 33 x 47") and second.startswith("              2 x 64 x 64")
    assert all(float(line.split()[-3]) < 1e-3 and line.endswith("%") for line in (first, second))
    assert last == f"written: {out}, {out.stat().st_size / 1e6:.1f} MB" and out.stat().st_size > 40e6


@pytest.mark.parametrize("package", ["onnx", "onnxruntime", "onnxscript"])
def test_a_missing_package_is_told_by_the_command_that_brings_it(package, checkpoint, monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, package, None)
    out = tmp_path / "new" / "net.onnx"
    assert main(["export", "--checkpoint", str(checkpoint), "--out", str(out)]) == 2
    told = capsys.readouterr().err
    assert told.startswith("fcn-course export: exporting needs onnx, onnxruntime and onnxscript (")
    assert f"import of {package} halted" in told and told.count("\n") == 1
    assert 'pip install "fcn-course[export]"' in told and "uv sync --extra export" in told
    assert not out.parent.exists()


def test_mistakes_on_the_command_line_are_told_in_one_line(checkpoint, tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    for arguments, told in (
        (["--out", tmp_path / "net.pt"], "must end in .onnx"),
        (["--out", tmp_path], "is a folder"),
        (["--out", tmp_path / "taken" / "net.onnx"], str(tmp_path / "taken")),
        (["--out", tmp_path / "net.onnx", "--size", 0, 9], "a picture of 0 x 9 has no pixels"),
        (["--out", tmp_path / "net.onnx", "--checkpoint", tmp_path / "no.pt"], "no checkpoint at"),
    ):
        assert main([str(word) for word in ("export", "--checkpoint", checkpoint, *arguments)]) == 2
        err = capsys.readouterr().err
        assert err.startswith("fcn-course export: ") and told in err and err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]

"""What holds for every backbone, asked of each: stages, fields, FCNs on it, and all that is done with an FCN.

The nets are narrow: where a cell looks and how maps are laid does not depend on the number of planes.
"""

import onnxruntime
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.optim.swa_utils import update_bn
from torch.utils.data import TensorDataset

from fcn_course.data.normalisation import IMAGENET, Normalisation
from fcn_course.data.voc import VOCSegmentation
from fcn_course.evaluation.report.scoring import make_report
from fcn_course.evaluation.scoring import evaluate
from fcn_course.nets import checkpoints
from fcn_course.nets.backbone import STRIDES
from fcn_course.nets.checkpoints import export_weights, load_net, save_checkpoint
from fcn_course.nets.classifiers import classifier_to_convs
from fcn_course.nets.efficientnet_lite import NORMALISATION
from fcn_course.nets.export import export_onnx
from fcn_course.nets.fcn import FCN
from fcn_course.nets.staging import start_from
from fcn_course.prediction.inference import predict, predict_logits, predict_tiled, tile_windows
from fcn_course.teaching.explorers.prediction_pictures import asked
from fcn_course.training.frozen import trunk_features
from fcn_course.training.loop import fit
from fcn_course.training.losses import enlarged_picture_losses
from fcn_course.training.recipes import Recipe
from tests.support.helpers import averaging, narrow_lite, narrow_resnet, narrow_vgg, speak

FUSED = (32, 16, 8)
SIZES = ((1, 1), (7, 130), (33, 47), (64, 96), (75, 101))
QUIET = {"device": "cpu", "precision": "float32", "progress": False}


class EveryBackbone:
    """Base of the testers: each makes its backbone and says what is its own."""

    channels = ()  # planes of each stage
    alignments = ()  # that this backbone can have, each with how many pixels right of its own an FCN-32s then looks
    normalisation = IMAGENET

    @classmethod
    def make(cls, seed=0):
        raise NotImplementedError

    def cells(self, pixels, stride):
        """How many cells a side of so many pixels gives."""
        return -(-pixels // stride)

    @pytest.fixture(scope="class")
    @classmethod
    def backbone(cls):
        return with_statistics(cls.make()).eval()

    def fcn(self, alignment=None):
        return with_statistics(speak(FCN(self.make(), 4, 8, alignment=alignment), spread=1.0))

    def test_each_stage_halves_any_size(self, backbone):
        assert list(backbone.stages) == [f"stride{stride}" for stride in STRIDES]
        channels = dict(zip(STRIDES, self.channels, strict=True))
        assert backbone.channels == channels
        for height in range(1, 73):
            size = height, 73 - height
            with torch.no_grad():
                maps = backbone(torch.zeros(1, 3, *size), STRIDES)
            assert {stride: tuple(map_.shape[1:]) for stride, map_ in maps.items()} == {
                stride: (channels[stride], *(self.cells(side, stride) for side in size)) for stride in STRIDES
            }

    def test_its_weights_lie_as_convolutions_want_them(self, backbone):
        weights = [weight for weight in backbone.state_dict().values() if weight.ndim == 4]
        assert len(weights) > 4 and all(w.is_contiguous(memory_format=torch.channels_last) for w in weights)
        assert backbone(torch.randn(2, 3, 64, 96))[32].is_contiguous(memory_format=torch.channels_last)

    def test_only_what_is_asked_for_is_computed(self, backbone):
        ran, x = [], torch.randn(1, 3, 64, 64)
        hooks = [
            stage.register_forward_hook(lambda *_, name=name: ran.append(name))
            for name, stage in backbone.stages.items()
        ]
        with torch.no_grad():
            maps = backbone(x, (8, 4))
        for hook in hooks:
            hook.remove()
        assert set(maps) == {4, 8} and ran == ["stride2", "stride4", "stride8"]

    @pytest.mark.parametrize("stride", STRIDES)
    def test_the_fields_are_where_gradients_arrive(self, stride):
        backbone = averaging(self.make())
        field, x = backbone.fields[stride], torch.ones(1, 3, 32, 1216, dtype=torch.float64, requires_grad=True)
        maps = backbone(x, (stride,))[stride].sum(1)[0]
        for cell in (608 // stride, 608 // stride + 1):
            (gradient,) = torch.autograd.grad(maps[maps.shape[0] // 2, cell], x, retain_graph=True)
            profile = gradient.sum((0, 1, 2))
            reached, place = profile.nonzero(), torch.arange(1216, dtype=torch.float64)
            assert (profile @ place / profile.sum()).item() == pytest.approx(field.centre(cell), abs=1e-6)
            assert (reached.max() - reached.min() + 1).item() == field.size

    @pytest.mark.parametrize("learned", [False, True])
    @pytest.mark.parametrize("stride", FUSED)
    def test_an_fcn_gives_the_pictures_size_and_begins_by_saying_nothing(self, backbone, stride, learned):
        for alignment, _ in self.alignments:
            net = FCN(backbone, 4, stride, learned, alignment).eval()
            for size in SIZES:
                with torch.no_grad():
                    silent = net(torch.randn(2, 3, *size))
                assert silent.shape == (2, 4, *size) and silent.abs().max() == 0

    @pytest.mark.parametrize("stride", FUSED)
    def test_an_aligned_pixel_looks_at_its_own_place(self, stride):
        # one cell off in any crop would show as that many pixels here
        for alignment, away in self.alignments:
            net = FCN(self.make(), 2, stride, alignment=alignment)
            for layer in net.score.values():
                nn.init.ones_(layer.weight)
            x = torch.ones(1, 3, 64, 1216, dtype=torch.float64, requires_grad=True)
            logits = averaging(net)(x)[0].sum(0)
            for pixel in (592, 597, 608, 623):
                (gradient,) = torch.autograd.grad(logits[32, pixel], x, retain_graph=True)
                profile = gradient.sum((0, 1, 2))
                centre = (profile @ torch.arange(1216, dtype=torch.float64) / profile.sum()).item()
                if stride == 32 or away == 0:
                    assert centre - pixel == pytest.approx(away, abs=1e-6)

    @pytest.mark.parametrize("stride", FUSED)
    def test_a_constant_stays_one(self, backbone, stride):
        for alignment, _ in self.alignments:
            if alignment == "paper":  # there the border fades
                continue
            net = FCN(backbone, 3, stride, alignment=alignment).eval()
            for layer in net.score.values():
                nn.init.ones_(layer.bias)
            for size in SIZES:
                with torch.no_grad():
                    logits = net(torch.randn(1, 3, *size))
                torch.testing.assert_close(logits, torch.full((1, 3, *size), float(len(net.score))))

    @pytest.mark.parametrize("stride", FUSED)
    def test_the_loss_that_keeps_no_planes_is_the_plain_one(self, backbone, stride):
        x, masks = torch.randn(2, 3, 50, 71), torch.randint(0, 5, (2, 50, 71))
        for alignment, _ in self.alignments:
            net = speak(FCN(backbone, 5, stride, alignment=alignment))
            coarse, logits = net(x, coarse=True), net(x)
            losses = enlarged_picture_losses(coarse, masks, net.enlargement, net.replicates, -net.offsets[1])
            truth = F.cross_entropy(logits, masks, reduction="none").sum((1, 2))
            torch.testing.assert_close(losses, truth, rtol=1e-4, atol=1e-3)
            (ours,) = torch.autograd.grad(losses.sum(), net.score["stride32"].weight, retain_graph=True)
            (theirs,) = torch.autograd.grad(truth.sum(), net.score["stride32"].weight)
            torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-3 * theirs.abs().max().item())

    def test_a_frozen_trunk_stays_as_it_is_and_the_scores_learn(self):
        net = FCN(self.make(), 4, 8).freeze_trunk()
        before = {key: value.clone() for key, value in net.state_dict().items()}
        optimiser = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.1)
        net.train()
        F.cross_entropy(net(torch.randn(2, 3, 40, 40)), torch.randint(0, 4, (2, 40, 40))).backward()
        optimiser.step()
        moved = {key for key, value in net.state_dict().items() if not torch.equal(value, before[key])}
        assert moved == {key for key in before if key.startswith("score.")}
        assert net.training and not net.stages.training

    @pytest.mark.parametrize("learned", [False, True])
    def test_a_finer_net_begins_with_what_the_coarser_one_says(self, learned):
        for alignment, _ in self.alignments:
            coarser = speak(FCN(self.make(), 5, 32, learned, alignment))
            finer = start_from(FCN(self.make(1), 5, 16, learned, alignment).eval(), coarser)
            finest = start_from(FCN(self.make(2), 5, 8, learned, alignment).eval(), speak(finer))
            for key, value in coarser.stages.state_dict().items():
                assert torch.equal(finest.stages.state_dict()[key], value)
            for stride in (32, 16):
                assert torch.equal(finest.score[f"stride{stride}"].weight, finer.score[f"stride{stride}"].weight)
            assert finest.score["stride8"].weight.abs().max() == 0

    def test_as_onnx_it_says_the_same(self, tmp_path):
        net = self.fcn(self.alignments[-1][0]).train()
        (check,) = export_onnx(net, tmp_path / "net.onnx", check_sizes=[(33, 47)])
        assert not net.training and check.difference <= 1e-5 * check.largest and check.agreement > 0.999
        session = onnxruntime.InferenceSession(tmp_path / "net.onnx", providers=["CPUExecutionProvider"])
        for size in (*SIZES, (210, 340)):  # the last is larger than the exporter's own example
            images = some_pictures(2, *size)
            (logits,) = session.run(None, {"image": images.numpy()})
            truth = torch.stack([predict_logits(net, image, device="cpu") for image in images])
            difference = (torch.from_numpy(logits) - truth).abs().max()
            assert logits.shape == (2, 4, *size) and difference <= 5e-5 * truth.abs().max()
            assert truth.unique().numel() > truth.numel() // 100  # a net that says nothing would agree with anything

    @pytest.mark.parametrize("write, suffix", [(save_checkpoint, "pt"), (export_weights, "safetensors")])
    def test_a_checkpoint_is_loaded_as_it_was(self, tmp_path, monkeypatch, write, suffix):
        monkeypatch.setattr(checkpoints, "load_backbone", lambda name, weights: self.make(1))
        net, image = self.fcn(), some_pictures(1, 50, 66)[0]
        net.train()(torch.randn(2, 3, 50, 66))  # batch norm's statistics belong to the net too
        write(tmp_path / f"net.{suffix}", net)
        again = load_net(tmp_path / f"net.{suffix}")
        # a loaded net is made without them: nothing may lie beside those that a file holds
        assert {name for name, _ in [*again.named_parameters(), *again.named_buffers()]} == set(again.state_dict())
        assert again.architecture == net.architecture and again.normalisation == self.normalisation
        truth = predict_logits(net, image, device="cpu")
        halved = 0 if suffix == "pt" else 0.02 * truth.abs().max().item()
        torch.testing.assert_close(predict_logits(again, image, device="cpu"), truth, rtol=0, atol=halved)

    def test_tiles_are_fed_and_averaged_as_whole_pictures_are(self):
        net, image = self.fcn(), some_pictures(1, 90, 130)[0]
        assert torch.equal(predict_tiled(net, image, (96, 160), 0, device="cpu"), predict(net, image, device="cpu"))
        total, count = torch.zeros(4, 90, 130), torch.zeros(90, 130)
        for rows, columns in tile_windows((90, 130), (64, 64), 32):
            total[:, rows, columns] += predict_logits(net, image[:, rows, columns], device="cpu")
            count[rows, columns] += 1
        assert torch.equal(predict_tiled(net, image, (64, 64), 32, device="cpu"), (total / count).argmax(0))
        assert count.max() > 1 and total.argmax(0).unique().numel() > 1

    def test_a_training_that_was_stopped_goes_on_as_if_nothing_had_been(self, few_voc, tmp_path):
        names = ("background", "square", "disc", "bar")
        sets = [VOCSegmentation(few_voc, split, names) for split in ("train", "val")]
        options = {"recipe": Recipe(lr=0.005, batch_size=2, crop=(64, 64)), "epochs": 2, **QUIET}
        whole, calls = FCN(self.make(), 4, 8), iter(range(9))
        truth = fit(whole, *sets, out=tmp_path / "whole", **options)
        # two steps and a validation in each epoch: stopped after the first step of the second
        fit(FCN(self.make(), 4, 8), *sets, out=tmp_path / "cut", stop=lambda: next(calls) == 3, **options)
        net = FCN(self.make(5), 4, 8)
        torch.manual_seed(77)  # another process would stand anywhere
        history = fit(net, *sets, out=tmp_path / "cut", **options)
        assert [row["train_loss"] for row in history] == [row["train_loss"] for row in truth]
        assert all(torch.equal(value, net.state_dict()[key]) for key, value in whole.state_dict().items())

    def test_whoever_feeds_it_takes_out_its_own_mean_and_spread(self, tmp_path):
        net, fed = self.fcn(), []
        assert net.normalisation == self.normalisation
        # as wide as no net has it, so that nothing passes by luck
        net.normalisation = Normalisation((0.1, 0.2, 0.4), (0.5, 2.0, 4.0))
        black, white = torch.zeros(3, 64, 64, dtype=torch.uint8), torch.full((3, 64, 64), 255, dtype=torch.uint8)
        mask = torch.zeros(2, 64, 64, dtype=torch.int64)
        dataset = TensorDataset(torch.stack([black, white]), mask)
        dataset.classes = net.classes
        net.stages["stride2"].register_forward_pre_hook(lambda _, args: fed.append(args[0].detach().float()))
        ways = {
            "predict": lambda: [predict(net, image, device="cpu") for image in (black, white)],
            "half the size": lambda: [predict(net, image, device="cpu", scales=0.5) for image in (black, white)],
            "tiles": lambda: [predict_tiled(net, image, (32, 32), 0, device="cpu") for image in (black, white)],
            "evaluate": lambda: evaluate(net, dataset, **QUIET),
            "report": lambda: make_report(net, dataset, **QUIET),
            "explorer": lambda: [asked(net, image, None, 0) for image in (black, white)],
            "frozen": lambda: trunk_features(net, dataset, device="cpu", progress=False),
            "fit": lambda: fit(net, dataset, None, Recipe(batch_size=2, crop=(64, 64)), epochs=1, **QUIET),
        }
        for way, feed in ways.items():
            fed.clear()
            feed()
            seen = torch.cat([x.flatten(2).movedim(1, 0).flatten(1) for x in fed], 1)  # (3, pixels)
            for values, mean, std in zip(seen, *net.normalisation, strict=True):
                found = [values.min().item(), values.max().item()]
                assert found == pytest.approx([-mean / std, (1 - mean) / std], abs=1e-5), way


def with_statistics(net):
    """The net with its batch norms' statistics as after some training."""
    update_bn([torch.randn(4, 3, 64, 96)], net)
    return net


def some_pictures(number, height, width):
    generator = torch.Generator().manual_seed(height)
    return torch.randint(0, 256, (number, 3, height, width), dtype=torch.uint8, generator=generator)


class NamesPictures(EveryBackbone):
    """A backbone whose classifier was cut off whole."""

    def test_the_classifiers_convolutions_name_what_it_names(self, backbone):
        side = 32 * backbone.pooled  # so large that its map is what the classifier was fed; or larger, and averaged
        x = torch.randn(2, 3, side, side if backbone.pooled > 1 else 160)
        with torch.no_grad():
            places = classifier_to_convs(backbone.classifier, backbone.pooled).eval()(backbone.head(backbone(x)[32]))
            truth = backbone.classify(x)
        assert truth.shape == (2, 5) and truth.std() > 1e-3
        torch.testing.assert_close(places.mean((2, 3)), truth, rtol=1e-4, atol=1e-5)


class TestResNet18(NamesPictures):
    channels = (64, 8, 16, 32, 64)
    alignments = (("book", -15.5), ("centres", 0))

    @classmethod
    def make(cls, seed=0):
        return narrow_resnet(seed)


class TestResNet50(TestResNet18):
    channels = (64, 32, 64, 128, 256)

    @classmethod
    def make(cls, seed=0):
        return narrow_resnet(seed, bottleneck=True)


class TestVGG16(NamesPictures):
    channels = (4, 4, 6, 8, 8)
    alignments = (("book", 0), ("centres", 0), ("paper", 0))

    @classmethod
    def make(cls, seed=0):
        return narrow_vgg(seed)


class TestPapersVGG16(EveryBackbone):
    channels = (4, 4, 6, 8, 12)
    alignments = (("paper", 0),)

    @classmethod
    def make(cls, seed=0):
        return narrow_vgg(seed, paper=True)

    def cells(self, pixels, stride):
        # the first convolution gives 198 cells more, fc6 takes 6 of those of stride 32
        return -(-(pixels + 198) // stride) - (6 if stride == 32 else 0)


class TestEfficientNetLite0(NamesPictures):
    channels = (8, 8, 8, 16, 40)
    alignments = (("book", 15.5), ("centres", 0))
    normalisation = NORMALISATION

    @classmethod
    def make(cls, seed=0):
        return narrow_lite(seed)
